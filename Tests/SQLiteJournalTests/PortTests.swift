// What the journal's port promises, asked of every adapter alike.

import Engine
import Proofs
import SQLiteJournal
import Testing

@Suite struct PortTests {
    let scratch: Scratch
    init() throws { scratch = try Scratch() }

    @Test(arguments: Adapter.allCases)
    func recordsContinueJournalAndRun(_ adapter: Adapter) throws {
        let journal = try adapter.make(scratch)
        let (a, b) = (Sample.run(1), Sample.run(2))
        let records = [
            Sample.record(0, of: a, 0), Sample.record(1, of: b, 0), Sample.record(2, of: a, 1),
        ]
        try journal.write { t throws(JournalFault) in
            try t.append([records[0]])
            try t.append([records[1], records[2]])
            #expect(try t.records(of: a, from: 0, limit: 9) == [records[0], records[2]])
        }
        try journal.read { r throws(JournalFault) in
            #expect(try r.log(from: 0, limit: 9) == records)
            #expect(try r.log(from: 1, limit: 1) == [records[1]])
            #expect(try r.log(from: 3, limit: 9).isEmpty)
            #expect(try r.records(of: a, from: 1, limit: 9) == [records[2]])
            #expect(try r.records(of: a, from: 0, limit: 1) == [records[0]])
            #expect(try r.records(of: Sample.run(3), from: 0, limit: 9).isEmpty)
        }
    }

    @Test(arguments: Adapter.allCases)
    func gapsAreRefusedAndNothingOfThemIsKept(_ adapter: Adapter) throws {
        let journal = try adapter.make(scratch)
        let run = Sample.run(1)
        try journal.write { t throws(JournalFault) in try t.append([Sample.record(0, of: run, 0)]) }
        let wrong = [
            [Sample.record(0, of: run, 1)], [Sample.record(2, of: run, 1)],
            [Sample.record(1, of: run, 0)], [Sample.record(1, of: run, 2)],
            [Sample.record(1, of: Sample.run(2), 1)],
            [Sample.record(1, of: run, 1), Sample.record(3, of: run, 2)],
        ]
        for records in wrong {
            let code = faultCode { () throws(JournalFault) in
                try journal.write { t throws(JournalFault) in try t.append(records) }
            }
            #expect(code == .corrupt)
        }
        func count() throws -> Int {
            try journal.read { r throws(JournalFault) in try r.log(from: 0, limit: 9).count }
        }
        #expect(try count() == 1)
        // A refusal that the unit takes as an answer spoils nothing.
        try journal.write { t throws(JournalFault) in
            #expect(
                faultCode { () throws(JournalFault) in
                    try t.append([Sample.record(1, of: run, 1), Sample.record(1, of: run, 1)])
                } == .corrupt)
            try t.append([Sample.record(1, of: run, 1)])
        }
        #expect(try count() == 2)
    }

    @Test(arguments: Adapter.allCases)
    func statesAreReplacedByVersion(_ adapter: Adapter) throws {
        let journal = try adapter.make(scratch)
        let run = Sample.run(1)
        let first = Sample.state(1, "open", group: "g", pieces: [0: [1]])
        let second = Sample.state(4, "completed", group: "g", pieces: [0: [], 1: [4]])
        try journal.write { t throws(JournalFault) in
            #expect(try t.state(of: run) == nil)
            try t.setState(first, of: run, replacing: nil)
            #expect(try t.state(of: run) == first)
        }
        for replacing in [nil, 0, 2] {
            let code = faultCode { () throws(JournalFault) in
                try journal.write { t throws(JournalFault) in
                    try t.setState(second, of: run, replacing: replacing)
                }
            }
            #expect(code == .conflict)
        }
        let missing = faultCode { () throws(JournalFault) in
            try journal.write { t throws(JournalFault) in
                try t.setState(second, of: Sample.run(2), replacing: 1)
            }
        }
        #expect(missing == .conflict)
        try journal.write { t throws(JournalFault) in
            try t.setState(second, of: run, replacing: 1)
        }
        #expect(try journal.read { r throws(JournalFault) in try r.state(of: run) } == second)
    }

    @Test(arguments: Adapter.allCases)
    func aStateThatIsKnownIsNotReadAgain(_ adapter: Adapter) throws {
        let journal = try adapter.make(scratch)
        let run = Sample.run(1)
        let state = Sample.state(3, "open", group: "g", pieces: [0: [1]])
        try journal.write { t throws(JournalFault) in
            #expect(try t.state(of: run, knowing: Sample.head(3)) == .none)
            try t.setState(state, of: run, replacing: nil)
            #expect(try t.state(of: run, knowing: Sample.head(3)) == .unchanged)
        }
        try journal.read { r throws(JournalFault) in
            #expect(try r.state(of: run, knowing: Sample.head(3)) == .unchanged)
            #expect(try r.state(of: run, knowing: Sample.head(2)) == .stored(state))
            #expect(try r.state(of: run, knowing: nil) == .stored(state))
        }
    }

    @Test(arguments: Adapter.allCases)
    func piecesOfASnapshotAreSetOneByOneAndReadTogether(_ adapter: Adapter) throws {
        let journal = try adapter.make(scratch)
        let (run, other) = (Sample.run(1), Sample.run(2))
        func set(_ version: Int, _ pieces: [Int: [UInt8]]?, of run: RunID) throws {
            try journal.write { t throws(JournalFault) in
                try t.setState(
                    Sample.state(version, "open", group: "g", pieces: pieces),
                    of: run, replacing: version == 1 ? nil : version - 1)
            }
        }
        try set(1, nil, of: run)
        try journal.read { r throws(JournalFault) in
            #expect(try r.state(of: run)?.snapshot == nil)
        }
        try set(1, [7: [7]], of: other)
        try set(2, [2: [1], 1: []], of: run)
        try set(3, [2: [2, 2]], of: run)
        try set(4, nil, of: run)
        let undone: JournalUnit = { t throws(JournalFault) in
            try t.setState(
                Sample.state(5, "open", group: "g", pieces: [1: [5], 3: [5]]),
                of: run, replacing: 4)
            return .undo
        }
        try journal.commit([undone], .flushed)
        try journal.read { r throws(JournalFault) in
            let whole = StoredSnapshot(version: 3, pieces: [1: [], 2: [2, 2]])
            #expect(try r.state(of: run)?.version == 4)
            #expect(try r.state(of: run)?.snapshot == whole)
            #expect(
                try r.states(label: nil, before: nil, limit: 9).map(\.state.snapshot)
                    == [StoredSnapshot(version: 1, pieces: [7: [7]]), whole])
        }
    }

    @Test(arguments: Adapter.allCases)
    func statesAreFoundNewestFirst(_ adapter: Adapter) throws {
        let journal = try adapter.make(scratch)
        try journal.write { t throws(JournalFault) in
            for number in 1...6 {
                let label = number > 4 ? "stuck" : number.isMultiple(of: 2) ? "open" : "completed"
                try t.setState(
                    Sample.state(1, label, group: "g"), of: Sample.run(number),
                    replacing: nil)
            }
        }
        func found(_ label: String?, _ before: Int?, _ limit: Int) throws -> [String] {
            try journal.read { r throws(JournalFault) in
                try r.states(label: label, before: before.map(Sample.run), limit: limit)
                    .map(\.run.text)
            }
        }
        #expect(try found(nil, nil, 2) == ["run_6", "run_5"])
        #expect(try found(nil, 3, 9) == ["run_2", "run_1"])
        #expect(try found("open", nil, 9) == ["run_4", "run_2"])
        #expect(try found("open", 4, 1) == ["run_2"])
        #expect(try found("completed", nil, 1) == ["run_3"])
        #expect(try found("stuck", nil, 9) == ["run_6", "run_5"])
        #expect(try found("stuck", 6, 9) == ["run_5"])
        #expect(try found("expired", nil, 9).isEmpty)
        #expect(try found(nil, nil, 0).isEmpty)
    }

    @Test(arguments: Adapter.allCases)
    func statesAreFoundByTheirGroupWhichStays(_ adapter: Adapter) throws {
        let journal = try adapter.make(scratch)
        try journal.write { t throws(JournalFault) in
            for number in 1...6 {
                let group = number.isMultiple(of: 2) ? "\u{e9}" : "e\u{301}"
                try t.setState(
                    Sample.state(1, "open", group: group),
                    of: Sample.run(number), replacing: nil)
            }
            try t.setState(
                Sample.state(2, "done", group: "another"),
                of: Sample.run(6), replacing: 1)
        }
        func found(_ group: String, _ before: Int?, _ limit: Int) throws -> [String] {
            try journal.read { r throws(JournalFault) in
                try r.states(of: group, before: before.map(Sample.run), limit: limit)
                    .map(\.run.text)
            }
        }
        #expect(try found("\u{e9}", nil, 9) == ["run_6", "run_4", "run_2"])
        #expect(try found("e\u{301}", nil, 2) == ["run_5", "run_3"])
        #expect(try found("\u{e9}", 4, 9) == ["run_2"])
        #expect(try found("another", nil, 9).isEmpty)
    }

    @Test(arguments: Adapter.allCases)
    func keysAreBytes(_ adapter: Adapter) throws {
        let journal = try adapter.make(scratch)
        // The first two look alike and are two keys.
        let names = ["k:\u{e9}", "k:e\u{301}", "k:", "k:\u{10ffff}x", "l", "k", "k:a\0b"]
        try journal.write { t throws(JournalFault) in
            for (value, name) in names.enumerated() {
                try t.setKey(KeyName(name), to: [UInt8(value)])
            }
            try t.setKey(KeyName("l"), to: [])
            try t.setKey(KeyName("k"), to: nil)
            try t.setKey(KeyName("never there"), to: nil)
            #expect(try t.key(KeyName("l")) == [])
            #expect(try t.key(KeyName("k")) == nil)
        }
        func found(_ prefix: String, after: String?, _ limit: Int) throws -> [[UInt8]] {
            try journal.read { r throws(JournalFault) in
                try r.keys(prefix: prefix, after: after.map { KeyName($0) }, limit: limit)
                    .map(\.value)
            }
        }
        #expect(try found("k:", after: nil, 9) == [[2], [6], [1], [0], [3]])
        #expect(try found("k:", after: "k:a\0b", 2) == [[1], [0]])
        #expect(try found("k:", after: "a", 1) == [[2]])
        #expect(try found("k:", after: "z", 9).isEmpty)
        #expect(try found("", after: nil, 9).count == 6)
        #expect(try found("k:", after: nil, 0).isEmpty)
    }

    @Test(arguments: Adapter.allCases)
    func payloadsAreKeptReplacedAndErased(_ adapter: Adapter) throws {
        let journal = try adapter.make(scratch)
        let one = StoredPayload(salt: [1, 2], bytes: Array("{}".utf8))
        let two = StoredPayload(salt: [], bytes: [0])
        try journal.write { t throws(JournalFault) in
            try t.setPayload(one, for: Sample.commitment(1))
            try t.setPayload(one, for: Sample.commitment(2))
            try t.setPayload(two, for: Sample.commitment(1))
            try t.setPayload(nil, for: Sample.commitment(2))
            try t.setPayload(nil, for: Sample.commitment(3))
            #expect(try t.payload(Sample.commitment(1)) == two)
        }
        try journal.read { r throws(JournalFault) in
            #expect(try r.payload(Sample.commitment(1)) == two)
            #expect(try r.payload(Sample.commitment(2)) == nil)
        }
    }

    @Test(arguments: Adapter.allCases)
    func agendaHandsOutWhatIsDueOrOrphaned(_ adapter: Adapter) throws {
        let journal = try adapter.make(scratch)
        try journal.write { t throws(JournalFault) in
            func put(_ line: AgendaItem, formerly former: Int64? = nil) throws(JournalFault) {
                try t.schedule(line, for: line.subject, formerly: former.map { Instant(ms: $0) })
            }
            try put(Sample.line(1, due: 30))
            try put(Sample.line(2, due: 11, owner: 1))
            try put(Sample.line(3, due: 99, owner: 2, environment: "a"))
            try put(Sample.line(4, due: 10, environment: "b\"]"))
            try put(Sample.line(5, due: 1))
            try t.schedule(nil, for: Sample.subject(5), formerly: Instant(ms: 1))
            try t.schedule(nil, for: Sample.subject(6), formerly: nil)
            try t.schedule(nil, for: Sample.subject(6), formerly: Instant(ms: 10))
            try put(Sample.line(1, due: 20), formerly: 30)
            // A line that was moved meanwhile is found all the same.
            try put(Sample.line(2, due: 10, owner: 1), formerly: 99)

            func due(
                _ now: Int64, _ gone: [Int], _ environments: [String], _ limit: Int,
                horizon: Int64 = .max
            ) throws(JournalFault) -> [String] {
                let query = AgendaQuery(
                    now: Instant(ms: now), gone: gone.map(Sample.owner),
                    horizon: Instant(ms: horizon), environments: environments, limit: limit)
                return try t.due(query).map(\.subject.text)
            }
            #expect(try due(9, [], [], 9).isEmpty)
            #expect(try due(10, [], [], 9) == ["call_2"])
            #expect(try due(20, [], ["b\"]"], 9) == ["call_2", "run_4", "call_1"])
            #expect(try due(0, [2], ["a"], 9) == ["call_3"])
            #expect(try due(0, [2], ["b\"]"], 9).isEmpty)
            // What is due after the horizon is nobody's yet.
            #expect(try due(0, [2], ["a"], 9, horizon: 98).isEmpty)
            #expect(try due(0, [2], ["a"], 9, horizon: 99) == ["call_3"])
            #expect(try due(20, [1, 2], ["a", "b\"]"], 9)
                == ["call_2", "run_4", "call_1", "call_3"])
            #expect(try due(20, [1, 2], ["a", "b\"]"], 3) == ["call_2", "run_4", "call_1"])
        }
        #expect(
            try journal.read { r throws(JournalFault) in try r.agenda(limit: 3) }
                == [
                    Sample.line(2, due: 10, owner: 1), Sample.line(4, due: 10, environment: "b\"]"),
                    Sample.line(1, due: 20),
                ])
    }

    @Test(arguments: Adapter.allCases)
    func countersStartAtZeroAndDoNotOverflow(_ adapter: Adapter) throws {
        let journal = try adapter.make(scratch)
        let name = CounterName("calls")
        try journal.write { t throws(JournalFault) in
            #expect(try t.counter(name) == 0)
            #expect(try t.add(5, to: name) == 5)
            #expect(try t.add(-7, to: name) == -2)
            #expect(try t.add(.max, to: CounterName("big")) == .max)
            #expect(
                faultCode { () throws(JournalFault) in _ = try t.add(1, to: CounterName("big")) }
                    == .corrupt)
        }
        try journal.read { r throws(JournalFault) in
            #expect(try r.counter(name) == -2)
            #expect(try r.counter(CounterName("big")) == .max)
            #expect(try r.counter(CounterName("none")) == 0)
        }
    }

    @Test(arguments: Adapter.allCases)
    func anUndoneUnitLeavesTheOthers(_ adapter: Adapter) throws {
        let journal = try adapter.make(scratch)
        let run = Sample.run(1)
        let write: JournalUnit = { t throws(JournalFault) in
            let index = try t.counter(.records)
            try t.append([Sample.record(index, of: run, index)])
            try t.setKey(KeyName("last"), to: [UInt8(index)])
            let subject = AgendaSubject.call(Sample.call(index))
            try t.schedule(Sample.line(index, due: 1), for: subject, formerly: nil)
            try t.setPayload(StoredPayload(salt: [], bytes: []), for: Sample.commitment(index))
            let state = Sample.state(index + 1, "open", group: "g")
            try t.setState(state, of: run, replacing: index == 0 ? nil : index)
            return .keep
        }
        let undone: JournalUnit = { t throws(JournalFault) in
            _ = try write(t)
            return .undo
        }
        try journal.commit([write, undone, undone, write, undone], .flushed)
        try journal.read { r throws(JournalFault) in
            #expect(try r.log(from: 0, limit: 9).map(\.sequence) == [0, 1])
            #expect(try r.key(KeyName("last")) == [1])
            #expect(try r.agenda(limit: 9).map(\.subject.text) == ["call_0", "call_1"])
            #expect(try r.payload(Sample.commitment(2)) == nil)
            #expect(try r.state(of: run)?.version == 2)
            #expect(try r.counter(.records) == 2)
        }
    }

    @Test(arguments: Adapter.allCases)
    func aUnitThatThrowsUndoesTheTransaction(_ adapter: Adapter) throws {
        let journal = try adapter.make(scratch)
        let good: JournalUnit = { t throws(JournalFault) in
            try t.setKey(KeyName("a"), to: [1])
            return .keep
        }
        let bad: JournalUnit = { t throws(JournalFault) in
            try t.setKey(KeyName("b"), to: [1])
            throw JournalFault(.io, "The unit gives up.")
        }
        #expect(
            faultCode { () throws(JournalFault) in try journal.commit([good, bad, good], .flushed) }
                == .io)
        let left = try journal.read { r throws(JournalFault) in
            try r.keys(prefix: "", after: nil, limit: 9).count
        }
        #expect(left == 0)
        try journal.commit([good], .flushed)
        #expect(try journal.read { r throws(JournalFault) in try r.key(KeyName("a")) } == [1])
    }
}
