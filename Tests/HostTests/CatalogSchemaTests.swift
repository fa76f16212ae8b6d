// The published schemas and the loader say the same: same keys, same examples good and bad.

@testable import Host
import JSON
import JSONSchema
import Testing

struct CatalogSchemaTests {
    private static func schema(_ name: String) throws -> JSONValue {
        try JSONParser.parse(ProjectFolder.text("schemas/\(name).schema.json"))
    }

    private func keys(_ schema: JSONValue, _ pointer: String) throws -> [String] {
        let part = try JSONPointer(parsing: pointer).resolve(in: schema)
        return try #require(part?["properties"]?.objectValue?.names).sorted()
    }

    @Test func manifestPartsHaveTheLoadersKeys() throws {
        let schema = try Self.schema("manifest")
        for (pointer, table) in [
            ("", ManifestKeys.root), ("/properties/effect", ManifestKeys.effect),
            ("/properties/idempotency", ManifestKeys.idempotency),
            ("/$defs/approval", ApprovalKeys.root),
            ("/$defs/approval/properties/stages/items", ApprovalKeys.stage),
            ("/properties/limits", ManifestKeys.limits),
            ("/properties/limits/properties/amount", ManifestKeys.amount),
            ("/properties/labels", ManifestKeys.labels),
            ("/properties/retry", ManifestKeys.retry),
            ("/properties/refresh", ManifestKeys.refresh),
            ("/properties/verify", ManifestKeys.verify),
            ("/properties/compensate", ManifestKeys.compensate),
            ("/properties/after", ManifestKeys.after), ("/properties/audit", ManifestKeys.audit),
            ("/properties/output", ManifestKeys.output),
        ] {
            #expect(try keys(schema, pointer) == table.known.sorted(), "at \(pointer)")
        }
        let kinds = schema["properties"]?["connector"]?["properties"]?["kind"]?["enum"]
        #expect(kinds?.arrayValue?.compactMap(\.stringValue) == ManifestKeys.connectorKinds.known)
    }

    @Test func configPartsHaveTheLoadersKeys() throws {
        let schema = try Self.schema("config")
        let map = "/additionalProperties"
        for (pointer, table) in [
            ("", ConfigurationKeys.root), ("/properties/store", ConfigurationKeys.store),
            ("/properties/databases" + map, ConfigurationKeys.database),
            ("/properties/secrets" + map, ConfigurationKeys.secret),
            ("/properties/profiles" + map, ConfigurationKeys.profile),
            ("/properties/profiles" + map + "/properties/on_behalf_of/oneOf/1",
                ConfigurationKeys.onBehalfOf),
            ("/properties/notify/items", ConfigurationKeys.notify),
            ("/properties/notify/items/properties/webhook", ConfigurationKeys.webhook),
            ("/properties/profiles" + map + "/properties/budget", ConfigurationKeys.budget),
            ("/properties/profiles" + map + "/properties/budget/properties/run",
                ConfigurationKeys.allowance),
            ("/properties/profiles" + map + "/properties/budget/properties/day",
                ConfigurationKeys.allowance),
            ("/properties/profiles" + map + "/properties/limits", ConfigurationKeys.limits),
            ("/properties/approvers/items", ConfigurationKeys.approver),
            ("/properties/rules/items", ConfigurationKeys.rule),
            ("/properties/rules/items/properties/then", ConfigurationKeys.then),
            ("/$defs/approval", ApprovalKeys.root),
            ("/$defs/approval/properties/stages/items", ApprovalKeys.stage),
            ("/properties/audit", ConfigurationKeys.audit),
        ] {
            #expect(try keys(schema, pointer) == table.known.sorted(), "at \(pointer)")
        }
    }

    /// Every key is explained, and no part lets unknown keys through.
    @Test(arguments: ["manifest", "config"])
    func schemasAreStrictAndDescribed(name: String) throws {
        var bare: [String] = []
        func visit(_ value: JSONValue, _ place: JSONPointer) {
            guard let object = value.objectValue else { return }
            if let properties = object["properties"]?.objectValue,
                object["type"] == "object", place.tokens.last != "input"
            {
                if object["additionalProperties"] == nil, place.tokens.last != "connector",
                    place.tokens.last != "properties"
                {
                    bare.append("\(place) is open")
                }
                for member in properties
                where object["additionalProperties"] == false
                    && member.value["description"] == nil && member.value["const"] == nil
                    && place.tokens.last != "output" && member.name != "secret"
                {
                    bare.append("\(place)/\(member.name) is not described")
                }
            }
            for member in object { visit(member.value, place.appending(member.name)) }
        }
        visit(try Self.schema(name), .root)
        #expect(bare == [])
    }

    @Test func toolsFitTheSchema() throws {
        let schema = try CompiledSchema(compiling: Self.schema("manifest"))
        for file in BuiltinTools.files {
            let document = try SourceDocument.parse(Array(file.text.utf8), shownAs: file.name)
            #expect(schema.validate(document.value).map(\.message) == [], "\(file.name)")
        }
        let full = try SourceDocument.parse(
            Array(CatalogManifestTests.full.utf8), shownAs: "full.yaml")
        #expect(schema.validate(full.value).map(\.message) == [])
    }

    @Test func configsFitTheSchema() throws {
        let schema = try CompiledSchema(compiling: Self.schema("config"))
        let document = try SourceDocument.parse(
            Array(ProjectTemplate.configuration.utf8), shownAs: "holdfast.yaml")
        #expect(schema.validate(document.value).map(\.message) == [])
        let full = try SourceDocument.parse(
            Array(CatalogPolicyTests.full.utf8), shownAs: "full.yaml")
        #expect(schema.validate(full.value).map(\.message) == [])
    }

    /// What the schema of a config can see, both refuse.
    @Test(arguments: [
        "approvers: [{ name: a }]", "approvers: [{ user: a }]",
        "approvers: [{ name: a, user: [] }]",
        "approvers: [{ name: a, keys: [abc] }]", "approvers: [{ name: a, user: a, roles: [a b] }]",
        "approvers: [{ name: requester, user: a }]", "operators: []",
        "rules: [{ name: a, when: true, then: {} }]", "rules: [{ when: true, then: { deny: a } }]",
        "rules: [{ name: mode, when: true, then: { deny: a } }]",
        "rules: [{ name: a, when: 1, then: { deny: a } }]",
        "rules: [{ name: a, when: true, then: { shadow: false } }]",
        "rules: [{ name: a, when: true, then: { deny: a, allow: true } }]",
        "rules: [{ name: a, when: true, then: { approve: { by: [requester], count: 2 } } }]",
        "rules: [{ name: a, when: true, then: { approve: { by: [requester, b] } } }]",
        "rules: [{ name: a, when: true, then: { approve: {} } }]",
        "store: { sqlite: /x, group: '' }",
    ])
    func bothRefuseTheConfig(line: String) throws {
        let schema = try CompiledSchema(compiling: Self.schema("config"))
        let text = PolicySample.head + line
        let document = try SourceDocument.parse(Array(text.utf8), shownAs: "x.yaml")
        #expect(!schema.isValid(document.value))
        #expect(!PolicySample.problems(text).isEmpty)
    }

    @Test func bothAcceptTheSample() throws {
        let schema = try CompiledSchema(compiling: Self.schema("manifest"))
        let text = Sample.manifest()
        let document = try SourceDocument.parse(Array(text.utf8), shownAs: "x.yaml")
        #expect(schema.validate(document.value).map(\.message) == [])
        #expect(Sample.problems(text) == [])
    }

    /// What a schema can see, both refuse.
    @Test(arguments: [
        ["nmae": "nmae: x"], ["limits": "limits: { rate: fast }"], ["name": "name: Make"],
        ["retry": "retry: { attempts: 21 }"], ["retry": "retry: { attempts: 1.5 }"],
        ["retry": "retry: { factor: 0.9 }"], ["retry": "retry: { factor: 1001 }"],
        ["retry": "retry: { first: 1 }"],
        ["refresh": "refresh: { tool: x }"], ["refresh": "refresh: { tool: x, set: {} }"],
        ["refresh": "refresh: { tool: x, set: { title: a } }"],
        ["name": "name: run_abort"], ["description": ""], ["version": "version: 1.0"],
        ["input": "input: { type: array }"], ["effect": "effect: { kind: read, pivot: true }"],
        ["input": "input: { type: object, properties: { run_id: {} } }"],
        ["output": "output: { type: object, if: {} }"],
        ["output": "output: { type: object, properties: { holdfast: {} } }"],
        ["effect": "effect: { kind: wirte }"],
        ["effect": "effect: { kind: read, reversibility: partial }"],
        ["effect": "effect: { kind: write, delivery: read, reversibility: partial }"],
        ["connector": "connector: { kind: http }"], ["connector": "connector: {}"],
        ["approval": "approval: yes"], ["approval": "approval: { by: finance }"],
        ["approval": "approval: { by: [requester, finance] }"],
        ["approval": "approval: { by: [requester], count: 2 }"], ["approval": "approval: {}"],
        ["idempotency": "idempotency: { key: [title] }"], ["timeout": "timeout: 10"],
        ["idempotency": "idempotency: { key: [] }"], ["timeout": "timeout: soon"],
        ["verify": "verify: { tool: x }"], ["verify": "verify: { tool: x, found: {}, absent: no }"],
        ["after": "after: { expect: {} }"], ["compensate": "compensate: { tool: X }"],
        ["audit": "audit: { did: a, reads: [] }"], ["agent": "agent: no"],
    ])
    func bothRefuse(changes: [String: String]) throws {
        try refuseBoth(changes)
    }

    @Test(arguments: [
        ["approval": "approval: { by: [a], count: 17 }"],
        ["approval": "approval: { by: [a], stages: [{ by: [b] }] }"],
        ["approval": "approval: { stages: [] }"],
        ["approval": "approval: { stages: [{ count: 1 }] }"],
        ["approval": "approval: { by: [a], on_silence: agree }"],
        ["approval": "approval: { by: [a], on_denial: approve }"],
        ["limits": "limits: { concurrency: 0 }"], ["limits": "limits: { cost: -1 }"],
        ["limits": "limits: { amount: { of: /title, max: 1 } }"],
        ["mode": "mode: readonly"], ["evidence": "evidence: []"],
        ["evidence": "evidence: [title]"], ["labels": "labels: { reads: [external] }"],
        ["labels": "labels: { changes: [private] }"],
        ["labels": "labels: { strip_invisible: 1 }"],
    ])
    func bothRefuseOfPermission(changes: [String: String]) throws {
        try refuseBoth(changes)
    }

    private func refuseBoth(_ changes: [String: String]) throws {
        let schema = try CompiledSchema(compiling: Self.schema("manifest"))
        let text = Sample.manifest(changes.map { ($0.key, $0.value) })
        let document = try SourceDocument.parse(Array(text.utf8), shownAs: "x.yaml")
        #expect(!schema.isValid(document.value))
        #expect(!Sample.problems(text).isEmpty)
    }

    @Test func nearestNames() {
        let names = ["delivery", "kind", "reversibility"]
        #expect(NearestName.of("deliverry", among: names) == "delivery")
        #expect(NearestName.of("knid", among: names) == "kind")
        #expect(NearestName.of("kin", among: names) == "kind")
        #expect(NearestName.of("k", among: names) == nil)
        #expect(NearestName.of("reverseability", among: names) == "reversibility")
        #expect(NearestName.of("zzzz", among: names) == nil)
        #expect(NearestName.of(String(repeating: "d", count: 100_000), among: names) == nil)
    }
}
