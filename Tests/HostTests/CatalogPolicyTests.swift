// What configs say of people, rules and budgets: what each key comes to, the policy that is made of
// them, and its digest.

import Engine
@testable import Host
import JSON
import JSONSchema
import Proofs
import Testing

enum PolicySample {
    static let key = "ed25519:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    static let otherKey = "ed25519:AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    static let head = "tools: [/]\nprofiles: { p: { allow: [] } }\n"
    static let surroundings = Surroundings(
        home: "/home/ada", workingFolder: "/", variables: [:], account: "ada")

    static func read(_ text: String, as file: String = "holdfast.yaml") throws -> Configuration {
        try Configuration.read(
            SourceDocument.parse(Array(text.utf8), shownAs: file), path: "/srv/" + file,
            in: surroundings)
    }

    /// What is wrong, without the file's name and lines.
    static func problems(_ text: String) -> [String] {
        do {
            _ = try read(text)
            return []
        } catch let problems as Problems {
            return problems.all.map { "\($0.pointer): \($0.message)" }
        } catch {
            return ["\(error)"]
        }
    }
}

struct CatalogPolicyTests {
    static let full = """
        store: { sqlite: /srv/journal.db, group: desk }
        tools: [/]
        profiles:
          support:
            allow: [refund, look]
            mode: shadow
            budget:
              run: { calls: 200, writes: 40, cost: 100.5, bytes: 1000000, time: 2h, identical: 3 }
              day: { cost: 1000 }
            limits: { rate: 30/1m, concurrency: 4 }
          plain: { allow: [look] }
        approvers:
          - { name: lead, user: frontdesk, roles: [duty_manager] }
          - name: Ada Lovelace
            user: [ada, ada2]
            keys: ["\(PolicySample.key)", "\(PolicySample.otherKey)"]
            aliases: [A. Lovelace]
            roles: [duty_manager, finance]
        operators: [root, ops]
        rules:
          - name: refunds need finance, big ones need two
            when:
              required: [tool, arguments]
              properties:
                tool: { const: refund }
                arguments: { properties: { amount: { exclusiveMinimum: 100 } } }
            then: { approve: { by: [duty_manager], count: 2, decide_within: 4h } }
          - { name: never, when: false, then: { deny: not here } }
          - { name: paper, when: true, then: { shadow: true } }
          - { name: fine, when: true, then: { allow: true } }
        """

    @Test func everyKey() throws {
        let configuration = try PolicySample.read(Self.full)
        #expect(configuration.group == "desk" && configuration.operators == ["root", "ops"])
        #expect(
            configuration.directory
                == Directory([
                    Approver(
                        name: "lead", accounts: ["frontdesk"], keys: [],
                        roles: ["duty_manager"]),
                    Approver(
                        name: "Ada Lovelace", accounts: ["ada", "ada2"],
                        keys: [PolicySample.key, PolicySample.otherKey].compactMap(PublicKey.init),
                        aliases: ["A. Lovelace"], roles: ["duty_manager", "finance"]),
                ]))
        let policy = configuration.policy(for: try configuration.profile(named: "support"))
        #expect(policy.allow == [ToolName("refund"), ToolName("look")])
        #expect(policy.mode == .shadow && policy.directory == configuration.directory)
        var run = Budget()
        run.calls = 200
        run.writes = 40
        run.cost = Amount(micros: 100_500_000)
        run.bytes = 1_000_000
        run.timeMs = 7_200_000
        run.identical = 3
        var day = Budget()
        day.cost = Amount(micros: 1_000_000_000)
        #expect(
            policy.allowance
                == Allowance(
                    run: run, day: day, rate: Rate(count: 30, perMs: 60_000), concurrency: 4))
        #expect(
            policy.rules.map(\.name)
                == ["refunds need finance, big ones need two", "never", "paper", "fine"])
        #expect(
            policy.rules.map(\.then) == [
                .approve(
                    ApprovalRule(
                        name: "refunds need finance, big ones need two",
                        stages: [Stage(by: .named(["duty_manager"]), count: 2)],
                        decideWithinMs: 14_400_000)),
                .deny(reason: "not here"), .shadow, .allow,
            ])
        #expect(policy.rules[0].when.isValid(["tool": "refund", "arguments": ["amount": 101]]))
        #expect(!policy.rules[0].when.isValid(["tool": "refund", "arguments": ["amount": 100]]))
        let plain = configuration.policy(for: try configuration.profile(named: "plain"))
        #expect(plain.mode == .full && plain.allowance == .unlimited)
        #expect(plain.rules.count == 4 && plain.digest != policy.digest)
    }

    @Test func whatIsLeftOut() throws {
        let configuration = try PolicySample.read(PolicySample.head)
        #expect(configuration.group == nil && configuration.operators == nil)
        #expect(configuration.directory == Directory())
        let policy = configuration.policy(for: configuration.profiles[0])
        #expect(policy.rules.isEmpty && policy.allowance == .unlimited && policy.mode == .full)
    }

    @Test func theBuiltinConfigHasNoRulesAndNobodyToAsk() throws {
        let configuration = Configuration.builtin(in: PolicySample.surroundings)
        let policy = configuration.policy(for: try configuration.profile(named: nil))
        #expect(policy.rules.isEmpty && policy.directory == Directory())
        #expect(policy.mode == .full && policy.allowance == .unlimited)
        #expect(configuration.group == nil && configuration.operators == nil)
    }

    /// Released: SHA-256 of the domain, a line feed and RFC 8785.
    @Test func theDigestIsFixed() throws {
        let configuration = try PolicySample.read(PolicySample.head)
        let policy = configuration.policy(for: configuration.profiles[0])
        let text = #"{"allow":[],"approvers":[],"budget":{"day":{},"run":{}},"limits":{},"#
            + #""mode":"full","rules":[]}"#
        #expect(
            policy.digest == Digest.sha256(Array("holdfast.policy.v1\n".utf8), Array(text.utf8)))
    }

    @Test func theDigestIsOfTheMeaningAndNotOfTheSpelling() throws {
        func digest(_ text: String, as file: String = "holdfast.yaml") throws -> Digest {
            let configuration = try PolicySample.read(text, as: file)
            return configuration.policy(for: try configuration.profile(named: "p")).digest
        }
        let yaml = """
            tools: [/]
            profiles:
              p: { mode: full, allow: [b, a], budget: { day: { cost: 1.50, time: 60m } } }
            rules:
              - name: x
                then: { deny: no }
                when: { properties: { tool: { const: a } }, maxProperties: 1.0 }
            """
        let json = """
            {"rules": [{"when": {"maxProperties": 1, "properties": {"tool": {"const": "\\u0061"}}},
              "then": {"deny": "no"}, "name": "x"}], "tools": ["/"],
             "profiles": {"p": {"allow": ["a", "b"],
               "budget": {"day": {"time": "1h", "cost": 15e-1}}}}}
            """
        let base = try digest(yaml)
        #expect(try digest(json, as: "holdfast.json") == base)
        let changes = [
            ("[b, a]", "[b, c]"), ("mode: full", "mode: shadow"), ("1.50", "1.500001"),
            ("60m", "61m"), ("name: x", "name: y"), ("deny: no", "deny: nope"),
            ("const: a", "const: b"), ("budget:", "limits: { concurrency: 1 }, budget:"),
            ("rules:", "approvers: [{ name: n, user: n }]\nrules:"),
        ]
        let others = try changes.map { old, new in
            try digest(yaml.replacing(old, with: new, maxReplacements: 1))
        }
        #expect(Set(others + [base]).count == changes.count + 1)
    }

    @Test func theOrderOfRulesCounts() throws {
        func digest(_ rules: String) throws -> Digest {
            let configuration = try PolicySample.read(PolicySample.head + "rules: [\(rules)]")
            return configuration.policy(for: configuration.profiles[0]).digest
        }
        let a = "{ name: a, when: true, then: { deny: a } }"
        let b = "{ name: b, when: true, then: { deny: b } }"
        #expect(try digest("\(a), \(b)") != digest("\(b), \(a)"))
    }

    @Test(arguments: [
        ("approvers: lead", "/approvers: must be a list, but string is here"),
        ("approvers: [{ user: a }]", "/approvers/0: the key `name` is missing; add it"),
        ("approvers: [{ name: a }]",
            "/approvers/0: has neither an account (`user`) nor a key (`keys`), so that nobody "
                + "could tell who decides; add one"),
        ("approvers: [{ name: a, keys: [abc] }]",
            "/approvers/0/keys/0: is not a public key; write the line that `holdfast keys new` "
                + "prints, `ed25519:` and 44 characters"),
        ("approvers: [{ name: a, user: u }, { name: A, user: v }]",
            "/approvers/1/name: the name `A` already stands at /approvers/0/name for `a`; one "
                + "person is one entry, so join the two or remove one"),
        ("approvers: [{ name: a, user: a, aliases: [x] }, { name: b, user: b, aliases: [X] }]",
            "/approvers/1/aliases/0: the name `X` already stands at /approvers/0/aliases/0 for "
                + "`a`; one person is one entry, so join the two or remove one"),
        ("approvers: [{ name: a, user: u }, { name: b, user: [u] }]",
            "/approvers/1/user/0: the account `u` already stands at /approvers/0/user for `a`; "
                + "one person is one entry, so join the two or remove one"),
        ("approvers: [{ name: a, user: u }, { name: b, user: [A] }]",
            "/approvers/1/user/0: the account `A` already stands at /approvers/0/name for `a`; "
                + "one person is one entry, so join the two or remove one"),
        ("approvers: [{ name: a, user: '' }]",
            "/approvers/0/user: must be one line of 1 to 100 bytes"),
        ("operators: ['']", "/operators/0: must be one line of 1 to 100 bytes"),
        ("approvers: [{ name: a, keys: ['\(PolicySample.key)'] }, "
            + "{ name: b, keys: ['\(PolicySample.key)'] }]",
            "/approvers/1/keys/0: the key `\(PolicySample.key)` already stands at "
                + "/approvers/0/keys/0 for `a`; one person is one entry, so join the two or "
                + "remove one"),
        ("approvers: [{ name: finance, user: a }, { name: b, user: b, roles: [finance] }]",
            "/approvers/0/name: `finance` is also a role, which `b` has; rename one"),
        ("approvers: [{ name: requester, user: a }]",
            "/approvers/0/name: `requester` means whoever asks; choose another name"),
        ("approvers: [{ name: a, user: a, roles: [the boss] }]",
            "/approvers/0/roles/0: `the boss` is no role; write 1 to 64 of letters, digits, _ "
                + "and -, a letter first, and not `requester`"),
        ("approvers: [{ name: a, usr: a }]",
            "/approvers/0/usr: unknown key; did you mean \"user\"?"),
        ("operators: []", "/operators: is an empty list; name something or remove the key"),
        ("operators: root", "/operators: must be a list, but string is here"),
        ("rules: {}", "/rules: must be a list, but object is here"),
        ("rules: [{ when: true, then: { allow: true } }]",
            "/rules/0: the key `name` is missing; add it"),
        ("rules: [{ name: a, then: { allow: true } }]",
            "/rules/0: the key `when` is missing; add it"),
        ("rules: [{ name: a, when: true }]", "/rules/0: the key `then` is missing; add it"),
        ("rules: [{ name: a, when: true, then: { allow: true } }, "
            + "{ name: a, when: true, then: { shadow: true } }]",
            "/rules/1/name: the rule at /rules/0 has the name `a` too; rename one, so that a "
                + "record says which of them decided"),
        ("rules: [{ name: a, when: true, then: {} }]",
            "/rules/0/then: has exactly one of deny, approve, shadow, allow"),
        ("rules: [{ name: a, when: true, then: { deny: x, allow: true } }]",
            "/rules/0/then: has exactly one of deny, approve, shadow, allow"),
        ("rules: [{ name: a, when: true, then: { shadow: false } }]",
            "/rules/0/then/shadow: can only be true; remove the rule where it is not to hold"),
        ("rules: [{ name: a, when: true, then: { deny: ' ' } }]",
            "/rules/0/then/deny: must be one line of 1 to 500 bytes without control characters"),
        ("rules: [{ name: a, when: true, then: { apprve: {} } }]",
            "/rules/0/then/apprve: unknown key; did you mean \"approve\"?"),
    ])
    func refusals(text: String, problem: String) {
        #expect(PolicySample.problems(PolicySample.head + text).first == problem)
    }

    @Test func aKeywordThatIsNoneIsToldAndOnlyWhereSchemasAre() {
        func problems(_ when: String) -> [String] {
            PolicySample.problems(
                PolicySample.head + "rules: [{ name: a, when: \(when), then: { deny: no } }]")
        }
        let said = "JSON Schema has no keyword `requird`, so that it would not count; did you mean "
            + "\"required\"?"
        #expect(problems("{ requird: [tool] }") == ["/rules/0/when/requird: " + said])
        #expect(
            problems("{ anyOf: [{ properties: { tool: { requird: [] } } }] }") == [
                "/rules/0/when/anyOf/0/properties/tool/requird: " + said
            ])
        #expect(problems("{ properties: { on_behalf_of: { const: { typ: 1 } } } }") == [])
    }

    @Test func whatDecidesWithoutARuleIsNoRulesName() {
        for name in ["manifest", "mode", "profile", "arguments", "irreversible"] {
            let rule = "rules: [{ name: \(name), when: true, then: { allow: true } }]"
            #expect(
                PolicySample.problems(PolicySample.head + rule) == [
                    "/rules/0/name: `\(name)` stands for what decides without a rule; choose "
                        + "another name"
                ])
        }
    }

    @Test func conditionsAreSchemasThatHaveACanonicalForm() {
        func problems(_ when: String) -> [String] {
            PolicySample.problems(
                PolicySample.head + "rules: [{ name: a, when: \(when), then: { allow: true } }]")
        }
        #expect(problems("{ properties: { tool: { const: x } } }") == [])
        #expect(problems("{ type: objekt }").first?.hasPrefix("/rules/0/when/type: ") == true)
        #expect(
            problems("{ maximum: 9007199254740993 }").first?.hasPrefix("/rules/0/when/maximum: ")
                == true)
    }

    @Test(arguments: [
        ("mode: half", "/profiles/p/mode: `half` is not a word for this; write one of full, "
            + "read_only, shadow"),
        ("budget: { run: { cals: 1 } }",
            "/profiles/p/budget/run/cals: unknown key; did you mean \"calls\"?"),
        ("budget: { week: {} }",
            "/profiles/p/budget/week: unknown key; the keys here are run, day"),
        ("budget: { run: { calls: 1.5 } }",
            "/profiles/p/budget/run/calls: must be a whole number from 0 to 1000000000000"),
        ("budget: { run: { identical: 0 } }",
            "/profiles/p/budget/run/identical: must be a whole number from 1 to 1000000000000"),
        ("budget: { day: { cost: 0.1234567 } }",
            "/profiles/p/budget/day/cost: must be a number from 0 to 1000000000000 with at most "
                + "six decimals"),
        ("budget: { day: { time: 2 } }",
            "/profiles/p/budget/day/time: must be text, but integer is here; put quotes around it"),
        ("limits: { rate: often }",
            "/profiles/p/limits/rate: `often` is not a rate; write a number from 1 to 100000, a "
                + "slash and a duration, as in 30/1m"),
        ("limits: { cost: 1 }",
            "/profiles/p/limits/cost: unknown key; the keys here are rate, concurrency"),
    ])
    func profilesThatAreRefused(text: String, problem: String) {
        #expect(
            PolicySample.problems("tools: [/]\nprofiles: { p: { allow: [], \(text) } }")
                == [problem])
    }

    @Test func limitsHoldAtTheLimitAndNotOnePast() {
        func isGood(_ text: String) -> Bool {
            PolicySample.problems(PolicySample.head + text).isEmpty
        }
        func rules(_ count: Int, _ name: String = "r") -> String {
            "rules:\n"
                + (0..<count).map { "- { name: \(name)\($0), when: true, then: { allow: true } }" }
                .joined(separator: "\n")
        }
        func text(_ count: Int) -> String { String(repeating: "n", count: count) }
        #expect(isGood(rules(200)) && !isGood(rules(201)))
        #expect(isGood(rules(1, text(119))) && !isGood(rules(1, text(120))))
        func denial(_ count: Int) -> String {
            "rules: [{ name: a, when: true, then: { deny: \(text(count)) } }]"
        }
        #expect(isGood(denial(500)) && !isGood(denial(501)))
        func people(_ count: Int) -> String {
            "approvers:\n"
                + (0..<count).map { "- { name: p\($0), user: u\($0) }" }.joined(separator: "\n")
        }
        #expect(isGood(people(500)) && !isGood(people(501)))
        func person(_ count: Int) -> String { "approvers: [{ name: \(text(count)), user: u }]" }
        #expect(isGood(person(100)) && !isGood(person(101)))
        func accounts(_ count: Int) -> String {
            let names = (0..<count).map { "u\($0)" }.joined(separator: ", ")
            return "approvers: [{ name: a, user: [\(names)] }]\noperators: [\(names)]"
        }
        #expect(isGood(accounts(32)) && !isGood(accounts(33)))
        func calls(_ count: Int) -> Bool {
            PolicySample.problems(
                "tools: [/]\nprofiles: { p: { allow: [], budget: { run: { calls: \(count) } } } }"
            ).isEmpty
        }
        #expect(calls(1_000_000_000_000) && !calls(1_000_000_000_001) && calls(0))
    }
}
