// Notices as lines of a file: each once, whole, whoever else writes there.

import Engine
import Foundation
import Glibc
import Host
import JSON
import Testing

@testable import Connectors

@Suite struct NoticeFileTests {
    private let scratch = Scratch()

    private func append(
        _ arguments: JSONObject = ["kind": "requested"], call: Int = 1, number: Int = 1,
        to name: String = "notices", timeoutMs: Int64 = 5_000
    ) async throws -> AttemptOutcome {
        let connector = try NoticeFileKind().connector(
            for: ["kind": "notice_file", "path": .string(scratch.file(name))],
            of: scratch.context(.keyed))
        return await connector.execute(
            attempt(
                arguments, call: call, number: number, delivery: .keyed, timeoutMs: timeoutMs),
            stop: StopSignal())
    }

    private func line(_ call: CallID) -> String {
        "{\"kind\":\"requested\",\"notice_id\":\"\(call)\"}\n"
    }

    @Test func aCallsLineIsThereOnceHoweverOftenItIsTried() async throws {
        for number in 1...3 { #expect(try await append(number: number).result == [:]) }
        #expect(try await append(call: 2).result == [:])
        #expect(scratch.text("notices") == line(call(1)) + line(call(2)))
        #expect(try #require(mode(scratch.file("notices"))) == 0o600)
    }

    @Test func halfALineOfSomebodyWhoWasKilledStaysALineOfItsOwn() async throws {
        try scratch.write("{\"kind\":\"requ", to: "notices")
        #expect(try await append().result == [:])
        #expect(scratch.text("notices") == "{\"kind\":\"requ\n" + line(call(1)))
    }

    @Test func hostsTakeTurns() async throws {
        await withTaskGroup(of: Void.self) { group in
            for number in 1...20 {
                group.addTask { _ = try? await append(call: number % 10 + 1) }
            }
        }
        let lines = try #require(scratch.text("notices")).split(separator: "\n").map(String.init)
        #expect(lines.sorted() == (1...10).map { String(line(call($0)).dropLast()) }.sorted())
    }

    @Test func aFileThatStaysLockedIsTriedLater() async throws {
        try scratch.write("", to: "notices")
        let file = open(scratch.file("notices"), O_RDWR)
        defer { close(file) }
        try #require(flock(file, LOCK_EX) == 0)
        let failure = try #require(try await append(timeoutMs: 100).failure)
        #expect(failure.kind == .transient)
        #expect(scratch.text("notices") == "")
    }

    @Test func whatIsNoFileIsRefusedAtOnce() async throws {
        try #require(mkfifo(scratch.file("pipe"), 0o600) == 0)
        #expect(try await append(to: "pipe").failure?.kind == .fatal)
        #expect(try await append(to: "no/folder").failure?.kind == .fatal)
        mkdir(scratch.file("folder"), 0o700)
        #expect(try await append(to: "folder").failure != nil)
    }

    /// An attempt looks for its line no further back than the limit.
    @Test(arguments: [(0, 1), (1, 2)])
    func theTailIsSearchedUpToItsLimit(more: Int, times: Int) async throws {
        #expect(try await append().result == [:])
        let first = line(call(1))
        let idEnd = first.utf8.count - 3
        let idStart = idEnd - call(1).text.utf8.count
        let filler = ConnectorLimits.noticeTailBytes - (first.utf8.count - idStart) + more
        let text = first + String(repeating: "x", count: filler - 1) + "\n"
        try scratch.write(text, to: "notices")
        #expect(try await append(number: 2).result == [:])
        let all = try #require(scratch.text("notices"))
        #expect(all.components(separatedBy: call(1).text).count - 1 == times)
    }

    private func mode(_ path: String) -> mode_t? {
        var found = stat()
        return stat(path, &found) == 0 ? found.st_mode & 0o777 : nil
    }
}
