// The port's writes over the journal's tables, each a statement or two, and units in savepoints.
// No SQL text and no meaning here.

import Engine
import Proofs
import SQLite

extension Session: JournalTransaction {
    /// Runs the only unit of its transaction: to undo it is to undo the transaction.
    func runAlone(_ unit: JournalUnit) throws(JournalFault) {
        let verdict = try unit(self)
        try refuseIfBroken()
        switch verdict {
        case .keep: break
        case .undo: try storage { () throws(DatabaseFault) in try connection.rollBack() }
        }
    }

    /// Runs a unit in a savepoint of its own.
    func run(_ unit: JournalUnit) throws(JournalFault) {
        try run(Schema.beginUnit)
        let verdict = try unit(self)
        try refuseIfBroken()
        switch verdict {
        case .keep: try run(Schema.keepUnit)
        case .undo:
            try run(Schema.undoUnit)
            try run(Schema.keepUnit)
            nextIndex = nil
            nextSequences = [:]
            memory.forget()
        }
    }

    func append(_ records: [StoredRecord]) throws(JournalFault) {
        guard !records.isEmpty else { return }
        var index = try recordCount()
        var sequences = nextSequences
        for record in records {
            let sequence: Int
            if let known = sequences[record.run] {
                sequence = known
            } else {
                let run = SQLValue.text(record.run.text)
                sequence = try first(Schema.nextSequence, [run]) { $0.integer(0) } ?? 0
            }
            try JournalContinuity.check(record, index: index, sequence: sequence)
            sequences[record.run] = sequence + 1
            index += 1
        }
        for record in records {
            try run(
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

    func setState(
        _ state: StoredState, of run: RunID, replacing: Int?
    ) throws(JournalFault) {
        let new: [SQLValue] = [
            .integer(state.version), .blob(state.head.bytes), .text(state.label),
            state.snapshot.map { .integer($0.version) } ?? .null,
        ]
        let name = SQLValue.text(run.text)
        let changed =
            if let replacing {
                try self.run(Schema.replaceState, new + [name, .integer(replacing)])
            } else {
                try self.run(Schema.addState, [name] + new + [.text(state.group)])
            }
        guard changed == 1 else { throw JournalContinuity.conflict(run, replacing: replacing) }
        guard let snapshot = state.snapshot else { return }
        for (position, bytes) in snapshot.pieces.sorted(by: { $0.key < $1.key }) {
            try self.run(Schema.setPiece, [name, .integer(position), .blob(bytes)])
        }
    }

    func setKey(_ name: KeyName, to value: [UInt8]?) throws(JournalFault) {
        if let value {
            try run(Schema.setKey, [.text(name.text), .blob(value)])
        } else {
            try run(Schema.freeKey, [.text(name.text)])
        }
    }

    func setPayload(
        _ payload: StoredPayload?, for commitment: Commitment
    ) throws(JournalFault) {
        let digest = SQLValue.blob(commitment.digest.bytes)
        if let payload {
            try run(Schema.setPayload, [digest, .blob(payload.salt), .blob(payload.bytes)])
        } else {
            try run(Schema.erasePayload, [digest])
        }
    }

    func schedule(
        _ item: AgendaItem?, for subject: AgendaSubject, formerly former: Instant?
    ) throws(JournalFault) {
        precondition(
            item.map { $0.subject == subject } ?? true, "An agenda line names its own subject.")
        if let former {
            let name = SQLValue.text(subject.text)
            if try run(Schema.dropLineAt, [.integer(Int(former.ms)), name]) == 0 {
                try run(Schema.dropLine, [name])
            }
        }
        guard let item else { return }
        try run(
            Schema.addLine,
            [
                .text(item.subject.text), .text(item.run.text), .integer(Int(item.due.ms)),
                .text(orNull: item.owner?.text), .text(orNull: item.environment),
            ])
    }

    func add(_ amount: Int, to counter: CounterName) throws(JournalFault) -> Int {
        precondition(counter != .records, "Records are counted by being appended.")
        let (sum, overflow) = try self.counter(counter).addingReportingOverflow(amount)
        guard !overflow else { throw JournalContinuity.overflow(counter) }
        try run(Schema.setCounter, [.text(counter.text), .integer(sum)])
        return sum
    }
}
