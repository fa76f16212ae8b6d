// How many attempts may be under way at once: who finds no place waits for one, whatever frees it.

import JSON
import Testing

@testable import Engine

struct ConcurrencyTests {
    private let world = World()
    private let tool = Sample.tool(.keyed, limits: Sample.limits(concurrency: 2))

    private func submit(_ number: Int, _ tool: Tool? = nil) throws -> Submission {
        try world.submit(tool ?? self.tool, ["n": .integer(number)])
    }

    /// Two under way and one that waits.
    private func crowd() throws -> (under: [Attempt], waiting: CallID) {
        world.limit(.unlimited, tool)
        let under = try (1...2).map { try #require(try submit($0).attempt) }
        return (under, try submit(3).view.call.id)
    }

    @Test func whoFindsNoPlaceIsQueuedOnceAndNotSent() throws {
        let (_, waiting) = try crowd()
        let call = try world.call(waiting)
        #expect(call.isQueued && call.status == .pendingRetry && call.word == "waiting")
        world.pass(300)
        #expect(try world.due().work.isEmpty)
        world.pass(300)
        #expect(try world.due().work.isEmpty)
        let run = try world.view(waiting).run
        #expect(try world.kinds(run) == ["run_opened", "call_accepted", "call_queued"])
        #expect(try Derived(world.journal).contradictions == [])
    }

    @Test func itIsLookedAtAgainAQuarterOfASecondLater() throws {
        let (_, waiting) = try crowd()
        for _ in 1...3 {
            #expect(try world.agendaLine(waiting)?.due == world.now + Limits.queuedMs)
            #expect(try world.due().examined == 0)
            world.pass(Limits.queuedMs)
            #expect(try world.due().examined == 1)
        }
    }

    @Test func aClockThatIsSetBackDoesNotMakeItWaitAsMuchAgain() throws {
        let (under, waiting) = try crowd()
        world.pass(-3_600_000)
        try world.record(under[0], .succeeded(1))
        #expect(try world.due().work.isEmpty)
        try world.wake(setBackMs: 3_600_000)
        world.pass(Limits.queuedMs)
        #expect(try world.due().attempts.map(\.call) == [waiting])
    }

    @Test func whoComesLaterIsNotLookedAtBeforeThoseThatWait() throws {
        let (under, waiting) = try crowd()
        for number in 4...9 {
            world.pass(100)
            _ = try world.due()
            _ = try submit(number)
        }
        try world.record(under[0], .succeeded(1))
        world.pass(Limits.queuedMs)
        #expect(try world.due().attempts.map(\.call) == [waiting])
    }

    @Test(arguments: [
        AttemptOutcome.succeeded(1), .failed(Failure(.fatal, "no")),
        .failed(Failure(.transient, "down")), .unknown(reason: "timed out"),
    ])
    func whateverEndsAnAttemptFreesItsPlaceForTheOldest(_ outcome: AttemptOutcome) throws {
        let tool = Sample.tool(
            .atMostOnce, retry: .never, limits: Sample.limits(concurrency: 2))
        world.limit(.unlimited, tool)
        let under = try (1...2).map { try #require(try submit($0, tool).attempt) }
        let waiting = try submit(3, tool).view.call.id
        world.pass(1)
        let younger = try submit(4, tool).view.call.id
        _ = try world.due()
        try world.hear(under[0], outcome, retry: .never)
        world.pass(Limits.queuedMs)
        let taken = try world.due()
        #expect(taken.attempts.first?.call == waiting)
        #expect(try world.call(waiting).isQueued == false)
        #expect(try world.call(waiting).status == .running)
        #expect(try world.call(younger).isQueued)
        #expect(try Derived(world.journal).contradictions == [])
    }

    @Test func aPlaceIsKeptWhileItsOwnerIsGoneUntilThatIsInvestigated() throws {
        let once = Sample.tool(.atMostOnce, limits: Sample.limits(concurrency: 1))
        world.limit(.unlimited, once)
        _ = try submit(1, once)
        let waiting = try submit(2, once).view.call.id
        world.pass(14_999)
        #expect(try world.due().work.isEmpty)
        // Its lease has run out, and nobody knows what came of it.
        world.pass(Limits.queuedMs)
        let first = try world.due().attempts
        world.pass(Limits.queuedMs)
        #expect(try (first + world.due().attempts).map(\.call) == [waiting])
    }

    @Test func aQueuedCallThatIsCancelledIsNeverSent() throws {
        let (under, waiting) = try crowd()
        try world.cancel(waiting)
        try world.record(under[0], .succeeded(1))
        world.pass(1_000)
        #expect(try world.due().work.isEmpty)
        #expect(try world.call(waiting).status == .cancelled)
    }

    @Test func theSameCallAgainStartsOneThatWaitsWhereThereIsAPlace() throws {
        let (under, waiting) = try crowd()
        #expect(try submit(3).work == nil)
        try world.record(under[0], .succeeded(1))
        let joined = try submit(3)
        #expect(joined.isReplay && joined.attempt?.call == waiting)
    }

    @Test func aProfilesPlacesCountOverAllItsToolsAndNobodyElses() throws {
        let read = Sample.tool(.read)
        world.limit(Sample.allowance(concurrency: 1), tool, read)
        let attempt = try #require(try submit(1).attempt)
        #expect(try submit(2, read).view.call.isQueued)
        let night = Caller(profile: "night", person: "ana", account: "host")
        #expect(try world.submit(read, ["n": 3], caller: night).attempt != nil)
        try world.record(attempt, .succeeded(1))
        #expect(try submit(4, read).attempt != nil)
    }

    @Test func aRetryWaitsForItsTurnAndCountsNoWaitAsAFailure() throws {
        let one = Sample.tool(.keyed, limits: Sample.limits(concurrency: 1))
        world.limit(.unlimited, one)
        let first = try #require(try submit(1, one).attempt)
        try world.hear(first, .failed(Failure(.transient, "down")))
        let second = try #require(try submit(2, one).attempt)
        world.pass(1_000)
        #expect(try world.due().work.isEmpty)
        #expect(try world.call(first.call).failures == 1)
        #expect(try world.call(first.call).status == .pendingRetry)
        try world.record(second, .succeeded(1))
        world.pass(1_000)
        #expect(try world.due().attempts.map(\.call) == [first.call])
    }

    @Test func anApprovedCallWaitsForItsTurnAndItsYesIsSpentOnlyThen() throws {
        let held = Sample.tool(
            .keyed, approval: Sample.rule, limits: Sample.limits(concurrency: 1))
        let free = Sample.tool(.keyed, limits: Sample.limits(concurrency: 1))
        world.limit(.unlimited, held)
        let waiting = try submit(1, held).view.call
        let attempt = try #require(try submit(2, free).attempt)
        try world.decide(try #require(waiting.approval).id, .approve())
        #expect(try world.due().work.isEmpty)
        #expect(try world.call(waiting.id).approval?.state == .approved)
        try world.record(attempt, .succeeded(1))
        world.pass(Limits.queuedMs)
        #expect(try world.due().attempts.map(\.call) == [waiting.id])
        #expect(try world.call(waiting.id).approval?.state == .spent)
    }

    @Test func undosAndProbesTakeNoPlaceAndWaitForNone() throws {
        let undo = Sample.tool(.keyed, name: "undo", limits: Sample.limits(concurrency: 1))
        let write = Sample.tool(
            .natural, followUps: Sample.followUps { $0.undo = ToolName("undo") })
        world.limit(
            Sample.allowance(day: Sample.budget { $0.calls = 2 }, concurrency: 1), undo, write)
        let run = try world.begin().run.id
        try world.record(try world.start(write, ["n": 1], run: run), .succeeded(1))
        let other = try #require(try submit(2, undo).attempt)
        let next = try #require(try world.abort(run, isForced: false).next?.undo)
        let undone = try world.submit(undo: next, as: undo, by: Sample.owner(1))
        let attempt = try #require(undone.next?.attempt)
        #expect(try world.call(attempt.call).charge == nil)
        #expect(try world.usedToday().calls == 2)
        try world.record(attempt, .succeeded(1))
        #expect(try world.call(other.call).status == .running)
        #expect(try Derived(world.journal).contradictions == [])
    }

    @Test func placesThatCannotBeReadLetNothingMoreBegin() throws {
        let (under, waiting) = try crowd()
        let name = Index.slots(tool.name)
        try world.door { (journal) throws(DoorError) in
            try faulting { () throws(JournalFault) in try journal.setKey(name, to: [0x7b]) }
        }
        #expect(try world.record(under[0], .succeeded(1)).call.status == .succeeded)
        world.pass(1_000)
        #expect(try world.due().work.isEmpty)
        #expect(try world.call(waiting).isQueued)
    }
}
