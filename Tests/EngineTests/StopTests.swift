// What operators stop: one run, a tool, a profile, everything; what goes on, and how it is resumed.

import JSON
import Testing

@testable import Engine

struct QuarantineTests {
    private let world = World()
    private let down = AttemptOutcome.failed(Failure(.transient, "down"))

    @Test func aQuarantinedRunTakesReadsAndNoWrites() throws {
        let run = try world.begin().run.id
        #expect(try world.quarantine(run, reason: "looks odd").state == .quarantined)
        #expect(throws: Rejection.runQuarantined(run)) {
            try world.submit(Sample.tool(), run: run)
        }
        #expect(throws: Rejection.runQuarantined(run)) { try world.complete(run) }
        let read = try #require(try world.submit(Sample.tool(.read), run: run).attempt)
        try world.hear(read, down)
        world.pass(1_000)
        #expect(try world.due().attempts.map(\.call) == [read.call])
    }

    @Test func itsWritesLeaveTheAgendaAndComeBackWithTheRelease() throws {
        let run = try world.begin().run.id
        let waiting = try world.start(Sample.tool(), ["n": 1], run: run)
        try world.hear(waiting, down)
        let unknown = try world.start(Sample.tool(), ["n": 2], run: run)
        try world.record(unknown, .unknown(reason: "timed out"))
        let lines = try [waiting, unknown].map { try world.agendaLine($0.call) }
        try world.quarantine(run)
        for attempt in [waiting, unknown] { #expect(try world.agendaLine(attempt.call) == nil) }
        world.pass(86_400_000)
        #expect(try world.due().examined == 0)
        try world.release(run)
        #expect(try [waiting, unknown].map { try world.agendaLine($0.call) } == lines)
        #expect(try world.due().attempts.count == 2)
    }

    @Test func whatIsUnderWayIsAllowedToFinishAndIsNotTriedAgain() throws {
        let run = try world.begin().run.id
        let first = try world.start(Sample.tool(), ["n": 1], run: run)
        let second = try world.start(Sample.tool(), ["n": 2], run: run)
        try world.quarantine(run)
        #expect(try world.hear(first, .succeeded(1)).view.call.status == .succeeded)
        #expect(try world.hear(second, down).view.call.status == .pendingRetry)
        #expect(try world.agendaLine(second.call) == nil)
        #expect(try world.run(run).state == .quarantined)
    }

    @Test func whatBecameOfAnUnknownWriteIsStillFoundOut() throws {
        let run = try world.begin().run.id
        let tool = Sample.tool(
            .atMostOnce,
            followUps: Sample.followUps {
                $0.verify = VerifyRule(settleMs: 0, retriesAbsent: true)
            })
        let attempt = try world.start(tool, run: run)
        try world.quarantine(run)
        let probe = try #require(
            try world.hear(attempt, .unknown(reason: "timed out")).next?.probe)
        #expect(try world.answer(probe, .absent).view.call.status == .pendingRetry)
        world.pass(86_400_000)
        #expect(try world.due().work.isEmpty)
    }

    @Test func whatWasWrittenIsStillReadBack() throws {
        let run = try world.begin().run.id
        let tool = Sample.tool(followUps: Sample.followUps { $0.readsBack = true })
        let attempt = try world.start(tool, run: run)
        try world.quarantine(run)
        let probe = try #require(try world.hear(attempt, .succeeded(1)).next?.probe)
        #expect(try world.answer(probe, .confirmed).view.call.status == .succeeded)
    }

    @Test func quarantiningTwiceIsOnceAndReleasingNothingIsRefused() throws {
        let run = try world.begin().run.id
        #expect(throws: Rejection.notQuarantined(run)) { try world.release(run) }
        try world.quarantine(run, reason: "first")
        let count = try world.log().count
        try world.quarantine(run, reason: "second")
        #expect(try world.log().count == count)
        #expect(try world.release(run).state == .open)
        #expect(try world.kinds(run) == ["run_opened", "run_quarantined", "run_released"])
        try world.halt(.profile("nobody"))
        #expect(throws: Rejection.unknownRun(RunID.journal.text)) {
            try world.quarantine(.journal)
        }
        try world.complete(run)
        #expect(throws: Rejection.runEnded(run)) { try world.quarantine(run) }
    }

    @Test func anAbortEndsAQuarantine() throws {
        let bench = try AbortBench()
        let call = try bench.done(1)
        try bench.world.quarantine(bench.run)
        let aborted = try bench.world.abort(bench.run)
        #expect(aborted.run.quarantine == nil)
        #expect(try bench.finish(aborted.next) == [call] && bench.state == .aborted)
    }

    @Test func whatNeedsAPersonDoesNotEndAQuarantine() throws {
        let run = try world.begin().run.id
        let attempt = try world.start(Sample.tool(.atMostOnce), run: run)
        try world.record(attempt, .unknown(reason: "timed out"))
        #expect(try world.quarantine(run).state == .quarantined)
        #expect(try world.release(run).state == .needsAttention)
    }
}

struct HaltTests {
    private let world = World()
    private let tool = Sample.tool(.keyed)
    private static let scopes: [HaltScope] = [
        .everything, .tool(ToolName("tool_keyed")), .profile("desk"),
    ]

    @Test(arguments: scopes)
    func noNewWriteStartsAndNothingIsRecordedOfIt(_ scope: HaltScope) throws {
        try world.halt(scope, reason: "flood")
        let count = try world.log().count
        do {
            _ = try world.submit(tool)
            Issue.record("It was not stopped.")
        } catch let rejection as Rejection {
            #expect(rejection.code == "halted" && rejection.next == .askHuman)
            #expect(rejection.message.contains("flood") && rejection.message.contains("ops"))
        }
        #expect(try world.log().count == count)
        #expect(try world.submit(Sample.tool(.read)).attempt != nil)
        try world.resume(scope)
        #expect(try world.submit(tool).attempt != nil)
    }

    @Test func aHaltReachesWhatItNamesAndNothingElse() throws {
        let other = Caller(profile: "other", person: "ana", account: "host")
        try world.halt(.tool(ToolName("tool_natural")))
        #expect(try world.submit(tool, ["n": 1]).attempt != nil)
        try world.halt(.profile("des"))
        #expect(try world.submit(tool, ["n": 2]).attempt != nil)
        try world.halt(.profile("desk"))
        #expect(throws: Rejection.self) { try world.submit(tool, ["n": 3]) }
        #expect(try world.submit(tool, ["n": 3], caller: other).attempt != nil)
        #expect(throws: Rejection.self) {
            try world.submit(Sample.tool(.natural), caller: other)
        }
    }

    @Test func aReadStopsOnlyWhereItIsMeantByName() throws {
        try world.halt(.everything)
        try world.halt(.profile("desk"))
        #expect(try world.submit(Sample.tool(.read)).attempt != nil)
        try world.halt(.tool(ToolName("tool_read")))
        #expect(throws: Rejection.self) { try world.submit(Sample.tool(.read)) }
    }

    @Test(arguments: scopes)
    func aRetryWaitsForTheResumeAndLooksAgainTheLaterTheLonger(_ scope: HaltScope) throws {
        let attempt = try world.start(tool)
        try world.hear(attempt, .failed(Failure(.transient, "down")))
        try world.halt(scope)
        world.pass(1_000)
        #expect(try world.due().work.isEmpty)
        let first = try #require(try world.agendaLine(attempt.call))
        #expect(first.due == world.now + Limits.heldBackMs)
        #expect(try world.due().examined == 0)
        world.pass(3_600_000)
        _ = try world.due()
        #expect(try world.agendaLine(attempt.call)?.due == world.now + Limits.longestHeldBackMs)
        try world.resume(scope)
        world.pass(Limits.longestHeldBackMs)
        #expect(try world.due().attempts.first?.number == 2)
    }

    @Test(arguments: [HaltScope.everything, .profile("desk")])
    func workOfAHostThatIsHaltedAsAWholeIsLeftWhereItIs(_ scope: HaltScope) throws {
        let attempt = try world.start(tool)
        try world.hear(attempt, .failed(Failure(.transient, "down")))
        let line = try world.agendaLine(attempt.call)
        try world.halt(scope)
        world.pass(3_600_000)
        #expect(try world.due(profile: "desk").examined == 0)
        #expect(try world.agendaLine(attempt.call) == line)
        try world.resume(scope)
        #expect(try world.due(profile: "desk").attempts.first?.number == 2)
    }

    @Test func aHaltOfTheProbesToolMakesItWait() throws {
        let verified = Sample.tool(
            .atMostOnce,
            followUps: Sample.followUps {
                $0.verify = VerifyRule(settleMs: 0, retriesAbsent: false)
                $0.probes = [ToolName("look")]
            })
        try world.halt(.tool(ToolName("look")))
        let attempt = try world.start(verified)
        #expect(try world.hear(attempt, .unknown(reason: "timed out")).next == nil)
        #expect(try world.due().work.isEmpty)
        try world.resume(.tool(ToolName("look")))
        world.pass(Limits.heldBackMs)
        #expect(try world.due().probes.count == 1)
    }

    @Test(arguments: scopes)
    func aProbeWaitsForTheResume(_ scope: HaltScope) throws {
        let verified = Sample.tool(
            .keyed,
            followUps: Sample.followUps {
                $0.verify = VerifyRule(settleMs: 0, retriesAbsent: false)
            })
        let attempt = try world.start(verified)
        try world.halt(scope)
        let recorded = try world.hear(attempt, .unknown(reason: "timed out"))
        #expect(recorded.next == nil && recorded.view.call.status == .unknown)
        #expect(try world.due().work.isEmpty)
        try world.resume(scope)
        world.pass(1_000)
        #expect(try world.due().probes.count == 1)
    }

    @Test(arguments: [HaltScope.everything, .tool(ToolName("undo")), .profile("desk")])
    func anUndoWaitsForTheResume(_ scope: HaltScope) throws {
        let bench = try AbortBench()
        try bench.done(1)
        let undo = try #require(try bench.world.abort(bench.run).next?.undo)
        try bench.world.halt(scope)
        let submitted = try bench.world.submit(undo: undo, as: AbortBench.undoTool)
        #expect(submitted.next == nil && submitted.view.call.phase == .ready)
        #expect(try bench.world.due().work.isEmpty)
        try bench.world.resume(scope)
        bench.world.pass(1_000)
        #expect(try bench.world.due().attempts.map(\.call) == [submitted.view.call.id])
    }

    @Test func anApprovedCallAndAJoinedOneWaitToo() throws {
        let held = Sample.tool(.keyed, approval: Sample.rule)
        let call = try world.submit(held).view.call
        try world.decide(try #require(call.approval).id, .approve())
        try world.halt(.everything)
        let joined = try world.submit(held)
        #expect(joined.isReplay && joined.work == nil)
        #expect(try world.due().work.isEmpty)
    }

    @Test func whatIsUnderWayIsAllowedToFinish() throws {
        let attempt = try world.start(tool)
        try world.halt(.everything)
        #expect(try world.hear(attempt, .succeeded(1)).view.call.status == .succeeded)
    }

    @Test func whoHaltedWhatAndWhyIsInTheRecordAndSaid() throws {
        let standing = try world.halt(.tool(tool.name), reason: "flood")
        #expect(standing.map(\.halt.scope) == [.tool(tool.name)])
        #expect(standing.map(\.reason) == ["flood"])
        world.pass(5)
        try world.halt(.everything, reason: "all of it")
        let halts = try world.halts
        #expect(halts.map(\.halt.by) == ["ops", "ops"])
        #expect(halts.map(\.halt.at) == [world.now + -5, world.now])
        try world.resume(.tool(tool.name), reason: "looked at")
        #expect(try world.halts.map(\.reason) == ["all of it"])
        let records = try world.log().filter { $0.run == .journal }
        #expect(records.map { EventParts($0.event).kind } == [
            .runOpened, .halted, .halted, .resumed,
        ])
        #expect(records[3].actor == Actor(.person, "ops"))
        #expect(try world.run(.journal).halts.map(\.scope) == [.everything])
        try world.resume(.everything)
        #expect(try world.halts.isEmpty)
        let key = try world.journal.read { (reading) throws(JournalFault) in
            try reading.key(Index.halts)
        }
        #expect(key == nil)
        #expect(try Derived(world.journal).contradictions.isEmpty)
    }

    @Test func haltingTwiceIsOnceAndResumingNothingIsRefused() throws {
        #expect(throws: Rejection.notHalted(.everything)) { try world.resume(.everything) }
        try world.halt(.everything, reason: "first")
        let count = try world.log().count
        try world.halt(.everything, reason: "second")
        #expect(try world.log().count == count)
        #expect(try world.halts.map(\.reason) == ["first"])
        #expect(throws: Rejection.notHalted(.tool(tool.name))) {
            try world.resume(.tool(tool.name))
        }
    }

    @Test func aHaltSurvivesThePowerAndTheErasureOfItsReason() throws {
        try world.halt(.everything, reason: "flood")
        world.journal.losePower()
        let reason = try #require(try world.halts.first).halt.reason
        try world.door { (journal) throws(DoorError) in
            try faulting { () throws(JournalFault) in
                try journal.setPayload(nil, for: reason.commitment)
            }
        }
        #expect(try world.halts.map(\.reason) == [nil])
        #expect(throws: Rejection.self) { try world.submit(tool) }
    }

    /// Where it cannot be read what is halted, nothing is started.
    @Test(arguments: ["", "{", "{}", "[1]", #"[{"by":"ops"}]"#])
    func whatIsHaltedAndCannotBeReadHaltsAll(_ damage: String) throws {
        try world.door { (journal) throws(DoorError) in
            try faulting { () throws(JournalFault) in
                try journal.setKey(Index.halts, to: Array(damage.utf8))
            }
        }
        #expect(throws: JournalFault.self) { try world.submit(tool) }
    }

    @Test func reasonsHaveAtMost8192Bytes() throws {
        let limit = Limits.freeTextBytes
        let (fits, tooLong) = (
            String(repeating: "x", count: limit), String(repeating: "x", count: limit + 1)
        )
        let refusal = Rejection.textTooLong(field: "reason", limitBytes: limit)
        let run = try world.begin().run.id
        #expect(throws: refusal) { try world.halt(.everything, reason: tooLong) }
        try world.halt(.everything, reason: fits)
        #expect(throws: refusal) { try world.resume(.everything, reason: tooLong) }
        try world.resume(.everything, reason: fits)
        #expect(throws: refusal) { try world.quarantine(run, reason: tooLong) }
        try world.quarantine(run, reason: fits)
        #expect(throws: refusal) { try world.release(run, reason: tooLong) }
        try world.release(run, reason: fits)
        #expect(throws: refusal) { try world.abort(run, reason: tooLong) }
        try world.abort(run, reason: fits)
    }
}
