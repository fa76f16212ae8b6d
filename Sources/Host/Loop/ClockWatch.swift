// Notices that somebody has set the clock of the machine. Leases are told between processes by that
// clock: until every live host has renewed its own, one that seems to have run out says nothing.
// What waited before the clock went back is not made to wait as much again.

import Engine
import Synchronization

final class ClockWatch: Sendable {
    /// What follows from a look at both clocks.
    struct Sight: Equatable {
        var trustsLeases = true
        /// By how much the clock was set back lately; zero where it was not.
        var setBackMs: Int64 = 0
    }
    private struct State {
        /// The wall clock less the steady one, which only setting the clock changes.
        var offsetMs: Int64?
        var trustsFromMs: Int64 = 0
        var setBackMs: Int64 = 0
        var setBackUntilMs: Int64 = 0
    }
    private let state = Mutex(State())

    /// A drift of less than a second is no setting.
    /// - Parameter doubtMs: as long as any host takes to renew its lease.
    func look(_ clock: HostClock, doubtMs: Int64) -> Sight {
        let nowMs = clock.steadyMs()
        let offsetMs = clock.now().ms - nowMs
        return state.withLock { state in
            let movedMs = state.offsetMs.map { offsetMs - $0 } ?? 0
            if abs(movedMs) > HostLimits.clockSetMs {
                state.trustsFromMs = nowMs + doubtMs
                // Until the clock has caught up, what waited before seems to be so much later.
                state.setBackMs = min(max(0, -movedMs), HostLimits.longestSetBackMs)
                state.setBackUntilMs = nowMs + state.setBackMs
            }
            state.offsetMs = offsetMs
            return Sight(
                trustsLeases: nowMs >= state.trustsFromMs,
                setBackMs: nowMs < state.setBackUntilMs ? state.setBackMs : 0)
        }
    }
}
