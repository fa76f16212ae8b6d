// What a manifest makes of the calls it names: the arguments of probes and undos, and what the
// answer to a probe means.

import Engine
import Host
import JSON
import Testing

struct CatalogFollowUpTests {
    private static let call = "call_06ftg3t1r096fggjza18x7jg19fw8c3h734g"

    private static let manifest = Sample.manifest([
        "input": """
            input:
              type: object
              additionalProperties: false
              required: [title]
              properties:
                title: { type: string }
                note: { type: string }
                version: { type: integer }
                meta: { type: object, properties: { etag: { type: string } } }
                lines: { type: array, items: { type: object } }
            """,
        "output": "output: { type: object, required: [id], properties: { id: { type: string } } }",
        "verify": """
            verify:
              tool: find
              arguments: { call: { $from: /call/id }, note: { $from: /arguments/note } }
              found: { required: [rows], properties: { rows: { minItems: 1 } } }
              result: { id: { $from: /result/rows/0/id } }
            """,
        "after": """
            after:
              tool: read
              arguments: { id: { $from: /result/id }, title: "{/arguments/title}" }
              expect: { required: [title], properties: { title: { const: T } } }
            """,
        "compensate": "compensate: { tool: drop, arguments: { id: { $from: /result/id } } }",
        "refresh": """
            refresh:
              tool: read
              arguments: { title: { $from: /arguments/title } }
              set:
                /version: { $from: /result/version }
                /meta/etag: "{/result/etag} of {/call/id}"
                /lines/0: { $from: /result/line }
            """,
    ])

    private let manifest: Manifest
    private let call: CallID

    init() throws {
        manifest = try Sample.read(Self.manifest)
        call = try #require(CallID(Self.call))
    }

    private func roots(
        _ arguments: JSONObject = ["title": "T"], result: JSONValue? = nil
    ) -> FollowUpRoots {
        FollowUpRoots(call: call, arguments: arguments, result: result)
    }

    private func verdict(
        _ purpose: Probe.Purpose, _ answer: JSONValue, _ arguments: JSONObject = ["title": "T"]
    ) -> ProbeOutcome {
        manifest.verdict(for: purpose, .succeeded(answer), roots(arguments))
    }

    @Test func probesAreCalledWithWhatTheManifestSays() throws {
        // An argument that the call did not have is null; its own result is no root of `verify`.
        let verify = try manifest.probeCall(for: .verify, roots(result: ["id": "n1"]))
        #expect(verify.tool == ToolName("find"))
        #expect(verify.arguments == ["call": .string(Self.call), "note": nil])
        let readBack = try manifest.probeCall(for: .readBack, roots(result: ["id": "n1"]))
        #expect(readBack.tool == ToolName("read"))
        #expect(readBack.arguments == ["id": "n1", "title": "T"])
        let refresh = try manifest.probeCall(for: .refresh, roots())
        #expect(refresh.tool == ToolName("read"))
        #expect(refresh.arguments == ["title": "T"])
    }

    @Test func nothingIsReadBackOrUndoneByAResultThatIsNotThere() throws {
        let undo = try manifest.undoCall(roots(result: ["id": "n1"]))
        #expect(undo.tool == ToolName("drop") && undo.arguments == ["id": "n1"])
        for result in [nil, [:], ["nr": 1], "n1"] as [JSONValue?] {
            let undo = #expect(throws: FollowUpProblem.self) {
                try manifest.undoCall(roots(result: result))
            }
            #expect(
                undo?.message
                    == "`compensate.arguments` of make_note needs /result/id, which is not there.")
            let readBack = #expect(throws: FollowUpProblem.self) {
                try manifest.probeCall(for: .readBack, roots(result: result))
            }
            #expect(
                readBack?.message
                    == "`after.arguments` of make_note needs /result/id, which is not there.")
        }
    }

    @Test func whatTheManifestDoesNotNameCannotBeCalled() throws {
        let bare = try Sample.read(Sample.manifest())
        for purpose in Probe.Purpose.allCases {
            let problem = #expect(throws: FollowUpProblem.self) {
                try bare.probeCall(for: purpose, roots())
            }
            #expect(
                problem?.message == "The manifest of make_note names no `\(purpose.rawValue)`.")
            #expect(
                bare.verdict(for: purpose, .succeeded([:]), roots())
                    == .unsure(
                        reason: "The manifest of make_note names no `\(purpose.rawValue)`."))
        }
        #expect(throws: FollowUpProblem.self) { try bare.undoCall(roots()) }
    }

    @Test func argumentsAreAMap() throws {
        let odd = try Sample.read(
            Sample.manifest([
                "compensate": "compensate: { tool: x, arguments: { $from: /result } }"
            ]))
        #expect(try odd.undoCall(roots(result: ["a": 1])).arguments == ["a": 1])
        let problem = #expect(throws: FollowUpProblem.self) {
            try odd.undoCall(roots(result: ["a"]))
        }
        #expect(
            problem?.message == "`compensate.arguments` of make_note came to array and not to a "
                + "map of arguments; correct the manifest.")
    }

    @Test func whatIsFoundIsTheCallsOwnResult() {
        #expect(verdict(.verify, ["rows": [["id": "n1", "x": 1]]]) == .found(["id": "n1"]))
        #expect(verdict(.verify, ["rows": []]) == .absent)
        #expect(verdict(.verify, [:]) == .absent)
        #expect(
            verdict(.verify, ["rows": [["id": 9_007_199_254_740_993]]])
                == .found(["id": "9007199254740993"]))
    }

    /// It is there, but nobody can say with which result: no success is made up.
    @Test func whatIsFoundMustBeAResult() {
        #expect(
            verdict(.verify, ["rows": [["nr": 1]]])
                == .unsure(
                    reason: "`verify.result` of make_note needs /result/rows/0/id, which is not "
                        + "there."))
        guard case .unsure(let reason) = verdict(.verify, ["rows": [["id": 7]]]) else {
            Issue.record("A result that breaks its schema was taken.")
            return
        }
        #expect(reason.hasPrefix("The probe found it, but what it found is no result of make_note"))
        #expect(reason.contains("/id"))
    }

    @Test func withoutAMappingTheProbesResultIsTaken() throws {
        let plain = try Sample.read(
            Sample.manifest(["verify": "verify: { tool: find, found: { required: [id] } }"]))
        func verdict(_ answer: JSONValue) -> ProbeOutcome {
            plain.verdict(for: .verify, .succeeded(answer), roots())
        }
        #expect(verdict(["id": 1]) == .found(["id": 1]))
        #expect(verdict([:]) == .absent)
        for answer in [["id": 1, "holdfast": [:]], "text"] as [JSONValue] {
            guard case .unsure(let reason) = verdict(answer) else {
                Issue.record("\(answer.compactText) was taken for a result.")
                continue
            }
            #expect(reason.contains("correct `verify.result`"))
        }
    }

    @Test func whatIsReadBackIsConfirmedOrShown() {
        #expect(verdict(.readBack, ["title": "T"]) == .confirmed)
        #expect(verdict(.readBack, ["title": "U"]) == .differs(["title": "U"]))
        #expect(verdict(.readBack, [:]) == .differs([:]))
    }

    @Test func argumentsAreRenewedWhereTheManifestSays() {
        let answer: JSONValue = ["version": 3, "etag": "e", "line": ["n": 2]]
        let renewed = verdict(
            .refresh, answer, ["title": "T", "version": 2, "lines": [["n": 1], ["n": 9]]])
        #expect(
            renewed
                == .renewed([
                    "title": "T", "version": 3, "lines": [["n": 2], ["n": 9]],
                    "meta": ["etag": .string("e of \(Self.call)")],
                ]))
    }

    @Test(arguments: [
        ([:], "`refresh.set` of make_note needs /result/version, which is not there."),
        (["version": "3", "etag": "e", "line": [:]],
            "The arguments renewed by `refresh` are not right for make_note: /version"),
        (["version": 9_007_199_254_740_993, "etag": "e", "line": [:]],
            "The arguments renewed by `refresh` are not right for make_note: /version"),
    ] as [(JSONValue, String)])
    func argumentsAreRenewedOnlyToRightOnes(answer: JSONValue, words: String) {
        let arguments: JSONObject = ["title": "T", "lines": [[:]]]
        guard case .unsure(let reason) = verdict(.refresh, answer, arguments) else {
            Issue.record("Wrong arguments were taken.")
            return
        }
        #expect(reason.hasPrefix(words), "\(reason)")
    }

    @Test func aPlaceThatTheCallDoesNotHaveIsNotSet() {
        let answer: JSONValue = ["version": 3, "etag": "e", "line": ["n": 2]]
        for lines in [nil, [], "text"] as [JSONValue?] {
            var arguments: JSONObject = ["title": "T"]
            arguments["lines"] = lines
            guard case .unsure = verdict(.refresh, answer, arguments) else {
                Issue.record("A line was set in \(lines?.compactText ?? "nothing").")
                continue
            }
        }
    }

    @Test func aProbeThatFailsSaysNothing() {
        func verdict(_ outcome: AttemptOutcome) -> ProbeOutcome {
            manifest.verdict(for: .verify, outcome, roots())
        }
        #expect(
            verdict(.failed(Failure(.invalid, "No such note.")))
                == .unsure(reason: "The probe failed: No such note."))
        #expect(
            verdict(.succeededTooLarge(byteCount: 9))
                == .unsure(reason: "The probe's answer is too large to be read (9 bytes)."))
        #expect(
            verdict(.unknown(reason: "lost"))
                == .unsure(reason: "The probe came to nothing: lost"))
        #expect(verdict(.voided) == .unsure(reason: "The probe was not made."))
    }

    @Test func renderedTextsAreBounded() throws {
        let long = try Sample.read(
            Sample.manifest([
                "compensate":
                    "compensate: { tool: x, arguments: { a: \"{/result/a}\" } }"
            ]))
        func undo(_ bytes: Int) throws -> FollowUpCall {
            try long.undoCall(
                roots(result: ["a": .string(String(repeating: "x", count: bytes))]))
        }
        #expect(throws: Never.self) { try undo(CatalogLimits.maxRenderedBytes) }
        #expect(throws: FollowUpProblem.self) { try undo(CatalogLimits.maxRenderedBytes + 1) }
    }
}
