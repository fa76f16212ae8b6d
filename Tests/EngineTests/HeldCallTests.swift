// Calls that wait for a person's yes: who may give it, until when, and what it covers.

import JSON
import Testing

@testable import Engine

struct HeldCallTests {
    private let world = World()
    private let tool = Sample.tool(.atMostOnce, approval: Sample.rule)

    private func hold() throws -> (call: CallID, approval: Approval) {
        let submission = try world.submit(tool)
        #expect(submission.attempt == nil)
        #expect(submission.view.call.status == .pendingApproval)
        return (submission.view.call.id, try #require(submission.view.call.approval))
    }

    @Test func aHeldCallIsNotStartedBeforeAYes() throws {
        let held = try hold()
        #expect(try world.due().attempts.isEmpty)
        #expect(try world.call(held.call).attempts == 0)
    }

    @Test func aYesLetsAnyHostOfTheEnvironmentStartItAndIsSpentWithTheFirstAttempt() throws {
        let held = try hold()
        world.pass(10)
        let decidedAt = world.now
        let view = try world.decide(held.approval.id, .approve())
        #expect(view.call.phase == .ready)
        #expect(view.call.approval?.state == .approved)
        let attempt = try #require(try world.due(by: Sample.owner(3)).attempts.first)
        #expect(attempt.owner == Sample.owner(3))
        #expect(try world.call(held.call).approval?.state == .spent)
        #expect(
            attempt.approval == [
                "decision": "approved", "by": "ana", "reason": .null,
                "at": .string(decidedAt.description),
            ])
    }

    @Test func whatAPersonSaidWithTheYesReachesTheAttempt() throws {
        let held = try hold()
        try world.decide(held.approval.id, .approve(reason: "a regular guest"))
        let attempt = try #require(try world.due().attempts.first)
        #expect(attempt.approval?["reason"] == "a regular guest")
    }

    @Test func aNoEndsTheCallAndFreesItsKey() throws {
        let held = try hold()
        let view = try world.decide(held.approval.id, .deny(reason: "too dear"))
        #expect(view.call.status == .denied)
        #expect(view.message == "too dear")
        #expect(try world.submit(tool).isReplay == false)
    }

    @Test func theApprovalIsBoundToToolArgumentsCallerAndRun() throws {
        let view = try world.submit(tool).view
        let action = Action(
            tool: tool.name, manifest: tool.manifest, arguments: view.call.arguments.commitment,
            caller: Sample.ana, run: view.run)
        #expect(view.call.approval?.action == action.digest)
    }

    @Test(arguments: [("ana", true), ("host", true), ("desk", false), ("Ana", false), ("", false)])
    func onlyThePersonAndTheAccountOfTheHostMayDecide(_ person: String, _ may: Bool) throws {
        let held = try hold()
        if may {
            #expect(try world.decide(held.approval.id, .approve(), by: person).call.phase == .ready)
        } else {
            let refusal = Rejection.mayNotDecide(
                held.approval.id, person: person, may: ["ana", "host"])
            #expect(throws: refusal) {
                try world.decide(held.approval.id, .approve(), by: person)
            }
            #expect(throws: refusal) {
                try world.decide(held.approval.id, .deny(reason: "no"), by: person)
            }
            #expect(try world.call(held.call).phase == .held)
        }
    }

    @Test func aYesIsSaidOnceAndANoIsFinal() throws {
        let held = try hold()
        try world.decide(held.approval.id, .approve())
        #expect(throws: Rejection.approvalIsOver(held.approval.id, .approved)) {
            try world.decide(held.approval.id, .approve())
        }
        // Until it is executed, a no still stops it.
        try world.decide(held.approval.id, .deny(reason: "no"))
        for decision in [ApprovalDecision.approve(), .deny(reason: "no"), .withdraw()] {
            #expect(throws: Rejection.approvalIsOver(held.approval.id, .denied)) {
                try world.decide(held.approval.id, decision)
            }
        }
        #expect(try world.due().attempts.isEmpty)
    }

    @Test func aDecisionOnNothingIsRefused() throws {
        let id = Shapes.approval
        #expect(throws: Rejection.unknownApproval(id.text)) { try world.decide(id, .approve()) }
    }

    @Test func theDecideClockEndsAtItsLimitAndSilenceIsADenial() throws {
        let late = try hold()
        world.pass(Sample.rule.decideWithinMs - 1)
        _ = try world.due()
        #expect(try world.call(late.call).phase == .held)
        world.pass(1)
        #expect(throws: Rejection.approvalIsOver(late.approval.id, .expired)) {
            try world.decide(late.approval.id, .approve())
        }
        #expect(try world.due(environments: []).attempts.isEmpty)
        #expect(try world.call(late.call).status == .denied)
        #expect(try world.call(late.call).approval?.state == .expired)
    }

    @Test func aYesIsTakenOneMillisecondBeforeTheDecideClockEnds() throws {
        let held = try hold()
        world.pass(Sample.rule.decideWithinMs - 1)
        #expect(try world.decide(held.approval.id, .approve()).call.phase == .ready)
    }

    @Test(arguments: [(Int64(-1), true), (0, false), (1, false)])
    func theExecuteClockEndsAtItsLimit(_ offMs: Int64, _ mayStart: Bool) throws {
        let held = try hold()
        try world.decide(held.approval.id, .approve())
        world.pass(Sample.rule.executeWithinMs + offMs)
        #expect(try world.due().attempts.isEmpty == !mayStart)
        let call = try world.call(held.call)
        #expect(call.status == (mayStart ? .running : .denied))
        #expect(call.approval?.state == (mayStart ? .spent : .expired))
    }

    @Test func theRequestersOwnRepeatStartsAnApprovedCall() throws {
        let held = try hold()
        try world.decide(held.approval.id, .approve())
        let again = try world.submit(tool)
        #expect(again.isReplay)
        #expect(again.attempt?.call == held.call)
    }

    /// What runs is what was approved, even where a repeat differs in fields that the tool ignores.
    @Test func anApprovedCallRunsWithTheArgumentsThatWereApproved() throws {
        let lenient = Sample.tool(.keyed, approval: Sample.rule, ignored: ["note"])
        let first = try world.submit(lenient, ["to": "ana", "note": "approved"])
        try world.decide(try #require(first.view.call.approval).id, .approve())
        let again = try world.submit(lenient, ["to": "ana", "note": "never seen by a person"])
        #expect(again.view.call.id == first.view.call.id)
        #expect(again.attempt?.arguments == ["to": "ana", "note": "approved"])
    }

    @Test func cancellingAHeldCallWithdrawsItsApproval() throws {
        let held = try hold()
        #expect(try world.cancel(held.call, reason: "changed my mind").call.status == .cancelled)
        #expect(try world.call(held.call).approval?.state == .withdrawn)
        #expect(throws: Rejection.approvalIsOver(held.approval.id, .withdrawn)) {
            try world.decide(held.approval.id, .approve())
        }
    }

    @Test func approvalsAreListedInTheOrderTheyWereAskedFor() throws {
        var asked: [ApprovalID] = []
        for number in 0..<5 {
            world.pass(1)
            let submission = try world.submit(tool, ["n": .integer(number)])
            asked.append(try #require(submission.view.call.approval).id)
        }
        let listed = try world.journal.read { (reading) throws(JournalFault) in
            try reading.approvalPlaces(after: nil, limit: 10).map(\.approval)
        }
        #expect(listed == asked)
        let rest = try world.journal.read { (reading) throws(JournalFault) in
            try reading.approvalPlaces(after: asked[2], limit: 10).map(\.approval)
        }
        #expect(rest == Array(asked[3...]))
    }
}
