// Several units about one run in one transaction, each with what its host knew before: none decides
// on what another has changed or taken back.

import JSON
import Testing

@testable import Engine

struct SharedTransactionTests {
    private let world = World()
    private let tool = Sample.tool(.keyed)

    private func unit(
        _ arguments: JSONObject, in run: RunID, _ verdict: UnitVerdict
    ) -> JournalUnit {
        let request = world.request(tool, arguments, run: run)
        let (doors, moment) = (world.doors, world.moment())
        return { (journal) throws(JournalFault) in
            do throws(DoorError) {
                _ = try doors.submit(request, in: journal, moment)
                return verdict
            } catch {
                switch error {
                case .rejected: return .undo
                case .fault(let fault): throw fault
                }
            }
        }
    }

    private func names(_ run: RunID) throws -> [JSONValue?] {
        try world.journal.read { (reading) throws(JournalFault) in
            var found: [JSONValue?] = []
            for call in try reading.run(run)?.calls ?? [] {
                found.append(try reading.value(call.arguments)?["n"])
            }
            return found
        }
    }

    @Test func unitsOnOneRunBuildOnEachOtherAndNotOnWhatWasUndone() throws {
        let run = try world.begin().run.id
        world.recent[run] = try world.run(run)
        let units = [
            unit(["n": 1], in: run, .keep), unit(["n": 2], in: run, .undo),
            unit(["n": 3], in: run, .keep), unit(["n": 4], in: run, .undo),
        ]
        try world.journal.commit(units, .flushed)
        #expect(try names(run) == [1, 3])
        #expect(try Derived(world.journal).contradictions.isEmpty)
        // What is known is old by now, and says so.
        try world.journal.commit([unit(["n": 5], in: run, .keep)], .flushed)
        #expect(try names(run) == [1, 3, 5])
        #expect(try Derived(world.journal).contradictions.isEmpty)
    }

    @Test func aTransactionThatFailedLeavesNothingToBuildOn() throws {
        let run = try world.begin().run.id
        world.recent[run] = try world.run(run)
        world.journal.failNextCommit(.refuse(JournalFault(.full, "No room.")))
        let bad: JournalUnit = { (_) throws(JournalFault) in throw JournalFault(.io, "No.") }
        for units in [[unit(["n": 1], in: run, .keep)], [unit(["n": 2], in: run, .keep), bad]] {
            #expect(throws: JournalFault.self) { try world.journal.commit(units, .flushed) }
        }
        try world.journal.commit([unit(["n": 3], in: run, .keep)], .flushed)
        #expect(try names(run) == [3])
        #expect(try Derived(world.journal).contradictions.isEmpty)
    }

    @Test func aRunOfTheSameVersionButAnotherContentIsNotTakenForTheOneKnown() throws {
        let run = try world.begin().run.id
        let earlier = world.journal
        try world.record(try world.start(tool, ["n": 1], run: run), .succeeded(1))
        let known = try world.run(run)
        // The database is restored, and other work brings it to the same version.
        world.journal = earlier
        world.pass(1)
        world.recent = [:]
        try world.record(try world.start(tool, ["n": 2], run: run), .succeeded(1))
        #expect(try world.run(run).version == known.version)
        world.recent[run] = known
        try world.record(try world.start(tool, ["n": 3], run: run), .succeeded(1))
        #expect(try names(run) == [2, 3])
        #expect(try Derived(world.journal).contradictions.isEmpty)
    }
}
