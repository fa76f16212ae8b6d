// What outlives a run: what agents have read, how often people were asked in vain, and the yes that
// an undo takes.

import JSON
import Proofs
import Testing

@testable import Engine

struct RememberedTests {
    private let world = World()

    private func labelled(_ name: String, _ delivery: Delivery, _ labels: Labels) -> Tool {
        let tool = Sample.tool(delivery, name: name)
        return Tool(
            name: tool.name, manifest: tool.manifest, delivery: delivery,
            reversibility: tool.reversibility, idempotency: tool.idempotency, approval: nil,
            timeoutMs: 1_000, labels: labels)
    }

    /// Some clients start a host for every call: a new process and a new run forget nothing.
    @Test func whatWasReadIsRememberedInEveryRunForAnHour() throws {
        let mail = labelled("mail", .read, Labels(reads: [.untrusted], changes: []))
        let send = labelled("send", .natural, Labels(reads: [], changes: [.external]))
        let tainted: JSONValue = [
            "properties": [
                "tool": ["const": "send"],
                "run": ["properties": ["taint": ["contains": ["const": "untrusted"]]]],
            ]
        ]
        world.rule(
            [try .when(tainted, .deny(reason: "tainted"), name: "leg")], over: [mail, send])
        #expect(try world.submit(send, ["n": 0]).attempt != nil)
        _ = try world.submit(mail)
        let denied = try world.submit(send, ["n": 1]).view.call
        #expect(denied.ruling?.rules == ["leg"] && denied.taint == [.untrusted])
        let other = Caller(profile: "desk", person: "bea", account: "host")
        #expect(try world.submit(send, ["n": 2], caller: other).attempt != nil)
        world.pass(Limits.taintMs - 1)
        #expect(try world.submit(send, ["n": 3]).attempt == nil)
        world.pass(1)
        #expect(try world.submit(send, ["n": 4]).attempt != nil)
    }

    /// Who is not answered is not to be asked on and on either.
    @Test func silenceCountsAsANoForWhoeverAsksAgain() throws {
        let tool = Sample.tool(.natural, name: "write")
        let rule = ApprovalRule.by(["finance"], decideWithinMs: 1_000)
        world.rule([try .always(.approve(rule))], over: [tool])
        for _ in 0..<Limits.denialsPerWindow {
            #expect(try world.submit(tool).view.call.phase == .held)
            world.pass(1_000)
            _ = try world.due()
        }
        #expect(throws: Rejection.self) { try world.submit(tool) }
    }

    /// An undo that cannot be undone is held by those whom the rules ask, not by the requester.
    @Test(arguments: ["rule", "none", "forbidden"])
    func anIrreversibleUndoIsHeldLikeAnyCall(_ kind: String) throws {
        let boom = Sample.tool(.natural, name: "boom", reversibility: .irreversible)
        let tool = Sample.tool(
            .natural, name: "write", followUps: Sample.followUps { $0.undo = boom.name })
        let isBoom: JSONValue = ["properties": ["tool": ["const": "boom"]]]
        let rules: [Rule] =
            switch kind {
            case "rule": [try .when(isBoom, .approve(.by(["finance"], count: 2)))]
            case "forbidden": [try .when(isBoom, .deny(reason: "never"))]
            case _: []
            }
        world.rule(rules, over: [tool, boom])
        let run = try world.begin().run.id
        try world.record(try #require(try world.submit(tool, run: run).attempt), .succeeded([:]))
        let undo = try #require(try world.abort(run).next?.undo)
        if kind == "forbidden" {
            #expect(throws: Rejection.undoNotAllowed(boom.name, "never")) {
                try world.submit(undo: undo, as: boom)
            }
            return
        }
        let held = try world.submit(undo: undo, as: boom)
        #expect(held.next == nil)
        let approval = try #require(held.view.call.approval)
        if kind == "rule" {
            #expect(throws: Rejection.self) {
                try world.decide(approval.id, .approve(), by: "ana")
            }
            try world.decide(approval.id, .approve(), by: "finance1")
            #expect(try world.due().attempts.isEmpty)
            try world.decide(approval.id, .approve(), by: "finance2")
        } else {
            try world.decide(approval.id, .approve(), by: "ana")
        }
        #expect(try world.due().attempts.count == 1)
    }

    /// Whoever can write the journal can damage these keys: the worst is feared of them, and
    /// neither a call nor its outcome is lost over it.
    @Test(arguments: ["taint", "denials", "grants", "grant-use"])
    func aDamagedKeyStopsNothingAndCoversNothing(_ kind: String) throws {
        let tool = labelled("read", .natural, Labels(reads: [.untrusted], changes: []))
        let finance = ApprovalRule.by(["finance"])
        world.rule([try .always(.approve(finance))], over: [tool])
        let terms = GrantTerms.Template(
            tool: tool.name, profile: "desk", person: nil, arguments: true, count: 5, sum: nil,
            standsMs: 60_000)
        let grant = try world.grant(.templated(terms, tool, demands: [finance])).call
        try world.decide(try #require(grant.approval).id, .approve(), by: "finance1")
        let first = try #require(try world.submit(tool, ["n": 1]).attempt)
        let name: KeyName =
            switch kind {
            case "taint": Index.taint(Sample.ana)
            case "denials": Index.denials(tool.name, Sample.ana)
            case "grants": Index.grants(tool.name)
            case _: Index.grantUse(grant.id)
            }
        try world.door { (journal) throws(DoorError) in
            try faulting { () throws(JournalFault) in
                try journal.setKey(name, to: Array("no JSON".utf8))
            }
        }
        try world.record(first, .failed(Failure(.fatal, "no")))
        #expect(try world.call(first.call).phase.word == "failed")
        let second = try world.submit(tool, ["n": 2]).view.call
        let isCovered = kind == "taint" || kind == "denials"
        #expect((second.phase.word == "running") == isCovered)
        if kind == "taint" { #expect(second.taint == [.private, .untrusted]) }
        if !isCovered {
            try world.decide(
                try #require(second.approval).id, .deny(reason: "no"), by: "finance1")
        }
    }

    /// What a failed call gave back of a budget may have been used since.
    @Test func whatGaveBackItsPartIsMadeAnewAndNotTriedAgain() throws {
        let tool = Sample.tool(.natural, name: "write")
        var day = Budget()
        day.writes = 1
        world.rule(
            [], over: [tool],
            allowance: Allowance(run: .unlimited, day: day, rate: nil, concurrency: nil))
        let first = try #require(try world.submit(tool, ["n": 1]).attempt)
        try world.record(first, .failed(Failure(.permission, "no rights")))
        #expect(try world.submit(tool, ["n": 2]).attempt != nil)
        #expect(throws: Rejection.partGivenBack(first.call)) {
            try world.resolve(first.call, .retry)
        }
    }
}
