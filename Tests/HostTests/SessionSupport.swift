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
        .ended(AttemptEnd(call: call, number: 1, outcome: .succeeded(["id": "P-1"]))),
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

    static func scribe() throws -> SessionScribe {
        let manifest = try Sample.read(manifest)
        return SessionScribe { $0 == "pay" ? manifest : nil }
    }

    static func attempt(_ arguments: JSONObject) throws -> Attempt {
        let manifest = try Sample.read(manifest)
        return Attempt(
            basis: Run.sample("run_x"), call: CallID(unchecked: call), number: 1,
            owner: OwnerID(unchecked: "own_x"), tool: manifest.name, manifest: manifest.digest,
            delivery: .natural, arguments: arguments, timeoutMs: 1, approval: nil)
    }
}
