// What only the model can do: lose its power and fail on demand.

import Engine
import Testing

@Suite struct ModelTests {
    private func set(_ name: String) -> JournalUnit {
        { t throws(JournalFault) in
            try t.setKey(KeyName(name), to: [1])
            let index = try t.counter(.records)
            try t.append([Sample.record(index, of: Sample.run(1), index)])
            return .keep
        }
    }

    private func keys(_ journal: MemoryJournal) throws -> [String] {
        try journal.read { r throws(JournalFault) in
            #expect(
                try r.log(from: 0, limit: 99).count == r.counter(.records))
            return try r.keys(prefix: "", after: nil, limit: 99).map(\.name.text)
        }
    }

    @Test func aLossOfPowerTakesWhatWasNotFlushed() throws {
        var journal = MemoryJournal()
        try journal.commit([set("a")], .committed)
        try journal.commit([set("b")], .flushed)
        try journal.commit([set("c"), set("d")], .committed)
        try journal.commit([set("e")], .committed)
        #expect(try keys(journal) == ["a", "b", "c", "d", "e"])
        journal.losePower()
        #expect(try keys(journal) == ["a", "b"], "a flush takes earlier commits with it")
        journal.losePower()
        #expect(try keys(journal) == ["a", "b"])
        #expect(journal.flushCount == 1)
        try journal.commit([set("f")], .flushed)
        #expect(try keys(journal) == ["a", "b", "f"])
    }

    @Test func failuresComeInTheirTurn() throws {
        var journal = MemoryJournal()
        journal.failNextCommit(.refuse(JournalFault(.full, "No room.")))
        journal.failNextCommit(.loseAnswer(JournalFault(.io, "The process died.")))
        let refused = faultCode { () throws(JournalFault) in
            try journal.commit([set("a")], .flushed)
        }
        #expect(refused == .full)
        #expect(try keys(journal) == [])
        let unheard = faultCode { () throws(JournalFault) in
            try journal.commit([set("b")], .flushed)
        }
        #expect(unheard == .io)
        #expect(try keys(journal) == ["b"])
        try journal.commit([set("c")], .flushed)
        #expect(try keys(journal) == ["b", "c"])
    }
}
