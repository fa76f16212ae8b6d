// What a tool's failures do to its other calls: the breaker, and the budget of retries.

import JSON
import Testing

@testable import Engine

struct BreakerTests {
    private let world = World()
    private let tool = Sample.tool(.natural, retry: .never)
    private let down = AttemptOutcome.failed(Failure(.transient, "down"))
    private var openMs: Int64 { Limits.breakerOpenMs }

    private func start(_ number: Int, by owner: OwnerID = Sample.owner(1)) throws -> Attempt {
        try world.start(tool, ["n": .integer(number)], by: owner)
    }

    private func fail(times: Int) throws {
        for number in 0..<times { try world.record(try start(number), down) }
    }

    private func isClosed() throws -> Bool { try world.health(tool.name).openUntil == nil }

    @Test func itOpensAtTheFifthFailureInARowAndNotBefore() throws {
        #expect(Limits.breakerFailures == 5 && openMs == 30_000)
        try fail(times: 4)
        #expect(try isClosed())
        try fail(times: 1)
        let count = try world.log().count
        #expect(throws: Rejection.toolUnavailable(tool.name, until: world.now + openMs)) {
            try start(9)
        }
        #expect(try world.log().count == count)
        #expect(try world.submit(Sample.tool(.keyed)).attempt != nil)
    }

    @Test(arguments: [
        AttemptOutcome.succeeded(1), .failed(Failure(.invalid, "no")),
        .failed(Failure(.permission, "no")),
    ])
    func whateverAnswersBreaksTheRow(_ answer: AttemptOutcome) throws {
        try fail(times: 4)
        try world.record(try start(8), answer)
        try fail(times: 4)
        #expect(try isClosed())
    }

    @Test func anUnknownOutcomeNeitherCountsNorBreaksTheRow() throws {
        try fail(times: 4)
        try world.record(try start(8), .unknown(reason: "timed out"))
        #expect(try isClosed())
        try fail(times: 1)
        #expect(try !isClosed())
    }

    @Test func halfOpenItLetsExactlyOneThrough() throws {
        try fail(times: 5)
        world.pass(openMs - 1)
        #expect(throws: Rejection.self) { try start(8) }
        world.pass(1)
        let trial = try start(8)
        #expect(throws: Rejection.toolUnavailable(tool.name, until: world.now + 15_000)) {
            try start(9)
        }
        try world.record(trial, .succeeded(1))
        _ = try start(9)
        #expect(try start(10).number == 1)
    }

    @Test func aTrialThatNobodyAnswersForIsMadeAgain() throws {
        try fail(times: 5)
        world.pass(openMs)
        _ = try start(8)
        world.pass(14_999)
        #expect(throws: Rejection.self) { try start(9) }
        world.pass(1)
        _ = try start(9)
    }

    @Test(arguments: [
        AttemptOutcome.failed(Failure(.transient, "down")), .unknown(reason: "timed out"),
    ])
    func aTrialThatFailsDoublesTheWaitUpToTheLongest(_ outcome: AttemptOutcome) throws {
        #expect(Limits.longestBreakerOpenMs == 600_000)
        try fail(times: 5)
        for waitMs: Int64 in [30, 60, 120, 240, 480, 600, 600] {
            #expect(try world.health(tool.name).openUntil == world.now + waitMs * 1_000)
            world.pass(waitMs * 1_000)
            try world.record(try start(8), outcome)
            // An unknown trial of this tool would be repeated under its key.
            for call in try world.run(try #require(try world.newestRecordsRun())).calls
            where call.status == .unknown {
                try world.resolve(call.id, .failed(.fatal))
            }
        }
    }

    @Test func aTrialThatHasFailedIsWaitedForNoLonger() throws {
        try fail(times: 5)
        world.pass(openMs)
        let trial = try world.start(tool, ["n": 8], leaseMs: 3_600_000)
        try world.record(trial, down)
        world.pass(2 * openMs)
        #expect(try start(9).number == 1)
    }

    @Test func whatWasUnderWayWhenItOpenedDoesNotLengthenIt() throws {
        let many = try (0..<8).map { try start($0) }
        for attempt in many { try world.record(attempt, down) }
        #expect(try world.health(tool.name).openUntil == world.now + openMs)
    }

    @Test func aRetryWaitsUntilItHalfOpensAndIsTheTrialThen() throws {
        let waiting = try start(7)
        try world.hear(waiting, down)
        try fail(times: 4)
        world.pass(1_000)
        #expect(try world.due().work.isEmpty)
        let line = try #require(try world.agendaLine(waiting.call))
        #expect(line.due == world.now + (openMs - 1_000))
        #expect(try world.due().examined == 0)
        world.pass(openMs - 1_000)
        #expect(try world.due().attempts.map(\.call) == [waiting.call])
        #expect(throws: Rejection.self) { try start(9) }
    }

    @Test func aHeldCallIsNoTrialAndAJoinedOneIs() throws {
        let long = ApprovalRule.confirmation(
            name: "long", decideWithinMs: 900_000, executeWithinMs: 900_000)
        let held = Sample.tool(.natural, name: tool.name.text, approval: long)
        let approved = try world.submit(held, ["n": 70]).view.call
        try fail(times: 5)
        try world.decide(try #require(approved.approval).id, .approve())
        world.pass(openMs)
        _ = try world.submit(held, ["n": 71])
        #expect(try world.health(tool.name).blockedUntil(at: world.now) == nil)
        #expect(try world.submit(held, ["n": 70]).attempt?.call == approved.id)
        #expect(throws: Rejection.self) { try start(9) }
    }

    @Test func anUndoIsATrialToo() throws {
        let undoing = Sample.followUps { $0.undo = tool.name }
        let run = try world.begin().run.id
        let done = try world.start(Sample.tool(.keyed, followUps: undoing), run: run)
        try world.record(done, .succeeded(1))
        try fail(times: 5)
        world.pass(openMs)
        let undo = try #require(try world.abort(run).next?.undo)
        #expect(try world.submit(undo: undo, as: tool).next?.attempt != nil)
        #expect(throws: Rejection.self) { try start(9) }
    }

    @Test func aProbeIsMadeWhileItIsOpen() throws {
        let verified = Sample.tool(
            .atMostOnce, name: tool.name.text,
            followUps: Sample.followUps {
                $0.verify = VerifyRule(settleMs: 0, retriesAbsent: false)
            })
        let attempt = try world.start(verified, ["n": 50])
        try fail(times: 5)
        #expect(try world.hear(attempt, .unknown(reason: "timed out")).next?.probe != nil)
    }

    @Test func aClockThatIsSetBackDoesNotKeepItOpen() throws {
        try fail(times: 5)
        world.pass(-3_600_000)
        #expect(try start(8).number == 1)
    }
}

struct RetryBudgetTests {
    private let world = World()
    private let down = Report.failed(.transient, Shapes.payload(.error))
    private let now = Shapes.now

    private var spent: ToolHealth {
        (0..<Limits.retriesPerWindow).reduce(ToolHealth()) { health, _ in
            health.heard(down, willRetry: true, at: now)
        }
    }

    @Test func aToolIsRetriedSixtyTimesAMinuteOverAllItsCalls() throws {
        #expect(Limits.retriesPerWindow == 60)
        let tool = Sample.tool(.natural)
        let attempts = try (0...60).map { try world.start(tool, ["n": .integer($0)]) }
        for (number, attempt) in attempts.enumerated() {
            let view = try world.hear(attempt, .failed(Failure(.transient, "down"))).view
            #expect(view.call.status == (number < 60 ? .pendingRetry : .failed))
        }
        let other = try world.start(Sample.tool(.keyed))
        let view = try world.hear(other, .failed(Failure(.transient, "down"))).view
        #expect(view.call.status == .pendingRetry)
    }

    @Test func theMinuteBeginsWithItsFirstRetryAndThenAnotherBegins() {
        #expect(Limits.retryWindowMs == 60_000)
        let spent = spent
        #expect(!spent.mayRetry(at: now))
        #expect(!spent.mayRetry(at: now + 59_999))
        #expect(spent.mayRetry(at: now + 60_000))
        let next = spent.heard(down, willRetry: true, at: now + 60_000)
        #expect(next.retries == 1 && next.minuteFrom == now + 60_000)
    }

    @Test func whatIsNotRetriedCostsNothingAndAnAnswerGivesNothingBack() {
        #expect(ToolHealth().heard(down, willRetry: false, at: now).retries == 0)
        let answered = spent.heard(
            .succeeded(Shapes.payload(.result), nil), willRetry: false, at: now)
        #expect(!answered.mayRetry(at: now))
    }

    @Test func aClockThatIsSetBackBeginsAnotherMinute() {
        #expect(spent.mayRetry(at: Instant(ms: now.ms - 1)))
        let next = spent.heard(down, willRetry: true, at: Instant(ms: now.ms - 1))
        #expect(next.retries == 1)
    }

    @Test func howAToolFaresIsReadBackAsItWasWritten() throws {
        var health = spent
        health.trialUntil = now + 1
        #expect(try ToolHealth(reading: health.bytes) == health)
        #expect(health.openUntil != nil && health.minuteFrom != nil)
        #expect(throws: JournalFault.self) { try ToolHealth(reading: Array("{}".utf8)) }
    }

    @Test func aSoundToolLeavesNothingInTheJournal() throws {
        let tool = Sample.tool(.natural)
        try world.record(
            try world.start(tool), .failed(Failure(.transient, "down")))
        #expect(try world.health(tool.name).failures == 1)
        try world.record(try world.start(tool), .succeeded(1))
        let keys = try world.journal.read { (reading) throws(JournalFault) in
            try reading.keys(prefix: "health:", after: nil, limit: 9)
        }
        #expect(keys.isEmpty)
    }
}
