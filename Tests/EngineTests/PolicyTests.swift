// What rules say of calls: each verdict through the doors, its record, and what is stronger.

import JSON
import JSONSchema
import Proofs
import Testing

@testable import Engine

struct PolicyTests {
    private let world = World()
    private let write = Sample.tool(.natural, name: "write")
    private let read = Sample.tool(.read, name: "read")

    private func isTool(_ name: String) -> JSONValue {
        ["properties": ["tool": ["const": .string(name)]]]
    }

    @Test func whatNoProfileOffersIsDenied() throws {
        world.rule([], over: [write, read], allow: [read.name])
        let call = try world.submit(write).view.call
        #expect(call.phase.word == "denied" && call.ruling?.rules == ["profile"])
        #expect(try world.submit(read).attempt != nil)
        // A person who calls by hand is not bound by what agents are offered.
        var byHand = world.request(write, ["n": 9])
        byHand.isByPerson = true
        #expect(try world.submit(byHand).attempt != nil)
    }

    @Test(arguments: [
        ([Verdict.allow, .shadow, .approve, .deny], Verdict.deny),
        ([.allow, .shadow, .approve], .approve), ([.allow, .shadow], .shadow),
        ([.allow], .allow), ([], .allow),
    ])
    func theStrongestVerdictStandsWhateverTheOrder(_ verdicts: [Verdict], _ expected: Verdict)
        throws
    {
        for order in [verdicts, verdicts.reversed()] {
            let world = World()
            let rules = try order.map { verdict in
                let then: Consequence =
                    switch verdict {
                    case .deny: .deny(reason: "no")
                    case .approve: .approve(.by(["finance"], name: "approve"))
                    case .shadow: .shadow
                    case .allow: .allow
                    }
                return try Rule.always(then, name: verdict.rawValue)
            }
            world.rule(rules, over: [write])
            let submission = try world.submit(write)
            let call = submission.view.call
            #expect(call.ruling?.verdict == expected)
            #expect(
                call.ruling?.rules == (verdicts.isEmpty ? ["profile"] : [expected.rawValue]))
            #expect(call.ruling?.policy == Digest.sha256(Array("policy 1".utf8)))
            switch expected {
            case .deny: #expect(call.phase.word == "denied")
            case .approve: #expect(call.phase == .held)
            case .shadow: #expect(call.phase == .shadow(preview: nil))
            case .allow: #expect(submission.attempt != nil)
            }
            if expected != .allow { #expect(submission.work == nil) }
        }
    }

    @Test func aDenialIsRecordedAndHoldsNoKey() throws {
        world.rule(
            [try .always(.deny(reason: "closed on Sundays"), name: "sundays")], over: [write])
        let first = try world.submit(write).view
        #expect(first.message == "closed on Sundays")
        let kinds = try world.journal.read { (reading) throws(JournalFault) in
            try reading.records(of: first.run, from: 0, limit: 9)
        }.map { EventParts(try Record(leaf: $0.leaf).event).kind }
        #expect(kinds == [.runOpened, .callAccepted, .callDenied])
        world.rule([], over: [write])
        let second = try world.submit(write)
        #expect(second.view.call.id != first.call.id && second.attempt != nil)
    }

    @Test func aShadowIsRecordedWithWhatWouldHaveBeenSentAndFreesItsKey() throws {
        world.rule([try .when(isTool("write"), .shadow)], over: [write, read])
        var request = world.request(write)
        request.preview = ["statement": "UPDATE …"]
        let first = try world.submit(request)
        #expect(first.work == nil && first.view.call.status == .shadow)
        #expect(first.view.result == ["statement": "UPDATE …"])
        #expect(try world.submit(request).view.call.id != first.view.call.id)
        #expect(try world.due().attempts.isEmpty)
    }

    @Test func modesNarrowWhatRulesLeave() throws {
        for (profile, tool, expected) in [
            (Mode.full, Mode.full, Verdict.allow), (.shadow, .full, .shadow),
            (.full, .shadow, .shadow), (.readOnly, .full, .deny), (.full, .readOnly, .deny),
            (.readOnly, .shadow, .deny),
        ] {
            let world = World()
            let write = Tool(
                name: ToolName("write"), manifest: write.manifest, delivery: .natural,
                reversibility: .reversible, idempotency: write.idempotency, approval: nil,
                timeoutMs: 1_000, mode: tool)
            world.rule(
                [try .always(.allow, name: "all")], over: [write, read], mode: profile)
            #expect(try world.submit(write).view.call.ruling?.verdict == expected)
            // Reads are read whatever the mode.
            #expect(try world.submit(read).attempt != nil)
        }
    }

    @Test func aShadowProfileNeverExecutesWhatARuleWouldHold() throws {
        world.rule(
            [try .always(.approve(.by(["finance"])))], over: [write], mode: .shadow)
        #expect(try world.submit(write).view.call.status == .shadow)
    }

    @Test func whatCannotBeUndoneIsNeverAllowedWithoutAYes() throws {
        let tool = Sample.tool(.natural, name: "send", reversibility: .irreversible)
        world.rule(
            [
                try .argument(
                    "n", ["exclusiveMinimum": 100], .approve(.by(["finance"])), named: "big"),
                try .always(.allow, name: "all"),
            ], over: [tool])
        #expect(try world.submit(tool, ["n": 101]).view.call.phase == .held)
        let small = try world.submit(tool, ["n": 100]).view.call
        #expect(small.phase.word == "denied" && small.ruling?.rules == ["irreversible"])
    }

    @Test func aConditionThatTakesTooLongToJudgeDenies() throws {
        let patterns = (0..<60).map { JSONValue.object(["pattern": .string("(a|b)*c\($0)")]) }
        let costly: JSONValue = [
            "properties": [
                "arguments": ["properties": ["list": ["items": ["anyOf": .array(patterns)]]]]
            ]
        ]
        world.rule([try .when(costly, .allow, name: "costly")], over: [write])
        let list = (0..<20_000).map { JSONValue.string("aaaaaaaaaaaaaaaaaaaaa\($0)c59") }
        let call = try world.submit(write, ["list": .array(list)]).view.call
        #expect(call.phase.word == "denied" && call.ruling?.rules == ["costly"])
    }

    @Test func rulesSeeTheCallItsRunAndTheMoment() throws {
        let run = try world.begin().run.id
        world.rule([], over: [write, read])
        let first = try #require(try world.submit(write, ["n": 1], run: run).attempt)
        try world.record(first, .succeeded([:]))
        let condition: JSONValue = [
            "properties": [
                "tool": ["const": "write"], "profile": ["const": "desk"],
                "on_behalf_of": ["const": "ana"],
                "arguments": ["const": ["n": 2]],
                "effect": [
                    "const": [
                        "kind": "write", "delivery": "natural", "reversibility": "reversible",
                        "reads": [], "changes": [],
                    ]
                ],
                "run": [
                    "properties": [
                        "calls": ["const": 1], "writes": ["const": 1],
                        "tools": ["const": ["write": 1]], "taint": ["const": []],
                    ]
                ],
                "time": [
                    "properties": [
                        "date": ["const": "2026-07-28"], "weekday": ["const": "tuesday"],
                        "hour": ["const": 9], "minute": ["const": 30],
                    ]
                ],
            ]
        ]
        world.rule([try .when(condition, .deny(reason: "seen"))], over: [write])
        #expect(try world.submit(write, ["n": 3], run: run).attempt != nil)
        world.rule([try .when(condition, .deny(reason: "seen"))], over: [write])
        // The call just made counts.
        #expect(try world.submit(write, ["n": 2], run: run).attempt != nil)
    }

    @Test func theThirdLegIsHeldWhateverRunTheOthersWereIn() throws {
        func labelled(_ name: String, _ delivery: Delivery, _ labels: Labels) -> Tool {
            let tool = Sample.tool(delivery, name: name)
            return Tool(
                name: tool.name, manifest: tool.manifest, delivery: delivery,
                reversibility: tool.reversibility, idempotency: tool.idempotency, approval: nil,
                timeoutMs: 1_000, labels: labels)
        }
        let mail = labelled("mail", .read, Labels(reads: [.untrusted], changes: []))
        let file = labelled("file", .read, Labels(reads: [.private], changes: []))
        let send = labelled("send", .natural, Labels(reads: [], changes: [.external]))
        let trifecta: JSONValue = [
            "properties": [
                "effect": ["properties": ["changes": ["contains": ["const": "external"]]]],
                "run": [
                    "properties": [
                        "taint": [
                            "allOf": [
                                ["contains": ["const": "untrusted"]],
                                ["contains": ["const": "private"]],
                            ]
                        ]
                    ]
                ],
            ]
        ]
        world.rule(
            [try .when(trifecta, .approve(.by(["manager"])))], over: [mail, file, send])
        let run = try world.begin().run.id
        _ = try world.submit(mail, run: run)
        #expect(try world.submit(send, ["n": 1], run: run).attempt != nil)
        _ = try world.submit(file, run: run)
        #expect(try world.run(run).taint == [.external, .private, .untrusted])
        #expect(try world.submit(send, ["n": 2], run: run).view.call.phase == .held)
        // A new run does not start clean; after an hour only the host remembers what was read.
        #expect(try world.submit(send, ["n": 3]).view.call.phase == .held)
        world.pass(Limits.taintMs)
        #expect(try world.submit(send, ["n": 5]).attempt != nil)
        var request = world.request(send, ["n": 4])
        request.sessionTaint = [.private, .untrusted]
        #expect(try world.submit(request).view.call.phase == .held)
    }

    @Test func whoeverWasToldNoThreeTimesDoesNotGoOnAsking() throws {
        world.rule([try .always(.approve(.by(["finance"])))], over: [write])
        for n in 0..<Limits.denialsPerWindow {
            let call = try world.submit(write, ["n": .integer(n)]).view.call
            try world.decide(
                try #require(call.approval).id, .deny(reason: "no"), by: "finance1")
            world.pass(1_000)
        }
        let until = Instant(ms: Sample.startMs) + Limits.denialWindowMs
        #expect(throws: Rejection.askedTooOften(write.name, until: until)) {
            try world.submit(write, ["n": 10])
        }
        let other = Caller(profile: "desk", person: "bea", account: "host")
        #expect(try world.submit(write, ["n": 11], caller: other).view.call.phase == .held)
        world.nowMs = until.ms - 1
        #expect(throws: Rejection.self) { try world.submit(write, ["n": 12]) }
        world.pass(1)
        #expect(try world.submit(write, ["n": 12]).view.call.phase == .held)
    }
}
