// Where a recording says itself that it cannot be played: what a name makes another, what the host
// may have said by itself, and what was there before the session. The protocol is left as it is.

import JSON
import JSONSchema
import MCP
import Testing

@testable import Engine
@testable import Host

@Suite struct SessionDoubtTests {
    private typealias S = SessionSample

    @Test func theProtocolIsLeftAsItIs() throws {
        var scribe = try S.scribe(
            input: "pw: \(S.secret), year: { type: integer, x-sensitivity: secret }")
        _ = scribe.entries(for: S.call(#"{"pw":"text","year":2026}"#))
        let began = #"{"type":"text","text":"at 2026-11-25T10:00:00.000Z by \#(S.run)"}"#
        let entries = scribe.entries(for: S.server(#"{"content":[\#(began)],"isError":false}"#))
        #expect(S.lines(entries).contains(began), "\(S.lines(entries))")
        #expect(!S.isUnplayable(entries))
        // Where the host may have said it by itself, that is said.
        _ = scribe.entries(for: S.call("{}", id: 2))
        let words = #"{"content":[{"type":"text","text":"must be text in 2026"}]}"#
        let doubted = scribe.entries(for: S.server(words, id: 2))
        #expect(S.isUnplayable(doubted))
        #expect(S.lines(doubted).contains("must be (secret 1) in 2"))
        // The words of messages themselves are no free text.
        let sent = scribe.entries(for: S.client("resources/read", #"{"uri":"text"}"#, id: 3))
        #expect(S.isUnplayable(sent) && S.lines(sent).contains(#""method":"resources/read""#))
        let listed = scribe.entries(for: S.client("tools/list", "{}", id: 4))
        #expect(!S.isUnplayable(listed))
    }

    @Test(arguments: [0, 1]) func whatWasCutOffIsKnownByItsBeginning(excess: Int) throws {
        let long = (0..<40).map { "\($0 % 7)-" }.joined()
        var scribe = try S.scribe(input: "pw: \(S.secret)")
        _ = scribe.entries(for: S.call(#"{"pw":"\#(long)"}"#))
        let cut = long.prefix(HostLimits.cutCharacters - excess)
        let said = #"{"content":[{"type":"text","text":"was \#(cut)…"}]}"#
        let entries = scribe.entries(for: S.server(said))
        #expect(S.lines(entries).contains("was (secret 1)…") == (excess == 0))
        #expect(S.isUnplayable(entries) == (excess == 0))
    }

    private static let kinds: [(schema: String, value: JSONValue, isSaid: Bool)] = [
        ("{ type: string, pattern: '^[a-z@]+$', x-sensitivity: personal }", "ada@b", true),
        ("{ enum: [abcd, efgh], x-sensitivity: personal }", "abcd", true),
        ("{ type: object, x-sensitivity: personal }", ["deep": "value"], true),
        ("{ type: string, x-sensitivity: personal }", "ada@b", false),
        // Broken before and whole after: withheld then, and not when it is played.
        (
            "{ type: string, maxLength: 20, x-sensitivity: personal }",
            .string(String(repeating: "long", count: 9)), true
        ),
    ]

    @Test func aMaskedResultThatItsSchemaTakesOtherwiseIsSaid() throws {
        for (schema, value, isSaid) in Self.kinds {
            let text = #"{ type: object, properties: { x: \#(schema) } }"#
            let manifest = try S.manifest(input: "a: { type: string }", output: text)
            var scribe = SessionScribe([manifest], since: Instant(ms: 0))
            let schemas = AttemptSchemas(
                input: manifest.inputSchema, output: manifest.outputSchema)
            let entries = scribe.entries(
                for: .ended(try S.attempt([:]), .succeeded(["x": value]), schemas))
            #expect(S.isUnplayable(entries) == isSaid, "\(schema)")
        }
    }

    @Test func aMaskThatMakesAWrongArgumentRightIsSaid() throws {
        var scribe = try S.scribe(input: "pw: \(S.secret)")
        let wrong = scribe.entries(for: S.call(#"{"pw":["x"]}"#))
        #expect(S.isUnplayable(wrong))
        // What is wrong in the same words stays so.
        let same = scribe.entries(for: S.call(#"{"wp":"x"}"#, id: 2))
        #expect(!S.isUnplayable(same))
    }

    @Test(arguments: [
        ("resources/list", "{}", #"{"resources":[{"uri":"holdfast://runs/\#(S.run)"}]}"#),
        (
            "resources/read", "{}",
            #"{"contents":[{"text":"{\"run_id\":\"\#(S.run)\"}"}],"o":"\#(S.owner)"}"#
        ),
        ("prompts/get", "{}", #"{"messages":[{"content":{"text":"run \#(S.run)"}}]}"#),
        ("completion/complete", "{}", #"{"completion":{"values":["\#(S.run)"]}}"#),
        (
            "tools/call", #"{"name":"run_status","arguments":{}}"#,
            #"{"structuredContent":{"run_id":"\#(S.run)"}}"#
        ),
    ])
    func answersAboutWhatWasThereBeforeAreSaid(
        method: String, params: String, result: String
    ) throws {
        var scribe = try S.scribe()
        _ = scribe.entries(for: S.client(method, params))
        let before = scribe.entries(for: S.server(result))
        #expect(S.isUnplayable(before))
        // About what the session made itself nothing needs to be said.
        _ = scribe.entries(for: S.call(#"{"purpose":"p"}"#, id: 2, tool: "run_begin"))
        let begun = scribe.entries(for: S.answer(Self.begun(isResumed: false), id: 2))
        #expect(!S.isUnplayable(begun))
        _ = scribe.entries(for: S.client(method, params, id: 3))
        let after = scribe.entries(for: S.server(result, id: 3))
        #expect(!S.isUnplayable(after), "\(S.lines(after))")
        // Nor that there is none.
        _ = scribe.entries(for: S.client("resources/read", "{}", id: 4))
        let other = "run_" + String(repeating: "b", count: 36)
        let none = scribe.entries(for: S.refusal(-32002, "no \(other)", id: 4))
        #expect(!S.isUnplayable(none))
    }

    private static func begun(isResumed: Bool) -> String {
        #"{"run_id":"\#(S.run)","state":"open","resumed":\#(isResumed),"calls":[]}"#
    }

    @Test func aRunThatIsTakenUpAgainIsFromBefore() throws {
        var scribe = try S.scribe()
        _ = scribe.entries(for: S.call(#"{"purpose":"p"}"#, tool: "run_begin"))
        let entries = scribe.entries(for: S.answer(Self.begun(isResumed: true)))
        #expect(S.isUnplayable(entries))
    }

    @Test(arguments: [0, 1]) func requestsThatAreNeverAnsweredAreBounded(excess: Int) throws {
        var scribe = try S.scribe()
        for id in 1...HostLimits.recordedRequests {
            _ = scribe.entries(for: S.client("ping", "{}", id: id))
        }
        if excess == 0 {
            // One that was taken back makes room.
            let back = #"{"method":"notifications/cancelled","params":{"requestId":1}}"#
            _ = scribe.entries(for: .client(.line(Array(back.utf8))))
        }
        let last = scribe.entries(for: S.client("ping", "{}", id: 100_000))
        #expect(S.isUnplayable(last) == (excess == 1))
    }
}
