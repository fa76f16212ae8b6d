// Running commands in tests: a shell script as the tool, and what came of it.

import Engine
import Foundation
import Host
import JSON
import SQLite
import Testing

@testable import Connectors

extension Scratch {
    /// A connector whose command is a shell script; `words` become $1, $2, …
    func connector(
        _ spec: JSONObject, _ delivery: Delivery = .read, secrets: [String: SecretSource] = [:]
    ) throws -> any Connector {
        // Only tests that are enabled by the program's presence come here.
        let program = try #require(Program.path)
        return try CommandConnectorKind(leashProgram: program).connector(
            for: spec, of: context(delivery, secrets: secrets))
    }

    func run(
        _ script: String, words: [JSONValue] = [], _ arguments: JSONObject = [:],
        delivery: Delivery = .read, timeoutMs: Int64 = 30_000, stop: StopSignal = StopSignal(),
        more: JSONObject = [:], secrets: [String: SecretSource] = [:]
    ) async throws -> AttemptOutcome {
        // A script is no template: its braces are braces.
        let script = script.replacingOccurrences(of: "{", with: "{{")
        var spec: JSONObject = [
            "kind": "command",
            "argv": .array(["/bin/sh", "-c", .string(script), "sh"] + words),
        ]
        for member in more { spec[member.name] = member.value }
        let connector = try connector(spec, delivery, secrets: secrets)
        return await connector.execute(
            attempt(arguments, number: 3, delivery: delivery, timeoutMs: timeoutMs), stop: stop)
    }

    /// The process id that a script wrote into a file.
    func process(_ name: String) -> pid_t? {
        text(name).flatMap { pid_t($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }
}

func raise(_ stop: StopSignal, when condition: @escaping @Sendable () -> Bool) {
    Thread.detachNewThread {
        _ = eventually(10_000, condition)
        stop.raise()
    }
}
