// What the tests of recorded sessions share: a manifest with fields that must not be written down,
// and lines as text.

import Engine
import JSON
import MCP
import Testing

@testable import Host

enum SessionSample {
    static let manifest = """
        name: pay
        description: Pays.
        input:
          type: object
          additionalProperties: false
          required: [card]
          properties:
            card: { type: string, x-sensitivity: secret }
            pin: { type: integer, x-sensitivity: secret }
            code: { type: string, pattern: "^[0-9]{4}$", x-sensitivity: secret }
            note: { type: string }
        output:
          type: object
          required: [id]
          properties:
            id: { type: string }
            email: { type: string, x-sensitivity: personal }
        effect: { kind: write, delivery: natural, reversibility: reversible }
        connector: { kind: command }
        """

    static let header = SessionHeader(
        holdfast: "0.1.0", recordedAt: ViewsProject.now, profile: "desk", allow: ["pay"],
        person: "ada", leaseMs: 10_000, graceMs: 1_000, manifests: [["name": "pay"]])

    static let call = "call_" + String(repeating: "a", count: 36)

    /// One line of every kind.
    static let entries: [SessionEntry] = [
        .client(.message(["jsonrpc": "2.0", "id": 1, "method": "ping"])),
        .client(.text("no JSON")), .client(.bytes([0x00, 0xff])), .client(.oversized),
        .client(.closed), .server(["jsonrpc": "2.0", "id": 1, "result": [:]]),
        .server([["id": 1]]),
        .started(AttemptStart(call: call, number: 1, tool: "pay", arguments: ["card": "x"])),
        .ended(
            AttemptEnd(call: call, number: 1, tool: "pay", outcome: .succeeded(["id": "P-1"]))),
        .ended(AttemptEnd(call: call, number: 1, outcome: .succeeded(["id": "P-1"]))),
        .ended(AttemptEnd(call: call, number: 1, tool: "pay", outcome: .voided)),
        .ended(
            AttemptEnd(
                call: call, number: 2, tool: "pay",
                outcome: .failed(Failure(.transient, "busy", retryAfterMs: 86_400_000)))),
        .ended(AttemptEnd(call: call, number: 1, outcome: .succeeded(nil))),
        .ended(AttemptEnd(call: call, number: 1, outcome: .succeededTooLarge(byteCount: 7))),
        .ended(AttemptEnd(call: call, number: 2, outcome: .failed(Failure(.stale, "moved")))),
        .ended(AttemptEnd(call: call, number: 3, outcome: .unknown(reason: "line dead"))),
        .decided(PersonDecision(approval: "apr", decision: .approve(), person: "ada")),
        .decided(
            PersonDecision(approval: "apr", decision: .approve(reason: "ok"), person: "ada")),
        .decided(PersonDecision(approval: "apr", decision: .deny(reason: "no"), person: "ada")),
        .tools([["name": "pay"]]), .unplayable("time ran out"), .end,
    ]

    static func text(_ entries: [SessionEntry]) -> String {
        let lines = entries.enumerated().map {
            SessionLine(atMs: Int64($0.offset), entry: $0.element).json.compactText
        }
        return ([header.json.compactText] + lines).joined(separator: "\n") + "\n"
    }

    static let secret = "{ type: string, x-sensitivity: secret }"

    /// A tool whose input has these properties and no others.
    static func manifest(input: String, output: String = "{ type: object }") throws -> Manifest {
        try Sample.read(
            """
            name: pay
            description: Pays.
            input: { type: object, additionalProperties: false, properties: { \(input) } }
            output: \(output)
            effect: { kind: write, delivery: natural, reversibility: reversible }
            connector: { kind: command }
            """)
    }

    static func scribe(input: String) throws -> SessionScribe {
        SessionScribe([try manifest(input: input)], since: Instant(ms: 0))
    }

    static func isUnplayable(_ entries: [SessionEntry]) -> Bool {
        entries.contains { if case .unplayable = $0 { true } else { false } }
    }

    static func scribe() throws -> SessionScribe {
        SessionScribe([try Sample.read(manifest)], since: Instant(ms: 0))
    }

    /// Of the sample's manifest.
    static func schemas() throws -> AttemptSchemas {
        let manifest = try Sample.read(manifest)
        return AttemptSchemas(input: manifest.inputSchema, output: manifest.outputSchema)
    }

    static func started(_ attempt: Attempt) throws -> SessionEvent {
        .started(attempt, try schemas())
    }

    static func ended(_ attempt: Attempt, _ outcome: AttemptOutcome) throws -> SessionEvent {
        .ended(attempt, outcome, try schemas())
    }

    static func call(_ arguments: String, id: Int = 1, tool: String = "pay") -> SessionEvent {
        client("tools/call", #"{"name":"\#(tool)","arguments":\#(arguments)}"#, id: id)
    }

    static func client(_ method: String, _ params: String, id: Int = 1) -> SessionEvent {
        let head = #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)""#
        return .client(.line(Array(#"\#(head),"params":\#(params)}"#.utf8)))
    }

    static func server(_ result: String, id: Int = 1) -> SessionEvent {
        .server(Array(#"{"jsonrpc":"2.0","id":\#(id),"result":\#(result)}"#.utf8))
    }

    static func refusal(_ code: Int, _ message: String, id: Int = 1) -> SessionEvent {
        let error = #"{"code":\#(code),"message":"\#(message)"}"#
        return .server(Array(#"{"jsonrpc":"2.0","id":\#(id),"error":\#(error)}"#.utf8))
    }

    static func answer(_ structured: String, id: Int = 1) -> SessionEvent {
        let text = JSONValue.string(structured).compactText
        let content = #"[{"type":"text","text":\#(text)}]"#
        return server(#"{"content":\#(content),"structuredContent":\#(structured)}"#, id: id)
    }

    static let owner = "own_" + String(repeating: "a", count: 36)
    static let run = "run_" + String(repeating: "a", count: 36)

    /// What a receipt says of the sample's call.
    static func receipt(_ status: String, more: String = "") -> String {
        let ids = #""run_id":"\#(run)","call_id":"\#(call)""#
        return #""holdfast":{"status":"\#(status)",\#(ids)\#(more)}"#
    }

    static func lines(_ entries: [SessionEntry]) -> String {
        entries.map { SessionLine(atMs: 0, entry: $0).json.compactText }.joined(separator: "\n")
    }

    static func attempt(_ arguments: JSONObject) throws -> Attempt {
        let manifest = try Sample.read(manifest)
        return Attempt(
            basis: Run.sample(run), call: CallID(unchecked: call), number: 1,
            owner: OwnerID(unchecked: "own_x"), tool: manifest.name, manifest: manifest.digest,
            delivery: .natural, arguments: arguments, timeoutMs: 1, approval: nil)
    }
}
