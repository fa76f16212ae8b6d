// What waits costs nothing until its time: looking at the agenda takes as long with a million lines
// that are due later as with none, and what became due is found among them.

import Engine
import SQLite
import SQLiteJournal
import Testing

@Suite struct WaitingTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// The shortest of several looks, in microseconds: noise only adds.
    private func lookUs(_ journal: SQLiteJournal, gone: [OwnerID] = []) throws -> Double {
        var best = Double.infinity
        for _ in 0..<30 {
            let clock = ContinuousClock()
            let took = try clock.measure {
                try journal.write(.committed) { t throws(JournalFault) in
                    let query = AgendaQuery(
                        now: Instant(ms: 1_000), gone: gone, horizon: Instant(ms: 5_000),
                        environments: ["here"], limit: 16)
                    #expect(try t.due(query).isEmpty)
                }
                try journal.read { r throws(JournalFault) in
                    #expect(try r.agenda(limit: 1).allSatisfy { $0.due.ms > 1_000 })
                }
            }
            best = min(best, Double(took.components.attoseconds) / 1e12)
        }
        return best
    }

    @Test func aMillionWaitingRunsCostNothingUntilTheyAreDue() throws {
        let journal = try SQLiteJournal(path: scratch.journalPath)
        let owner = Sample.owner(1)
        let alone = try lookUs(journal, gone: [owner])
        let database = try SharedDatabase(path: scratch.journalPath)
        try database.write(.now) { connection throws(DatabaseFault) in
            try connection.execute(
                """
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)
                INSERT INTO agenda (due, call, run, owner, environment)
                SELECT 10000 + i, 'call_' || i, 'run_' || i, NULL, 'here' FROM n;
                """)
        }
        let crowded = try lookUs(journal, gone: [owner])
        print("a look at the agenda: \(alone) µs with none waiting, \(crowded) µs with a million")
        #expect(crowded < alone * 10)
        // One whose time has come is found at once.
        let due = try journal.dueNow(at: 10_002)
        #expect(due == ["call_1", "call_2"])
    }
}

extension SQLiteJournal {
    fileprivate func dueNow(at nowMs: Int64) throws -> [String] {
        var found: [String] = []
        try write(.committed) { t throws(JournalFault) in
            let query = AgendaQuery(
                now: Instant(ms: nowMs), gone: [], horizon: Instant(ms: nowMs),
                environments: ["here"], limit: 16)
            found = try t.due(query).map(\.subject.text)
        }
        return found
    }
}
