// The one writer of a process: calls in flight share a transaction and so a flush. Whoever comes
// first leads; those who come meanwhile go together in the next transaction.

import Dispatch
package import Engine
import Synchronization

/// Commits units of work to a journal, many in one transaction. Blocks its caller.
package final class Writer: Sendable {
    /// One caller's unit; it waits until somebody has committed it, or asks it to lead.
    private final class Job: Sendable {
        enum Outcome {
            case waiting, leads
            case done(JournalFault?)
        }
        let unit: @Sendable (any JournalTransaction) throws(JournalFault) -> UnitVerdict
        let durability: Durability
        /// For a rider, whom nobody waits for: called once it is committed, or given up.
        let ended: @Sendable () -> Void
        let outcome = Mutex(Outcome.waiting)
        let turn = DispatchSemaphore(value: 0)

        init(
            _ durability: Durability,
            _ unit: @escaping @Sendable (any JournalTransaction) throws(JournalFault)
                -> UnitVerdict,
            ended: @escaping @Sendable () -> Void = {}
        ) {
            self.durability = durability
            self.ended = ended
            self.unit = unit
        }

        func finish(_ fault: JournalFault?) {
            outcome.withLock { $0 = .done(fault) }
            turn.signal()
        }
    }

    private struct State {
        var queue: [Job] = []
        /// Units that nobody waits for: they go along with the next transaction.
        var riders: [Job] = []
        var isLed = false
    }

    private let journal: any Journal
    private let writesNotices: Bool
    private let state = Mutex(State())

    /// - Parameter writesNotices: whether approvers are told of what happens to approvals.
    package init(_ journal: any Journal, writesNotices: Bool = false) {
        self.journal = journal
        self.writesNotices = writesNotices
    }

    /// Runs `unit` in a transaction of its own or shared, and returns once it is committed.
    package func perform(
        _ durability: Durability,
        _ unit: @escaping @Sendable (any JournalTransaction) throws(JournalFault) -> UnitVerdict
    ) throws(JournalFault) {
        let job = Job(durability, unit)
        let leads = state.withLock { state in
            state.queue.append(job)
            defer { state.isLed = true }
            return !state.isLed
        }
        if !leads { job.turn.wait() }
        switch job.outcome.withLock({ $0 }) {
        case .waiting, .leads: lead(job)
        case .done: break
        }
        guard case .done(let fault) = job.outcome.withLock({ $0 }) else {
            preconditionFailure("A job is done when its turn is over.")
        }
        if let fault { throw fault }
    }

    /// Leaves `unit` for the next transaction that nobody waits for a flush of. Lost where none
    /// follows, or where it fails by itself.
    package func ride(
        _ unit: @escaping @Sendable (any JournalTransaction) throws(JournalFault) -> UnitVerdict,
        ended: @escaping @Sendable () -> Void = {}
    ) {
        state.withLock { $0.riders.append(Job(.committed, unit, ended: ended)) }
    }

    /// Commits what rides, where anything does, without a flush.
    package func flushRiders() throws(JournalFault) {
        guard state.withLock({ !$0.riders.isEmpty }) else { return }
        try perform(.committed) { _ in .keep }
    }

    // The leader commits the batch that holds its own job, then names the next leader.
    private func lead(_ own: Job) {
        let (batch, riders) = state.withLock { state in
            let batch = Array(state.queue.prefix(HostLimits.batchUnits))
            state.queue.removeFirst(batch.count)
            // A call that waits for its flush is not to carry what nobody waits for.
            let isUrgent = batch.contains { $0.durability == .flushed }
            guard !isUrgent || state.riders.count >= HostLimits.batchUnits else {
                return (batch, [Job]())
            }
            let riders = Array(state.riders.prefix(HostLimits.batchUnits))
            state.riders.removeFirst(riders.count)
            return (batch, riders)
        }
        commit(batch, riders)
        let next = state.withLock { state in
            let next = state.queue.first
            if next == nil { state.isLed = false }
            return next
        }
        if let next {
            next.outcome.withLock { $0 = .leads }
            next.turn.signal()
        }
    }

    private func commit(_ batch: [Job], _ riders: [Job]) {
        let flushes = batch.contains { $0.durability == .flushed }
        do {
            try journal.commit((riders + batch).map(unit(of:)), flushes ? .flushed : .committed)
            for job in batch { job.finish(nil) }
            for rider in riders { rider.ended() }
        } catch where error.code.concernsEveryUnit || batch.count + riders.count == 1 {
            state.withLock { $0.riders = riders + $0.riders }
            for job in batch { job.finish(error) }
        } catch {
            // One unit's fault undid them all: each for itself, so that only the guilty fails.
            for job in batch + riders { commitAlone(job) }
            for rider in riders { rider.ended() }
        }
    }

    private func unit(of job: Job) -> JournalUnit {
        guard writesNotices else { return job.unit }
        return { transaction throws(JournalFault) in
            transaction.memory.writesNotices = true
            return try job.unit(transaction)
        }
    }

    private func commitAlone(_ job: Job) {
        do {
            try journal.commit([unit(of: job)], job.durability)
            job.finish(nil)
        } catch {
            job.finish(error)
        }
    }
}

extension JournalFault.Code {
    /// Whether the journal itself could not be written: trying each unit by itself would only make
    /// every caller wait for the same answer again.
    fileprivate var concernsEveryUnit: Bool {
        switch self {
        case .full, .locked, .readOnly, .newer, .networkFileSystem: true
        case .corrupt, .conflict, .io: false
        }
    }
}
