// What was allowed or approved is judged again at the moment it is to be executed.

import JSON
import Proofs
import Testing

@testable import Engine

struct DriftTests {
    private let world = World()
    private let tool = Sample.tool(.natural, name: "refund")
    private let finance = ApprovalRule.by(["finance"])

    private func rule(_ then: Consequence?, directory: Directory = Crew.all, version: String)
        throws
    {
        world.rule(
            try then.map { [try .always($0)] } ?? [], over: [tool], directory: directory,
            version: version)
    }

    /// A call with its yes, which nobody has started.
    private func approved() throws -> Call {
        try rule(.approve(finance), version: "1")
        let call = try world.submit(tool).view.call
        return try world.decide(try #require(call.approval).id, .approve(), by: "finance1").call
    }

    private func start() throws -> Attempt? { try world.due().attempts.first }

    @Test func aYesUnderTheSameRulesIsSpentOnce() throws {
        let call = try approved()
        let attempt = try #require(try start())
        #expect(try world.call(call.id).approval?.state == .spent)
        #expect(try start() == nil)
        try world.record(attempt, .failed(Failure(.transient, "busy")), retry: .standard)
        world.pass(9_000)
        // A further attempt is covered within the execute clock.
        #expect(try start() != nil)
    }

    @Test func afterTheExecuteClockNothingStarts() throws {
        let call = try approved()
        world.pass(10_000)
        #expect(try start() == nil)
        #expect(try world.call(call.id).phase.word == "denied")
    }

    @Test func afterTheExecuteClockNothingIsTriedAgain() throws {
        let call = try approved()
        let attempt = try #require(try start())
        try world.record(attempt, .failed(Failure(.transient, "busy")), retry: .standard)
        world.pass(10_000)
        #expect(try start() == nil)
        let now = try world.call(call.id)
        #expect(now.phase.word == "denied" && now.approval?.state == .expired)
    }

    @Test(arguments: ["denied", "held", "shadow", "running"])
    func aStricterVerdictIsFollowed(_ word: String) throws {
        let call = try approved()
        switch word {
        case "denied": try rule(.deny(reason: "frozen"), version: "2")
        case "held": try rule(.approve(.by(["finance"], count: 2)), version: "2")
        case "shadow": try rule(.shadow, version: "2")
        case _: try rule(nil, version: "2")
        }
        let started = try start() != nil
        #expect(started == (word == "running"))
        let now = try world.call(call.id)
        #expect(now.phase.word == word)
        if word == "held" {
            #expect(now.approval?.because == .policy && now.approval?.id != call.approval?.id)
            #expect(now.approval?.decisions.isEmpty == true)
            let old = try #require(call.approval).id
            #expect(throws: Rejection.approvalIsOver(old, .withdrawn)) {
                try world.decide(old, .approve(), by: "finance2")
            }
        }
    }

    @Test func anApproverWhoWasRemovedHasNotSaidYes() throws {
        let call = try approved()
        try rule(
            .approve(finance), directory: Directory([Crew.lead, Crew.clerk]), version: "2")
        #expect(try start() == nil)
        let now = try world.call(call.id)
        #expect(now.phase == .held && now.approval?.because == .approvers)
        try world.decide(try #require(now.approval).id, .approve(), by: "finance2")
        #expect(try start() != nil)
    }

    @Test func anApproverWhoTurnsOutToBeTheRequesterHasNotSaidYes() throws {
        let call = try approved()
        let alias = Approver(
            name: "chief", accounts: ["finance1"], keys: [], aliases: ["Ana"],
            roles: ["finance"])
        try rule(.approve(finance), directory: Directory([alias, Crew.clerk]), version: "2")
        #expect(try start() == nil)
        #expect(try world.call(call.id).phase == .held)
    }

    /// What needed no yes when it was accepted may need one when it is tried again.
    @Test func aRetryIsJudgedToo() throws {
        try rule(nil, version: "1")
        let attempt = try #require(try world.submit(tool).attempt)
        try world.record(attempt, .failed(Failure(.transient, "busy")), retry: .standard)
        try rule(.approve(finance), version: "2")
        world.pass(5_000)
        #expect(try start() == nil)
        let call = try world.call(attempt.call)
        #expect(call.phase == .held && call.approval?.because == .policy)
        try world.decide(try #require(call.approval).id, .approve(), by: "finance1")
        #expect(try start()?.number == 2)
    }

    /// What may have happened is not sent once more under rules that would not let it begin.
    @Test(arguments: [Delivery.natural, .keyed, .transactional, .read])
    func whatMayHaveHappenedIsNotSentAgain(_ delivery: Delivery) throws {
        let tool = Sample.tool(delivery, name: "t")
        world.rule([], over: [tool])
        let attempt = try #require(try world.submit(tool).attempt)
        try world.record(attempt, .unknown(reason: "no answer"))
        world.rule([try .always(.deny(reason: "frozen"))], over: [tool], version: "2")
        world.pass(1_000)
        let next = try world.due().attempts.first
        let call = try world.call(attempt.call)
        switch delivery {
        // Only to make sure that it cannot happen any more.
        case .transactional: #expect(next?.purpose == .void)
        case .read: #expect(next == nil && call.phase.word == "denied")
        case .keyed, .natural, .atMostOnce:
            #expect(next == nil && call.phase == .needsAttention(.recoveryExhausted))
        }
    }

    /// A person may have it tried again, but the yes that it had was for another hour.
    @Test func whatAPersonHasTriedAgainAfterItsTimeIsAskedAnew() throws {
        let call = try approved()
        let attempt = try #require(try start())
        try world.record(attempt, .failed(Failure(.permission, "no rights")))
        world.pass(10_000)
        try world.resolve(call.id, .retry)
        #expect(try start() == nil)
        let now = try world.call(call.id)
        #expect(now.phase == .held && now.approval?.because == .clock)
        try world.decide(try #require(now.approval).id, .approve(), by: "finance1")
        #expect(try start()?.number == 2)
    }

    @Test func whatWasErasedCannotBeJudgedAndIsDenied() throws {
        try rule(.approve(finance), version: "1")
        let call = try world.submit(tool).view.call
        try world.decide(try #require(call.approval).id, .approve(), by: "finance1")
        try world.door { (journal) throws(DoorError) in
            try faulting { () throws(JournalFault) in
                try journal.setPayload(nil, for: call.arguments.commitment)
            }
        }
        _ = try world.due()
        #expect(try world.call(call.id).ruling?.rules == ["arguments"])
        #expect(try world.call(call.id).phase.word == "denied")
    }
}
