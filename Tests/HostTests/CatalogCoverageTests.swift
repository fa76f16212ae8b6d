// The warnings of `check` about rules that hold for nothing, for everything, or never decide.

import Engine
@testable import Host
import JSON
import Testing

struct CatalogCoverageTests {
    private static let refund = Sample.manifest([
        "name": "name: refund",
        "input": """
        input:
          type: object
          additionalProperties: false
          required: [amount, booking_id]
          properties:
            amount: { type: number, minimum: 0, maximum: 500 }
            booking_id: { type: string, pattern: "^BK-[0-9]{4}$" }
            reason: { enum: [late, noisy] }
            express: { type: boolean }
            guest: { type: object, properties: { tier: { enum: [gold, none] } } }
        """,
        "effect": "effect: { kind: write, reversibility: partial }",
    ])

    private func report(_ rules: [String], approval: String = "none") throws -> CheckReport {
        let folder = try TemporaryFolder()
        let entries = rules.enumerated().map { "- { name: r\($0.offset), \($0.element) }" }
        try folder.write(
            "holdfast.yaml",
            "tools: [tools]\nprofiles: { p: { allow: [refund, look] }, q: { allow: [look] } }\n"
                + "approvers: [{ name: ann, user: ann }]\nrules:\n"
                + entries.joined(separator: "\n") + "\n")
        try folder.write("tools/refund.yaml", Self.refund + "approval: \(approval)\n")
        try folder.write(
            "tools/look.yaml",
            Sample.manifest(["name": "name: look", "effect": "effect: { kind: read }"]))
        return CheckReport.make(
            paths: [], explicitConfig: nil, kinds: FakeKind.all, in: folder.surroundings())
    }

    /// What is said of each rule, as one word.
    private func words(_ rules: [String], approval: String = "none") throws -> [String] {
        let report = try report(rules, approval: approval)
        #expect(report.problems == [])
        return report.warnings.map { warning in
            let word =
                warning.message.contains("holds for none")
                ? "never"
                : warning.message.contains("holds for every one")
                    ? "always" : warning.message.contains("never decides") ? "idle" : "other"
            return "\(warning.pointer) \(word)"
        }
    }

    private func word(_ when: String) throws -> [String] {
        try words(["when: \(when), then: { deny: no }"])
    }

    private static func refunds(_ arguments: String) -> String {
        "{ properties: { tool: { const: refund }, arguments: { \(arguments) } }, "
            + "required: [tool, arguments] }"
    }

    /// Every one of these holds for some call and not for others.
    @Test(arguments: [
        "{ properties: { tool: { const: refund } } }",
        refunds("properties: { amount: { exclusiveMinimum: 100 } }"),
        refunds("properties: { amount: { minimum: 500 } }"),
        refunds("properties: { amount: { const: 77.25 }, reason: { const: noisy } }"),
        refunds("not: { required: [reason] }"),
        refunds("required: [express], properties: { express: { const: true }, amount: { maximum: "
            + "3 }, reason: { enum: [late] } }"),
        refunds("required: [guest], properties: { guest: { required: [tier], properties: { tier: { "
            + "const: gold } } } }"),
        refunds("anyOf: [{ properties: { amount: { const: 12 } } }, { properties: { reason: { "
            + "const: late } }, required: [reason] }]"),
        // No sample is made of a pattern, so that nothing follows from there being none.
        refunds("properties: { booking_id: { pattern: '^BK-9' } }"),
        "{ properties: { run: { properties: { writes: { minimum: 40 } } } } }",
        "{ properties: { run: { properties: { taint: { allOf: [{ contains: { const: private } }, { "
            + "contains: { const: untrusted } }] } } } } }",
        "{ properties: { run: { properties: { tools: { properties: { refund: { minimum: 3 } }, "
            + "required: [refund] } } } } }",
        "{ properties: { time: { properties: { hour: { exclusiveMinimum: 17 } } } } }",
        "{ properties: { profile: { const: q } } }",
        "{ properties: { on_behalf_of: { const: eve } } }",
        "{ properties: { effect: { properties: { kind: { const: write } } } } }",
    ])
    func nothingIsSaidOfRulesThatMeanSomething(when: String) throws {
        #expect(try word(when) == [])
    }

    @Test(arguments: [
        "false", refunds("properties: { amount: { exclusiveMinimum: 500 } }"),
        refunds("properties: { amount: { const: '50' } }"),
        refunds("properties: { reason: { const: lazy } }, required: [reason]"),
        "{ properties: { time: { properties: { hour: { minimum: 24 } } } } }",
        "{ properties: { tool: { const: refund }, effect: { properties: { kind: { const: read } } "
            + "} } }",
        "{ allOf: [{ properties: { tool: { const: refund } } }, { properties: { tool: { const: "
            + "look } } }] }",
    ])
    func whatHoldsForNothing(when: String) throws {
        #expect(try word(when) == ["/rules/0 never"])
    }

    @Test(arguments: [
        "true", "{}", "{ required: [tool] }",
        // A slip: without `required` it holds for whatever has no such member.
        "{ properties: { arguments: { properties: { nights: { const: 1 } } } } }",
        "{ properties: { run: { properties: { writes: { minimum: 0 } } } } }",
    ])
    func whatHoldsForEverything(when: String) throws {
        guard !when.contains("nights") else {
            // The name is no argument's, which is worse than a warning.
            #expect(try !report(["when: \(when), then: { deny: no }"]).problems.isEmpty)
            return
        }
        #expect(try word(when) == ["/rules/0 always"])
    }

    @Test func whatNeverDecides() throws {
        let refund = "{ properties: { tool: { const: refund } } }"
        let big = Self.refunds("properties: { amount: { minimum: 100 } }")
        #expect(
            try words([
                "when: \(refund), then: { deny: a }", "when: \(big), then: { shadow: true }",
            ]) == ["/rules/1 idle"])
        #expect(
            try words(["when: \(refund), then: { deny: a }", "when: \(big), then: { deny: b }"])
                == ["/rules/1 idle"])
        #expect(
            try words(["when: \(big), then: { deny: a }", "when: \(refund), then: { deny: b }"])
                == [])
        // Everybody who is asked must agree.
        let ask = "then: { approve: { by: [ann] } }"
        #expect(try words(["when: \(refund), \(ask)", "when: \(big), \(ask)"]) == [])
        // The manifest is stronger.
        #expect(
            try words(
                ["when: \(refund), then: { shadow: true }"], approval: "{ by: [requester] }")
                == ["/rules/0 idle"])
    }

    @Test func theWarningSaysWhatItIsFrom() throws {
        let report = try report([
            "when: { properties: { tool: { const: refund } } }, then: { deny: a }",
            "when: { properties: { tool: { const: refund } } }, then: { allow: true }",
        ])
        let text = try #require(report.warnings.first?.description)
        #expect(text.hasPrefix("holdfast.yaml:6: /rules/1: the rule `r1` never decides: where it "))
        #expect(text.contains("sample calls, made from the tools' input schemas and the values"))
        #expect(text.hasSuffix("such as `r0`"))
        #expect(report.isGood && report.text.contains("warning: holdfast.yaml:6: "))
    }

    @Test func samplesAreTheSameEveryTime() throws {
        let late = Self.refunds("properties: { amount: { minimum: 10 }, reason: { const: late } }")
        let rules = ["when: \(late), then: { deny: a }", "when: true, then: { shadow: true }"]
        let first = try report(rules).warnings
        #expect(!first.isEmpty)
        for _ in 0..<3 { #expect(try report(rules).warnings == first) }
    }

    /// More rules and tools than can be tried are not guessed at, and take no long time.
    @Test func thereIsALimitToTrying() throws {
        let rules = (0..<CatalogLimits.maxRules).map { index in
            "when: { properties: { arguments: { properties: { amount: { minimum: \(index) } } }, "
                + "run: { properties: { writes: { minimum: \(index) } } } } }, "
                + "then: { shadow: true }"
        }
        let warnings = try report(rules).warnings
        #expect(warnings.count == 1)
        #expect(warnings.first?.message.hasPrefix("there are too many rules and tools") == true)
    }
}
