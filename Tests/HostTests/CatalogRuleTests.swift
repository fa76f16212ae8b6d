// Rules among the tools of a catalog: what they may name, what they hold, and who must be able to
// say yes to it.

import Engine
@testable import Host
import JSON
import Testing

struct CatalogRuleTests {
    private static let refund = Sample.manifest([
        "name": "name: refund",
        "input": """
        input:
          type: object
          additionalProperties: false
          required: [amount]
          properties:
            amount: { type: number }
            guest: { type: object, additionalProperties: false, properties: { email: {} } }
            lines: { type: array, items: { type: object, properties: { sku: {} } } }
        """,
        "effect": "effect: { kind: write, reversibility: partial }",
    ])
    private static let people = """
        approvers:
          - { name: ann, user: ann, roles: [desk] }
          - { name: bob, user: bob, aliases: [robert], roles: [desk] }
        """

    private func load(
        _ rules: String, tools: [String: String] = [:],
        profiles: String = "p: { allow: [make_note, refund, look] }", people: String = Self.people
    ) throws -> Catalog {
        let folder = try TemporaryFolder()
        try folder.write(
            "holdfast.yaml",
            "tools: [tools]\nprofiles: { \(profiles) }\n\(people)\nrules:\n\(rules)\n")
        let all = [
            "note.yaml": Sample.manifest(), "refund.yaml": Self.refund,
            "look.yaml": Sample.manifest([
                "name": "name: look", "effect": "effect: { kind: read }",
            ]),
        ].merging(tools) { $1 }
        for (name, text) in all { try folder.write("tools/" + name, text) }
        let surroundings = folder.surroundings()
        let configuration = try Configuration.load(explicit: nil, in: surroundings)
        return Catalog.load(configuration, kinds: FakeKind.all, in: surroundings)
    }

    private func problems(
        _ when: String, then: String = "{ deny: no }", tools: [String: String] = [:],
        profiles: String = "p: { allow: [make_note, refund, look] }"
    ) throws -> [String] {
        try load("- { name: r, when: \(when), then: \(then) }", tools: tools, profiles: profiles)
            .problems.filter { $0.file == "holdfast.yaml" }
            .map { "\($0.pointer): \($0.message)" }
    }

    @Test func aProblemNamesFileLineAndPlace() throws {
        let catalog = try load(
            """
            - name: r
              when:
                properties:
                  tool: { const: refnud }
              then: { deny: no }
            """)
        #expect(
            catalog.problems.map(\.description) == [
                "holdfast.yaml:10: /rules/0/when/properties/tool/const: there is no tool "
                    + "`refnud`; did you mean \"refund\"?"
            ])
        #expect(catalog.tools.count == 3)
        #expect(catalog.ruleProblems == catalog.problems)
    }

    @Test(arguments: [
        "true", "{ properties: { tool: { const: refund }, arguments: { properties: { amount: { "
            + "minimum: 1 }, guest: { required: [email] } } } } }",
        "{ properties: { arguments: { properties: { title: { const: x } } } } }",
        "{ properties: { tool: { pattern: '^nothing' } } }",
        // Whatever stands beside a tool that is left out is of the others.
        "{ not: { properties: { tool: { const: refund } } }, properties: { arguments: { "
            + "required: [title] } } }",
        "{ properties: { arguments: { properties: { lines: { contains: { required: [sku] } } } "
            + "} } }",
        "{ properties: { profile: { const: p }, run: { properties: { taint: { contains: { const: "
            + "private } }, tools: { required: [look] } } }, time: { properties: { weekday: { "
            + "enum: [monday] } } }, effect: { properties: { kind: { const: write } } } } }",
    ])
    func namesThatExist(when: String) throws {
        #expect(try problems(when) == [])
    }

    @Test(arguments: [
        ("{ properties: { tool: { enum: [refund, lok] } } }",
            "/properties/tool/enum/1: there is no tool `lok`; did you mean \"look\"?"),
        ("{ not: { properties: { tool: { const: nothing_like_it } } } }",
            "/not/properties/tool/const: there is no tool `nothing_like_it`; add its manifest or "
                + "remove the name"),
        ("{ properties: { tool: { const: run_abort } } }",
            "/properties/tool/const: `run_abort` is one of the host's own tools, which are always "
                + "there; remove it"),
        ("{ properties: { tool: { const: refund }, arguments: { properties: { amuont: {} } } } }",
            "/properties/arguments/properties/amuont: `refund` has no argument `amuont`; did you "
                + "mean \"amount\"?"),
        ("{ properties: { tool: { const: refund }, arguments: { required: [title] } } }",
            "/properties/arguments/required/0: `refund` has no argument `title`; the arguments "
                + "here are amount, guest, lines"),
        ("{ properties: { tool: { enum: [look, make_note] }, arguments: { properties: { guest: {} "
            + "} } } }",
            "/properties/arguments/properties/guest: none of look, make_note has an argument "
                + "`guest`; the arguments here are pin, title"),
        ("{ properties: { arguments: { anyOf: [{ properties: { titel: {} } }] } } }",
            "/properties/arguments/anyOf/0/properties/titel: no tool has an argument `titel`; did "
                + "you mean \"title\"?"),
        ("{ allOf: [{ properties: { tool: { const: refund } } }, { properties: { arguments: { not: "
            + "{ properties: { guest: { properties: { emial: {} } } } } } } }] }",
            "/allOf/1/properties/arguments/not/properties/guest/properties/emial: `refund` has no "
                + "argument `emial`; did you mean \"email\"?"),
        ("{ properties: { argumnets: {} } }",
            "/properties/argumnets: no call has a `argumnets` here; did you mean \"arguments\"?"),
        ("{ required: [amount] }",
            "/required/0: no call has a `amount` here; there are tool, arguments, effect, profile, "
                + "on_behalf_of, run, time"),
        ("{ properties: { profile: { const: support } } }",
            "/properties/profile/const: there is no profile `support`; write one of p"),
        ("{ properties: { effect: { properties: { kind: { const: wirte } } } } }",
            "/properties/effect/properties/kind/const: there is no kind `wirte`; did you mean "
                + "\"write\"?"),
        ("{ properties: { run: { properties: { taint: { contains: { const: secret } } } } } }",
            "/properties/run/properties/taint/contains/const: there is no label `secret`; write "
                + "one of untrusted, private, external"),
        ("{ properties: { run: { properties: { tools: { required: [refnd] } } } } }",
            "/properties/run/properties/tools/required/0: there is no tool `refnd`; did you mean "
                + "\"refund\"?"),
    ])
    func namesThatDoNot(when: String, problem: String) throws {
        #expect(try problems(when) == ["/rules/0/when" + problem])
    }

    @Test func aToolThatIsRefusedIsNotComplainedOfTwice() throws {
        let when = "{ properties: { tool: { const: broken }, arguments: { required: [x] } } }"
        #expect(try problems(when, tools: ["b.yaml": "name: broken"]) == [])
    }

    /// A sandbox works under one profile of the config's; the rules still name the others.
    @Test func rulesNameTheProfilesOfTheWholeFile() throws {
        let catalog = try load(
            "- { name: r, when: { properties: { profile: { const: q } } }, then: { deny: no } }",
            profiles: "p: { allow: [look] }, q: { allow: [look] }")
        var alone = catalog.maker.configuration
        alone.profiles = [alone.profiles[0]]
        #expect(catalog.problems == [])
        #expect(
            CatalogRules(alone).problems(among: catalog.tools.map(\.manifest), refused: []) == [])
    }

    private static let burn = Sample.manifest([
        "name": "name: burn", "effect": "effect: { kind: write }",
    ])

    /// A rule that asks for a yes holds a tool as its manifest would, where it can hold for it.
    @Test(arguments: [
        ("true", true), ("{ properties: { tool: { const: burn } } }", true),
        ("{ properties: { tool: { enum: [look, burn] }, arguments: { required: [title] } } }",
            true),
        ("{ properties: { effect: { properties: { reversibility: { const: irreversible } }, "
            + "required: [reversibility] } } }", true),
        ("{ not: { properties: { tool: { const: refund } } } }", true),
        // Where a reference leads is not followed, so that it may be anywhere.
        ("{ properties: { tool: { $ref: '#/$defs/t' } }, $defs: { t: { const: burn } } }", true),
        ("{ properties: { tool: { anyOf: [{ $ref: '#' }] } } }", true),
        ("{ properties: { tool: { const: refund } } }", false),
        ("{ not: { properties: { tool: { const: burn } } } }", false),
        ("{ anyOf: [{ properties: { tool: { const: look } } }, { properties: { effect: { "
            + "properties: { kind: { const: read } } } } }] }", false),
        ("{ properties: { effect: { properties: { reversibility: { const: partial } } } } }",
            false),
    ])
    func whatCannotBeUndoneIsHeldByARuleToo(when: String, isHeld: Bool) throws {
        let catalog = try load(
            "- { name: r, when: \(when), then: { approve: { by: [desk] } } }",
            tools: ["burn.yaml": Self.burn])
        #expect((catalog.tool(named: ToolName("burn")) != nil) == isHeld)
        #expect(
            catalog.problems.map(\.message).filter { $0.hasPrefix("an irreversible write") }.count
                == (isHeld ? 0 : 1))
    }

    @Test func aRuleThatAsksForNoYesHoldsNothing() throws {
        for then in ["{ deny: no }", "{ shadow: true }", "{ allow: true }"] {
            let catalog = try load(
                "- { name: r, when: true, then: \(then) }", tools: ["burn.yaml": Self.burn])
            #expect(catalog.tool(named: ToolName("burn")) == nil)
        }
    }

    @Test func silenceIsAYesOnlyWhereTheRuleHoldsForNothingElse() throws {
        let then = "{ approve: { by: [desk], on_silence: approve } }"
        let place = "/rules/0/then/approve/on_silence: silence is a yes only for what can be "
            + "undone whole, and the rule can hold for `refund`, which is `partial`; write deny, "
            + "escalate or abort, or a condition that leaves it out"
        #expect(try problems("true", then: then) == [place])
        #expect(try problems("{ properties: { tool: { const: refund } } }", then: then) == [place])
        #expect(try problems("{ properties: { tool: { const: make_note } } }", then: then) == [])
        #expect(
            try problems("{ not: { properties: { tool: { const: refund } } } }", then: then) == [])
        let two = try load(
            "- { name: r, when: true, then: \(then) }\n"
                + "- { name: s, when: true, then: { approve: { by: [desk] } } }",
            tools: ["burn.yaml": Self.burn])
        #expect(two.problems.first?.message.contains("`burn`, which is `irreversible`, and 1 more")
            == true)
    }

    /// The person behind an agent is not among those who can say yes to it.
    @Test func thePersonBehindAProfileIsNotCounted() throws {
        func problems(_ who: String, _ tool: String = "refund", count: Int = 2) throws -> [String] {
            try self.problems(
                "{ properties: { tool: { const: refund } } }",
                then: "{ approve: { by: [desk], count: \(count) } }",
                profiles: "p: { allow: [\(tool)], on_behalf_of: \(who) }")
        }
        for name in ["bob", "robert", "Robert"] {
            #expect(
                try problems(name) == [
                    "/rules/0/then/approve: asks 2 different people among desk, but there is 1; "
                        + "ask fewer or add approvers (`\(name)`, for whom the profile `p` works, "
                        + "is not asked)"
                ])
        }
        #expect(try problems("bob", count: 1) == [])
        #expect(try problems("cyd") == [])
        #expect(try problems("bob", "look") == [])
        #expect(try problems("{ env: WHO }") == [])
    }

    /// Whose account a host will run under is not known, so that of the check's is only warned of.
    @Test func theAccountAtHandIsWarnedOf() throws {
        let when = "{ properties: { tool: { const: refund } } }"
        let catalog = try load(
            "- { name: r, when: \(when), then: { approve: { by: [desk], count: 2 } } }")
        func warnings(_ account: String) -> [String] {
            CatalogRules(catalog.maker.configuration)
                .warnings(among: catalog.tools.map(\.manifest), account: account)
                .map(\.message)
        }
        #expect(catalog.problems == [] && warnings("cyd") == [])
        #expect(warnings("ann").first?.hasPrefix("for a host that `ann` starts: asks 2") == true)
    }

    @Test func aManifestsOwnApprovalIsHeldAgainstThePeople() throws {
        func refusals(
            _ approval: String, profile: String = "p: { allow: [ask] }"
        ) throws -> [String] {
            let ask = Sample.manifest(["name": "name: ask", "approval": "approval: \(approval)"])
            return try load(
                "- { name: r, when: false, then: { deny: no } }", tools: ["ask.yaml": ask],
                profiles: profile
            ).problems.map(\.description)
        }
        #expect(try refusals("{ by: [desk], count: 2 }") == [])
        #expect(try refusals("{ by: [requester] }") == [])
        #expect(
            try refusals("{ by: [desk], count: 3 }") == [
                "tools/ask.yaml:10: /approval/count: asks 3 different people among desk, but "
                    + "there are 2; ask fewer or add approvers"
            ])
        #expect(
            try refusals("{ by: [dsek] }") == [
                "tools/ask.yaml:10: /approval/by/0: there is no approver and no role `dsek`; did "
                    + "you mean \"desk\"?"
            ])
        #expect(
            try refusals("{ by: [ann] }", profile: "p: { allow: [ask], on_behalf_of: ann }") == [
                "tools/ask.yaml:10: /approval: asks 1 different people among ann, but there are 0; "
                    + "ask fewer or add approvers (`ann`, for whom the profile `p` works, is not "
                    + "asked)"
            ])
    }

    /// New tools are nobody's until a profile names them.
    @Test func aToolNewToTheCatalogIsOfferedToNoProfile() throws {
        let catalog = try load(
            "- { name: r, when: true, then: { allow: true } }",
            tools: ["new.yaml": Sample.manifest(["name": "name: brand_new"])])
        #expect(catalog.problems == [])
        let tool = try #require(catalog.tool(named: ToolName("brand_new"))).manifest.tool
        let configuration = catalog.maker.configuration
        for profile in configuration.profiles {
            #expect(!catalog.tools(for: profile).contains { $0.name == tool.name })
            let policy = configuration.policy(for: profile)
            #expect(!policy.offers(tool))
            let ruling = policy.ruling(
                on: PolicySubject(
                    tool: tool.name, delivery: tool.delivery, reversibility: tool.reversibility,
                    approval: nil, mode: .full, labels: .none, arguments: ["title": "x"],
                    caller: Caller(profile: profile.name, person: "ada", account: "ada"),
                    isByPerson: false, run: RunSoFar(), now: Instant(ms: 0)))
            #expect(ruling.outcome.verdict == .deny)
        }
    }
}
