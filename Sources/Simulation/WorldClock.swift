// Time in the simulated machine: a steady clock that only grows and a wall clock that people and
// time servers move. All hosts are processes of one machine and read the same two.

package import Engine

package struct WorldClock: Sendable {
    /// Since the machine started.
    package private(set) var steadyMs: Int64 = 0
    private var wallOffsetMs: Int64 = 1_785_231_000_000

    package var now: Instant { Instant(ms: steadyMs + wallOffsetMs) }

    package mutating func pass(_ ms: Int64) {
        precondition(ms >= 0, "The steady clock only grows.")
        steadyMs += ms
    }

    /// The wall clock is set anew; no time passes.
    package mutating func jump(byMs ms: Int64) { wallOffsetMs += ms }
}
