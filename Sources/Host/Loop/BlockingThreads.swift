// Threads that may block, for tasks that write journals, wait for locks and run connectors. With
// them a call runs from its first line to its answer on one thread, with no hop in between, and the
// few threads of Swift's own pool are never held up.

import Dispatch
import Glibc
import Synchronization

/// An executor with as many threads as there is work, up to a limit; idle ones stay for the next.
package final class BlockingThreads: TaskExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var first = 0
        var idle = 0
        var threads = 0
    }
    private let state = Mutex(State())
    private let wakeUps = DispatchSemaphore(value: 0)
    private let limit: Int

    /// - Parameter limit: the most threads at once; further work waits its turn.
    package init(limit: Int) {
        precondition(limit > 0, "An executor without threads does nothing.")
        self.limit = limit
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let needsThread = state.withLock { state in
            state.jobs.append(job)
            let waiting = state.jobs.count - state.first
            guard waiting > state.idle, state.threads < limit else { return false }
            state.threads += 1
            return true
        }
        if needsThread, !startThread() {
            // The threads there are will get to it; without any, nothing ever would.
            let threads = state.withLock { state in
                state.threads -= 1
                return state.threads
            }
            precondition(threads > 0, "The system gives this process no thread at all.")
        }
        wakeUps.signal()
    }

    /// - Returns: false where the system has no more threads for this process.
    private func startThread() -> Bool {
        let executor = Unmanaged.passRetained(self)
        var thread = pthread_t()
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        // Parsing and validating recurse to a bounded depth that fits well into this.
        pthread_attr_setstacksize(&attributes, HostLimits.threadStackBytes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let code = pthread_create(
            &thread, &attributes,
            { context in
                guard let context else { return nil }
                let executor = Unmanaged<BlockingThreads>.fromOpaque(context).takeRetainedValue()
                executor.work()
            },
            executor.toOpaque())
        pthread_attr_destroy(&attributes)
        if code != 0 { executor.release() }
        return code == 0
    }

    private func work() -> Never {
        while true {
            state.withLock { $0.idle += 1 }
            wakeUps.wait()
            let job: UnownedJob? = state.withLock { state in
                state.idle -= 1
                guard state.first < state.jobs.count else { return nil }
                let job = state.jobs[state.first]
                state.first += 1
                if state.first == state.jobs.count {
                    state.jobs.removeAll(keepingCapacity: true)
                    state.first = 0
                }
                return job
            }
            job?.runSynchronously(on: asUnownedTaskExecutor())
        }
    }
}
