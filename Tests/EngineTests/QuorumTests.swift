// Who must say yes, how many, in which order and by when: approvals through the doors, with rules,
// people and clocks.

import JSON
import Proofs
import Testing

@testable import Engine

struct QuorumTests {
    private let world = World()
    private let tool = Sample.tool(.natural, name: "refund", reversibility: .partial)

    private func hold(
        _ rule: ApprovalRule, _ arguments: JSONObject = ["n": 1], over tool: Tool? = nil
    ) throws -> Approval {
        let tool = tool ?? self.tool
        world.rule([try .always(.approve(rule))], over: [tool])
        let call = try world.submit(tool, arguments).view.call
        #expect(call.phase == .held)
        return try #require(call.approval)
    }

    private func phase(_ approval: Approval) throws -> Phase {
        let place = try #require(
            try world.journal.read { (reading) throws(JournalFault) in
                try reading.place(of: approval.id)
            })
        return try world.call(place.call).phase
    }

    @Test func oneOfARoleSuffices() throws {
        let approval = try hold(.by(["finance"]))
        for account in ["frontdesk", "nobody", "ana", "host", "amaria", "FINANCE1", ""] {
            #expect(throws: Rejection.self) {
                try world.decide(approval.id, .approve(), by: account)
            }
        }
        #expect(try world.due().attempts.isEmpty)
        try world.decide(approval.id, .approve(reason: "checked"), by: "finance1")
        #expect(try phase(approval) == .ready)
        #expect(try world.due().attempts.count == 1)
    }

    @Test func theRequesterInAnyOfTheirNamesIsRefusedBySayingSo() throws {
        let approval = try hold(.by(["finance", "manager"]))
        for account in ["ana", "host", "amaria"] {
            let name = account == "amaria" ? "ana-maria" : account
            #expect(throws: Rejection.ownRequest(approval.id, person: name)) {
                try world.decide(approval.id, .approve(), by: account)
            }
        }
    }

    @Test func twoMustBeTwoPeopleWhateverTheirAccountsAndKeys() throws {
        let approval = try hold(.by(["finance"], count: 2))
        try world.decide(approval.id, .approve(), by: "finance2")
        #expect(try phase(approval) == .held)
        #expect(throws: Rejection.decidedAlready(approval.id, person: "clerk")) {
            try world.decide(approval.id, .approve(), by: "finance2b")
        }
        try world.decide(
            approval.id, .approve(), as: world.signed(approval, .approve, with: Crew.chiefKey))
        #expect(try phase(approval) == .ready)
        #expect(throws: Rejection.approvalIsOver(approval.id, .approved)) {
            try world.decide(approval.id, .approve(), by: "finance1")
        }
    }

    @Test func stagesAreAskedInTheirOrderAndAPersonCountsOnceAcrossThem() throws {
        let rule = ApprovalRule(
            name: "two steps",
            stages: [
                Stage(by: .named(["manager"]), count: 1), Stage(by: .named(["finance"]), count: 1),
            ])
        let approval = try hold(rule)
        #expect(throws: Rejection.notYetAsked(approval.id, person: "clerk")) {
            try world.decide(approval.id, .approve(), by: "finance2")
        }
        // The chief is a manager and of finance: one yes, for the first stage.
        try world.decide(approval.id, .approve(), by: "finance1")
        #expect(try phase(approval) == .held)
        #expect(throws: Rejection.decidedAlready(approval.id, person: "chief")) {
            try world.decide(approval.id, .approve(), by: "finance1")
        }
        try world.decide(approval.id, .approve(), by: "finance2")
        #expect(try phase(approval) == .ready)
    }

    @Test func everyRuleThatAsksIsMetAndOneYesCountsForAll() throws {
        let rules: [Rule] = [
            try .always(.approve(.by(["finance"], name: "a")), name: "a"),
            try .always(.approve(.by(["finance"], count: 2, name: "b")), name: "b"),
            try .always(.approve(.by(["manager"], name: "c")), name: "c"),
        ]
        world.rule(rules, over: [tool])
        let call = try world.submit(tool).view.call
        let approval = try #require(call.approval)
        #expect(approval.rule == "a, b, c")
        #expect(call.ruling?.rules == ["a", "b", "c"] && call.ruling?.verdict == .approve)
        try world.decide(approval.id, .approve(), by: "finance2")
        #expect(try phase(approval) == .held)
        try world.decide(approval.id, .approve(), by: "finance1")
        #expect(try phase(approval) == .ready)
    }

    @Test func aNoEndsItAtOnceUntilItIsExecuted() throws {
        let first = try hold(.by(["finance"], count: 2))
        try world.decide(first.id, .approve(), by: "finance1")
        try world.decide(first.id, .deny(reason: "no"), by: "finance2")
        #expect(try phase(first).word == "denied")
        let second = try hold(.by(["finance"]), ["n": 2])
        try world.decide(second.id, .approve(), by: "finance1")
        try world.decide(second.id, .deny(reason: "wait"), by: "finance2")
        #expect(try phase(second).word == "denied")
        #expect(try world.due().attempts.isEmpty)
    }

    @Test func aYesCanBeTakenBackUntilItIsExecuted() throws {
        let approval = try hold(.by(["finance"]))
        #expect(throws: Rejection.nothingToWithdraw(approval.id, person: "chief")) {
            try world.decide(approval.id, .withdraw(), by: "finance1")
        }
        try world.decide(approval.id, .approve(), by: "finance1")
        #expect(throws: Rejection.nothingToWithdraw(approval.id, person: "clerk")) {
            try world.decide(approval.id, .withdraw(), by: "finance2")
        }
        try world.decide(approval.id, .withdraw(reason: "wrong one"), by: "finance1")
        #expect(try phase(approval) == .held)
        #expect(try world.due().attempts.isEmpty)
        try world.decide(approval.id, .approve(), by: "finance1")
        #expect(try world.due().attempts.count == 1)
        #expect(throws: Rejection.approvalIsOver(approval.id, .spent)) {
            try world.decide(approval.id, .withdraw(), by: "finance1")
        }
    }

    @Test func aDenialMayAbortTheRunAndUndoWhatItDid() throws {
        let undo = Sample.tool(.natural, name: "undo")
        let done = Sample.tool(
            .natural, name: "done", followUps: Sample.followUps { $0.undo = undo.name })
        world.rule(
            [
                try .when(
                    ["properties": ["tool": ["const": "refund"]]],
                    .approve(.by(["finance"], abortsWhenDenied: true)))
            ], over: [tool, done, undo])
        let run = try world.begin().run.id
        let first = try world.submit(done, run: run)
        try world.hear(try #require(first.work?.attempt), .succeeded([:]))
        let held = try world.submit(tool, run: run).view.call
        try world.decide(try #require(held.approval).id, .deny(reason: "no"), by: "finance1")
        #expect(try world.run(run).ending?.cause == .denied)
        #expect(try world.run(run).state == .aborting)
        #expect(try world.run(run).nextUndo?.id == first.view.call.id)
    }

    // MARK: - Clocks

    @Test func peopleAreRemindedAndOthersAskedWhenTheirTimesCome() throws {
        let approval = try hold(
            .by(
                ["finance"], remindAfterMs: 10_000, escalateAfterMs: 25_000,
                escalateTo: ["manager"]))
        #expect(throws: Rejection.self) {
            try world.decide(approval.id, .approve(), by: "frontdesk")
        }
        var kinds: [String] = []
        for _ in 0..<5 {
            world.pass(10_000)
            _ = try world.due()
            let now = try #require(try world.approvalNow(approval.id))
            kinds.append("\(now.reminders)\(now.isEscalated ? "e" : "")")
        }
        #expect(kinds == ["1", "2", "3e", "4e", "5e"])
        try world.decide(approval.id, .approve(), by: "frontdesk")
        #expect(try phase(approval) == .ready)
    }

    @Test func remindersDoNotPileUpWhileNobodyLives() throws {
        let approval = try hold(.by(["finance"], remindAfterMs: 1_000))
        world.pass(50_000)
        for _ in 0..<3 { _ = try world.due() }
        #expect(try world.approvalNow(approval.id)?.reminders == 1)
    }

    @Test func silenceIsADenialUnlessTheRuleSaysOtherwise() throws {
        let denied = try hold(.by(["finance"]))
        world.pass(60_000)
        _ = try world.due()
        #expect(try phase(denied).word == "denied")

        let passedOn = try hold(
            .by(["finance"], escalateTo: ["manager"], onSilence: .escalate), ["n": 2])
        world.pass(60_000)
        _ = try world.due()
        #expect(try phase(passedOn) == .held)
        try world.decide(passedOn.id, .approve(), by: "frontdesk")
        #expect(try phase(passedOn) == .ready)

        let twice = try hold(
            .by(["finance"], escalateTo: ["manager"], onSilence: .escalate), ["n": 3])
        for _ in 0..<2 {
            world.pass(60_000)
            _ = try world.due()
        }
        #expect(try phase(twice).word == "denied")
    }

    @Test func silenceMayBeAYesToWhatCanBeUndoneAndToNothingElse() throws {
        for reversibility in Reversibility.allCases {
            let world = World()
            let tool = Sample.tool(.natural, name: "t", reversibility: reversibility)
            world.rule(
                [try .always(.approve(.by(["finance"], onSilence: .approve)))], over: [tool])
            let call = try world.submit(tool).view.call
            world.pass(60_000)
            let work = try world.due().attempts.count + world.due().attempts.count
            #expect(work == (reversibility == .reversible ? 1 : 0))
            let word = try world.call(call.id).phase.word
            #expect(word == (reversibility == .reversible ? "running" : "denied"))
        }
    }

    /// Whoever took a yes back was not silent, even where silence is a yes.
    @Test func aYesThatWasTakenBackDoesNotComeBackAsSilence() throws {
        let tool = Sample.tool(.natural, name: "t")
        let approval = try hold(.by(["finance"], onSilence: .approve), over: tool)
        world.pass(59_000)
        try world.decide(approval.id, .approve(), by: "finance1")
        world.pass(2_000)
        try world.decide(approval.id, .withdraw(), by: "finance1")
        #expect(try world.due().attempts.isEmpty)
        #expect(try world.due().attempts.isEmpty)
        #expect(try phase(approval).word == "denied")
    }

    /// Silence towards one rule says nothing to another that gives people more time.
    @Test func silenceUnderOneRuleIsNoneUnderAnother() throws {
        let tool = Sample.tool(.natural, name: "t")
        let approval = try hold(.by(["finance"], onSilence: .approve), over: tool)
        world.pass(60_000)
        let work = try world.due(environments: []).attempts
        #expect(work.isEmpty)
        #expect(try phase(approval) == .ready)
        let slower = ApprovalRule.by(
            ["finance"], decideWithinMs: 600_000, onSilence: .approve)
        world.rule([try .always(.approve(slower))], over: [tool], version: "2")
        #expect(try world.due().attempts.isEmpty)
        #expect(try phase(approval) == .held)
    }

    @Test func silenceMayAbortTheRun() throws {
        let rule = ApprovalRule.by(["finance"], onSilence: .abort)
        world.rule([try .always(.approve(rule))], over: [tool])
        let run = try world.begin().run.id
        _ = try world.submit(tool, run: run)
        world.pass(60_000)
        _ = try world.due()
        #expect(try world.run(run).state == .aborted)
    }
}

extension World {
    func approvalNow(_ id: ApprovalID) throws -> Approval? {
        try journal.read { (reading) throws(JournalFault) in
            guard let place = try reading.place(of: id) else { return nil }
            return try reading.run(place.run)?[place.call]?.approval
        }
    }
}
