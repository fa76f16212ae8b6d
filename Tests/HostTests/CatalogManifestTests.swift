// Manifests that are right: what each key comes to, and what stands where a key is left out.

import Engine
import Host
import JSON
import JSONSchema
import MCP
import Testing

struct CatalogManifestTests {
    @Test func defaults() throws {
        let manifest = try Sample.read(Sample.manifest())
        #expect(manifest.name == ToolName("make_note"))
        #expect(manifest.title == nil && manifest.version == nil && manifest.output == nil)
        #expect(manifest.agent)
        #expect(manifest.tool.delivery == .atMostOnce)
        #expect(manifest.tool.reversibility == .reversible)
        #expect(manifest.tool.approval == nil)
        #expect(manifest.tool.timeoutMs == 10_000)
        #expect(manifest.tool.retry == .standard && manifest.tool.followUps == FollowUps())
        #expect(manifest.waitMs == nil && manifest.notFound == nil)
        #expect(
            manifest.tool.idempotency == Idempotency(fields: [], ignored: [], windowMs: 600_000))
        #expect(manifest.connectorKind == "sql")
    }

    @Test func everyKey() throws {
        let manifest = try Sample.read(Self.full)
        #expect(manifest.title == "Make note" && manifest.version == "1.0.0")
        #expect(!manifest.agent && manifest.isWrite)
        #expect(manifest.tool.delivery == .transactional)
        #expect(manifest.tool.reversibility == .partial)
        #expect(manifest.tool.timeoutMs == 200 && manifest.waitMs == 300_000)
        #expect(manifest.tool.idempotency.fields.map(\.description) == ["/title"])
        #expect(manifest.tool.idempotency.ignored.map(\.description) == ["/text"])
        #expect(manifest.tool.idempotency.windowMs == 14_400_000)
        #expect(manifest.tool.approval?.decideWithinMs == 604_800_000)
        #expect(manifest.tool.approval?.executeWithinMs == 60_000)
        #expect(manifest.verify?.call.tool == ToolName("find_note"))
        #expect(manifest.verify?.rule == VerifyRule(settleMs: 7_000, retriesAbsent: true))
        #expect(
            manifest.tool.retry
                == RetryRule(attempts: 6, firstMs: 50, factor: 1.5, maxMs: 86_400_000))
        #expect(manifest.refresh?.call.tool == ToolName("read_note"))
        #expect(manifest.refresh?.set.map(\.pointer.description) == ["/text"])
        #expect(manifest.refresh?.set.first?.value.pointers.count == 1)
        #expect(manifest.verify?.found.isValid(["rows": [1]]) == true)
        #expect(manifest.compensate?.arguments.memberNames == ["id"])
        #expect(manifest.after?.expect.isValid(["id": 1]) == false)
        #expect(manifest.notFound == "No such note.")
        let did = try manifest.didTemplate?.renderText(["arguments": ["title": "T"]])
        #expect(did == "Made note T")
        #expect(manifest.inputSchema.isValid(["title": "x"]))
        #expect(!manifest.inputSchema.isValid(["titel": "x"]))
        #expect(manifest.outputSchema?.isValid(["id": "n"]) == true)
    }

    @Test func sameManifestInJSON() throws {
        let yaml = try Sample.read(Self.full)
        let json = try Sample.read(yaml.content.prettyText, as: "tools/x.json")
        #expect(json.digest == yaml.digest)
        #expect(json.tool == yaml.tool)
    }

    /// The digest is a released format: SHA-256 of the domain, a line feed and RFC 8785.
    @Test func digestIsFixed() throws {
        let text = #"""
            {"name":"a","description":"b","input":{"type":"object"},"effect":{"kind":"read"},
            "connector":{"kind":"none"}}
            """#
        let manifest = try Sample.read(text, as: "a.json")
        #expect(
            manifest.digest.description
                == "e990bd914be11ee2617b2fdf62ed14788f328acd402ef6b073511435527d426d")
        let respelled = try Sample.read(
            """
            # The order of keys and the spelling do not matter.
            effect: { kind: "read" }
            connector: { kind: none }
            input: { "type": 'object' }
            description: b
            name: a
            """)
        #expect(respelled.digest == manifest.digest)
    }

    @Test(arguments: [
        ("{ kind: read }", "sql", true, false, true, false),
        ("{ kind: read, delivery: read }", "command", true, false, true, true),
        ("{ kind: write, delivery: natural, reversibility: reversible }", "command",
            false, false, true, true),
        ("{ kind: write, delivery: keyed, reversibility: partial }", "command",
            false, true, false, true),
        ("{ kind: write, reversibility: reversible }", "none", false, false, false, false),
        ("{ kind: write }\napproval: { by: [requester] }", "sql", false, true, false, false),
    ])
    func annotationsFollowTheEffect(
        effect: String, kind: String, readOnly: Bool, destructive: Bool, idempotent: Bool,
        openWorld: Bool
    ) throws {
        let manifest = try Sample.read(
            Sample.manifest([
                "effect": "effect: " + effect, "connector": "connector: { kind: \(kind) }",
            ]))
        #expect(
            manifest.annotations
                == ToolAnnotations(
                    readOnlyHint: readOnly, destructiveHint: destructive,
                    idempotentHint: idempotent, openWorldHint: openWorld))
    }

    @Test func textsHaveLimits() {
        func description(_ count: Int) -> [String] {
            Sample.problems(
                Sample.manifest([
                    "description": "description: " + String(repeating: "é", count: count)
                ]))
        }
        let most = CatalogLimits.descriptionScalars - 1
        #expect(description(most) == [])
        #expect(
            description(most + 1) == [
                "tools/x.yaml:2: /description: has 2000 characters; clients cut a description "
                    + "at 2000, so it must stay under that"
            ])
        for (key, most) in [
            ("title", CatalogLimits.maxTitleScalars), ("version", CatalogLimits.maxVersionScalars),
        ] {
            func problems(_ count: Int) -> Int {
                Sample.problems(
                    Sample.manifest([key: "\(key): " + String(repeating: "x", count: count)])
                ).count
            }
            #expect(problems(most) == 0 && problems(most + 1) == 1)
        }
    }

    @Test(arguments: [
        ("1ms", 1), ("200ms", 200), ("10s", 10_000), ("5m", 300_000), ("4h", 14_400_000),
        ("1d", 86_400_000), ("24h", 86_400_000),
    ])
    func durations(text: String, ms: Int64) throws {
        let manifest = try Sample.read(Sample.manifest(["timeout": "timeout: \(text)"]))
        #expect(manifest.tool.timeoutMs == ms)
    }

    @Test(arguments: [
        "10", "1.5s", "s", "-1s", "+1s", "10 s", "1w", "99999999999999999999d", "٣s",
    ])
    func noDurations(text: String) {
        #expect(
            Sample.problems(Sample.manifest(["timeout": "timeout: \"\(text)\""])) == [
                "tools/x.yaml:10: /timeout: `\(text)` is not a duration; "
                    + "write a whole number and ms, s, m, h or d, as in 10s"
            ])
    }

    @Test(arguments: ["0s", "1441m", "999999999d"])
    func durationsOutOfRange(text: String) {
        #expect(
            Sample.problems(Sample.manifest(["timeout": "timeout: \(text)"])) == [
                "tools/x.yaml:10: /timeout: `\(text)` is out of range; write one from 1ms to 1d"
            ])
    }

    @Test func theEngineIsToldWhatFollows() throws {
        var expected = FollowUps()
        expected.verify = VerifyRule(settleMs: 7_000, retriesAbsent: true)
        expected.readsBack = true
        expected.refreshes = true
        expected.probes = [ToolName("find_note"), ToolName("read_note")]
        expected.undo = ToolName("drop_note")
        expected.isPivot = true
        #expect(try Sample.read(Self.full).tool.followUps == expected)
        // How long to let it settle follows the time-out, and is never under five seconds.
        for (timeout, settleMs) in [("1s", 5_000), ("5s", 5_000), ("7s", 7_000)] {
            let manifest = try Sample.read(
                Sample.manifest([
                    "timeout": "timeout: \(timeout)",
                    "verify": "verify: { tool: find, found: true }",
                ]))
            #expect(
                manifest.tool.followUps.verify
                    == VerifyRule(settleMs: Int64(settleMs), retriesAbsent: false))
        }
    }

    /// What is left out is the standard's, or as near to it as what is written allows.
    @Test(arguments: [
        ("{}", RetryRule.standard),
        ("{ attempts: 1 }", RetryRule(attempts: 1, firstMs: 200, factor: 2, maxMs: 10_000)),
        ("{ attempts: 20, factor: 1 }",
            RetryRule(attempts: 20, firstMs: 200, factor: 1, maxMs: 10_000)),
        ("{ factor: 1000 }", RetryRule(attempts: 4, firstMs: 200, factor: 1_000, maxMs: 10_000)),
        ("{ max: 100ms }", RetryRule(attempts: 4, firstMs: 100, factor: 2, maxMs: 100)),
        ("{ first: 1d }",
            RetryRule(attempts: 4, firstMs: 86_400_000, factor: 2, maxMs: 86_400_000)),
        ("{ first: 3s, max: 3s }", RetryRule(attempts: 4, firstMs: 3_000, factor: 2, maxMs: 3_000)),
    ])
    func retryRules(text: String, rule: RetryRule) throws {
        let manifest = try Sample.read(Sample.manifest(["retry": "retry: " + text]))
        #expect(manifest.tool.retry == rule)
    }

    @Test func whatDoesLessThanItsAuthorMayThinkIsSaid() throws {
        let text =
            Self.full.replacing("  result: { id: { $from: /result/rows/0/id } }\n", with: "")
            .replacing("{ id: { $from: /result/id } }", with: "{}")
        let document = try SourceDocument.parse(Array(text.utf8), shownAs: "tools/x.yaml")
        let manifest = try Manifest.read(document)
        #expect(
            manifest.warnings(in: document).map(\.description) == [
                "tools/x.yaml:6: /input: arguments that are not declared are let through; "
                    + "add `additionalProperties: false`",
                "tools/x.yaml:14: /verify: without `result` what the probe finds must itself fit "
                    + "`output`, or the call stays unknown; map it in `verify.result`",
            ])
    }

    static let full = """
        name: make_note
        title: Make note
        description: Makes a note.
        version: 1.0.0
        agent: false
        input: { type: object, required: [title], properties: { title: { type: string }, text: {} }}
        output: { type: object, properties: { id: { type: string } }, additionalProperties: false }
        effect: { kind: write, delivery: transactional, reversibility: partial, pivot: true }
        idempotency: { key: [/title], ignore: [/text], window: 4h }
        approval: { by: [requester], decide_within: 7d, execute_within: 1m }
        timeout: 200ms
        wait: 5m

        verify:
          tool: find_note
          arguments: { call_id: { $from: /call/id } }
          found: { properties: { rows: { minItems: 1 } } }
          result: { id: { $from: /result/rows/0/id } }
          settle: 7s
          absent: retry
        retry: { attempts: 6, first: 50ms, factor: 1.5, max: 1d }
        refresh:
          tool: read_note
          arguments: { title: { $from: /arguments/title } }
          set: { /text: { $from: /result/text } }
        compensate: { tool: drop_note, arguments: { id: { $from: /result/id } } }
        after: { tool: read_note, arguments: { id: "{/result/id}" }, expect: { required: [title] } }
        audit: { did: "Made note {/arguments/title}" }
        connector: { kind: sql, database: workspace, statement: SELECT 1, not_found: No such note. }

        """
}
