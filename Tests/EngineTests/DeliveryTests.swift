// The two doors of a call, for every promise a manifest can make about its effect.

import JSON
import Testing

@testable import Engine

struct DeliveryTests {
    private let world = World()

    @Test(arguments: Delivery.allCases)
    func aCallIsStartedAtOnceAndSucceeds(_ delivery: Delivery) throws {
        let submission = try world.submit(Sample.tool(delivery), ["to": "ana"])
        let attempt = try #require(submission.attempt)
        #expect(attempt.number == 1)
        #expect(attempt.arguments == ["to": "ana"])
        #expect(attempt.call == submission.view.call.id)
        #expect(submission.view.call.status == .running)
        #expect(!submission.isReplay)
        let view = try world.record(attempt, .succeeded(["n": 1]))
        #expect(view.call.status == .succeeded)
        #expect(view.result == ["n": 1])
        #expect(view.runState == .completed)
        #expect(try world.agendaLine(attempt.call) == nil)
    }

    @Test(arguments: Delivery.allCases)
    func theIntentOfAWriteIsFlushedBeforeItsAttemptIsHandedOut(_ delivery: Delivery) throws {
        let attempt = try world.start(Sample.tool(delivery))
        world.journal.losePower()
        let survived = try world.journal.read { (reading) throws(JournalFault) in
            try reading.run(attempt.run)
        }
        #expect((survived != nil) == delivery.isWrite)
        #expect(world.journal.flushCount == (delivery.isWrite ? 1 : 0))
    }

    @Test(arguments: Delivery.allCases, FailureClass.allCases)
    func aFailureEndsTheCallAndSaysWhy(_ delivery: Delivery, _ kind: FailureClass) throws {
        let attempt = try world.start(Sample.tool(delivery))
        let view = try world.record(attempt, .failed(Failure(kind, "no such guest")))
        #expect(view.call.phase.word == "failed")
        #expect(view.message == "no such guest")
        guard case .failed(kind, _) = view.call.phase else {
            Issue.record("The class was not kept: \(view.call.phase)")
            return
        }
    }

    @Test(arguments: Delivery.allCases)
    func anAnswerThatDidNotComeIsUnknownAndRepeatedOnlyWhereThatIsPromised(
        _ delivery: Delivery
    ) throws {
        let attempt = try world.start(Sample.tool(delivery))
        let view = try world.record(attempt, .unknown(reason: "timed out"))
        #expect(view.call.status == .unknown)
        world.pass(Limits.recoveryDelayMs - 1)
        #expect(try world.due().attempts.isEmpty)
        world.pass(1)
        let again = try world.due().attempts
        #expect(again.count == (delivery == .atMostOnce ? 0 : 1))
        guard let second = again.first else {
            #expect(view.runState == .needsAttention)
            return
        }
        #expect(second.call == attempt.call)
        #expect(second.number == 2)
        #expect(second.arguments == attempt.arguments)
        #expect(try world.record(second, .succeeded(true)).call.status == .succeeded)
    }

    @Test func anAtMostOnceCallIsNeverAttemptedAgainByItself() throws {
        let attempt = try world.start(Sample.tool(.atMostOnce))
        try world.record(attempt, .unknown(reason: "timed out"))
        for _ in 0..<10 {
            world.pass(86_400_000)
            #expect(try world.due(gone: [attempt.owner]).attempts.isEmpty)
        }
        #expect(try world.call(attempt.call).attempts == 1)
        #expect(try world.agendaLine(attempt.call) == nil)
    }

    @Test func waitsBetweenRecoveriesDouble() throws {
        var attempt = try world.start(Sample.tool(.keyed))
        for recovery in 0..<Limits.recoveries {
            try world.record(attempt, .unknown(reason: "timed out"))
            let wait = Limits.recoveryDelayMs << Int64(recovery)
            #expect(try world.agendaLine(attempt.call)?.due == world.now + wait)
            world.pass(wait)
            attempt = try #require(try world.due().attempts.first)
        }
        #expect(attempt.number == Limits.recoveries + 1)
    }

    @Test func aReadHoldsNoKeyAndIsNeverAReplay() throws {
        let tool = Sample.tool(.read)
        let first = try world.submit(tool)
        let second = try world.submit(tool)
        let third = try world.submit(tool, key: "the same")
        #expect(Set([first, second, third].map(\.view.call.id)).count == 3)
        #expect(first.view.call.key == nil && third.view.call.key == nil)
        #expect(!second.isReplay && second.attempt != nil)
    }

    @Test func aMalformedResultIsKeptAsASuccessAndWithheld() throws {
        let attempt = try world.start(Sample.tool(.keyed))
        let view = try world.record(attempt, .succeeded(["odd": 1]), malformed: true)
        #expect(view.call.status == .succeeded)
        #expect(view.withheld == .malformed)
    }

    @Test func aResultWithANumberThatHasNoCanonicalFormIsStillASuccess() throws {
        let attempt = try world.start(Sample.tool(.keyed))
        let value = try JSONParser.parse("[12345678901234567890123]")
        let view = try world.record(attempt, .succeeded(value))
        #expect(view.call.status == .succeeded)
        #expect(view.withheld == .malformed)
        #expect(view.result == "[12345678901234567890123]")
    }

    @Test func anErasedResultIsSaidToBeErased() throws {
        let attempt = try world.start(Sample.tool(.keyed))
        let view = try world.record(attempt, .succeeded(["n": 1]))
        guard case .succeeded(let result, _) = view.call.phase else {
            Issue.record("The call did not succeed.")
            return
        }
        try world.door { (journal) throws(DoorError) in
            try faulting { () throws(JournalFault) in
                try journal.setPayload(nil, for: result.commitment)
            }
        }
        #expect(try world.view(attempt.call).withheld == .erased)
        #expect(try world.view(attempt.call).result == nil)
    }

    @Test func aRejectedSubmissionLeavesNothingBehind() throws {
        let begun = try world.begin()
        try world.complete(begun.run.id)
        let before = try world.log().count
        #expect(throws: Rejection.runEnded(begun.run.id)) {
            try world.submit(Sample.tool(.keyed), run: begun.run.id)
        }
        #expect(try world.log().count == before)
        #expect(try world.submit(Sample.tool(.keyed)).isReplay == false)
    }

    @Test func aRefusedCommitRecordsNothingAndALostAnswerRecordsAll() throws {
        let fault = JournalFault(.full, "no room")
        world.journal.failNextCommit(.refuse(fault))
        #expect(throws: JournalFault.self) { try world.submit(Sample.tool(.keyed)) }
        #expect(try world.log().isEmpty)
        world.journal.failNextCommit(.loseAnswer(fault))
        #expect(throws: JournalFault.self) { try world.submit(Sample.tool(.keyed)) }
        #expect(try world.submit(Sample.tool(.keyed)).isReplay)
    }

    @Test func anArgumentWithoutAnExactFormIsRefusedByItsPlace() throws {
        let value = try JSONParser.parse(#"{"a":{"n":12345678901234567890123}}"#)
        let arguments = try #require(value.objectValue)
        #expect(throws: Rejection.argumentNotExact(pointer: "/a/n")) {
            try world.submit(Sample.tool(.keyed), arguments)
        }
    }
}
