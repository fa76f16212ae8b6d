// Asking a call to stop, and a person's word on how an unknown one ended.

import JSON
import Testing

@testable import Engine

struct CancelTests {
    private let world = World()

    @Test(arguments: [Delivery.keyed, .natural])
    func aWriteThatMayHaveHappenedIsNotSentAgainOnceItWasAskedToStop(
        _ delivery: Delivery
    ) throws {
        let attempt = try world.start(Sample.tool(delivery))
        try world.cancel(attempt.call)
        try world.record(attempt, .unknown(reason: "killed"))
        world.pass(Limits.recoveryDelayMs)
        #expect(try world.due().attempts.isEmpty)
        #expect(try world.call(attempt.call).status == .needsAttention)
        try world.resolve(attempt.call, .retry)
        let again = try #require(try world.due().attempts.first)
        let ended = try world.record(again, .failed(Failure(.transient, "down")))
        #expect(ended.call.status == .failed)
    }

    @Test func aTransactionalCallThatWasAskedToStopIsVoidedWhereItHasNotHappened() throws {
        let attempt = try world.start(Sample.tool(.transactional))
        try world.cancel(attempt.call)
        try world.record(attempt, .unknown(reason: "killed"))
        world.pass(Limits.recoveryDelayMs)
        let void = try #require(try world.due().attempts.first)
        #expect(void.purpose == .void && void.number == 2)
        #expect(try world.record(void, .voided).call.status == .cancelled)
    }

    @Test func aFailureOfACallThatWasAskedToStopIsItsCancellation() throws {
        let attempt = try world.start(Sample.tool(.atMostOnce))
        try world.cancel(attempt.call)
        let view = try world.record(attempt, .failed(Failure(.transient, "stopped in time")))
        #expect(view.call.status == .cancelled)
        #expect(view.message == "stopped in time")
    }

    @Test func aReadyCallIsCancelledAndNeverStarted() throws {
        let held = try world.submit(Sample.tool(.keyed, approval: Sample.rule))
        try world.decide(try #require(held.view.call.approval).id, .approve())
        let view = try world.cancel(held.view.call.id, reason: "not needed")
        #expect(view.call.status == .cancelled)
        #expect(view.message == "not needed")
        #expect(view.call.approval?.state == .withdrawn)
        #expect(try world.due().attempts.isEmpty)
    }

    @Test(arguments: Delivery.allCases)
    func aRunningCallIsAskedToStopAndStillSaysHowItEnded(_ delivery: Delivery) throws {
        let attempt = try world.start(Sample.tool(delivery))
        let asked = try world.cancel(attempt.call)
        #expect(asked.call.status == .running)
        #expect(asked.call.cancelRequested)
        let count = try world.log().count
        try world.cancel(attempt.call)
        #expect(try world.log().count == count)
        #expect(try world.record(attempt, .succeeded(1)).call.status == .succeeded)
    }

    @Test func aReadAskedToStopIsNotTakenUpAgain() throws {
        let attempt = try world.start(Sample.tool(.read))
        try world.cancel(attempt.call)
        try world.record(attempt, .unknown(reason: "killed"))
        world.pass(Limits.recoveryDelayMs)
        #expect(try world.due().attempts.isEmpty)
        #expect(try world.call(attempt.call).status == .cancelled)
    }

    @Test func anUnknownReadIsCancelledAtOnceAndAnUnknownWriteOnlyAsked() throws {
        let read = try world.start(Sample.tool(.read))
        try world.record(read, .unknown(reason: "timed out"))
        #expect(try world.cancel(read.call).call.status == .cancelled)
        for delivery in Delivery.allCases where delivery.isWrite {
            let write = try world.start(Sample.tool(delivery))
            try world.record(write, .unknown(reason: "timed out"))
            let view = try world.cancel(write.call)
            #expect(view.call.status == .unknown && view.call.cancelRequested)
        }
    }

    @Test func cancellingWhatHasEndedChangesNothing() throws {
        let attempt = try world.start(Sample.tool(.keyed))
        let ended = try world.record(attempt, .succeeded(1))
        #expect(try world.cancel(attempt.call).call == ended.call)
    }

    @Test func anotherCallersCallCannotBeFound() throws {
        let attempt = try world.start(Sample.tool(.keyed))
        let other = Caller(profile: "other", person: "ana", account: "host")
        #expect(throws: Rejection.unknownCall(attempt.call.text)) {
            try world.cancel(attempt.call, for: other)
        }
        #expect(throws: Rejection.unknownCall(Shapes.call.text)) {
            try world.cancel(Shapes.call)
        }
        #expect(try world.cancel(attempt.call, for: nil).call.cancelRequested)
    }
}

struct ResolveTests {
    private let world = World()

    private func unknown(_ delivery: Delivery = .atMostOnce) throws -> Attempt {
        let attempt = try world.start(Sample.tool(delivery))
        try world.record(attempt, .unknown(reason: "timed out"))
        return attempt
    }

    @Test(arguments: Delivery.allCases)
    func anUnknownCallEndsAsAPersonSays(_ delivery: Delivery) throws {
        let done = try unknown(delivery)
        let view = try world.resolve(done.call, .succeeded(["n": 7]))
        #expect(view.call.status == .succeeded)
        #expect(view.result == ["n": 7])
        let undone = try world.start(Sample.tool(delivery), ["to": "bo"])
        try world.record(undone, .unknown(reason: "timed out"))
        let failed = try world.resolve(undone.call, .failed(.fatal), reason: "never arrived")
        #expect(failed.call.status == .failed)
        #expect(failed.message == "never arrived")
        #expect(failed.runState == .completed)
        #expect(try world.agendaLine(undone.call) == nil)
    }

    @Test func aPersonMaySendAnAtMostOnceCallAgain() throws {
        let attempt = try unknown()
        #expect(try world.resolve(attempt.call, .retry).call.phase == .ready)
        let again = try #require(try world.due().attempts.first)
        #expect(again.call == attempt.call && again.number == 2)
    }

    @Test func aRetryStartsCountingRecoveriesAnew() throws {
        var attempt = try world.start(Sample.tool(.keyed), by: Sample.owner(10))
        for number in 1...Limits.recoveries {
            let due = try world.due(by: Sample.owner(UInt8(10 + number)), gone: [attempt.owner])
            attempt = try #require(due.attempts.first)
        }
        _ = try world.due(gone: [attempt.owner])
        #expect(try world.call(attempt.call).phase == .needsAttention(.recoveryExhausted))
        try world.resolve(attempt.call, .retry)
        #expect(try world.call(attempt.call).recoveries == 0)
        #expect(try world.due().attempts.first?.number == Limits.recoveries + 2)
    }

    @Test func aRetryStartsCountingFailuresAndProbesAnew() throws {
        var run = try #require(CallShape.exhausted.run(isRead: false))
        run.subject.failures = 3
        run.subject.unsure = 11
        let retry = Command.resolve(
            Shapes.call, .retry, by: "ana", reason: Shapes.payload(.reason))
        for event in try run.decide(retry, Facts(), now: Shapes.now) {
            run.evolve(event, at: Shapes.now)
        }
        #expect(run.subject.phase == .ready)
        #expect(run.subject.failures == 0 && run.subject.unsure == 0)
    }

    @Test func whatIsNotOpenCannotBeSettled() throws {
        let running = try world.start(Sample.tool(.keyed))
        #expect(throws: Rejection.nothingToSettle(running.call, .running)) {
            try world.resolve(running.call, .failed(.fatal))
        }
        try world.record(running, .succeeded(1))
        #expect(throws: Rejection.nothingToSettle(running.call, .succeeded)) {
            try world.resolve(running.call, .retry)
        }
        let held = try world.submit(Sample.tool(.natural, approval: Sample.rule)).view.call.id
        #expect(throws: Rejection.nothingToSettle(held, .pendingApproval)) {
            try world.resolve(held, .retry)
        }
        #expect(throws: Rejection.unknownCall(Shapes.call.text)) {
            try world.resolve(Shapes.call, .retry)
        }
    }
}
