// What a recording must never hold, by whichever way it comes: by other schemas than today's, in
// other places than those declared.

import JSON
import JSONSchema
import MCP
import Testing

@testable import Engine
@testable import Host

@Suite struct SessionMaskTests {
    private typealias S = SessionSample

    @Test func anAttemptIsMaskedByItsOwnManifestWhateverTheCatalogSays() throws {
        // The tool is gone, or its newest version marks less.
        let newer = try Sample.read(
            S.manifest.replacing(", x-sensitivity: personal", with: ""))
        for manifests in [[], [newer]] {
            var scribe = SessionScribe(manifests, since: Instant(ms: 0))
            _ = scribe.entries(for: S.call(#"{"card":"c"}"#))
            let attempt = try S.attempt(["card": "4111-1111"])
            var written = S.lines(scribe.entries(for: try S.started(attempt)))
            let result: JSONValue = ["id": "P", "email": "ada@b"]
            written += S.lines(scribe.entries(for: try S.ended(attempt, .succeeded(result))))
            let told = #"{"id":"P","email":"ada@b",\#(S.receipt("succeeded"))}"#
            written += S.lines(scribe.entries(for: S.answer(told)))
            #expect(!written.contains("4111-1111") && !written.contains("ada@b"), "\(written)")
        }
    }

    @Test func whatOldVersionsMarkStaysMasked() throws {
        let old = try Sample.read(S.manifest)
        let new = try Sample.read(S.manifest.replacing(", x-sensitivity: secret", with: ""))
        var scribe = SessionScribe([old, new], since: Instant(ms: 0))
        let written = S.lines(scribe.entries(for: S.call(#"{"card":"4111-1111"}"#)))
        #expect(!written.contains("4111"))
    }

    @Test func anAttemptWithoutSchemasIsMaskedAsAWhole() throws {
        var scribe = try S.scribe()
        let attempt = try S.attempt(["note": "anything"])
        let started = scribe.entries(for: .started(attempt, nil))
        let ended = scribe.entries(for: .ended(attempt, .succeeded(["id": "P-77"]), nil))
        #expect(S.isUnplayable(started) && S.isUnplayable(ended))
        #expect(!S.lines(started + ended).contains("anything"))
        #expect(!S.lines(started + ended).contains("P-77"))
    }

    @Test func callsOfOlderRunsAreMaskedAsAWhole() throws {
        var scribe = try S.scribe()
        let arguments = #"{"card":"c","note":"old-note","run_id":"\#(S.run)"}"#
        let asked = S.lines(scribe.entries(for: S.call(arguments)))
        #expect(!asked.contains("old-note") && asked.contains(S.run))
        let told = scribe.entries(for: S.answer(#"{"id":"P-77",\#(S.receipt("succeeded"))}"#))
        #expect(S.isUnplayable(told) && !S.lines(told).contains("P-77"))
        // The outcome of a call from before, by the manifest of then.
        let replay = S.receipt("succeeded", more: #","replayed":true"#)
        _ = scribe.entries(for: S.call(#"{"card":"c"}"#, id: 2))
        let again = scribe.entries(for: S.answer(#"{"id":"P-88",\#(replay)}"#, id: 2))
        #expect(S.isUnplayable(again) && !S.lines(again).contains("P-88"))
    }

    @Test func dueWorkOfOlderRunsIsSaid() throws {
        var scribe = try S.scribe()
        let due = scribe.entries(for: try S.started(try S.attempt(["card": "4111-1111"])))
        #expect(S.isUnplayable(due) && !S.lines(due).contains("4111"))
        var later = SessionScribe([try Sample.read(S.manifest)], since: Instant(ms: 1))
        _ = later.entries(for: S.call(#"{"card":"c"}"#))
        let older = later.entries(for: try S.started(try S.attempt(["card": "c"])))
        #expect(S.isUnplayable(older))
    }

    @Test func theRefusalOfATakenIdIsNotTheAnswer() throws {
        var scribe = try S.scribe()
        _ = scribe.entries(for: S.call(#"{"card":"c"}"#))
        _ = scribe.entries(for: S.call("{}", tool: "call_status"))
        _ = scribe.entries(for: S.refusal(-32600, "an id twice"))
        // Short, so that only its place tells what it is.
        let told = #"{"id":"P","email":"a@",\#(S.receipt("succeeded"))}"#
        let entries = scribe.entries(for: S.answer(told))
        #expect(!S.lines(entries).contains("a@"))
        // No attempt of this session succeeded: that is noticed.
        #expect(S.isUnplayable(entries))
    }

    @Test func everyPartOfAMarkedValueIsMarked() throws {
        var scribe = try S.scribe(
            input: "pay: { type: object, x-sensitivity: secret }, note: { type: string }, "
                + "list: { type: array, items: {}, x-sensitivity: secret }")
        let arguments =
            #"{"pay":{"card":"4111-1111","n":[770077],"AB-12":1},"list":["x-y-z1"],"#
            + #""note":"paid with 4111-1111, 770077, AB-12, x-y-z1"}"#
        let entries = scribe.entries(for: S.call(arguments))
        for text in ["4111-1111", "770077", "AB-12", "x-y-z1"] {
            #expect(!S.lines(entries).contains(text), "\(S.lines(entries))")
        }
        // A text in the place of an object is not what the schema takes.
        #expect(S.isUnplayable(entries))
    }

    @Test(arguments: [
        ("pay", #"{"crad":"4111-1111"}"#), ("nowhere", #"{"card":"4111-1111"}"#),
        ("pay", #"["4111-1111"]"#), ("pay", #""4111-1111""#),
        ("pay", #"{"card":"c","note":["4111-1111"]}"#), ("run_begin", #"{"card":"4111-1111"}"#),
    ])
    func argumentsOutsideTheDeclaredPlacesAreMasked(tool: String, arguments: String) throws {
        var scribe = try S.scribe()
        let written = S.lines(scribe.entries(for: S.call(arguments, tool: tool)))
        #expect(written.contains("(masked ") && !written.contains("4111"), "\(written)")
    }

    @Test func linesAndMethodsThatAreNoneAreMasked() throws {
        var scribe = try S.scribe()
        var written = S.lines(
            scribe.entries(for: .client(.line(Array(#"{"card":"4111-1111""#.utf8)))))
        #expect(written.contains("unplayable"))
        written += S.lines(scribe.entries(for: S.client("tool/call", #"{"card":"4111-1111"}"#)))
        written += S.lines(scribe.entries(for: S.client("tools/call", #"["4111-1111"]"#, id: 2)))
        written += S.lines(scribe.entries(for: .client(.line(Array(#"["4111-1111"]"#.utf8)))))
        #expect(!written.contains("4111"), "\(written)")
        // Where nothing is marked anywhere, a session is written down as it was.
        var open = try S.scribe(input: "note: { type: string }")
        let kept = open.entries(for: S.call(#"{"wrod":"x"}"#))
        #expect(S.lines(kept).contains(#"{"wrod":"x"}"#))
    }

    @Test func markedNumbersAndFieldNamesAreFoundElsewhere() throws {
        var scribe = try S.scribe()
        _ = scribe.entries(for: S.call(#"{"card":"4111-1111","pin":770077}"#))
        let attempt = try S.attempt(["card": "4111-1111"])
        let result: JSONValue = ["id": "P", "n": [770_077, 770_078], "by": ["4111-1111": 1]]
        let entries = scribe.entries(for: try S.ended(attempt, .succeeded(result)))
        let written = S.lines(entries)
        #expect(!written.contains("770077") && written.contains("770078"))
        #expect(!written.contains("4111-1111") && S.isUnplayable(entries))
    }

    @Test func shortTextsAreFoundAsWholeWords() throws {
        let limit = HostLimits.boundCharacters
        for (count, isFound) in [(limit - 1, false), (limit, true)] {
            let word = String(repeating: "q", count: count)
            var scribe = try S.scribe(input: "pw: \(S.secret), note: { type: string }")
            let entries = scribe.entries(
                for: S.call(#"{"pw":"\#(word)","note":"a \#(word), a\#(word)b"}"#))
            let part = isFound ? "a(secret 1)b" : "a\(word)b"
            #expect(S.lines(entries).contains("a (secret 1), \(part)"))
        }
    }
}
