// Outcomes that were written to their callers and are to be marked so in the journal: kept until a
// transaction that nobody waits for has taken them along. What is lost with the process only makes
// a derived key hold longer.

import Engine
import Synchronization

final class Deliveries: Sendable {
    struct Mark: Sendable {
        let run: RunID
        /// A call's own run as it was told to the caller; others are long, and known elsewhere.
        let known: Run?
        let call: CallID
        let at: Instant
    }

    /// What one transaction has written of them.
    final class Written: Sendable {
        private let state = Mutex<(count: Int, runs: [Run])>((0, []))
        var count: Int { state.withLock(\.count) }
        var runs: [Run] { state.withLock(\.runs) }
        func set(_ count: Int, _ runs: [Run]) { state.withLock { $0 = (count, runs) } }
    }

    private let marks = Mutex<[Mark]>([])

    /// How many transactions it takes to write all that wait now; at least one.
    var rounds: Int {
        let atOnce = HostLimits.deliveriesAtOnce
        return max(1, (marks.withLock(\.count) + atOnce - 1) / atOnce)
    }

    /// The oldest, as many as one transaction takes.
    var waiting: [Mark] { marks.withLock { Array($0.prefix(HostLimits.deliveriesAtOnce)) } }

    /// - Returns: whether it is the only one now, so that somebody has to see to it.
    func add(_ mark: Mark) -> Bool {
        marks.withLock { marks in
            guard marks.count < HostLimits.deliveriesWaiting else { return false }
            marks.append(mark)
            return marks.count == 1
        }
    }

    /// Takes away the oldest, which have been written.
    /// - Returns: whether others have come meanwhile.
    func remove(_ count: Int) -> Bool {
        marks.withLock { marks in
            marks.removeFirst(count)
            return !marks.isEmpty
        }
    }
}

extension ToolHost {
    /// Marks all that was delivered until now. A call that comes meanwhile waits for one of the
    /// transactions, not for all of them.
    func markDelivered(in open: OpenJournal) throws(JournalFault) {
        for _ in 0..<deliveries.rounds { try open.writer.flushRiders() }
    }
}
