// Journals of older formats, as earlier releases left them, opened by this one.

import Engine
import Proofs
import SQLite
import Testing

@testable import SQLiteJournal

@Suite struct MigrationTests {
    let scratch: Scratch
    init() throws { scratch = try Scratch() }

    private static let oldSnapshot = Array(
        #"{"id":"run_0","profile":"desk","on_behalf_of":"añ\"a","calls":[]}"#.utf8)
    private static let payload = StoredPayload(salt: [7, 7], bytes: [8])

    /// Two records, two states, two agenda lines and a payload, in the first format's tables.
    private func leaveOldJournal() throws {
        var options = SharedDatabase.Options()
        options.applicationID = Schema.applicationID
        let database = try SharedDatabase(path: scratch.journalPath, options)
        try database.write(.now) { c throws(DatabaseFault) in
            try c.execute(Schema.migrations[0])
            for number in 0...1 {
                let record = Sample.record(number, of: Sample.run(number), 0)
                try c.run(
                    "INSERT INTO records (idx, run, sequence, leaf, hash) VALUES (?, ?, ?, ?, ?)",
                    [
                        .integer(number), .text(record.run.text), .integer(0), .blob(record.leaf),
                        .blob(record.leafHash.bytes),
                    ])
                try c.run(
                    "INSERT INTO states (run, version, label, bytes) VALUES (?, 1, ?, ?)",
                    [
                        .text(record.run.text), .text(number == 0 ? "open" : "needs_attention"),
                        .blob(number == 0 ? Self.oldSnapshot : [0xff]),
                    ])
                try c.run(
                    "INSERT INTO agenda (call, run, due, owner, environment)"
                        + " VALUES (?, ?, ?, NULL, 'e')",
                    [
                        .text(Sample.call(number).text), .text(record.run.text),
                        .integer(9 - number),
                    ])
            }
            try c.run(
                "INSERT INTO payloads (digest, salt, bytes) VALUES (?, ?, ?)",
                [
                    .blob(Sample.commitment(1).digest.bytes), .blob(Self.payload.salt),
                    .blob(Self.payload.bytes),
                ])
            try c.run("INSERT INTO counters (name, value) VALUES ('records', 2), ('reads', 5)")
            try c.execute(Schema.mark(version: 1))
        }
    }

    @Test func aJournalOfTheFirstFormatIsBroughtUpToDateAndLosesNothing() throws {
        try leaveOldJournal()
        let journal = try SQLiteJournal(path: scratch.journalPath)
        try journal.read { r throws(JournalFault) in
            #expect(try r.counter(.records) == 2)
            #expect(try r.counter(CounterName("reads")) == 5)
            #expect(try r.log(from: 0, limit: 9).map(\.index) == [0, 1])
            #expect(
                try r.agenda(limit: 9)
                    == [
                        AgendaItem(
                            subject: .call(Sample.call(1)), run: Sample.run(1), due: Instant(ms: 8),
                            owner: nil, environment: "e"),
                        AgendaItem(
                            subject: .call(Sample.call(0)), run: Sample.run(0), due: Instant(ms: 9),
                            owner: nil, environment: "e"),
                    ])
            #expect(try r.payload(Sample.commitment(1)) == Self.payload)
            #expect(
                try r.state(of: Sample.run(0))
                    == StoredState(
                        version: 1, head: Digest.sha256([]), label: "open",
                        group: #"["desk","añ\"a"]"#, snapshot: nil))
            let ours = Caller(profile: "desk", person: "añ\"a", account: "")
            #expect(
                try r.states(of: ours.group, before: nil, limit: 9).map(\.run) == [Sample.run(0)])
            #expect(
                try r.states(label: "needs_attention", before: nil, limit: 9).map(\.run)
                    == [Sample.run(1)])
        }
        try journal.write { t throws(JournalFault) in
            try t.append([Sample.record(2, of: Sample.run(1), 1)])
            try t.schedule(nil, for: .call(Sample.call(0)), formerly: Instant(ms: 9))
        }
        // And once more, as the next host does.
        let again = try SQLiteJournal(path: scratch.journalPath)
        try again.read { r throws(JournalFault) in
            #expect(try r.counter(.records) == 3)
            #expect(try r.agenda(limit: 9).map(\.subject) == [.call(Sample.call(1))])
        }
    }

    /// The second format kept a snapshot in every state, in pieces for long runs.
    @Test func aJournalOfTheSecondFormatKeepsItsStatesAndGivesUpItsSnapshots() throws {
        var options = SharedDatabase.Options()
        options.applicationID = Schema.applicationID
        let database = try SharedDatabase(path: scratch.journalPath, options)
        try database.write(.now) { c throws(DatabaseFault) in
            for migration in Schema.migrations.prefix(2) { try c.execute(migration) }
            for (number, label) in ["open", "needs_attention", "completed"].enumerated() {
                let run = Sample.run(number).text
                try c.run(
                    "INSERT INTO states (run, version, label, bytes, parts, head, family)"
                        + " VALUES (?, ?, ?, x'7b7d', ?, ?, 'g')",
                    [
                        .text(run), .integer(number + 3), .text(label), .integer(number),
                        .blob(Sample.head(number + 3).bytes),
                    ])
                try c.run(
                    "INSERT INTO parts (run, position, bytes) VALUES (?, 1, x'7b7d')", [.text(run)])
            }
            try c.execute(Schema.mark(version: 2))
        }
        let journal = try SQLiteJournal(path: scratch.journalPath)
        try journal.read { r throws(JournalFault) in
            for (number, label) in ["open", "needs_attention", "completed"].enumerated() {
                #expect(
                    try r.state(of: Sample.run(number))
                        == Sample.state(number + 3, label, group: "g"))
            }
            #expect(try r.states(of: "g", before: nil, limit: 9).count == 3)
            #expect(
                try r.states(label: "needs_attention", before: nil, limit: 9).map(\.run)
                    == [Sample.run(1)])
        }
        // What is set from now on has nothing of the old pieces.
        let newer = Sample.state(6, "open", group: "g", pieces: [0: [1]])
        try journal.write { t throws(JournalFault) in
            try t.setState(newer, of: Sample.run(0), replacing: 3)
        }
        let stored = try journal.read { r throws(JournalFault) in try r.state(of: Sample.run(0)) }
        #expect(stored == newer)
    }
}
