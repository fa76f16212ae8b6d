// Real commands under the built leash: what they get, what they may answer, what they are started
// as.

import Engine
import Foundation
import Host
import JSON
import SQLite
import Testing

@testable import Connectors

@Suite(.enabled(if: Program.isThere)) struct CommandTests {
    private let scratch = Scratch()

    @Test func argumentsComeByStdinAndTheResultByStdout() async throws {
        let outcome = try await scratch.run("cat", [:], delivery: .atMostOnce)
        #expect(outcome.result == [:])
        let echoed = try await scratch.run("cat", ["a": "x", "b": [1, 2]])
        #expect(echoed.result == ["a": "x", "b": [1, 2]])
    }

    @Test func stdinMayBeAnyValue() async throws {
        let text = try await scratch.run(
            "cat > in; echo '{}'", ["body": "a\nb"], more: ["stdin": ["$from": "/arguments/body"]])
        #expect(text.result == [:])
        #expect(scratch.text("in") == "a\nb")
        _ = try await scratch.run(
            "cat > in", ["n": 5], more: ["stdin": ["x": ["$from": "/arguments/n"]]])
        #expect(scratch.text("in") == "{\"x\":5}\n")
    }

    @Test func environmentIsMinimalAndExact() async throws {
        setenv("HOLDFAST_TEST_LEAK", "leaked", 1)
        let outcome = try await scratch.run(
            "env > env; pwd > pwd", more: ["environment": ["EXTRA": "a b"]])
        #expect(outcome.result == [:])
        let home = ProcessInfo.processInfo.environment["HOME"] ?? "/"
        let lines = (scratch.text("env") ?? "").split(separator: "\n").map(String.init)
        // The shell itself adds PWD and, where it is another, more of its own.
        let ofShells = ["PWD=", "SHLVL=", "_=", "OLDPWD="]
        let given = lines.filter { line in !ofShells.contains { line.hasPrefix($0) } }
        #expect(
            given.sorted() == [
                "EXTRA=a b", "HOLDFAST_ATTEMPT=3", "HOLDFAST_CALL_ID=\(call(1).text)",
                "HOLDFAST_IDEMPOTENCY_KEY=\(call(1).text)", "HOME=\(home)", "LANG=C.UTF-8",
                "PATH=/usr/local/bin:/usr/bin:/bin",
            ])
    }

    @Test func workingFolderIsBelowTheManifest() async throws {
        mkdir(scratch.file("sub"), 0o700)
        _ = try await scratch.run("pwd > here", more: ["cwd": "sub"])
        #expect(scratch.text("sub/here")?.hasSuffix("/sub\n") == true)
        let missing = try await scratch.run("true", delivery: .atMostOnce, more: ["cwd": "none"])
        #expect(missing.failure?.kind == .fatal)
        #expect(missing.failure?.message.contains("working folder") == true)
    }

    @Test(arguments: [
        "; touch pwned", "| touch pwned", "$(touch pwned)", "`touch pwned`", "a\nb", "../../etc",
        "'\"\\", "&& touch pwned", "*", "~", "", "\u{202e}evil", "%s%n",
    ])
    func wordsArriveAsTheyAre(word: String) async throws {
        let outcome = try await scratch.run(
            "printf %s \"$1\" > word", words: [["$from": "/arguments/w"]], ["w": .string(word)])
        #expect(outcome.result == [:])
        #expect(scratch.text("word") == word)
        #expect(scratch.text("pwned") == nil)
    }

    @Test func optionsAreRefusedUnlessTheManifestEndsThem() async throws {
        let script = "printf %s \"$2\" > word"
        // A sign after the dash makes another Character of it; a program reads bytes.
        let values = ["-rf", "-", "--help", "-1", "-\u{301}rf", "-\u{200d}x"]
        for value in values {
            for template in [["$from": "/arguments/w"], "{/arguments/w}"] as [JSONValue] {
                let refused = try await scratch.run(
                    script, words: [template], ["w": .string(value)], delivery: .atMostOnce)
                #expect(refused.failure?.kind == .invalid)
                let allowed = try await scratch.run(
                    script, words: ["--", template], ["w": .string(value)])
                #expect(allowed.result == [:])
                #expect(scratch.text("word") == value)
            }
        }
        let number = try await scratch.run(
            script, words: [["$from": "/arguments/w"]], ["w": -5])
        #expect(number.failure?.kind == .invalid)
        let prefixed = try await scratch.run(
            "printf %s \"$1\" > word", words: ["--name={/arguments/w}"], ["w": "-x"])
        #expect(prefixed.result == [:])
        #expect(scratch.text("word") == "--name=-x")
    }

    @Test func wordsThatCannotBeAreInvalid() async throws {
        let from: [JSONValue] = [["$from": "/arguments/w"]]
        let nul = try await scratch.run("true", words: from, ["w": "a\0b"], delivery: .atMostOnce)
        #expect(nul.failure?.kind == .invalid)
        let missing = try await scratch.run("true", words: from, delivery: .atMostOnce)
        #expect(missing.failure?.kind == .invalid)
        let most = ConnectorLimits.argumentBytesMax
        for (count, fits) in [(most, true), (most + 1, false)] {
            let text = JSONValue.string(String(repeating: "x", count: count))
            let outcome = try await scratch.run("true", words: from, ["w": text])
            #expect((outcome.result != nil) == fits)
            #expect((outcome.failure?.kind == .invalid) == !fits)
        }
    }

    @Test func programsAreFoundByPathOrInTheFixedFolders() async throws {
        try scratch.write("#!/bin/sh\necho '{\"me\":\"mine\"}'\n", to: "mine", mode: 0o700)
        try scratch.write("#!/bin/sh\n", to: "plain", mode: 0o600)
        func run(_ program: String) async throws -> AttemptOutcome {
            let spec: JSONObject = ["kind": "command", "argv": [.string(program)]]
            return try await scratch.connector(spec, .atMostOnce).execute(
                attempt(delivery: .atMostOnce), stop: StopSignal())
        }
        #expect(try await run("./mine").result == ["me": "mine"])
        #expect(try await run(scratch.file("mine")).result == ["me": "mine"])
        #expect(try await run("true").result == [:])
        #expect(try await run("mine").failure?.kind == .fatal)
        #expect(try await run("./none").failure?.kind == .fatal)
        #expect(try await run("./plain").failure?.kind == .fatal)
    }

    @Test func outputIsLimited() async throws {
        let frame = "{\"a\":\"\"}".utf8.count
        func answer(_ bytes: Int, _ delivery: Delivery) async throws -> AttemptOutcome {
            try await scratch.run(
                "printf '{\"a\":\"'; head -c \(bytes - frame) /dev/zero | tr '\\0' x; printf '\"}'",
                delivery: delivery)
        }
        let most = ConnectorLimits.outputBytesMax
        #expect(try await answer(most, .read).result?["a"]?.stringValue?.utf8.count == most - frame)
        #expect(try await answer(most + 1, .read).failure?.kind == .fatal)
        let write = try await answer(most + 1, .atMostOnce)
        #expect(write.tooLargeByteCount == most + 1)
        #expect(try await answer(3_000_000, .atMostOnce).tooLargeByteCount == 3_000_000)
        #expect(try await answer(10_000_000, .read).failure?.kind == .fatal)
    }

    @Test func floodOnStandardErrorIsCutAndItsEndKept() async throws {
        let outcome = try await scratch.run(
            "head -c 10000000 /dev/zero | tr '\\0' x >&2; "
                + "echo >&2; echo retry-after: 4 >&2; exit 75")
        #expect(outcome.failure?.kind == .transient)
        #expect(outcome.failure?.retryAfterMs == 4_000)
        #expect(outcome.failure?.message.contains("retry-after") == false)
    }

    @Test func inputThatNobodyReadsIsNoFault() async throws {
        let big = JSONValue.string(String(repeating: "x", count: 4_000_000))
        let outcome = try await scratch.run("exec 0<&-; echo '{\"ok\":true}'", ["b": big])
        #expect(outcome.result == ["ok": true])
        // And all of it arrives where somebody does, while output flows the other way.
        let echoed = try await scratch.run(
            "head -c 900000 > /dev/null; cat | wc -c > n", ["b": big])
        #expect(echoed.result == [:])
        #expect(
            scratch.text("n").flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
                == 4_000_009 - 900_000)
    }

    @Test func commandGetsNoDescriptorsOfTheHost() async throws {
        let leaked = Foundation.open(scratch.file("leak"), O_CREAT | O_RDWR, 0o600)
        defer { close(leaked) }
        _ = try await scratch.run("ls -l /proc/self/fd > fds")
        let listing = scratch.text("fds") ?? ""
        #expect(!listing.contains("/leak"))
        // 0, 1, 2, the leash's lock, and the folder that ls itself reads.
        let numbers = listing.split(separator: "\n").compactMap { line in
            line.split(separator: " ").drop { $0 != "->" }.isEmpty
                ? nil : line.split(separator: " ").reversed().drop { $0 != "->" }.dropFirst().first
        }
        #expect(numbers.compactMap { Int($0) }.sorted() == [0, 1, 2, 3, 4])
    }

    @Test func lockIsHeldWhileTheCommandLivesAndGoneAfter() async throws {
        let stop = StopSignal()
        let lock = LeashLocks(beside: scratch.path)
            .path(of: attempt(number: 3, delivery: .read))
        let watched = Watched()
        let started = scratch.file("started")
        Thread.detachNewThread {
            _ = eventually { access(started, F_OK) == 0 }
            let file = Foundation.open(lock, O_RDWR | O_CLOEXEC)
            watched.isHeld = file >= 0 && flock(file, LOCK_EX | LOCK_NB) != 0
            close(file)
            stop.raise()
        }
        _ = try await scratch.run("touch started; sleep 1000", stop: stop)
        #expect(watched.isHeld)
        #expect(access(lock, F_OK) != 0)
    }
}

// Written by one thread before it raises the signal that the reader waits for.
private final class Watched: @unchecked Sendable { var isHeld = false }
