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
        /// Sleeping threads that only wake for an urgent job: one, or none.
        var setAside = 0
        /// Who gives its thread away: goes on as soon as a thread looks for its next job.
        var leaving: CheckedContinuation<Void, Never>?
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
            precondition(state.setAside == 0, "One task hands over, and one thread waits for it.")
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

    fileprivate func leave(_ continuation: CheckedContinuation<Void, Never>) {
        state.withLock { $0.leaving = continuation }
    }

    /// Gives back the thread that was set aside, where it was not needed: another thread looked for
    /// a job before this one was given away.
    fileprivate func cameBack() {
        let need: Need = state.withLock { state in
            guard state.setAside > 0 else { return .nothing }
            state.setAside -= 1
            if state.first < state.jobs.count { return .sleeper }
            state.idle += 1
            return .nothing
        }
        see(to: need)
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
            let (next, leaving) = takeJob()
            leaving?.resume()
            if let next {
                next.job.runSynchronously(on: next.executor)
            } else {
                wakeUps.wait()
            }
        }
    }

    private typealias Next = (job: UnownedJob, executor: UnownedTaskExecutor)

    /// - Returns: no job where there is none: then the thread counts as asleep. And whoever is to
    ///   go on now on the thread that is set aside for it.
    private func takeJob() -> (next: Next?, leaving: CheckedContinuation<Void, Never>?) {
        let own = asUnownedTaskExecutor()
        return state.withLock { state in
            let leaving = state.leaving
            state.leaving = nil
            return (BlockingThreads.next(&state, own), leaving)
        }
    }

    private static func next(_ state: inout State, _ own: UnownedTaskExecutor) -> Next? {
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

/// An executor over the same threads for one task that hands its thread over to others' jobs and
/// must never wait behind them: before it does, a thread is set aside on which it goes on.
package final class HandingOver: TaskExecutor {
    private let threads: BlockingThreads

    package init(on threads: BlockingThreads) { self.threads = threads }

    /// Starts a job on the thread of the task that asks, which goes on on the one that is set
    /// aside: a wake-up takes longer than many a job, and so nobody waits for one. Where no thread
    /// sleeps, the task keeps its own, and the job gets another.
    /// - Parameter enqueue: enqueues one job on the threads.
    /// - Returns: whether the task has offered its thread.
    @discardableResult
    func start(_ enqueue: () -> Void) async -> Bool {
        guard threads.setsThreadAside() else {
            enqueue()
            return false
        }
        enqueue()
        await withCheckedContinuation { threads.leave($0) }
        threads.cameBack()
        return true
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        threads.enqueueUrgent(UnownedJob(job), on: asUnownedTaskExecutor())
    }
}
