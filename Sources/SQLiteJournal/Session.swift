// The port's reads over the journal's tables, inside a transaction and outside alike, and how a
// failure of the storage ends a session. No SQL text and no meaning here.

import Engine
import JSON
import Proofs
import SQLite

/// One transaction or one read, as long as it lasts.
final class Session: JournalReading {
    let connection: Connection
    /// The first failure of the storage. What follows it is refused, so that a unit that swallows
    /// a fault cannot go on outside the transaction that SQLite may have ended.
    private var broken: JournalFault?
    /// Where records go on, read once; forgotten when a unit is undone.
    var nextIndex: Int?
    var nextSequences: [RunID: Int] = [:]
    let memory = TransactionMemory()

    init(_ connection: Connection) { self.connection = connection }

    func records(
        of run: RunID, from sequence: Int, limit: Int
    ) throws(JournalFault) -> [StoredRecord] {
        try storedRecords(
            Schema.stream, [.text(run.text), .integer(sequence), .integer(max(0, limit))])
    }

    func log(from index: Int, limit: Int) throws(JournalFault) -> [StoredRecord] {
        try storedRecords(Schema.log, [.integer(index), .integer(max(0, limit))])
    }

    private func storedRecords(
        _ sql: String, _ values: [SQLValue]
    ) throws(JournalFault) -> [StoredRecord] {
        let found = try all(sql, values) { row in
            Digest(bytes: row.blob(4)).map { hash in
                StoredRecord(
                    index: row.integer(0), run: RunID(unchecked: row.text(1)),
                    sequence: row.integer(2), leaf: row.blob(3), leafHash: hash)
            }
        }
        let whole = found.compactMap { $0 }
        guard whole.count == found.count else {
            throw JournalFault(
                .corrupt, "A record in \(connection.path) has a leaf hash that is none. "
                    + "Do not write to this journal; restore the newest backup.")
        }
        return whole
    }

    func state(of run: RunID, knowing head: Digest?) throws(JournalFault) -> StateAnswer {
        let found: StateRow?? = try first(Schema.state, [.text(run.text)]) { row in
            row.blob(2) == head?.bytes ? nil : StateRow(row)
        }
        switch found {
        case nil: return .none
        case .some(nil): return .unchanged
        case .some(let row?): return .stored(try whole(row))
        }
    }

    func states(
        label: String?, before: RunID?, limit: Int
    ) throws(JournalFault) -> [(run: RunID, state: StoredState)] {
        let rest = [SQLValue.text(orNull: before?.text), .integer(max(0, limit))]
        let sql =
            switch label {
            case nil: Schema.states
            case let label? where Schema.commonLabels.contains(label):
                Schema.statesByCommonLabel
            case _?: Schema.statesByRareLabel
            }
        return try states(sql, (label.map { [.text($0)] } ?? []) + rest)
    }

    func states(
        of group: String, before: RunID?, limit: Int
    ) throws(JournalFault) -> [(run: RunID, state: StoredState)] {
        try states(
            Schema.statesByFamily,
            [.text(group), .text(orNull: before?.text), .integer(max(0, limit))])
    }

    private func states(
        _ sql: String, _ values: [SQLValue]
    ) throws(JournalFault) -> [(run: RunID, state: StoredState)] {
        let rows = try all(sql, values) { row in StateRow(row) }
        var states: [(run: RunID, state: StoredState)] = []
        for row in rows { states.append((row.run, try whole(row))) }
        return states
    }

    /// A row of the states; the pieces of its snapshot lie in a table of their own.
    private struct StateRow {
        let run: RunID
        let version: Int
        let head: Digest
        let label: String
        let group: String
        let snapshotVersion: Int?

        init(_ row: borrowing Row) {
            run = RunID(unchecked: row.text(0))
            version = row.integer(1)
            // The first format had none; what is no hash is nobody's.
            head = Digest(bytes: row.blob(2)) ?? Digest.sha256([])
            label = row.text(3)
            group = row.text(4)
            snapshotVersion = row.integerOrNull(5)
        }
    }

    private func whole(_ row: StateRow) throws(JournalFault) -> StoredState {
        var snapshot: StoredSnapshot?
        if let version = row.snapshotVersion {
            let found = try all(Schema.pieces, [.text(row.run.text)]) {
                ($0.integer(0), $0.blob(1))
            }
            snapshot = StoredSnapshot(
                version: version, pieces: Dictionary(found, uniquingKeysWith: { $1 }))
        }
        return StoredState(
            version: row.version, head: row.head, label: row.label, group: row.group,
            snapshot: snapshot)
    }

    func key(_ name: KeyName) throws(JournalFault) -> [UInt8]? {
        try first(Schema.key, [.text(name.text)]) { $0.blob(0) }
    }

    func keys(
        prefix: String, after: KeyName?, limit: Int
    ) throws(JournalFault) -> [(name: KeyName, value: [UInt8])] {
        // Where to begin is the later of the two, by bytes.
        let start = KeyName(prefix)
        let first = after.map { start < $0 ? $0 : start } ?? start
        var found: [(name: KeyName, value: [UInt8])] = []
        guard limit > 0 else { return found }
        try storage { () throws(DatabaseFault) in
            try connection.each(Schema.keysFrom, [.text(first.text)]) { row in
                let name = row.text(0)
                guard name.utf8.starts(with: prefix.utf8) else { return false }
                let isAfter = after.map { !name.utf8.elementsEqual($0.text.utf8) } ?? true
                if isAfter { found.append((KeyName(name), row.blob(1))) }
                return found.count < limit
            }
        }
        return found
    }

    func payload(_ commitment: Commitment) throws(JournalFault) -> StoredPayload? {
        try first(Schema.payload, [.blob(commitment.digest.bytes)]) { row in
            StoredPayload(salt: row.blob(0), bytes: row.blob(1))
        }
    }

    func agenda(limit: Int) throws(JournalFault) -> [AgendaItem] {
        try all(Schema.agenda, [.integer(max(0, limit))], Session.line)
    }

    func due(_ query: AgendaQuery) throws(JournalFault) -> [AgendaItem] {
        let values: [SQLValue] = [
            .integer(Int(query.now.ms)), list(query.environments), .integer(max(0, query.limit)),
        ]
        guard !query.gone.isEmpty else { return try all(Schema.due, values, Session.line) }
        let owners: [SQLValue] = [
            list(query.gone.map(\.text)), .integer(Int(max(query.now, query.horizon).ms)),
        ]
        return try all(Schema.dueOrGone, values + owners, Session.line)
    }

    private func list(_ texts: [String]) -> SQLValue {
        .text(JSONValue.array(texts.map(JSONValue.string)).compactText)
    }

    private static func line(_ row: borrowing Row) -> AgendaItem {
        AgendaItem(
            subject: AgendaSubject(unchecked: row.text(0)), run: RunID(unchecked: row.text(1)),
            due: Instant(ms: Int64(row.integer(2))),
            owner: row.textOrNull(3).map(OwnerID.init(unchecked:)),
            environment: row.textOrNull(4))
    }

    /// As many as were appended, for records are never taken away.
    func recordCount() throws(JournalFault) -> Int {
        if let nextIndex { return nextIndex }
        let count = try first(Schema.nextIndex) { $0.integer(0) } ?? 0
        nextIndex = count
        return count
    }

    func counter(_ name: CounterName) throws(JournalFault) -> Int {
        if name == .records { return try recordCount() }
        return try first(Schema.counter, [.text(name.text)]) { $0.integer(0) } ?? 0
    }

    func first<Item>(
        _ sql: String, _ values: [SQLValue] = [], _ read: (borrowing Row) -> Item
    ) throws(JournalFault) -> Item? {
        try storage { () throws(DatabaseFault) in try connection.first(sql, values, read) }
    }

    private func all<Item>(
        _ sql: String, _ values: [SQLValue], _ read: (borrowing Row) -> Item
    ) throws(JournalFault) -> [Item] {
        try storage { () throws(DatabaseFault) in try connection.rows(sql, values, read) }
    }

    @discardableResult
    func run(_ sql: String, _ values: [SQLValue] = []) throws(JournalFault) -> Int {
        try storage { () throws(DatabaseFault) in try connection.run(sql, values) }
    }

    func refuseIfBroken() throws(JournalFault) {
        if let broken { throw broken }
    }

    func storage<Answer>(
        _ body: () throws(DatabaseFault) -> Answer
    ) throws(JournalFault) -> Answer {
        try refuseIfBroken()
        do throws(DatabaseFault) {
            return try body()
        } catch {
            let fault = JournalFault(error)
            broken = fault
            throw fault
        }
    }
}
