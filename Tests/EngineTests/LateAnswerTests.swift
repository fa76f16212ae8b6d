// Answers that come when nobody waits for them any more: what settles a call and what is evidence.

import JSON
import Testing

@testable import Engine

struct LateAnswerTests {
    private let world = World()
    private let tool = Sample.tool(.keyed)
    private let answers: [AttemptOutcome] = [
        .succeeded(2), .failed(Failure(.fatal, "late no")), .unknown(reason: "late shrug"),
    ]

    private func unknownAttempt(_ tool: Tool) throws -> Attempt {
        let attempt = try world.start(tool)
        try world.record(attempt, .unknown(reason: "timed out"))
        return attempt
    }

    @Test(arguments: Delivery.allCases)
    func aLateAnswerSettlesACallThatIsStillUnknown(_ delivery: Delivery) throws {
        let attempt = try unknownAttempt(Sample.tool(delivery))
        #expect(try world.record(attempt, .succeeded(2)).call.status == .succeeded)
        let other = try unknownAttempt(Sample.tool(delivery, name: "other"))
        let view = try world.record(other, .failed(Failure(.fatal, "no")))
        #expect(view.call.status == .failed)
        #expect(view.runState == .completed)
    }

    @Test func aLateAnswerOfAFrozenOwnerSettlesACallNobodyTookUp() throws {
        let attempt = try world.start(Sample.tool(.atMostOnce))
        world.pass(60_000)
        _ = try world.due()
        #expect(try world.call(attempt.call).status == .unknown)
        #expect(try world.record(attempt, .succeeded(2)).call.status == .succeeded)
    }

    @Test func aSecondUnknownAddsOnlyEvidence() throws {
        let attempt = try unknownAttempt(tool)
        let before = try world.call(attempt.call)
        try world.record(attempt, .unknown(reason: "again"))
        #expect(try world.call(attempt.call).content == before.content)
        #expect(try world.log().last?.event.lateAnswer == .unknown)
    }

    @Test(arguments: [0, 1, 2])
    func anAnswerUnderAnOldNumberIsEvidenceAndCannotOverwrite(_ answer: Int) throws {
        let old = try unknownAttempt(tool)
        world.pass(Limits.recoveryDelayMs)
        let new = try #require(try world.due().attempts.first)
        let before = try world.call(old.call)
        #expect(try world.record(old, answers[answer]).call.phase == before.phase)
        let said: [LateAnswer] = [.succeeded, .failed, .unknown]
        #expect(try world.log().last?.event.lateAnswer == said[answer])
        #expect(try world.record(new, .succeeded(3)).result == 3)
    }

    @Test(arguments: [0, 1, 2])
    func nothingChangesWhatSucceeded(_ answer: Int) throws {
        let attempt = try world.start(tool)
        let view = try world.record(attempt, .succeeded(1))
        #expect(try world.record(attempt, answers[answer]).call.content == view.call.content)
        #expect(try world.view(attempt.call).result == 1)
    }

    @Test(arguments: [0, 1, 2])
    func onlyASuccessChangesWhatFailed(_ answer: Int) throws {
        let attempt = try world.start(tool)
        let failed = try world.record(attempt, .failed(Failure(.transient, "down"))).call
        let view = try world.record(attempt, answers[answer])
        guard answer == 0 else {
            #expect(view.call.content == failed.content)
            return
        }
        #expect(view.call.status == .needsAttention)
        #expect(view.call.endedAt == nil)
        #expect(view.runState == .needsAttention)
        #expect(view.result == 2)
    }

    @Test func aLateSuccessAfterAFailureTakesTheKeyBack() throws {
        let attempt = try world.start(tool)
        try world.record(attempt, .failed(Failure(.transient, "down")))
        try world.record(attempt, .succeeded(2))
        let again = try world.submit(tool)
        #expect(again.isReplay && again.attempt == nil)
        #expect(again.view.call.id == attempt.call)
        #expect(again.view.call.status == .needsAttention)
    }

    @Test func aLateSuccessLeavesTheKeyWithSomebodyWhoHasItMeanwhile() throws {
        let old = try world.start(tool)
        try world.record(old, .failed(Failure(.transient, "down")))
        let new = try world.start(tool)
        #expect(new.call != old.call)
        try world.record(old, .succeeded(2))
        #expect(try world.call(old.call).status == .needsAttention)
        #expect(try world.submit(tool).view.call.id == new.call)
    }

    @Test func aLateSuccessAfterACancellationNeedsAPerson() throws {
        let attempt = try unknownAttempt(Sample.tool(.atMostOnce))
        try world.resolve(attempt.call, .retry)
        // It was to be tried again and was not: whether it happened is as unknown as before.
        try world.cancel(attempt.call)
        #expect(try world.call(attempt.call).status == .unknown)
        try world.resolve(attempt.call, .failed(.fatal))
        #expect(try world.record(attempt, .succeeded(2)).call.status == .needsAttention)
    }

    @Test func whatAnotherCallHasDoneSinceIsNotTriedAgain() throws {
        let tool = Sample.tool(.keyed)
        let first = try world.start(tool)
        try world.record(first, .failed(Failure(.permission, "not yours")))
        let second = try world.start(tool)
        try world.record(second, .succeeded(1))
        #expect(throws: Rejection.doneSince(first.call, by: second.call)) {
            try world.resolve(first.call, .retry)
        }
        #expect(try world.resolve(first.call, .failed(.permission)).runState == .completed)
    }

    @Test func aLateSuccessAfterAPersonSaidItFailedNeedsAPersonAgain() throws {
        let attempt = try unknownAttempt(Sample.tool(.atMostOnce))
        try world.resolve(attempt.call, .failed(.fatal))
        let view = try world.record(attempt, .succeeded(2))
        #expect(view.call.status == .needsAttention)
        try world.resolve(attempt.call, .succeeded(2))
        #expect(try world.view(attempt.call).runState == .completed)
    }

    @Test func aSecondSuccessOfWhatHasNoKeyIsASecondEffect() throws {
        for delivery in [Delivery.atMostOnce, .keyed] {
            let attempt = try world.start(Sample.tool(delivery))
            try world.record(attempt, .unknown(reason: "timed out"))
            try world.resolve(attempt.call, .retry)
            let again = try #require(try world.due().attempts.first)
            try world.record(again, .succeeded(["id": 2]))
            // The first one is heard of after all.
            let view = try world.record(attempt, .succeeded(["id": 1]))
            #expect(view.call.status == (delivery == .atMostOnce ? .needsAttention : .succeeded))
            #expect(view.result == (delivery == .atMostOnce ? ["id": 1] : ["id": 2]))
        }
    }

    @Test func aLateSuccessInACompletedRunIsNeverDropped() throws {
        let run = try world.begin().run.id
        let attempt = try world.start(tool, run: run)
        try world.record(attempt, .failed(Failure(.transient, "down")))
        try world.complete(run)
        #expect(try world.record(attempt, .succeeded(2)).runState == .needsAttention)
        try world.resolve(attempt.call, .succeeded(2))
        #expect(try world.run(run).state == .completed)
    }

    @Test func aReportAboutACallTheJournalLostIsAFaultAndNoCrash() throws {
        let attempt = try world.start(Sample.tool(.read))
        world.journal.losePower()
        #expect(throws: JournalFault.self) { try world.record(attempt, .succeeded(1)) }
    }

    /// The rules, asked of every phase: a success settles whatever has not ended, and stands where
    /// it had been given up; a failure settles what nothing else keeps open.
    @Test(arguments: CallShape.allCases, [0, 1, 2])
    func everyPhaseHearsEveryAnswer(_ shape: CallShape, _ answer: Int) throws {
        var run = try #require(shape.run(isRead: false))
        let before = run[Shapes.call]?.phase
        let reports: [Report] = [
            .succeeded(Shapes.payload(.result), nil), .failed(.fatal, Shapes.payload(.error)),
            .unknown(nil),
        ]
        let events = try run.decide(
            .report(Shapes.call, attempt: 2, owner: Sample.owner(1), reports[answer]), Facts(),
            now: Shapes.now)
        for event in events { run.evolve(event, at: Shapes.now) }
        let call = try #require(run[Shapes.call])
        switch (shape, answer) {
        case (.running, 1), (.unknownRepeatable, 1), (.unknownVerified, 1),
            (.unknownForPerson, 1), (.verifying, 1), (.exhausted, 1):
            #expect(call.status == .failed)
        case (.running, 2): #expect(call.status == .unknown)
        case (.held, 0), (.ready, 0), (.running, 0), (.waiting, 0), (.waitingStale, 0),
            (.refreshing, 0), (.unknownRepeatable, 0), (.unknownVerified, 0),
            (.unknownForPerson, 0), (.verifying, 0), (.exhausted, 0), (.undoFailed, 0):
            #expect(call.status == .succeeded)
            #expect(call.approval?.state != .pending)
        case (.failed, 0), (.failedPermission, 0), (.denied, 0), (.cancelled, 0),
            (.shadow, 0), (.unknownLeft, 0):
            #expect(call.phase == .needsAttention(.lateSuccess(result: Shapes.payload(.result))))
            #expect(!call.isLeft && call.endedAt == nil)
        case _:
            #expect(call.phase == before)
            #expect(events.contains { $0.lateAnswer != nil })
        }
    }
}

/// What a failure of a later attempt says about an earlier one whose outcome is unknown: nothing.
struct UnknownBeforeFailureTests {
    private let world = World()

    @Test(arguments: [Delivery.transactional, .keyed, .natural])
    func aFailureAfterAnUnknownAttemptDoesNotFreeTheKey(_ delivery: Delivery) throws {
        let tool = Sample.tool(delivery)
        let first = try world.start(tool)
        try world.record(first, .unknown(reason: "timed out after it was sent"))
        world.pass(Limits.recoveryDelayMs)
        let second = try #require(try world.due().attempts.first)
        try world.record(second, .failed(Failure(.transient, "cannot connect")))
        let again = try world.submit(tool)
        #expect(again.isReplay)
        #expect(again.view.call.status == .unknown)
    }

    @Test func aSuccessHeardBeforeALaterFailureIsNotForgotten() throws {
        let first = try world.start(Sample.tool(.natural))
        try world.record(first, .unknown(reason: "timed out"))
        world.pass(Limits.recoveryDelayMs)
        let second = try #require(try world.due().attempts.first)
        try world.record(first, .succeeded("late"))
        let view = try world.record(second, .failed(Failure(.transient, "cannot connect")))
        #expect(view.call.status == .succeeded)
        #expect(view.result == "late")
    }
}

extension Call {
    /// Without the mark of which event has touched it last.
    fileprivate var content: Call {
        var copy = self
        copy.changedAt = 0
        return copy
    }
}
