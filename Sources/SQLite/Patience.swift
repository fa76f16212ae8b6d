// How long work on a downstream database may last: a deadline, and a question whether to stop.
// SQLite asks while it works and while it waits, so that no thread is needed to interrupt it.

import CLinux
import Glibc

/// The end of somebody's patience, on the clock that never jumps.
package struct Patience: Sendable {
    package let deadlineNs: Int64
    package let isStopped: @Sendable () -> Bool

    package init(deadlineNs: Int64, isStopped: @escaping @Sendable () -> Bool = { false }) {
        self.deadlineNs = deadlineNs
        self.isStopped = isStopped
    }

    package init(forMs timeoutMs: Int64, isStopped: @escaping @Sendable () -> Bool = { false }) {
        let (length, isLong) = timeoutMs.multipliedReportingOverflow(by: 1_000_000)
        let (end, isLate) = Patience.nowNs().addingReportingOverflow(length)
        self.init(deadlineNs: isLong || isLate ? .max : end, isStopped: isStopped)
    }

    package var isOver: Bool { isStopped() || Patience.nowNs() >= deadlineNs }

    package static func nowNs() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// Sleeps before the `attempt`-th look at a lock (from 0), a little longer each time.
    /// - Returns: false once there is no patience left.
    package func pause(beforeAttempt attempt: Int) -> Bool {
        guard !isOver else { return false }
        let stepsNs: [Int64] = [50_000, 100_000, 200_000, 500_000, 1_000_000, 2_000_000]
        let stepNs = stepsNs[min(attempt, stepsNs.count - 1)]
        let leftNs = max(1, min(stepNs, deadlineNs - Patience.nowNs()))
        var length = timespec(tv_sec: 0, tv_nsec: Int(leftNs))
        nanosleep(&length, nil)
        return true
    }
}
