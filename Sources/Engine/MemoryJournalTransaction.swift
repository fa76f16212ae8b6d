// What can be done inside one transaction of the in-memory journal, and how it is undone.

import Proofs

/// Changes apply at once; the log of how to take them back is what makes units undoable.
final class MemoryTransaction: JournalTransaction {
    private var tables: MemoryTables
    private(set) var undoLog: [MemoryChange] = []
    let memory = TransactionMemory()

    init(_ tables: consuming MemoryTables) { self.tables = tables }

    func run(_ unit: JournalUnit) throws(JournalFault) {
        let start = undoLog.count
        switch try unit(self) {
        case .keep: break
        case .undo:
            undo(downTo: start)
            memory.forget()
        }
    }

    func undo(downTo count: Int) {
        while undoLog.count > count { _ = tables.apply(undoLog.removeLast()) }
    }

    /// Hands the tables back; the transaction is empty from here on.
    func close() -> MemoryTables {
        let finished = tables
        tables = MemoryTables()
        return finished
    }

    private func change(_ change: MemoryChange) { undoLog.append(tables.apply(change)) }

    func append(_ records: [StoredRecord]) throws(JournalFault) {
        var next: [RunID: Int] = [:]
        for (offset, record) in records.enumerated() {
            let sequence = next[record.run] ?? tables.streams[record.run]?.count ?? 0
            try JournalContinuity.check(
                record, index: tables.records.count + offset, sequence: sequence)
            next[record.run] = sequence + 1
        }
        change(.append(records))
    }

    func records(
        of run: RunID, from sequence: Int, limit: Int
    ) throws(JournalFault) -> [StoredRecord] {
        tables.stream(run, from: sequence, limit: limit)
    }

    func state(of run: RunID, knowing head: Digest?) throws(JournalFault) -> StateAnswer {
        tables.state(of: run, knowing: head)
    }

    func setState(
        _ state: StoredState, of run: RunID, replacing: Int?
    ) throws(JournalFault) {
        guard tables.states[run]?.version == replacing else {
            throw JournalContinuity.conflict(run, replacing: replacing)
        }
        let former = tables.states[run]
        var snapshot = former?.snapshot
        if let newer = state.snapshot {
            let pieces = (snapshot?.pieces ?? [:]).merging(newer.pieces) { _, new in new }
            snapshot = StoredSnapshot(version: newer.version, pieces: pieces)
        }
        let whole = StoredState(
            version: state.version, head: state.head, label: state.label,
            group: former?.group ?? state.group, snapshot: snapshot)
        change(.state(run, whole))
    }

    func key(_ name: KeyName) throws(JournalFault) -> [UInt8]? {
        tables.keys[ByteText(name.text)]?.value
    }

    func setKey(_ name: KeyName, to value: [UInt8]?) throws(JournalFault) {
        change(.key(ByteText(name.text), value.map { MemoryTables.Key(name: name, value: $0) }))
    }

    func payload(_ commitment: Commitment) throws(JournalFault) -> StoredPayload? {
        tables.payloads[commitment]
    }

    func setPayload(
        _ payload: StoredPayload?, for commitment: Commitment
    ) throws(JournalFault) {
        change(.payload(commitment, payload))
    }

    func schedule(
        _ item: AgendaItem?, for subject: AgendaSubject, formerly former: Instant?
    ) throws(JournalFault) {
        precondition(
            item.map { $0.subject == subject } ?? true, "An agenda line names its own subject.")
        precondition(
            former != nil || tables.agenda[subject] == nil, "Who says there is no line is right.")
        change(.agenda(subject, item))
    }

    func due(_ query: AgendaQuery) throws(JournalFault) -> [AgendaItem] {
        let gone = Set(query.gone)
        let environments = Set(query.environments.map(ByteText.init))
        return tables.sortedAgenda(
            where: { item in
                (item.due <= query.now
                    || (item.due <= query.horizon && item.owner.map(gone.contains) ?? false))
                    && item.environment.map { environments.contains(ByteText($0)) } ?? true
            }, limit: query.limit)
    }

    func add(_ amount: Int, to counter: CounterName) throws(JournalFault) -> Int {
        precondition(counter != .records, "Records are counted by being appended.")
        let (sum, overflow) = try self.counter(counter).addingReportingOverflow(amount)
        guard !overflow else { throw JournalContinuity.overflow(counter) }
        change(.counter(ByteText(counter.text), sum))
        return sum
    }

    func counter(_ name: CounterName) throws(JournalFault) -> Int {
        tables.counter(name)
    }
}
