// A small project with a journal for the tests of views: every outcome on request, a clock that
// stands still, and documents whose ids and digests are replaced in the order of their appearance.

import Engine
import Foundation
import JSON
import Testing

@testable import Host

/// Ends as the argument `outcome` says.
struct OutcomeKind: ConnectorKind, Connector {
    let name = "command"

    func connector(
        for spec: JSONObject, of tool: ConnectorContext
    ) throws(SpecProblem) -> any Connector { self }

    func execute(_ attempt: Attempt, stop: StopSignal) async -> AttemptOutcome {
        if attempt.tool == ToolName("put") { return .succeeded(["id": "M-1"]) }
        return switch attempt.arguments["outcome"]?.stringValue {
        case "unknown": .unknown(reason: "the line went dead")
        case "fatal": .failed(Failure(.fatal, "there is no such mailbox \u{1B}[31m"))
        default: .succeeded(["id": "M-1", "token": "wxyz-token"])
        }
    }
}

struct ViewsProject {
    static let now = Instant("2026-07-28T09:30:00.000Z") ?? Instant(ms: 0)
    let folder: TemporaryFolder
    let project: Project
    let host: ToolHost
    let clock = HostClock(
        now: { ViewsProject.now }, steadyMs: HostClock.system.steadyMs)

    /// - Parameter more: further keys of the config.
    init(_ more: String = "") throws {
        folder = try TemporaryFolder()
        try folder.write(
            "holdfast.yaml",
            """
            store: { sqlite: state/journal.db }
            tools: [tools]
            profiles: { desk: { allow: [send, ask, put] } }

            """ + more)
        try folder.write("tools/send.yaml", ViewsProject.send)
        try folder.write("tools/ask.yaml", ViewsProject.ask)
        try folder.write("tools/put.yaml", ViewsProject.put)
        try folder.write("tools/peek.yaml", ViewsProject.peek)
        project = try Project.open(
            explicit: nil, kinds: [OutcomeKind()], in: folder.surroundings())
        host = try ToolHost(
            project.configuration, profile: nil, kinds: [OutcomeKind()],
            in: folder.surroundings(), clock: clock)
        #expect(host.catalog.problems == [])
    }

    static let send = """
        name: send
        title: Send a message
        description: Sends.
        input:
          type: object
          additionalProperties: false
          required: [to]
          properties:
            to: { type: string, x-sensitivity: personal }
            text: { type: string }
            outcome: { type: string }
        output:
          type: object
          additionalProperties: false
          required: [id]
          properties: { id: { type: string }, token: { type: string, x-sensitivity: secret } }
        effect: { kind: write, delivery: at_most_once, reversibility: reversible }
        audit: { did: "Sent {/result/id}: {/arguments/text}" }
        connector: { kind: command }
        """

    /// Reads back something else than it expects.
    static let put = """
        name: put
        title: Put
        description: Puts.
        input: { type: object, additionalProperties: false, properties: {} }
        output:
          type: object
          additionalProperties: false
          required: [id]
          properties: { id: { type: string } }
        effect: { kind: write, delivery: natural, reversibility: reversible }
        after: { tool: peek, expect: { properties: { id: { const: M-2 } } } }
        approval: none
        connector: { kind: command }
        """

    static let peek = """
        name: peek
        title: Peek
        description: Peeks.
        agent: false
        input: { type: object, additionalProperties: false, properties: {} }
        output:
          type: object
          additionalProperties: false
          properties: { id: { type: string }, token: { type: string, x-sensitivity: secret } }
        effect: { kind: read }
        connector: { kind: command }
        """

    static let ask = """
        name: ask
        title: Ask
        description: Asks.
        input:
          type: object
          additionalProperties: false
          properties: { amount: { type: integer }, reason: { type: string } }
        effect: { kind: write, delivery: natural, reversibility: irreversible }
        approval: { by: [requester], decide_within: 2h, execute_within: 1h }
        connector: { kind: command }
        """

    @discardableResult
    func call(_ tool: String, _ arguments: JSONObject, run: String? = nil) async -> HostAnswer {
        await host.answer(
            HostCall(tool: tool, arguments: arguments, runID: run), CallControl())
    }

    func viewer(laterByMs delayMs: Int64 = 0) throws -> JournalViewer {
        JournalViewer(
            try project.journal(), project.catalog(), project.configuration.directory,
            clock: HostClock(
                now: { ViewsProject.now + delayMs }, steadyMs: HostClock.system.steadyMs))
    }

    var decisions: Decisions { Decisions(project, clock: clock) }
}

extension Project {
    /// Whether anything was ever journaled here.
    var hasJournal: Bool { FileManager.default.fileExists(atPath: configuration.storePath) }
}

enum Renamed {
    /// The document with ids as `call_1` and digests as `HEX`.
    static func text(_ document: JSONValue) -> String {
        var text = document.prettyText
        for prefix in ["run", "call", "apr", "own"] {
            // The pattern is this line's own, and a good one.
            let pattern = try? Regex("\(prefix)_[0-9a-z]{36}")
            guard let pattern else { return text }
            var names: [String] = []
            for match in text.matches(of: pattern) {
                let name = String(text[match.range])
                if !names.contains(name) { names.append(name) }
            }
            for (index, name) in names.enumerated() {
                text = text.replacingOccurrences(of: name, with: "\(prefix)_\(index + 1)")
            }
        }
        return text.replacing(/[0-9a-f]{64}/, with: "HEX")
    }
}
