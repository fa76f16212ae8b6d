// The same call twice: joined or replayed, refused, or done anew (DESIGN section 5.2).

import JSON
import Testing

@testable import Engine

struct IdempotencyTests {
    private let world = World()
    private let tool = Sample.tool(.keyed)

    @discardableResult
    private func succeed(
        _ tool: Tool, _ arguments: JSONObject = ["to": "ana"], key: String? = nil,
        run: RunID? = nil
    ) throws -> CallView {
        try world.record(
            try world.start(tool, arguments, run: run, key: key), .succeeded(["done": 1]))
    }

    @Test(arguments: [String?.none, "order-7"])
    func theSameCallIsAnsweredFromTheRecordAndNotDoneAgain(_ key: String?) throws {
        let first = try succeed(tool, key: key)
        let again = try world.submit(tool, key: key, by: Sample.owner(2))
        #expect(again.isReplay)
        #expect(again.attempt == nil)
        #expect(again.view.call.id == first.call.id)
        #expect(again.view.result == ["done": 1])
    }

    @Test(arguments: [String?.none, "order-7"])
    func theSameCallWhileItGoesOnIsJoined(_ key: String?) throws {
        let first = try world.start(tool, key: key)
        let again = try world.submit(tool, key: key, by: Sample.owner(2))
        #expect(again.isReplay)
        #expect(again.attempt == nil)
        #expect(again.view.call.id == first.call)
        #expect(again.view.call.status == .running)
    }

    @Test func membersInAnotherOrderAndNumbersWrittenOtherwiseAreTheSameArguments() throws {
        let first = try #require(try JSONParser.parse(#"{"a":1,"b":{"c":2.50}}"#).objectValue)
        let second = try #require(try JSONParser.parse(#"{"b":{"c":25e-1},"a":1.0}"#).objectValue)
        let call = try succeed(tool, first).call.id
        #expect(try world.submit(tool, second).view.call.id == call)
    }

    @Test func otherArgumentsAreAnotherCallWhereTheyAreTheKey() throws {
        try succeed(tool, ["to": "ana"])
        #expect(try world.submit(tool, ["to": "bo"]).isReplay == false)
    }

    @Test func aGivenKeyWithOtherArgumentsIsRefusedNamingTheFields() throws {
        let call = try succeed(tool, ["to": "ana", "n": 1, "same": true], key: "k").call.id
        #expect(throws: Rejection.idempotencyConflict(call: call, fields: ["/n", "/to"])) {
            try world.submit(tool, ["to": "bo", "same": true], key: "k")
        }
    }

    @Test func declaredFieldsMakeTheKeyAndTheOthersMustAgree() throws {
        let tool = Sample.tool(.keyed, fields: ["id"])
        let call = try succeed(tool, ["id": 1, "text": "a"]).call.id
        #expect(try world.submit(tool, ["id": 1, "text": "a"]).view.call.id == call)
        #expect(throws: Rejection.idempotencyConflict(call: call, fields: ["/text"])) {
            try world.submit(tool, ["id": 1, "text": "b"])
        }
        #expect(try world.submit(tool, ["id": 2, "text": "b"]).isReplay == false)
    }

    @Test(arguments: [[String](), ["id"]])
    func ignoredFieldsMayDiffer(_ fields: [String]) throws {
        let tool = Sample.tool(.keyed, fields: fields, ignored: ["at"])
        let call = try succeed(tool, ["id": 1, "at": "noon"]).call.id
        let again = try world.submit(tool, ["id": 1, "at": "one"])
        #expect(again.isReplay && again.view.call.id == call)
    }

    @Test func erasedArgumentsStillConflictByTheirFingerprint() throws {
        let view = try succeed(tool, ["to": "ana"], key: "k")
        try world.door { (journal) throws(DoorError) in
            try faulting { () throws(JournalFault) in
                try journal.setPayload(nil, for: view.call.arguments.commitment)
            }
        }
        #expect(try world.submit(tool, ["to": "ana"], key: "k").isReplay)
        let fields = ["arguments that have been erased"]
        #expect(throws: Rejection.idempotencyConflict(call: view.call.id, fields: fields)) {
            try world.submit(tool, ["to": "bo"], key: "k")
        }
    }

    @Test func aKeyBelongsToItsToolProfileAndPerson() throws {
        try succeed(tool, key: "k")
        let others = [
            Caller(profile: "other", person: "ana", account: "host"),
            Caller(profile: "desk", person: "bo", account: "host"),
        ]
        for caller in others {
            #expect(try world.submit(tool, key: "k", caller: caller).isReplay == false)
        }
        #expect(try world.submit(Sample.tool(.natural), key: "k").isReplay == false)
        let account = Caller(profile: "desk", person: "ana", account: "elsewhere")
        #expect(try world.submit(tool, key: "k", caller: account).isReplay)
    }

    @Test func aKeyInARunIsThatRunsAlone() throws {
        let run = try world.begin().run.id
        let call = try succeed(tool, key: "k", run: run).call.id
        #expect(try world.submit(tool, key: "k").isReplay == false)
        let other = try world.begin().run.id
        #expect(try world.submit(tool, run: other, key: "k").isReplay == false)
        #expect(try world.submit(tool, run: run, key: "k").view.call.id == call)
    }

    @Test func aReplayIsAnsweredEvenWhenTheRunHasCompleted() throws {
        let run = try world.begin().run.id
        let call = try succeed(tool, run: run).call.id
        try world.complete(run)
        #expect(try world.submit(tool, run: run).view.call.id == call)
        #expect(throws: Rejection.runEnded(run)) {
            try world.submit(tool, ["to": "bo"], run: run)
        }
    }

    @Test func aGivenAndADerivedKeyNeverMeet() throws {
        try succeed(tool, ["to": "ana"])
        #expect(try world.submit(tool, ["to": "ana"], key: #"{"to":"ana"}"#).isReplay == false)
    }
}

/// How long a key holds once its call has ended.
struct KeyWindowTests {
    private let world = World()
    private let tool = Sample.tool(.keyed, windowMs: 1_000)

    private func succeed(key: String? = nil) throws -> CallView {
        try world.record(try world.start(tool, key: key), .succeeded(1))
    }

    @Test func aDerivedKeyHoldsForItsWindowAfterDelivery() throws {
        let view = try succeed()
        world.pass(5_000)
        try world.deliver(view.call.id, in: view.run)
        world.pass(999)
        #expect(try world.submit(tool).isReplay)
        world.pass(1)
        #expect(try world.submit(tool).isReplay == false)
    }

    @Test func whereTheMarkOfDeliveryIsLostTheKeyHoldsADay() throws {
        let view = try succeed()
        try world.deliver(view.call.id, in: view.run, .committed)
        world.journal.losePower()
        world.pass(Limits.undeliveredKeyMs - 1)
        #expect(try world.submit(tool).isReplay)
        world.pass(1)
        #expect(try world.submit(tool).isReplay == false)
    }

    @Test func theWindowStartsWithTheFirstDeliveryOnly() throws {
        let view = try succeed()
        try world.deliver(view.call.id, in: view.run)
        world.pass(900)
        try world.deliver(view.call.id, in: view.run)
        world.pass(100)
        #expect(try world.submit(tool).isReplay == false)
        #expect(try world.kinds(view.run).filter { $0 == "outcome_delivered" }.count == 1)
    }

    @Test func aGivenKeyNeverExpires() throws {
        let view = try succeed(key: "k")
        try world.deliver(view.call.id, in: view.run)
        world.pass(10 * 365 * 86_400_000)
        #expect(try world.submit(tool, key: "k").isReplay)
        #expect(try world.kinds(view.run).contains("outcome_delivered") == false)
    }

    @Test func theDefaultWindowsAreTenMinutesAndADay() {
        #expect(Idempotency.defaultWindowMs(declaresFields: false) == 600_000)
        #expect(Idempotency.defaultWindowMs(declaresFields: true) == 86_400_000)
    }

    @Test func aCallWithoutAnEndHoldsItsKeyForEver() throws {
        let attempt = try world.start(Sample.tool(.atMostOnce))
        try world.record(attempt, .unknown(reason: "timed out"))
        world.pass(10 * 365 * 86_400_000)
        let again = try world.submit(Sample.tool(.atMostOnce))
        #expect(again.isReplay && again.attempt == nil)
        #expect(again.view.call.status == .unknown)
    }

    @Test(arguments: ["failed", "denied", "cancelled"])
    func anEndWithoutEffectFreesTheKey(_ end: String) throws {
        let held = Sample.tool(.keyed, approval: end == "failed" ? nil : Sample.rule)
        let first = try world.submit(held, key: "k")
        switch end {
        case "failed":
            let attempt = try #require(first.attempt)
            try world.record(attempt, .failed(Failure(.fatal, "no")))
        case "denied":
            let approval = try #require(first.view.call.approval)
            try world.decide(approval.id, .deny(reason: "no"))
        case _: try world.cancel(first.view.call.id)
        }
        #expect(try world.call(first.view.call.id).phase.word == end)
        let again = try world.submit(held, key: "k")
        #expect(!again.isReplay)
        #expect(again.view.call.id != first.view.call.id)
    }

    @Test func anOldCallThatFailsDoesNotFreeTheKeyOfItsSuccessor() throws {
        let first = try world.start(tool)
        try world.record(first, .failed(Failure(.fatal, "no")))
        let second = try world.start(tool)
        try world.record(first, .succeeded(1))
        try world.resolve(first.call, .failed(.fatal))
        #expect(try world.submit(tool).view.call.id == second.call)
    }
}
