// What manifests say of permission: what each key comes to, and what is refused.

import Engine
@testable import Host
import JSON
import Testing

struct CatalogPermissionTests {
    private static let input = """
        input:
          type: object
          additionalProperties: false
          required: [title]
          properties:
            title: { type: string }
            reference: { type: string }
            amount: { type: number }
            guest: { type: object, properties: { share: { type: integer } } }
        """

    private func read(_ changes: KeyValuePairs<String, String>) throws -> Manifest {
        try Sample.read(text(changes))
    }

    private func text(_ changes: KeyValuePairs<String, String>) -> String {
        Sample.manifest([("input", Self.input)] + changes.map { ($0.key, $0.value) })
    }

    private func problems(_ key: String, _ line: String) -> [String] {
        Sample.problems(text([key: line])).map {
            String($0.drop { $0 != " " }.dropFirst())
        }
    }

    @Test func whatIsLeftOut() throws {
        let manifest = try read([:])
        #expect(manifest.tool.limits == .none && manifest.tool.mode == .full)
        #expect(manifest.tool.labels == .none && !manifest.stripsInvisible)
        #expect(manifest.evidence == [])
    }

    @Test func everyKey() throws {
        let manifest = try read([
            "limits": """
            limits:
              rate: 30/1m
              concurrency: 4
              cost: 0.000001
              amount: { of: /guest/share, max: 500.25, per: 24h }
            """,
            "mode": "mode: shadow",
            "labels": "labels: { reads: [untrusted, private], changes: [external], "
                + "strip_invisible: true }",
            "evidence": "evidence: [/reference, /guest/share]",
        ])
        let share = JSONPointer(tokens: ["guest", "share"])
        #expect(
            manifest.tool.limits
                == ToolLimits(
                    rate: Rate(count: 30, perMs: 60_000), concurrency: 4,
                    cost: Amount(micros: 1),
                    amount: AmountRule(
                        of: share, max: Amount(micros: 500_250_000), perMs: 86_400_000)))
        #expect(manifest.tool.mode == .shadow)
        #expect(
            manifest.tool.labels
                == Labels(reads: [.private, .untrusted], changes: [.external]))
        #expect(manifest.stripsInvisible)
        #expect(manifest.evidence == [JSONPointer(tokens: ["reference"]), share])
    }

    @Test func everyKeyOfAnApproval() throws {
        let approval = try read([
            "approval": """
            approval:
              stages: [{ by: [front-desk, finance], count: 2 }, { by: [owner] }]
              decide_within: 4h
              execute_within: 30m
              remind_after: 1h
              escalate_after: 2h
              escalate_to: [duty_manager]
              on_silence: approve
              on_denial: abort
            """
        ]).tool.approval
        #expect(
            approval
                == ApprovalRule(
                    name: "manifest",
                    stages: [
                        Stage(by: .named(["front-desk", "finance"]), count: 2),
                        Stage(by: .named(["owner"]), count: 1),
                    ], decideWithinMs: 14_400_000, executeWithinMs: 1_800_000,
                    remindAfterMs: 3_600_000, escalateAfterMs: 7_200_000,
                    escalateTo: ["duty_manager"], onSilence: .approve, abortsWhenDenied: true))
        let one = try read(["approval": "approval: { by: [finance], count: 2 }"]).tool.approval
        #expect(
            one
                == ApprovalRule(
                    name: "manifest", stages: [Stage(by: .named(["finance"]), count: 2)]))
        let own = try read(["approval": "approval: { by: [requester] }"]).tool.approval
        #expect(own?.isConfirmation == true)
    }

    @Test(arguments: [
        ("{ by: [requester, finance] }",
            "/approval/by/0: whoever asks confirms alone or not at all; write "
                + "`{ by: [requester] }` and no more, or name others"),
        ("{ by: [requester], count: 2 }",
            "/approval/count: whoever asks is one person; write `{ by: [requester] }` and no "
                + "more, or name others"),
        ("{ stages: [{ by: [requester] }, { by: [finance] }] }",
            "/approval/stages/0/by/0: whoever asks is no stage for others; write "
                + "`{ by: [requester] }` and no more, or name others"),
        ("{ by: [] }", "/approval/by: is an empty list; name something or remove the key"),
        ("{ count: 1 }", "/approval: the key `by` is missing; add it"),
        ("{ by: [a], stages: [{ by: [b] }] }",
            "/approval/by: stands beside `stages`; write it into a stage"),
        ("{ stages: [] }",
            "/approval/stages: must be a list of stages, each with `by` and `count`"),
        ("{ stages: [{ count: 1 }] }", "/approval/stages/0: the key `by` is missing; add it"),
        ("{ by: [a], count: 0 }", "/approval/count: must be a whole number from 1 to 16"),
        ("{ by: [a], remind_after: 24h }",
            "/approval/remind_after: is not before the time to decide is over (1d); write less, "
                + "or a longer `decide_within`"),
        ("{ by: [a], escalate_after: 1h }",
            "/approval/escalate_after: does not say to whom; add `escalate_to` with names or "
                + "roles"),
        ("{ by: [a], on_silence: escalate }",
            "/approval/on_silence: does not say to whom; add `escalate_to` with names or roles"),
        ("{ by: [a], escalate_to: [b] }",
            "/approval/escalate_to: nobody is ever asked there; add `escalate_after`, or "
                + "`on_silence: escalate`"),
        ("{ by: [a], on_silence: escalate, escalate_to: [requester] }",
            "/approval/escalate_to/0: whoever asks is no one to escalate to; name an approver "
                + "or a role"),
        ("{ by: [a], on_silence: aprove }",
            "/approval/on_silence: `aprove` is not a word for this; did you mean \"approve\"?"),
        ("{ by: [a], on_denial: undo }",
            "/approval/on_denial: `undo` is not a word for this; write one of deny, abort"),
        ("{ by: [a], coutn: 2 }", "/approval/coutn: unknown key; did you mean \"count\"?"),
        ("maybe", "/approval: `maybe` is no approval; write none or { by: [requester] }"),
    ])
    func approvalsThatAreRefused(text: String, problem: String) {
        #expect(problems("approval", "approval: " + text) == [problem])
    }

    @Test(arguments: ["irreversible", "partial"])
    func silenceIsAYesOnlyForWhatCanBeUndone(reversibility: String) {
        let found = Sample.problems(
            text([
                "effect": "effect: { kind: write, reversibility: \(reversibility) }",
                "approval": "approval: { by: [a], on_silence: approve }",
            ]))
        #expect(found.count == 1)
        #expect(found.first?.contains("silence is a yes only for what can be undone") == true)
        #expect(found.first?.contains("`\(reversibility)`") == true)
    }

    @Test(arguments: [
        ("limits", "limits: { rate: 30 }",
            "/limits/rate: must be text, but integer is here; put quotes around it"),
        ("limits", "limits: { rate: 30/m }",
            "/limits/rate: `30/m` is not a rate; write a number from 1 to 100000, a slash and a "
                + "duration, as in 30/1m"),
        ("limits", "limits: { cost: -1 }",
            "/limits/cost: must be a number from 0 to 1000000000000 with at most six decimals"),
        ("limits", "limits: { amount: { of: /amount } }",
            "/limits/amount: the key `max` is missing; add it"),
        ("limits", "limits: { amount: { of: /amuont, max: 1, per: 1h } }",
            "/limits/amount/of: `/amuont` is not in the input schema; did you mean \"amount\"?"),
        ("limits", "limits: { amount: { of: /title, max: 1, per: 1h } }",
            "/limits/amount/of: `/title` is not a number in the input schema"),
        ("mode", "mode: read-only",
            "/mode: `read-only` is not a word for this; did you mean \"read_only\"?"),
        ("labels", "labels: { reads: [external] }",
            "/labels/reads/0: `external` is not a word for this; write one of untrusted, private"),
        ("labels", "labels: { changes: [externl] }",
            "/labels/changes/0: `externl` is not a word for this; did you mean \"external\"?"),
        ("evidence", "evidence: [/refrence]",
            "/evidence/0: `/refrence` is not in the input schema; did you mean \"reference\"?"),
        ("evidence", "evidence: ['']",
            "/evidence/0: names no field; write a pointer such as /booking_id"),
    ])
    func restThatIsRefused(key: String, line: String, problem: String) {
        #expect(problems(key, line).first == problem)
    }

    /// What may be left out is no measure of anything.
    @Test func anAmountThatMayBeLeftOutIsWarnedOf() throws {
        func warnings(_ of: String, _ required: String) throws -> [String] {
            let text = Sample.manifest([
                "input": """
                input:
                  type: object
                  additionalProperties: false
                  required: [\(required)]
                  properties:
                    amount: { type: number }
                    guest: { type: object, required: [share], properties: { share: {} } }
                """,
                "limits": "limits: { amount: { of: \(of), max: 1, per: 1d } }",
            ])
            let document = try SourceDocument.parse(Array(text.utf8), shownAs: "x.yaml")
            return try Manifest.read(document).warnings(in: document).map(\.message)
        }
        #expect(try warnings("/amount", "amount") == [])
        #expect(try warnings("/guest/share", "guest") == [])
        for (of, required) in [("/amount", "guest"), ("/guest/share", "amount")] {
            #expect(
                try warnings(of, required) == [
                    "a call may leave `\(of)` out, and then it adds nothing to the sum; name it in "
                        + "`required`"
                ])
        }
    }

    @Test func aReadChangesNothing() {
        let found = Sample.problems(
            text([
                "effect": "effect: { kind: read }", "labels": "labels: { changes: [external] }",
            ]))
        #expect(found.first?.hasSuffix("a read changes nothing; remove `changes`") == true)
    }

    /// Millionths, exactly: no double in between.
    @Test(arguments: [
        ("0", 0), ("1", 1_000_000), ("0.1", 100_000), ("0.000001", 1), ("1e-6", 1),
        ("2.5e1", 25_000_000),
        ("1.0000010", 1_000_001), ("4503599627.370497", 4_503_599_627_370_497),
        ("1000000000000", 1_000_000_000_000_000_000),
    ])
    func amountsAreExact(text: String, micros: Int) throws {
        let manifest = try read(["limits": "limits: { cost: \(text) }"])
        #expect(manifest.tool.limits.cost == Amount(micros: Int64(micros)))
    }

    @Test(arguments: ["0.0000001", "-0.1", "1000000000000.1", "1e30", "'5'", "1.0000001"])
    func amountsThatAreNone(text: String) {
        #expect(problems("limits", "limits: { cost: \(text) }").count == 1)
    }

    @Test func limitsHoldAtTheLimitAndNotOnePast() {
        func isGood(_ key: String, _ line: String) -> Bool { problems(key, line).isEmpty }
        func list(_ count: Int) -> String {
            (1...count).map { "n\($0)" }.joined(separator: ", ")
        }
        func approval(_ keys: String) -> Bool { isGood("approval", "approval: { \(keys) }") }
        func stages(_ count: Int) -> String {
            "stages: [" + Array(repeating: "{ by: [a] }", count: count).joined(separator: ", ")
                + "]"
        }
        #expect(approval("by: [\(list(16))]") && !approval("by: [\(list(17))]"))
        #expect(approval("by: [a], count: 16") && !approval("by: [a], count: 17"))
        #expect(approval(stages(8)) && !approval(stages(9)))
        let frame = #"{"by":[""]}"#.utf8.count
        let longest = String(repeating: "x", count: CatalogLimits.maxApprovalBytes - frame)
        #expect(approval("by: [\(longest)]") && !approval("by: [\(longest)x]"))
        func limits(_ keys: String) -> Bool { isGood("limits", "limits: { \(keys) }") }
        #expect(limits("rate: 100000/1d") && !limits("rate: 100001/1d"))
        #expect(limits("rate: 1/366d") && !limits("rate: 1/367d") && !limits("rate: 0/1m"))
        #expect(limits("concurrency: 1000") && !limits("concurrency: 1001"))
        let properties = (1...33).map { "p\($0): {}" }.joined(separator: ", ")
        func evidence(_ count: Int) -> Bool {
            let pointers = (1...count).map { "/p\($0)" }.joined(separator: ", ")
            return Sample.problems(
                Sample.manifest([
                    "input": "input: { type: object, properties: { \(properties) } }",
                    "evidence": "evidence: [\(pointers)]",
                ])
            ).isEmpty
        }
        #expect(evidence(32) && !evidence(33))
    }
}
