// An attempt that is to make its call impossible, where nothing can: a bug, and no outcome.

import Engine
import Host
import JSON
import Testing

@testable import Connectors

@Suite struct VoidTests {
    private static func connector(_ kind: String) throws -> any Connector {
        let context = Scratch().context(.natural)
        switch kind {
        case "command":
            return try CommandConnectorKind().connector(
                for: ["kind": "command", "argv": ["true"]], of: context)
        case "sql":
            return try SQLConnectorKind().connector(
                for: ["kind": "sql", "database": "desk", "statement": "SELECT 1"], of: context)
        case _: return try NoneConnectorKind().connector(for: ["kind": "none"], of: context)
        }
    }

    private static func run(_ kind: String, for purpose: Attempt.Purpose) async throws {
        _ = try await connector(kind).execute(
            attempt(purpose: purpose, delivery: .natural), stop: StopSignal())
    }

    /// Whatever outcome was given, the engine would believe it.
    @Test func whatCannotBeMadeImpossibleIsNotTried() async {
        await #expect(processExitsWith: .failure) { try await Self.run("none", for: .void) }
        await #expect(processExitsWith: .failure) { try await Self.run("command", for: .void) }
        await #expect(processExitsWith: .failure) { try await Self.run("sql", for: .void) }
        // The connectors are made, and tried for the effect no process ends.
        await #expect(processExitsWith: .success) {
            _ = try Self.connector("command")
            try await Self.run("none", for: .effect)
            try await Self.run("sql", for: .effect)
        }
    }
}
