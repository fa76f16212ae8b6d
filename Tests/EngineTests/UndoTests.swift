// The undo of one call: a durable call of its own, with all that may become of it.

import JSON
import Testing

@testable import Engine

struct UndoTests {
    private let bench: AbortBench
    private let call: CallID
    private var world: World { bench.world }

    init() throws {
        bench = try AbortBench()
        call = try bench.done(1)
    }

    private func undoing(_ tool: Tool = AbortBench.undoTool) throws -> Attempt {
        try bench.attempt(try world.abort(bench.run).next, as: tool)
    }

    private func failed() throws -> CallID {
        let attempt = try undoing()
        let view = try world.hear(attempt, .failed(Failure(.fatal, "cannot"))).view
        #expect(view.call.status == .needsAttention && view.message == "cannot")
        #expect(view.call.endedAt == nil)
        #expect(try bench.state == .needsAttention)
        #expect(try bench.status(call) == .running)
        return attempt.call
    }

    @Test func anUndoIsACallOfTheSameRunWithAKeyOfItsOwn() throws {
        let attempt = try undoing()
        #expect(attempt.run == bench.run && attempt.arguments == ["id": 7])
        let undo = try world.call(attempt.call)
        #expect(undo.undoes == call && undo.isUndo)
        #expect(try world.call(call).phase == .compensating(by: attempt.call))
        let key = try #require(undo.key)
        let undone = try #require(try world.call(call).key)
        #expect(key.source == .given && key.tag != undone.tag)
    }

    @Test func whatIsSentIsWhatWasRecorded() throws {
        let undo = try #require(try world.abort(bench.run).next?.undo)
        let arguments = try #require(JSONParser.parse(#"{"n":1.0}"#).objectValue)
        let attempt = try #require(
            try world.submit(undo: undo, as: AbortBench.undoTool, arguments).next?.attempt)
        let text = JSONValue.object(attempt.arguments).compactText
        #expect(text == #"{"n":1}"#)
    }

    @Test func anUndoIsNeverUndoneItself() throws {
        let attempt = try undoing(
            Sample.tool(
                .keyed, name: "undo",
                followUps: Sample.followUps {
                    $0.undo = ToolName("redo")
                    $0.isPivot = true
                }))
        #expect(try world.hear(attempt, .succeeded(1)).next == nil)
        #expect(try bench.state == .aborted && bench.standing.isEmpty)
        #expect(try world.call(attempt.call).followUps == FollowUps())
    }

    @Test func aTransientFailureOfAnUndoIsTriedAgain() throws {
        let attempt = try undoing()
        let view = try world.hear(attempt, .failed(Failure(.transient, "down"))).view
        #expect(view.call.status == .pendingRetry)
        world.pass(1_000)
        let again = try #require(try world.due(by: Sample.owner(1)).attempts.first)
        #expect(again.number == 2)
        try world.hear(again, .succeeded(1))
        #expect(try bench.status(call) == .compensated && bench.state == .aborted)
    }

    @Test(arguments: [Delivery.transactional, .keyed, .natural])
    func anUndoWhoseOutcomeIsUnknownIsRepeatedWhereThatIsPromised(
        _ delivery: Delivery
    ) throws {
        let attempt = try undoing(Sample.tool(delivery, name: "undo"))
        try world.hear(attempt, .unknown(reason: "timed out"))
        #expect(try world.run(bench.run).nextUndo == nil)
        world.pass(Limits.recoveryDelayMs)
        let again = try #require(try world.due(by: Sample.owner(1)).attempts.first)
        #expect(again.purpose == .effect)
        try world.hear(again, .succeeded(1))
        #expect(try bench.state == .aborted)
    }

    @Test func anUndoWithAProbeIsVerified() throws {
        let tool = Sample.tool(
            .atMostOnce, name: "undo",
            followUps: Sample.followUps {
                $0.verify = VerifyRule(settleMs: 0, retriesAbsent: false)
            })
        let attempt = try undoing(tool)
        let probe = try #require(
            try world.hear(attempt, .unknown(reason: "timed out")).next?.probe)
        try world.answer(probe, .absent)
        #expect(try bench.state == .needsAttention)
        guard case .needsAttention(.undoFailed(.transient, _)) = try world.call(attempt.call).phase
        else {
            Issue.record("An undo that did not happen has failed.")
            return
        }
    }

    @Test func anUndoThatMayHaveHappenedOnceWaitsForAPerson() throws {
        let attempt = try undoing(Sample.tool(.atMostOnce, name: "undo"))
        try world.hear(attempt, .unknown(reason: "timed out"))
        #expect(try bench.state == .needsAttention)
        world.pass(86_400_000)
        #expect(try world.due().work.isEmpty)
        try world.resolve(attempt.call, .succeeded(1))
        #expect(try bench.status(call) == .compensated && bench.state == .aborted)
    }

    @Test func aPersonWhoSaysThatAFailedUndoHasHappenedEndsTheAbort() throws {
        try world.resolve(try failed(), .succeeded(1))
        #expect(try bench.status(call) == .compensated)
        #expect(try bench.state == .aborted && bench.standing.isEmpty)
    }

    @Test func aPersonWhoSaysThatItFailedLeavesWhatItShouldUndoStanding() throws {
        let undo = try failed()
        try world.resolve(undo, .failed(.fatal))
        #expect(try bench.status(call) == .succeeded && bench.status(undo) == .failed)
        #expect(try bench.state == .aborted && bench.standing == [.undoFailed])
        #expect(try world.due().work.isEmpty)
    }

    @Test func aPersonMayHaveItTriedAgain() throws {
        let undo = try failed()
        try world.resolve(undo, .retry)
        #expect(try bench.state == .aborting)
        let again = try #require(try world.due(by: Sample.owner(1)).attempts.first)
        #expect(again.call == undo && again.number == 2)
        try world.hear(again, .succeeded(1))
        #expect(try bench.state == .aborted && bench.status(call) == .compensated)
    }

    @Test func aLateSuccessOfAFailedUndoIsItsSuccess() throws {
        let attempt = try undoing()
        try world.hear(attempt, .failed(Failure(.fatal, "lied")))
        try world.hear(attempt, .succeeded(1))
        #expect(try bench.status(call) == .compensated && bench.state == .aborted)
    }

    @Test func aPermissionThatAnUndoLacksIsAFailedUndo() throws {
        let attempt = try undoing()
        try world.hear(attempt, .failed(Failure(.permission, "not for you")))
        #expect(try world.call(attempt.call).phase.word == "needs_attention")
    }

    @Test func byForceAFailedUndoLeavesWhatItShouldUndoStanding() throws {
        _ = try failed()
        #expect(try world.abort(bench.run, isForced: true).run.state == .aborted)
        #expect(try bench.status(call) == .succeeded && bench.standing == [.undoFailed])
    }

    @Test func byForceAnUndoThatFailsLaterStandsAtOnce() throws {
        let attempt = try undoing()
        try world.abort(bench.run, isForced: true)
        #expect(try bench.state == .aborting)
        try world.hear(attempt, .failed(Failure(.fatal, "cannot")))
        #expect(try bench.state == .aborted && bench.standing == [.undoFailed])
        let end = try world.kinds(bench.run).suffix(3)
        #expect(end == ["attempt_failed", "left_standing", "run_aborted"])
    }

    @Test func byForceAnUndoWhoseOutcomeIsUnknownIsLeft() throws {
        let attempt = try undoing(Sample.tool(.atMostOnce, name: "undo"))
        try world.hear(attempt, .unknown(reason: "timed out"))
        try world.abort(bench.run, isForced: true)
        #expect(try bench.state == .aborted && bench.standing == [.undoFailed])
        #expect(try world.call(attempt.call).isLeft)
    }

    @Test func anUndoIsNotCancelled() throws {
        let attempt = try undoing()
        let count = try world.log().count
        try world.cancel(attempt.call)
        #expect(try world.log().count == count)
    }

    private func impossible() throws {
        let undo = try #require(try world.abort(bench.run).next?.undo)
        let view = try world.giveUp(undo).view
        #expect(view.call.id == call && view.call.status == .needsAttention)
        #expect(view.message == "its result was erased")
        #expect(try bench.state == .needsAttention && bench.standing == [.undoFailed])
        #expect(try world.agendaLine(run: bench.run) == nil)
    }

    @Test func whatCannotBeCalledNeedsAPersonAndIsTriedAgainWhenTheySaySo() throws {
        try impossible()
        try world.resolve(call, .retry)
        let work = try world.due(by: Sample.owner(1)).work.first
        #expect(try bench.finish(work) == [call])
        #expect(try bench.state == .aborted)
    }

    @Test func whatCannotBeCalledIsLeftStandingByForce() throws {
        try impossible()
        #expect(try world.abort(bench.run, isForced: true).run.state == .aborted)
        #expect(try bench.status(call) == .succeeded && bench.standing == [.undoFailed])
    }

    @Test func whatAPersonUndidByHandDoesNotStand() throws {
        try impossible()
        try world.resolve(call, .failed(.fatal), reason: "undone by hand")
        #expect(try bench.state == .aborted && bench.standing.isEmpty)
    }

    private func held() throws -> (call: CallID, approval: ApprovalID) {
        let undo = try #require(try world.abort(bench.run).next?.undo)
        let tool = Sample.tool(.keyed, name: "undo", reversibility: .irreversible)
        let view = try world.submit(undo: undo, as: tool)
        #expect(view.view.call.status == .pendingApproval && view.next == nil)
        let approval = try #require(view.view.call.approval)
        #expect(approval.rule == "irreversible")
        return (view.view.call.id, approval.id)
    }

    @Test func anIrreversibleUndoIsHeldUntilAPersonSaysYes() throws {
        let (undo, approval) = try held()
        #expect(try world.due().work.isEmpty)
        try world.decide(approval, .approve())
        let attempt = try #require(try world.due(by: Sample.owner(1)).attempts.first)
        #expect(attempt.call == undo)
        try world.hear(attempt, .succeeded(1))
        #expect(try bench.state == .aborted && bench.status(call) == .compensated)
    }

    @Test func aManifestsOwnRuleHoldsItsIrreversibleUndo() throws {
        let undo = try #require(try world.abort(bench.run).next?.undo)
        let tool = Sample.tool(
            .keyed, name: "undo", approval: Sample.rule, reversibility: .irreversible)
        #expect(
            try world.submit(undo: undo, as: tool).view.call.approval?.rule == Sample.rule.name)
    }

    @Test(arguments: [true, false])
    func aNoOrSilenceIsAFailedUndoThatTryingAgainDoesNotCure(_ isDenied: Bool) throws {
        let (undo, approval) = try held()
        if isDenied {
            try world.decide(approval, .deny(reason: "keep it"))
        } else {
            world.pass(ApprovalRule.defaultDecideWithinMs)
            _ = try world.due()
        }
        #expect(try bench.state == .needsAttention && bench.status(undo) == .needsAttention)
        #expect(
            throws: Rejection.approvalIsOver(approval, isDenied ? .denied : .expired)
        ) { try world.resolve(undo, .retry) }
        try world.resolve(undo, .failed(.fatal))
        #expect(try bench.standing == [.undoFailed] && bench.state == .aborted)
    }
}

struct DeadlineTests {
    @Test func aRunIsAbortedByItsDeadlineAndNotBefore() throws {
        let bench = try AbortBench(deadlineMs: 60_000)
        let call = try bench.done(1)
        #expect(
            try bench.world.agendaLine(run: bench.run)?.due == bench.world.now + 60_000)
        bench.world.pass(59_999)
        #expect(try bench.world.due().examined == 0)
        bench.world.pass(1)
        let work = try bench.world.due(by: Sample.owner(1)).work
        #expect(try bench.state == .aborting)
        #expect(try bench.world.run(bench.run).ending?.cause == .deadline)
        #expect(try bench.finish(work.first) == [call])
        #expect(try bench.state == .expired)
    }

    @Test func itSurvivesTheProcessAndIsKeptByTheRecord() throws {
        let bench = try AbortBench(deadlineMs: 60_000)
        bench.world.journal.losePower()
        let folded = try bench.world.journal.read { (reading) throws(JournalFault) in
            try reading.foldedRun(bench.run)
        }
        #expect(folded?.deadline == bench.world.now + 60_000)
        bench.world.pass(60_000)
        #expect(try bench.world.due(environments: []).served == 1)
        #expect(try bench.state == .expired)
    }

    @Test func itDoesNothingToARunThatHasEnded() throws {
        for isCompleted in [true, false] {
            let bench = try AbortBench(deadlineMs: 60_000)
            if isCompleted {
                try bench.world.complete(bench.run)
            } else {
                try bench.world.abort(bench.run)
            }
            #expect(try bench.world.agendaLine(run: bench.run) == nil)
            bench.world.pass(60_000)
            #expect(try bench.world.due().served == 0)
            #expect(try bench.state == (isCompleted ? .completed : .aborted))
        }
    }

    @Test func aQuarantinedRunKeepsItsEvidencePastItsDeadline() throws {
        let bench = try AbortBench(deadlineMs: 60_000)
        try bench.world.quarantine(bench.run)
        bench.world.pass(60_000)
        #expect(try bench.world.due().served == 0)
        #expect(try bench.state == .quarantined)
        try bench.world.release(bench.run)
        _ = try bench.world.due()
        #expect(try bench.state == .expired)
    }

    @Test func whatWaitsForAYesIsWithdrawnAtTheDeadline() throws {
        let bench = try AbortBench(deadlineMs: 30_000)
        let held = try bench.world.submit(
            Sample.tool(.natural, approval: Sample.rule), run: bench.run).view.call
        bench.world.pass(30_000)
        _ = try bench.world.due()
        #expect(try bench.world.call(held.id).approval?.state == .withdrawn)
        #expect(try bench.state == .expired)
    }
}
