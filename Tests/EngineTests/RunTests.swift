// Runs: beginning, completing, and the states that follow from their calls.

import JSON
import Proofs
import Testing

@testable import Engine

struct RunTests {
    private let world = World()
    private let tool = Sample.tool(.keyed)

    @Test func aSecondTriggerNeverStartsASecondRun() throws {
        let first = try world.begin("answer", intent: "mail-1")
        let again = try world.begin("other words", intent: "mail-1")
        #expect(!first.isResumed && again.isResumed)
        #expect(again.run.id == first.run.id)
        #expect(try world.log().count == 1)
        #expect(try world.begin("answer").run.id != first.run.id)
        #expect(try world.begin("answer", intent: "mail-2").run.id != first.run.id)
    }

    @Test func anIntentBelongsToItsProfileAndPerson() throws {
        let first = try world.begin(intent: "mail-1").run.id
        let others = [
            Caller(profile: "other", person: "ana", account: "host"),
            Caller(profile: "desk", person: "bo", account: "host"),
        ]
        for caller in others {
            #expect(try world.begin(intent: "mail-1", caller: caller).run.id != first)
        }
    }

    @Test func anEmptyIntentIsRefused() {
        #expect(throws: Rejection.keyUnusable("intent_id is empty")) {
            try world.begin(intent: "")
        }
    }

    @Test func aRunHoldsItsCallsInOrderOfIntentAndItsFirstCallSharesItsName() throws {
        let run = try world.begin().run.id
        let first = try world.submit(tool, ["n": 1], run: run).view.call.id
        world.pass(1)
        let second = try world.submit(tool, ["n": 2], run: run).view.call.id
        #expect(try world.run(run).calls.map(\.id) == [first, second])
        #expect(first.suffix == run.suffix)
        #expect(try world.view(second).run == run)
    }

    @Test func anotherCallersRunIsAnsweredLikeOneThatIsNotThere() throws {
        let run = try world.begin().run.id
        let other = Caller(profile: "other", person: "ana", account: "host")
        #expect(throws: Rejection.unknownRun(run.text)) {
            try world.submit(tool, run: run, caller: other)
        }
        #expect(throws: Rejection.unknownRun(run.text)) { try world.complete(run, caller: other) }
        let missing = Shapes.minted(40, RunID.self)
        #expect(throws: Rejection.unknownRun(missing.text)) {
            try world.submit(tool, run: missing)
        }
    }

    @Test func aRunCompletesOnceAllItsCallsHaveEnded() throws {
        let run = try world.begin().run.id
        let attempt = try world.start(tool, run: run)
        #expect(throws: Rejection.callsUnfinished(run, [attempt.call])) {
            try world.complete(run)
        }
        try world.record(attempt, .succeeded(1))
        #expect(try world.complete(run, summary: "all done").state == .completed)
        let count = try world.log().count
        #expect(try world.complete(run, summary: "again").state == .completed)
        #expect(try world.log().count == count)
    }

    @Test func aRunOfItsOwnCompletesWithItsCall() throws {
        let attempt = try world.start(tool)
        #expect(try world.run(attempt.run).state == .open)
        let view = try world.record(attempt, .failed(Failure(.fatal, "no")))
        #expect(view.runState == .completed)
        #expect(try world.run(attempt.run).isSingle)
        #expect(throws: Rejection.runEnded(attempt.run)) {
            try world.submit(tool, ["to": "bo"], run: attempt.run)
        }
    }

    @Test func aRunThatNeedsAttentionRefusesWritesAndAcceptsReads() throws {
        let run = try world.begin().run.id
        let attempt = try world.start(Sample.tool(.atMostOnce), run: run)
        try world.record(attempt, .unknown(reason: "timed out"))
        #expect(try world.run(run).state == .needsAttention)
        for delivery in Delivery.allCases where delivery.isWrite {
            #expect(throws: Rejection.runNeedsAttention(run)) {
                try world.submit(Sample.tool(delivery), ["to": "bo"], run: run)
            }
        }
        let read = try world.start(Sample.tool(.read), run: run)
        try world.record(read, .succeeded(1))
        try world.resolve(attempt.call, .succeeded(1))
        #expect(try world.run(run).state == .open)
        #expect(try world.submit(tool, run: run).attempt != nil)
    }

    @Test func aRunIsFoundByItsStateNewestFirst() throws {
        var open: [RunID] = []
        for number in 0..<4 {
            world.pass(1)
            let run = try world.begin("run \(number)").run.id
            if number == 1 { try world.complete(run) } else { open.insert(run, at: 0) }
        }
        let found = try world.journal.read { (reading) throws(JournalFault) in
            try reading.states(label: "open", before: nil, limit: 10).map(\.run)
        }
        #expect(found == open)
    }

    @Test func aRunPinsItsToolsAndKeepsTheirManifests() throws {
        let pins = [
            ToolPin(tool: tool.name, manifest: tool.manifest),
            ToolPin(tool: ToolName("a_probe"), manifest: Sample.manifest("a_probe")),
        ]
        let run = try world.begin(pins: pins).run.id
        #expect(Set(try world.run(run).pins) == Set(pins))
        let manifest: JSONValue = ["name": "a_probe"]
        let doors = world.doors
        for _ in 0..<2 {
            try world.door { (journal) throws(DoorError) in
                try faulting { () throws(JournalFault) in
                    try doors.keep(manifest, as: pins[1].manifest, in: journal)
                }
            }
        }
        let kept = try world.journal.read { (reading) throws(JournalFault) in
            try reading.manifest(pins[1].manifest)
        }
        #expect(kept == manifest)
    }

    @Test func hostsWithTheSameResourcesShareAnEnvironmentThatCannotBeGuessed() {
        let other = Doors(keyed: KeyedHash(secret: [UInt8](repeating: 8, count: 32)))
        let name = world.doors.environment([1])
        #expect(name == world.doors.environment([1]))
        #expect(name != world.doors.environment([2]))
        #expect(name != other.environment([1]))
        #expect(name.hasPrefix("hmac-sha256:"))
    }
}
