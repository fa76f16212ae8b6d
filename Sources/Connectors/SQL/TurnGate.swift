// Taking turns inside one process: one holder at a time, the others asleep until it is theirs.

import CLinux
import Glibc
import SQLite

/// Lets one thread through at a time, and gives up when a waiter's patience ends.
// A lock and a condition of the system's own, at addresses that never move and that nothing else
// touches; every access of `isTaken` happens under that lock.
final class TurnGate: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var isTaken = false
    /// How often a waiter asks whether it was stopped.
    private static let askEveryNs = 20_000_000

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// - Returns: false where patience ended first.
    func enter(_ patience: Patience) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while isTaken {
            guard !patience.isOver else { return false }
            var until = timespec()
            clock_gettime(CLOCK_REALTIME, &until)
            let ns = Int(until.tv_nsec) + TurnGate.askEveryNs
            until.tv_sec += ns / 1_000_000_000
            until.tv_nsec = ns % 1_000_000_000
            pthread_cond_timedwait(condition, mutex, &until)
        }
        isTaken = true
        return true
    }

    func leave() {
        pthread_mutex_lock(mutex)
        isTaken = false
        pthread_mutex_unlock(mutex)
        pthread_cond_signal(condition)
    }
}
