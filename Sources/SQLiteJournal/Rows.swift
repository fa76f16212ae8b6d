// Rows of the journal's tables as values of the port, read the same way inside a transaction and
// outside. Nothing is written here.

import Engine
import JSON
import Proofs
import SQLite

/// A connection in a transaction, and the reads that transactions and readers share.
struct Rows {
    let connection: Connection

    func stream(
        of run: RunID, from sequence: Int, limit: Int
    ) throws(JournalFault) -> [StoredRecord] {
        try records(
            Schema.stream, [.text(run.text), .integer(sequence), .integer(max(0, limit))])
    }

    func log(from index: Int, limit: Int) throws(JournalFault) -> [StoredRecord] {
        try records(Schema.log, [.integer(index), .integer(max(0, limit))])
    }

    private func records(
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

    func state(of run: RunID) throws(JournalFault) -> StoredState? {
        try first(Schema.state, [.text(run.text)]) { storedState($0, from: 0) }
    }

    func states(
        label: String?, before: RunID?, limit: Int
    ) throws(JournalFault) -> [(run: RunID, state: StoredState)] {
        let rest = [SQLValue.text(orNull: before?.text), .integer(max(0, limit))]
        let sql = label == nil ? Schema.states : Schema.statesByLabel
        return try all(sql, (label.map { [.text($0)] } ?? []) + rest) { row in
            (run: RunID(unchecked: row.text(0)), state: storedState(row, from: 1))
        }
    }

    private func storedState(_ row: borrowing Row, from column: Int32) -> StoredState {
        StoredState(
            version: row.integer(column), label: row.text(column + 1), bytes: row.blob(column + 2))
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
        do throws(DatabaseFault) {
            try connection.each(Schema.keysFrom, [.text(first.text)]) { row in
                let name = row.text(0)
                guard name.utf8.starts(with: prefix.utf8) else { return false }
                let isAfter = after.map { !name.utf8.elementsEqual($0.text.utf8) } ?? true
                if isAfter { found.append((KeyName(name), row.blob(1))) }
                return found.count < limit
            }
        } catch {
            throw JournalFault(error)
        }
        return found
    }

    func payload(_ commitment: Commitment) throws(JournalFault) -> StoredPayload? {
        try first(Schema.payload, [.blob(commitment.digest.bytes)]) { row in
            StoredPayload(salt: row.blob(0), bytes: row.blob(1))
        }
    }

    func agenda(limit: Int) throws(JournalFault) -> [AgendaItem] {
        try all(Schema.agenda, [.integer(max(0, limit))], line)
    }

    func due(_ query: AgendaQuery) throws(JournalFault) -> [AgendaItem] {
        let values: [SQLValue] = [
            .integer(Int(query.now.ms)), list(query.environments), .integer(max(0, query.limit)),
        ]
        guard !query.gone.isEmpty else { return try all(Schema.due, values, line) }
        return try all(Schema.dueOrGone, values + [list(query.gone.map(\.text))], line)
    }

    private func list(_ texts: [String]) -> SQLValue {
        .text(JSONValue.array(texts.map(JSONValue.string)).compactText)
    }

    private func line(_ row: borrowing Row) -> AgendaItem {
        AgendaItem(
            call: CallID(unchecked: row.text(0)), run: RunID(unchecked: row.text(1)),
            due: Instant(ms: Int64(row.integer(2))),
            owner: row.textOrNull(3).map(OwnerID.init(unchecked:)),
            environment: row.textOrNull(4))
    }

    func counter(_ name: CounterName) throws(JournalFault) -> Int {
        try first(Schema.counter, [.text(name.text)]) { $0.integer(0) } ?? 0
    }

    func first<Item>(
        _ sql: String, _ values: [SQLValue] = [], _ read: (borrowing Row) -> Item
    ) throws(JournalFault) -> Item? {
        do throws(DatabaseFault) {
            return try connection.first(sql, values, read)
        } catch {
            throw JournalFault(error)
        }
    }

    private func all<Item>(
        _ sql: String, _ values: [SQLValue], _ read: (borrowing Row) -> Item
    ) throws(JournalFault) -> [Item] {
        do throws(DatabaseFault) {
            return try connection.rows(sql, values, read)
        } catch {
            throw JournalFault(error)
        }
    }

    @discardableResult
    func run(_ sql: String, _ values: [SQLValue] = []) throws(JournalFault) -> Int {
        do throws(DatabaseFault) {
            return try connection.run(sql, values)
        } catch {
            throw JournalFault(error)
        }
    }
}

/// The port's reads, as long as the read lasts.
final class SQLiteReading: JournalReading {
    private let rows: Rows
    init(_ rows: Rows) { self.rows = rows }

    func records(
        of run: RunID, from sequence: Int, limit: Int
    ) throws(JournalFault) -> [StoredRecord] {
        try rows.stream(of: run, from: sequence, limit: limit)
    }
    func log(from index: Int, limit: Int) throws(JournalFault) -> [StoredRecord] {
        try rows.log(from: index, limit: limit)
    }
    func state(of run: RunID) throws(JournalFault) -> StoredState? { try rows.state(of: run) }
    func states(
        label: String?, before: RunID?, limit: Int
    ) throws(JournalFault) -> [(run: RunID, state: StoredState)] {
        try rows.states(label: label, before: before, limit: limit)
    }
    func key(_ name: KeyName) throws(JournalFault) -> [UInt8]? { try rows.key(name) }
    func keys(
        prefix: String, after: KeyName?, limit: Int
    ) throws(JournalFault) -> [(name: KeyName, value: [UInt8])] {
        try rows.keys(prefix: prefix, after: after, limit: limit)
    }
    func payload(_ commitment: Commitment) throws(JournalFault) -> StoredPayload? {
        try rows.payload(commitment)
    }
    func agenda(limit: Int) throws(JournalFault) -> [AgendaItem] { try rows.agenda(limit: limit) }
    func counter(_ name: CounterName) throws(JournalFault) -> Int { try rows.counter(name) }
}
