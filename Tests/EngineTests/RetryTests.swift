// Failures that surely had no effect, by their class: what is tried again, when, and how often.

import JSON
import Testing

@testable import Engine

struct RetryTests {
    private let world = World()
    private let down = AttemptOutcome.failed(Failure(.transient, "down"))
    private let rule = RetryRule(attempts: 9, firstMs: 100, factor: 2, maxMs: 1_000)

    @Test(arguments: Delivery.allCases)
    func aTransientFailureIsTriedAgainAfterAWaitByWhoeverLivesThen(_ delivery: Delivery) throws {
        let first = try world.start(Sample.tool(delivery))
        let recorded = try world.hear(first, down)
        #expect(recorded.view.call.status == .pendingRetry)
        #expect(recorded.view.message == "down" && recorded.next == nil)
        world.journal.losePower()
        let due = try #require(try world.agendaLine(first.call)?.due)
        #expect(due > world.now && due <= world.now + RetryRule.standard.firstMs)
        world.nowMs = due.ms - 1
        #expect(try world.due().work.isEmpty)
        world.pass(1)
        let second = try #require(try world.due(by: Sample.owner(7)).attempts.first)
        #expect(second.number == 2 && second.owner == Sample.owner(7))
        #expect(second.call == first.call && second.arguments == first.arguments)
        #expect(try world.hear(second, .succeeded(1)).view.call.status == .succeeded)
    }

    @Test func whoWaitsWhenTheClockIsSetBackWaitsAsLongAsWasMeant() throws {
        let first = try world.start(Sample.tool(.keyed))
        try world.hear(
            first, .failed(Failure(.transient, "down", retryAfterMs: 600_000)))
        world.pass(-3_600_000)
        for _ in 0..<2 { try world.wake(setBackMs: 3_600_000) }
        world.pass(599_999)
        #expect(try world.due().examined == 0)
        world.pass(1)
        let again = try #require(try world.due().attempts.first)
        #expect(again.number == 2)
        // What begins to wait under the new clock waits by it.
        try world.hear(again, .failed(Failure(.transient, "down", retryAfterMs: 600_000)))
        try world.wake(setBackMs: 3_600_000)
        #expect(try world.due().examined == 0)
        world.pass(600_000)
        #expect(try world.due().attempts.first?.number == 3)
    }

    @Test func waitsGrowByTheirFactorAndAreCapped() {
        let waits = (1...6).map { rule.waitMs(afterFailures: $0, chance: .max) }
        #expect(waits == [100, 200, 400, 800, 1_000, 1_000])
        #expect(rule.waitMs(afterFailures: 1_000_000, chance: .max) == 1_000)
        let steep = RetryRule(attempts: 9, firstMs: 1, factor: 1e300, maxMs: .max)
        #expect(steep.waitMs(afterFailures: 3, chance: .max / 2) > 0)
    }

    @Test func aWaitIsDrawnFromTheWholeOfItAndNeverLonger() {
        #expect(rule.waitMs(afterFailures: 3, chance: 0) == 0)
        #expect(rule.waitMs(afterFailures: 3, chance: .max / 2) == 200)
        #expect(rule.waitMs(afterFailures: 3, chance: .max / 4) == 100)
    }

    @Test func callsThatFailAtOnceDoNotComeBackAtOnce() throws {
        var waits: Set<Int64> = []
        for number in 0..<4 {
            let attempt = try world.start(Sample.tool(), ["n": .integer(number)])
            try world.hear(attempt, down)
            waits.insert(try #require(try world.agendaLine(attempt.call)).due.ms - world.nowMs)
        }
        #expect(waits.count > 1 && waits.allSatisfy { (0...200).contains($0) })
    }

    private func due(retryAfterMs: Int64?, chance: UInt32) throws -> Instant? {
        var run = try #require(CallShape.running.run(isRead: false))
        var facts = Facts()
        facts.retry = rule
        facts.chance = chance
        let report = Report.failed(
            .transient, Shapes.payload(.error), retryAfterMs: retryAfterMs)
        let events = try run.decide(
            .report(Shapes.call, attempt: 2, owner: Sample.owner(1), report), facts,
            now: Shapes.now)
        for event in events { run.evolve(event, at: Shapes.now) }
        guard case .waiting(let until, .transient, _) = run.subject.phase else { return nil }
        return until
    }

    @Test func whatDownstreamAsksForIsTheLeastThatIsWaited() throws {
        #expect(try due(retryAfterMs: 5_000, chance: .max) == Shapes.now + 5_000)
        #expect(try due(retryAfterMs: 99, chance: .max) == Shapes.now + 100)
        #expect(try due(retryAfterMs: 99, chance: 0) == Shapes.now + 99)
        #expect(try due(retryAfterMs: nil, chance: .max) == Shapes.now + 100)
    }

    @Test func whoeverIsToWaitForMoreThanADayFails() throws {
        let day = Limits.longestRetryAfterMs
        #expect(day == 86_400_000)
        #expect(try due(retryAfterMs: day, chance: 0) == Shapes.now + day)
        #expect(try due(retryAfterMs: day + 1, chance: 0) == nil)
    }

    @Test(arguments: [1, 2, 5])
    func whenItsAttemptsAreUsedUpTheCallFailsAndFreesItsKey(_ attempts: Int) throws {
        let rule = RetryRule(attempts: attempts, firstMs: 10, factor: 2, maxMs: 20)
        let tool = Sample.tool(.atMostOnce, retry: rule)
        var attempt = try world.start(tool)
        for number in 1..<attempts {
            #expect(
                try world.hear(attempt, down, retry: rule).view.call.status == .pendingRetry)
            world.pass(20)
            attempt = try #require(try world.due().attempts.first)
            #expect(attempt.number == number + 1)
        }
        let last = try world.hear(attempt, down, retry: rule)
        #expect(last.view.call.status == .failed && last.view.message == "down")
        #expect(try world.agendaLine(attempt.call) == nil)
    }

    @Test(arguments: Delivery.allCases, [FailureClass.stale, .permission, .invalid, .fatal])
    func noOtherFailureIsTriedAgain(_ delivery: Delivery, _ kind: FailureClass) throws {
        let attempt = try world.start(Sample.tool(delivery))
        let recorded = try world.hear(attempt, .failed(Failure(kind, "no")))
        #expect(recorded.view.call.status == .failed && recorded.next == nil)
    }

    @Test func aCallThatWaitsHoldsItsKeyAndARepeatStartsItOnceItIsDue() throws {
        let tool = Sample.tool()
        let attempt = try world.start(tool)
        let line = try world.hear(attempt, down)
        let early = try world.submit(tool)
        #expect(early.isReplay && early.work == nil)
        #expect(early.view.call.id == line.view.call.id)
        world.pass(200)
        #expect(try world.submit(tool).attempt?.number == 2)
        #expect(try world.due().work.isEmpty)
    }

    @Test func aCallThatWaitsIsCancelledAndNeverTriedAgain() throws {
        let attempt = try world.start(Sample.tool())
        try world.hear(attempt, down)
        #expect(try world.cancel(attempt.call).call.status == .cancelled)
        world.pass(10_000)
        #expect(try world.due().work.isEmpty)
    }

    @Test func aSuccessThatArrivesWhileItWaitsIsNotRepeated() throws {
        let attempt = try world.start(Sample.tool(.atMostOnce))
        try world.hear(attempt, down)
        #expect(try world.hear(attempt, .succeeded(3)).view.call.status == .succeeded)
        world.pass(10_000)
        #expect(try world.due().work.isEmpty)
        #expect(try world.view(attempt.call).result == 3)
    }

    @Test(arguments: [(Int64(-1), true), (0, false)])
    func aRetryIsCoveredByItsApprovalWithinTheExecuteClock(
        _ offMs: Int64, _ isCovered: Bool
    ) throws {
        let held = try world.submit(Sample.tool(approval: Sample.rule)).view
        try world.decide(try #require(held.call.approval).id, .approve())
        let attempt = try #require(try world.due().attempts.first)
        try world.hear(attempt, down)
        world.pass(Sample.rule.executeWithinMs + offMs)
        #expect(try world.due().attempts.count == (isCovered ? 1 : 0))
        let call = try world.call(held.call.id)
        #expect(call.status == (isCovered ? .running : .denied))
        #expect(call.approval?.state == (isCovered ? .spent : .expired))
    }
}

struct PermissionTests {
    private let world = World()

    private func refused() throws -> (run: RunID, call: CallID) {
        let run = try world.begin().run.id
        let attempt = try world.start(Sample.tool(), run: run)
        let recorded = try world.hear(attempt, .failed(Failure(.permission, "not for you")))
        #expect(recorded.view.call.status == .failed)
        #expect(recorded.view.runState == .needsAttention)
        return (run, attempt.call)
    }

    @Test func aRunThatMayNotActTakesNoWritesUntilAPersonHasSettledIt() throws {
        let (run, call) = try refused()
        #expect(throws: Rejection.runNeedsAttention(run)) {
            try world.submit(Sample.tool(.natural), run: run)
        }
        #expect(try world.submit(Sample.tool(.read), run: run).attempt != nil)
        #expect(try world.resolve(call, .failed(.permission)).runState == .open)
        #expect(try world.submit(Sample.tool(.natural), run: run).attempt != nil)
        #expect(throws: Rejection.nothingToSettle(call, .failed)) {
            try world.resolve(call, .failed(.permission))
        }
    }

    @Test func whoeverWasGivenPermissionTriesItAgain() throws {
        let (run, call) = try refused()
        try world.resolve(call, .retry)
        #expect(try world.run(run).state == .open)
        let again = try #require(try world.due().attempts.first)
        #expect(again.call == call && again.number == 2)
    }
}
