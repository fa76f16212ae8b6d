// What a client hears of every way a call can stand: status, next step, words, and results that
// are recorded but not handed out.

import Engine
import JSON
import MCP
import Testing

@testable import Host

@Suite struct LoopOutcomeTests {
    private let project: LoopProject
    private let host: ToolHost

    init() throws {
        project = try LoopProject()
        host = try project.host()
    }

    private func expect(
        _ result: ToolResult, _ status: String, _ next: String, isError: Bool, _ words: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(result.status == status, sourceLocation: sourceLocation)
        #expect(result.next == next, sourceLocation: sourceLocation)
        #expect(result.isError == isError, sourceLocation: sourceLocation)
        #expect(result.textBlocks.count == 1, sourceLocation: sourceLocation)
        #expect(
            result.firstText.contains(words), "\(result.firstText)",
            sourceLocation: sourceLocation)
        // Some clients show the model the structured content alone: the words are there too.
        #expect(
            result.receipt["message"]?.stringValue?.contains(words) == true,
            sourceLocation: sourceLocation)
        // In words first, then the JSON on a line of its own.
        #expect(
            result.firstText.hasSuffix("\n" + result.content.compactText),
            sourceLocation: sourceLocation)
        #expect(result.content["id"] == nil, sourceLocation: sourceLocation)
    }

    @Test(arguments: [
        (FailureClass.transient, "wait", "try again later"),
        (.stale, "fix_arguments", "Read it again"), (.permission, "ask_human", "Tell the user"),
        (.invalid, "fix_arguments", "Correct the arguments"),
        (.fatal, "do_not_retry", "Do not retry"),
    ])
    func aFailureSaysOfWhichKindItIs(
        kind: FailureClass, next: String, words: String
    ) async throws {
        project.desk.on("note", answers: .failed(Failure(kind, "the mailbox is full")))
        let result = try await host.ask("note", ["title": "Tea"])
        expect(result, "failed", next, isError: true, words)
        #expect(result.firstText.contains("(\(kind.rawValue)): the mailbox is full"))
        let status = try await host.ask("call_status", ["call_id": .string(result.callID ?? "")])
        #expect(status.content["error"]?["class"]?.stringValue == kind.rawValue)
        #expect(!status.isError)
        // A failure frees the key: the same call is a new one.
        project.desk.on("note", answers: .succeeded(["id": "N-2"]))
        let again = try await host.ask("note", ["title": "Tea"])
        #expect(again.status == "succeeded")
        #expect(again.callID != result.callID)
    }

    @Test func aWriteWithoutAnAnswerIsUnknownAndStopsItsRun() async throws {
        project.desk.on("note", answers: .unknown(reason: "timed out after 10 s"))
        let begun = try await host.ask("run_begin", ["purpose": "p"])
        let run = try #require(begun.content["run_id"]?.stringValue)
        let result = try await host.ask("note", ["title": "Tea"], run: run)
        expect(result, "unknown", "ask_human", isError: true, "holdfast resolve")
        let status = try await host.ask("run_status", ["run_id": .string(run)])
        #expect(status.content["state"] == "needs_attention")
        #expect(status.content["next"] == "ask_human")
        let write = try await host.ask("put", ["title": "Tea"], run: run)
        #expect(write.next == "ask_human")
        #expect(try await host.ask("look", run: run).status == "succeeded")
        // It still holds its key, and is never sent again by itself.
        let again = try await host.ask("note", ["title": "Tea"], run: run)
        #expect(again.callID == result.callID)
        #expect(again.receipt["replayed"] == true)
        #expect(project.desk.attempts.filter { $0.tool.text == "note" }.count == 1)
    }

    @Test(arguments: ["put", "send"]) func whatMayBeRepeatedIsTriedUntilItIsKnown(
        tool: String
    ) async throws {
        project.desk.on(tool) { attempt, _ in
            attempt.number == 1 ? .unknown(reason: "lost") : .succeeded(["id": "N-2"])
        }
        let result = try await host.working { try await host.ask(tool, ["title": "Tea"]) }
        #expect(result.status == "succeeded")
        #expect(result.receipt["replayed"] == nil)
        #expect(project.desk.attempts.map(\.number) == [1, 2])
        #expect(Set(project.desk.attempts.map(\.call)).count == 1)
    }

    @Test func whatIsStillUnknownWhenPatienceEndsIsSaidToBe() async throws {
        project.desk.on("hasty", answers: .unknown(reason: "lost"))
        let result = try await host.ask("hasty", ["title": "Tea"])
        expect(result, "unknown", "wait", isError: true, "being found out")
    }

    @Test func whatIsTriedAgainAndAgainNeedsAPerson() async throws {
        let clock = MovedClock()
        let host = try project.host(clock: clock.clock)
        project.desk.on("hasty", answers: .unknown(reason: "lost"))
        let first = try await host.ask("hasty", ["title": "Tea"])
        for _ in 0...Limits.recoveries {
            clock.moveWall(60_000)
            _ = try await DueLoop(host, on: loopThreads) { _ in }.runOnce()
        }
        #expect(project.desk.attempts.map(\.number) == Array(1...Limits.recoveries + 1))
        let again = try await host.ask("hasty", ["title": "Tea"])
        #expect(again.callID == first.callID)
        expect(again, "needs_attention", "ask_human", isError: true, "holdfast resolve")
    }

    @Test func aCallUnderWayIsRunningToThoseWhoJoinIt() async throws {
        let gate = Gate()
        project.desk.on("hasty") { _, _ in
            await gate.pass()
            return .succeeded(["id": "N-1"])
        }
        try await host.asking("hasty") { _ in
            await eventually("it is under way") { gate.arrived == 1 }
            let joined = try await host.ask("hasty")
            expect(joined, "running", "wait", isError: false, "still running")
            #expect(joined.receipt["replayed"] == true)
            gate.open()
        }
        #expect(project.desk.attempts.count == 1)
    }

    @Test(
        arguments: [
            ["size": 3], "words", nil, ["id": 5], ["id": "N", "holdfast": ["status": "failed"]],
        ] as [JSONValue])
    func aMalformedResultIsASuccessThatIsNotHandedOut(result: JSONValue) async throws {
        project.desk.on("note", answers: .succeeded(result))
        let first = try await host.ask("note", ["title": "Tea"])
        let again = try await host.ask("note", ["title": "Tea"])
        for answer in [first, again] {
            #expect(answer.status == "succeeded")
            #expect(answer.receipt["withheld"] == "malformed")
            #expect(answer.next == "do_not_retry")
            #expect(!answer.isError)
            #expect(answer.structuredContent?.names == ["holdfast"])
            #expect(answer.textBlocks.count == 2)
            #expect(answer.textBlocks.last?.contains("manifest") == true)
        }
        #expect(again.receipt["replayed"] == true)
        #expect(project.desk.attempts.count == 1)
    }

    @Test func aResultIsHandedOutUpToItsLimit() async throws {
        // {"id":"…"} has nine bytes around its text.
        let most = Limits.payloadBytes - 9
        project.desk.on("note") { attempt, _ in
            let count = attempt.arguments["count"]?.intValue ?? 0
            return .succeeded(["id": .string(String(repeating: "x", count: count))])
        }
        let good = try await host.ask("note", ["count": .integer(most)])
        #expect(good.receipt["withheld"] == nil)
        #expect(good.content["id"]?.stringValue?.utf8.count == most)
        for replay in [false, true] {
            let bad = try await host.ask("note", ["count": .integer(most + 1)])
            #expect(bad.status == "succeeded")
            #expect(bad.receipt["withheld"] == "too_large")
            #expect(bad.next == "do_not_retry")
            #expect(bad.structuredContent?.names == ["holdfast"])
            #expect(bad.receipt["replayed"] == (replay ? true : nil))
            #expect(bad.textBlocks.last?.contains("too large") == true)
        }
    }

    @Test func anAnswerThatWasTooLargeToReadIsASuccess() async throws {
        project.desk.on("note", answers: .succeededTooLarge(byteCount: 99_999_999))
        let result = try await host.ask("note", ["title": "Tea"])
        #expect(result.status == "succeeded")
        #expect(result.receipt["withheld"] == "too_large")
        #expect(result.structuredContent?.names == ["holdfast"])
    }

    @Test func largeIntegersInResultsBecomeText() async throws {
        project.desk.on(
            "note",
            answers: .succeeded([
                "id": "N", "size": .integer(9_007_199_254_740_993),
                "more": [.integer(-9_007_199_254_740_992), .integer(9_007_199_254_740_991)],
            ]))
        let result = try await host.ask("note", ["title": "Tea"])
        #expect(result.content["size"] == "9007199254740993")
        #expect(
            result.content["more"] == ["-9007199254740992", .integer(9_007_199_254_740_991)])
    }
}
