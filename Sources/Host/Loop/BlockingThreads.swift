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
        /// A ``HandingOver``'s own next job, taken before all others.
        var urgent: (job: UnownedJob, executor: UnownedTaskExecutor)?
        /// Threads that sleep and that nobody is waking yet, those apart that are set aside.
        var idle = 0
        /// Sleeping threads that only wake for an urgent job.
        var setAside = 0
        var threads = 0
        /// Threads that have said that they take a job themselves in a moment.
        var promised = 0
    }
    private enum Need { case nothing, sleeper, thread }

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
        let need: Need = state.withLock { state in
            state.jobs.append(job)
            if state.promised > 0 {
                state.promised -= 1
                return .nothing
            }
            return BlockingThreads.sleeperOrThread(&state, limit)
        }
        see(to: need)
    }

    fileprivate func enqueueUrgent(_ job: UnownedJob, on executor: UnownedTaskExecutor) {
        let need: Need = state.withLock { state in
            precondition(state.urgent == nil, "Who hands over has one job at a time.")
            state.urgent = (job, executor)
            guard state.setAside > 0 else { return BlockingThreads.sleeperOrThread(&state, limit) }
            state.setAside -= 1
            return .sleeper
        }
        see(to: need)
    }

    /// Sets a sleeping thread aside; where there is none, one is started for the next time.
    fileprivate func setsThreadAside() -> Bool {
        let (isSetAside, need): (Bool, Need) = state.withLock { state in
            guard state.idle > 0 else {
                guard state.threads < limit else { return (false, .nothing) }
                state.threads += 1
                return (false, .thread)
            }
            state.idle -= 1
            state.setAside += 1
            state.promised += 1
            return (true, .nothing)
        }
        see(to: need)
        return isSetAside
    }

    private static func sleeperOrThread(_ state: inout State, _ limit: Int) -> Need {
        if state.idle > 0 {
            state.idle -= 1
            return .sleeper
        }
        guard state.threads < limit else { return .nothing }
        state.threads += 1
        return .thread
    }

    private func see(to need: Need) {
        switch need {
        case .nothing: break
        case .sleeper: wakeUps.signal()
        case .thread:
            guard !startThread() else { return }
            // The threads there are will get to it; without any, nothing ever would.
            let threads = state.withLock { state in
                state.threads -= 1
                return state.threads
            }
            precondition(threads > 0, "The system gives this process no thread at all.")
        }
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
            guard let (job, executor) = takeJob() else {
                wakeUps.wait()
                continue
            }
            job.runSynchronously(on: executor)
        }
    }

    /// - Returns: nil where there is nothing to do: then the thread counts as asleep.
    private func takeJob() -> (job: UnownedJob, executor: UnownedTaskExecutor)? {
        let own = asUnownedTaskExecutor()
        return state.withLock { state in
            if let urgent = state.urgent {
                state.urgent = nil
                return urgent
            }
            guard state.first < state.jobs.count else {
                state.idle += 1
                return nil
            }
            let job = state.jobs[state.first]
            state.first += 1
            if state.first == state.jobs.count {
                state.jobs.removeAll(keepingCapacity: true)
                state.first = 0
            }
            return (job, own)
        }
    }
}

/// An executor over the same threads for one task that hands its thread over to others' jobs and
/// must never wait behind them: before it does, a thread is set aside on which it goes on.
package final class HandingOver: TaskExecutor {
    private let threads: BlockingThreads

    package init(on threads: BlockingThreads) { self.threads = threads }

    /// The thread that asks will take the next job that is enqueued, so that nobody is woken for
    /// it: a wake-up takes longer than many a job. It must enqueue one and suspend right after,
    /// and goes on on the thread that is set aside.
    /// - Returns: false where no thread sleeps: then it had better keep its own.
    func promisesToTakeNext() -> Bool { threads.setsThreadAside() }

    package func enqueue(_ job: consuming ExecutorJob) {
        threads.enqueueUrgent(UnownedJob(job), on: asUnownedTaskExecutor())
    }
}
