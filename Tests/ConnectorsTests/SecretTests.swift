// Secrets: read when needed, refused when others could read them, never repeated.

import Engine
import Foundation
import Host
import JSON
import Testing

@testable import Connectors

@Suite(.enabled(if: Program.isThere)) struct SecretTests {
    private let scratch = Scratch()
    private let more: JSONObject = ["environment": ["TOKEN": ["secret": "token"]]]

    private func run(
        _ source: SecretSource, _ script: String = "printf %s \"$TOKEN\" > seen"
    ) async throws -> AttemptOutcome {
        try await scratch.run(
            script, delivery: .atMostOnce, more: more, secrets: ["token": source])
    }

    @Test func environmentVariable() async throws {
        setenv("HOLDFAST_TEST_SECRET", "from env", 1)
        #expect(try await run(.environment("HOLDFAST_TEST_SECRET")).result == [:])
        #expect(scratch.text("seen") == "from env")
        let missing = try await run(.environment("HOLDFAST_TEST_NO_SECRET"))
        #expect(missing.failure?.kind == .fatal)
        #expect(missing.failure?.message.contains("HOLDFAST_TEST_NO_SECRET") == true)
    }

    @Test func fileOfItsOwnerAlone() async throws {
        let path = try scratch.write("from file\n", to: "secret", mode: 0o600)
        #expect(try await run(.file(path)).result == [:])
        #expect(scratch.text("seen") == "from file")
        for mode in [0o640, 0o604, 0o620, 0o644] as [mode_t] {
            chmod(path, mode)
            let refused = try await run(.file(path))
            #expect(refused.failure?.kind == .fatal)
            #expect(refused.failure?.message.contains("chmod 600") == true)
        }
        #expect(try await run(.file(scratch.file("none"))).failure?.kind == .fatal)
        #expect(try await run(.file(scratch.path)).failure?.kind == .fatal)
    }

    @Test func commandWithItsOutput() async throws {
        #expect(try await run(.command(["printf", "from command\n"])).result == [:])
        #expect(scratch.text("seen") == "from command")
        #expect(try await run(.command(["false"])).failure?.kind == .fatal)
        #expect(try await run(.command(["no-such-program-here"])).failure?.kind == .fatal)
    }

    @Test func limitsAndForms() async throws {
        let most = ConnectorLimits.secretBytesMax
        let path = try scratch.write(String(repeating: "x", count: most), to: "secret")
        #expect(try await run(.file(path)).result == [:])
        try scratch.write(String(repeating: "x", count: most + 1), to: "secret")
        #expect(try await run(.file(path)).failure?.kind == .fatal)
        for text in ["", "\n", "a\0b"] {
            try scratch.write(text, to: "secret")
            #expect(try await run(.file(path)).failure?.kind == .fatal)
        }
    }

    @Test func secretIsInNoMessageAndNoCommandLine() async throws {
        let path = try scratch.write("hunter2hunter2", to: "secret")
        let outcome = try await run(
            .file(path), "echo \"bad token $TOKEN\" >&2; cat /proc/$PPID/cmdline > line; exit 77")
        #expect(outcome.failure?.kind == .permission)
        #expect(outcome.failure?.message.contains("[secret]") == true)
        #expect(outcome.failure?.message.contains("hunter2") == false)
        #expect(scratch.text("line")?.contains("hunter2") == false)
    }
}
