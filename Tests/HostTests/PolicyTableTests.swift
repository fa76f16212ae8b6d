// Tables of cases and requests for grants: the published schemas and the readers say the same; and
// whom a grant asks.

import Engine
import JSON
import JSONSchema
import Testing

@testable import Host

@Suite struct PolicyTableTests {
    private static func schema(_ name: String) throws -> JSONValue {
        try JSONParser.parse(ProjectFolder.text("schemas/\(name).schema.json"))
    }

    private func keys(_ schema: JSONValue, _ pointer: String) throws -> [String] {
        let part = try JSONPointer(parsing: pointer).resolve(in: schema)
        return try #require(part?["properties"]?.objectValue?.names).sorted()
    }

    @Test func theSchemasHaveTheReadersKeys() throws {
        let table = try Self.schema("policy-test")
        let oneCase = "/properties/cases/items"
        for (pointer, known) in [
            ("", PolicyTableKeys.root), (oneCase, PolicyTableKeys.oneCase),
            (oneCase + "/properties/run", PolicyTableKeys.run),
            (oneCase + "/properties/expect", PolicyTableKeys.expect),
        ] {
            #expect(try keys(table, pointer) == known.known.sorted(), "at \(pointer)")
        }
        let grant = try Self.schema("grant")
        for (pointer, known) in [
            ("/oneOf/0", GrantKeys.template), ("/oneOf/0/properties/sum", GrantKeys.sum),
            ("/oneOf/1", GrantKeys.batch),
        ] {
            #expect(try keys(grant, pointer) == known.known.sorted(), "at \(pointer)")
        }
    }

    static let goodCase: JSONObject = [
        "name": "x", "tool": "send", "arguments": ["to": "a"], "profile": "desk",
        "on_behalf_of": "ana", "at": "2026-07-28T09:30:00.000Z",
        "run": ["calls": 2, "tools": ["send": 2], "taint": ["private"]],
        "expect": ["verdict": "deny", "rules": ["r"]],
    ]

    @Test(arguments: [
        ("name", nil), ("name", 3), ("tool", nil), ("expect", nil), ("expect", [:]),
        ("expect", ["verdict": "no"]), ("expect", ["verdict": "deny", "rules": "r"]),
        ("arguments", []), ("at", "2026-07-28"), ("run", ["calls": -1]), ("run", ["cals": 1]),
        ("run", ["taint": ["secret"]]), ("run", ["tools": ["send": "2"]]), ("nmae", "y"),
    ] as [(String, JSONValue?)])
    func bothRefuseACase(name: String, value: JSONValue?) throws {
        let schema = try CompiledSchema(compiling: Self.schema("policy-test"))
        func findings(_ one: JSONObject) -> Findings {
            var findings = Findings()
            _ = PolicyTable.cases(["cases": [.object(one)]], &findings)
            return findings
        }
        #expect(findings(Self.goodCase).all.isEmpty)
        #expect(schema.isValid(["cases": [.object(Self.goodCase)]]))
        var changed = Self.goodCase
        changed[name] = value
        #expect(!findings(changed).all.isEmpty)
        #expect(!schema.isValid(["cases": [.object(changed)]]))
    }

    static let goodGrant: JSONObject = [
        "tool": "send", "profile": "desk", "on_behalf_of": "ana", "arguments": true, "count": 3,
        "sum": ["of": "/amount", "max": 12], "expires_in": "8h", "reason": "r",
    ]

    @Test(arguments: [
        ("tool", nil), ("profile", nil), ("arguments", nil), ("arguments", 3), ("count", 0),
        ("count", 1_000_001), ("count", nil), ("expires_in", "soon"), ("expires_in", nil),
        ("reason", ""), ("reason", nil), ("sum", ["of": "/amount"]), ("sum", ["max": 3]),
        ("sum", ["of": "/amount", "max": -1]), ("conut", 1),
    ] as [(String, JSONValue?)])
    func bothRefuseAGrant(name: String, value: JSONValue?) throws {
        let schema = try CompiledSchema(compiling: Self.schema("grant"))
        func wish(_ document: JSONObject) -> GrantWish? {
            var findings = Findings()
            let wish = GrantWish(.object(document), &findings)
            return findings.all.isEmpty ? wish : nil
        }
        #expect(wish(Self.goodGrant) != nil && schema.isValid(.object(Self.goodGrant)))
        var changed = Self.goodGrant
        changed[name] = value
        #expect(wish(changed) == nil && !schema.isValid(.object(changed)))
    }

    @Test func aGrantAsksWhomeverSuchACallMightAsk() throws {
        let project = try ViewsProject(
            """
            approvers:
              - { name: lena, user: l, roles: [lead] }
            rules:
              - name: of another tool
                when: { properties: { tool: { const: put } } }
                then: { approve: { by: [lead] } }
              - name: of large letters
                when: { properties: { arguments: { required: [text] }, tool: { const: send } } }
                then: { approve: { by: [lead] } }
              - name: of one of two
                when:
                  anyOf: [{ properties: { tool: { const: put } } }, { required: [on_behalf_of] }]
                then: { approve: { by: [lead] } }
              - name: of bob alone
                when: { properties: { on_behalf_of: { const: bob } } }
                then: { approve: { by: [lead] } }
              - name: of reads alone
                when:
                  allOf:
                    - { properties: { effect: { properties: { kind: { const: read } } } } }
                then: { approve: { by: [lead] } }

            """)
        let court = PolicyCourt(project.project)
        func asked(of person: String?) throws -> [String] {
            let tool = try court.tool("send").manifest.tool
            let template = GrantTerms.Template(
                tool: tool.name, profile: "desk", person: person, arguments: true, count: 1,
                sum: nil, standsMs: 1)
            return court.demands(on: template, tool, try court.profile("desk")).map(\.name)
        }
        #expect(try asked(of: nil) == ["of large letters", "of one of two", "of bob alone"])
        #expect(try asked(of: "ana") == ["of large letters", "of one of two"])
    }
}
