// Notices that somebody has set the clock of the machine. Leases are told between processes by that
// clock: until every live host has renewed its own, one that seems to have run out says nothing.
// What follows for what waits is the engine's to say.

import Engine
import Synchronization

final class ClockWatch: Sendable {
    private struct State {
        /// The wall clock less the steady one, which only setting the clock changes.
        var offsetMs: Int64?
        var nowMs: Int64 = 0
        var trustsFromMs: Int64 = 0
        /// By how much the clock was set back since that was last seen to.
        var setBackMs: Int64 = 0
    }
    private let state = Mutex(State())

    /// Whether a lease that seems to have run out has, as of the last look.
    var trustsLeases: Bool { state.withLock { $0.nowMs >= $0.trustsFromMs } }

    /// A drift of less than a second is no setting.
    /// - Parameter doubtMs: as long as any host takes to renew its lease.
    /// - Returns: by how much the clock was set back, until that was seen to; else zero.
    func look(_ clock: HostClock, doubtMs: Int64) -> Int64 {
        let nowMs = clock.steadyMs()
        let offsetMs = clock.now().ms - nowMs
        return state.withLock { state in
            let movedMs = state.offsetMs.map { offsetMs - $0 } ?? 0
            if abs(movedMs) > HostLimits.clockSetMs {
                state.trustsFromMs = nowMs + doubtMs
                state.setBackMs = max(0, state.setBackMs - movedMs)
            }
            state.offsetMs = offsetMs
            state.nowMs = nowMs
            return state.setBackMs
        }
    }

    /// What waited has been seen to.
    func woke() { state.withLock { $0.setBackMs = 0 } }
}
