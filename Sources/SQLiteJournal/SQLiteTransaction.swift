// The port's transaction over the journal's tables: each method a statement or two. No SQL text
// and no meaning here.

import Engine
import Proofs
import SQLite

final class SQLiteTransaction: JournalTransaction {
    private let rows: Rows
    /// The first failure of the storage. What follows it is refused, so that a unit that swallows
    /// a fault cannot go on outside the transaction that SQLite may have ended.
    private var broken: JournalFault?
    /// Where records go on, read once; forgotten when a unit is undone.
    private var nextIndex: Int?
    private var nextSequences: [RunID: Int] = [:]

    init(_ rows: Rows) { self.rows = rows }

    /// Runs a unit in a savepoint of its own.
    func run(_ unit: JournalUnit) throws(JournalFault) {
        try rows.run(Schema.beginUnit)
        let verdict = try unit(self)
        if let broken { throw broken }
        switch verdict {
        case .keep: try rows.run(Schema.keepUnit)
        case .undo:
            try rows.run(Schema.undoUnit)
            try rows.run(Schema.keepUnit)
            nextIndex = nil
            nextSequences = [:]
        }
    }

    func append(_ records: [StoredRecord]) throws(JournalFault) {
        guard !records.isEmpty else { return }
        try storing { () throws(JournalFault) in
            let stored = nextIndex == nil ? try rows.first(Schema.nextIndex) { $0.integer(0) } : nil
            var index = nextIndex ?? stored ?? 0
            var sequences = nextSequences
            for record in records {
                let sequence: Int
                if let known = sequences[record.run] {
                    sequence = known
                } else {
                    let run = SQLValue.text(record.run.text)
                    sequence = try rows.first(Schema.nextSequence, [run]) { $0.integer(0) } ?? 0
                }
                try JournalContinuity.check(record, index: index, sequence: sequence)
                sequences[record.run] = sequence + 1
                index += 1
            }
            for record in records {
                try rows.run(
                    Schema.addRecord,
                    [
                        .integer(record.index), .text(record.run.text),
                        .integer(record.sequence), .blob(record.leaf),
                        .blob(record.leafHash.bytes),
                    ])
            }
            nextIndex = index
            nextSequences = sequences
        }
    }

    func records(
        of run: RunID, from sequence: Int, limit: Int
    ) throws(JournalFault) -> [StoredRecord] {
        try storing { () throws(JournalFault) in
            try rows.stream(of: run, from: sequence, limit: limit)
        }
    }

    func state(of run: RunID) throws(JournalFault) -> StoredState? {
        try storing { () throws(JournalFault) in try rows.state(of: run) }
    }

    func setState(
        _ state: StoredState, of run: RunID, replacing: Int?
    ) throws(JournalFault) {
        let new: [SQLValue] = [.integer(state.version), .text(state.label), .blob(state.bytes)]
        let run_ = SQLValue.text(run.text)
        try storing { () throws(JournalFault) in
            let changed =
                if let replacing {
                    try rows.run(Schema.replaceState, new + [run_, .integer(replacing)])
                } else {
                    try rows.run(Schema.addState, [run_] + new)
                }
            guard changed == 1 else { throw JournalContinuity.conflict(run, replacing: replacing) }
        }
    }

    func key(_ name: KeyName) throws(JournalFault) -> [UInt8]? {
        try storing { () throws(JournalFault) in try rows.key(name) }
    }

    func setKey(_ name: KeyName, to value: [UInt8]?) throws(JournalFault) {
        try storing { () throws(JournalFault) in
            if let value {
                try rows.run(Schema.setKey, [.text(name.text), .blob(value)])
            } else {
                try rows.run(Schema.freeKey, [.text(name.text)])
            }
        }
    }

    func payload(_ commitment: Commitment) throws(JournalFault) -> StoredPayload? {
        try storing { () throws(JournalFault) in try rows.payload(commitment) }
    }

    func setPayload(
        _ payload: StoredPayload?, for commitment: Commitment
    ) throws(JournalFault) {
        let digest = SQLValue.blob(commitment.digest.bytes)
        try storing { () throws(JournalFault) in
            if let payload {
                try rows.run(Schema.setPayload, [digest, .blob(payload.salt), .blob(payload.bytes)])
            } else {
                try rows.run(Schema.erasePayload, [digest])
            }
        }
    }

    func schedule(_ item: AgendaItem?, for call: CallID) throws(JournalFault) {
        precondition(item.map { $0.call == call } ?? true, "An agenda line names its own call.")
        try storing { () throws(JournalFault) in
            guard let item else {
                try rows.run(Schema.dropLine, [.text(call.text)])
                return
            }
            try rows.run(
                Schema.setLine,
                [
                    .text(item.call.text), .text(item.run.text), .integer(Int(item.due.ms)),
                    .text(orNull: item.owner?.text), .text(orNull: item.environment),
                ])
        }
    }

    func due(_ query: AgendaQuery) throws(JournalFault) -> [AgendaItem] {
        try storing { () throws(JournalFault) in try rows.due(query) }
    }

    func add(_ amount: Int, to counter: CounterName) throws(JournalFault) -> Int {
        try storing { () throws(JournalFault) in
            let (sum, overflow) = try rows.counter(counter).addingReportingOverflow(amount)
            guard !overflow else { throw JournalContinuity.overflow(counter) }
            try rows.run(Schema.setCounter, [.text(counter.text), .integer(sum)])
            return sum
        }
    }

    func counter(_ name: CounterName) throws(JournalFault) -> Int {
        try storing { () throws(JournalFault) in try rows.counter(name) }
    }

    /// Remembers a failure of the storage. Contradictions (a version that is not there, a gap) are
    /// found before anything is written, so the transaction is still good after them.
    @discardableResult
    private func storing<Answer>(
        _ body: () throws(JournalFault) -> Answer
    ) throws(JournalFault) -> Answer {
        if let broken { throw broken }
        do throws(JournalFault) {
            return try body()
        } catch {
            if error.cause != nil { broken = error }
            throw error
        }
    }
}
