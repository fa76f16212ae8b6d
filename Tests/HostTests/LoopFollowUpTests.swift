// What follows a call by itself: retries, probes, reading back, renewing, undoing. The desk plays
// every system; what the rules are is the engine's to test, here is that the host does it.

import Engine
import Foundation
import JSON
import MCP
import Synchronization
import Testing

@testable import Host

@Suite struct LoopFollowUpTests {
    private let project: LoopProject
    private let host: ToolHost

    init() throws {
        project = try LoopProject(more: [
            "book": LoopProject.manifest(
                "book", LoopProject.write("at_most_once"),
                more: """
                    verify: { tool: find, arguments: { title: { $from: /call/id } }, \
                    found: { required: [id] }, result: { id: { $from: /result/id } }, settle: 1ms }
                    compensate: { tool: unbook, arguments: { title: { $from: /result/id } } }
                    retry: { attempts: 3, first: 1ms, max: 2ms }
                    """),
            "fix": LoopProject.manifest(
                "fix", LoopProject.write("natural"),
                more: """
                    after: { tool: find, arguments: { title: { $from: /result/id } }, \
                    expect: { properties: { id: { const: N-1 } } } }
                    refresh: { tool: find, arguments: {}, set: { /count: { $from: /result/size } } }
                    retry: { attempts: 1 }
                    wait: 5s
                    """),
            "unbook": LoopProject.manifest(
                "unbook", LoopProject.write("natural"), more: "agent: false"),
            "find": LoopProject.manifest("find", "{ kind: read }", more: "agent: false"),
            "slow": LoopProject.manifest(
                "slow", LoopProject.write("keyed"),
                more: "wait: 0ms\nretry: { attempts: 3, first: 10m, max: 10m }"),
        ])
        host = try project.host()
    }

    private func sent(_ tool: String) -> [Attempt] {
        project.desk.attempts.filter { $0.tool.text == tool }
    }

    @Test func whatSurelyDidNotHappenIsTriedAgainUntilItPasses() async throws {
        let tries = Atomic<Int>(0)
        project.desk.on("book") { _, _ in
            tries.add(1, ordering: .acquiringAndReleasing).newValue < 3
                ? .failed(Failure(.transient, "busy")) : .succeeded(["id": "N-7"])
        }
        try await host.working {
            let result = try await host.ask("book", ["title": "Tea"])
            #expect(result.status == "succeeded")
        }
        #expect(sent("book").map(\.number) == [1, 2, 3])
        #expect(Set(sent("book").map(\.call)).count == 1)
    }

    @Test func triesThatAreUsedUpEndTheCall() async throws {
        project.desk.on("book", answers: .failed(Failure(.transient, "busy")))
        try await host.working {
            let result = try await host.ask("book", ["title": "Tea"])
            #expect(result.status == "failed")
            #expect(result.next == "wait")
        }
        #expect(sent("book").count == 3)
    }

    @Test func aRetryThatIsFarOffIsPendingAndHappensInItsTime() async throws {
        let clock = MovedClock()
        let host = try project.host(clock: clock.clock)
        project.desk.on(
            "slow", answers: .failed(Failure(.transient, "busy", retryAfterMs: 600_000)))
        let result = try await host.ask("slow", ["title": "Tea"])
        #expect(result.status == "pending_retry")
        #expect(result.next == "wait")
        #expect(!result.isError)
        #expect(result.firstText.contains("tried again at"))
        let id = try #require(result.callID)
        // Nobody who lives now was there when it failed.
        project.desk.on("slow", answers: .succeeded(["id": "N-3"]))
        clock.moveWall(599_000)
        let other = try project.host(clock: clock.clock)
        #expect(try await DueLoop(other, on: loopThreads) { _ in }.runOnce() == 0)
        clock.moveWall(2_000)
        #expect(try await DueLoop(other, on: loopThreads) { _ in }.runOnce() == 1)
        #expect(try other.call(id).status == .succeeded)
    }

    @Test func anUnknownOutcomeIsFoundOutWhileTheClientWaits() async throws {
        project.desk.on("book", answers: .unknown(reason: "timed out"))
        project.desk.on("find", answers: .succeeded(["id": "N-9"]))
        let result = try await host.ask("book", ["title": "Tea"])
        #expect(result.status == "succeeded")
        #expect(result.content["id"] == "N-9")
        let probe = try #require(sent("find").first)
        #expect(probe.arguments == ["title": .string(result.callID ?? "")])
        #expect(probe.delivery == .read)
        #expect(sent("book").count == 1)
    }

    @Test func whatIsNotThereDidNotHappen() async throws {
        project.desk.on("book", answers: .unknown(reason: "timed out"))
        project.desk.on("find", answers: .succeeded([:]))
        try await host.working {
            let result = try await host.ask("book", ["title": "Tea"])
            #expect(result.status == "failed")
            #expect(result.firstText.contains("did not happen"))
        }
        #expect(sent("book").count == 1)
    }

    @Test func aProbeThatFailsIsMadeAgain() async throws {
        let probes = Atomic<Int>(0)
        project.desk.on("book", answers: .unknown(reason: "timed out"))
        project.desk.on("find") { _, _ in
            probes.add(1, ordering: .acquiringAndReleasing).newValue == 1
                ? .failed(Failure(.transient, "away")) : .succeeded(["id": "N-9"])
        }
        try await host.working {
            let result = try await host.ask("book", ["title": "Tea"])
            #expect(result.status == "succeeded")
        }
        #expect(sent("find").map(\.number) == [1, 2])
    }

    @Test func whatWasWrittenIsReadBack() async throws {
        let result = try await host.ask("fix", ["title": "Tea"])
        #expect(result.status == "succeeded")
        #expect(sent("find").first?.arguments == ["title": "N-1"])
    }

    @Test func whatReadsBackOtherwiseNeedsAPerson() async throws {
        project.desk.on("find", answers: .succeeded(["id": "N-2"]))
        let result = try await host.ask("fix", ["title": "Tea"])
        #expect(result.status == "needs_attention")
        #expect(result.next == "ask_human")
        let call = try host.call(result.callID)
        guard case .needsAttention(.readBack(let found?)) = call.phase else {
            throw Unexpected(call.phase)
        }
        let open = try host.opener.open()
        let both = try open.journal.read { reading throws(JournalFault) in
            [try reading.value(call.achieved?.result), try reading.value(found)]
        }
        #expect(both == [["id": "N-1"], ["id": "N-2"]])
    }

    @Test func aStaleCallIsRenewedOnceAndTriedAgain() async throws {
        project.desk.on("fix") { attempt, _ in
            attempt.arguments["count"] == 4
                ? .succeeded(["id": "N-1"]) : .failed(Failure(.stale, "it changed"))
        }
        project.desk.on("find", answers: .succeeded(["id": "N-1", "size": 4]))
        let result = try await host.ask("fix", ["title": "Tea", "count": 3])
        #expect(result.status == "succeeded")
        #expect(sent("fix").map { $0.arguments["count"] } == [3, 4])
    }

    @Test func anAbortUndoesWhatWasDoneNewestFirst() async throws {
        let run = try #require(
            try await host.ask("run_begin", ["purpose": "p"]).content["run_id"]?.stringValue)
        for title in ["one", "two", "three"] {
            project.desk.on("book", answers: .succeeded(["id": .string("N-" + title)]))
            _ = try await host.ask("book", ["title": .string(title)], run: run)
        }
        _ = try await host.ask("put", ["title": "stays"], run: run)
        let aborted = try await host.ask(
            "run_abort", ["run_id": .string(run), "reason": "changed my mind"])
        #expect(sent("unbook").map { $0.arguments["title"] } == ["N-three", "N-two", "N-one"])
        #expect(aborted.content["state"] == "aborted")
        #expect(aborted.content["undone"]?.arrayValue?.count == 3)
        let standing = aborted.content["standing"]?.arrayValue ?? []
        #expect(standing.map { $0["tool"] } == ["put"])
        #expect(aborted.content["pending"] == [])
        #expect(aborted.content["message"]?.stringValue?.contains("put") == true)
        // Asked again, it says the same and does nothing.
        let again = try await host.ask("run_abort", ["run_id": .string(run), "reason": "again"])
        #expect(again.content["undone"] == aborted.content["undone"])
        #expect(sent("unbook").count == 3)
        let late = try await host.ask("put", ["title": "later"], run: run)
        #expect(late.next == "fix_arguments")
    }

    @Test func aDeadlineUndoesTheRun() async throws {
        let clock = MovedClock()
        let host = try project.host(clock: clock.clock)
        let begun = try await host.ask("run_begin", ["purpose": "p", "deadline": "2h"])
        let run = try #require(begun.content["run_id"]?.stringValue)
        _ = try await host.ask("book", ["title": "Tea"], run: run)
        clock.moveWall(7_199_000)
        let worker = try project.host(clock: clock.clock)
        #expect(try await DueLoop(worker, on: loopThreads) { _ in }.runOnce() == 0)
        clock.moveWall(2_000)
        _ = try await DueLoop(worker, on: loopThreads) { _ in }.runOnce()
        let status = try await host.ask("run_status", ["run_id": .string(run)])
        #expect(status.content["state"] == "expired")
        #expect(status.content["undone"]?.arrayValue?.count == 1)
        #expect(sent("unbook").count == 1)
        for text in ["soon", "0s", "401d"] {
            let bad = try await host.ask(
                "run_begin", ["purpose": "p", "deadline": .string(text)])
            #expect(bad.isError, "\(text)")
        }
    }
}

/// Runs that keep to the tools they were begun with, and hosts that share what is due.
@Suite struct LoopPinTests {
    private let project: LoopProject
    private let host: ToolHost

    init() throws {
        project = try LoopProject(more: [
            "tell": LoopProject.manifest("tell", LoopProject.write("natural"))
        ])
        host = try project.host()
    }

    private func rewrite(_ tool: String, _ change: (String) -> String) throws {
        let path = "tools/\(tool).yaml"
        try project.folder.write(path, change(try text(path)))
    }

    private func text(_ path: String) throws -> String {
        try String(contentsOfFile: project.folder.path + "/" + path, encoding: .utf8)
    }

    @Test func aRunKeepsToTheManifestItWasBegunWith() async throws {
        let old = try #require(
            try await host.ask("run_begin", ["purpose": "p"]).content["run_id"]?.stringValue)
        try rewrite("tell") {
            $0.replacing("title: { type: string }", with: "title: { type: string, maxLength: 3 }")
                .replacing("reversibility: reversible", with: "reversibility: partial")
        }
        let changed = try project.host()
        let new = try #require(
            try await changed.ask("run_begin", ["purpose": "q"]).content["run_id"]?.stringValue)
        // What the call means is the run's; a new run takes the new one.
        let kept = try await changed.ask("tell", ["title": "longer"], run: old)
        #expect(kept.status == "succeeded")
        #expect(try changed.call(kept.callID).reversibility == .reversible)
        let refused = try await changed.ask("tell", ["title": "longer"], run: new)
        #expect(refused.next == "fix_arguments")
        let taken = try await changed.ask("tell", ["title": "ok"], run: new)
        #expect(try changed.call(taken.callID).reversibility == .partial)
    }

    @Test func patienceIsAlwaysOfToday() async throws {
        let run = try #require(
            try await host.ask("run_begin", ["purpose": "p"]).content["run_id"]?.stringValue)
        try rewrite("tell") { $0 + "timeout: 77s\nretry: { attempts: 1 }\n" }
        let changed = try project.host()
        project.desk.on("tell", answers: .failed(Failure(.transient, "busy")))
        let failed = try await changed.ask("tell", ["title": "x"], run: run)
        #expect(failed.status == "failed")
        #expect(project.desk.attempts.map(\.timeoutMs) == [77_000])
    }

    @Test func aToolThatIsNewIsPinnedWithItsFirstCall() async throws {
        let run = try #require(
            try await host.ask("run_begin", ["purpose": "p"]).content["run_id"]?.stringValue)
        try project.folder.write(
            "tools/fresh.yaml", LoopProject.manifest("fresh", LoopProject.write("natural")))
        try project.folder.write(
            "holdfast.yaml",
            try text("holdfast.yaml").replacing("allow: [", with: "allow: [fresh, "))
        let changed = try project.host()
        #expect(try await changed.ask("fresh", ["title": "x"], run: run).status == "succeeded")
        let open = try changed.opener.open()
        let id = try #require(RunID(run))
        let pins = try open.journal.read { reading throws(JournalFault) in
            try reading.run(id)?.pins ?? []
        }
        #expect(pins.contains { $0.tool == ToolName("fresh") })
        #expect(pins.map(\.tool) == pins.map(\.tool).sorted())
    }

    @Test func workOfOthersThatNobodyDoesHidesNoneOfOnesOwn() async throws {
        let clock = MovedClock()
        let other = try project.host("other", clock: clock.clock)
        project.desk.on("tell", answers: .unknown(reason: "timed out"))
        for number in 0..<(Limits.agendaPage + 1) {
            let title = JSONValue.string("t\(number)")
            let claimed = try project.claim("tell", ["title": title], by: other)
            try await other.perform(
                .attempt(claimed.attempt), in: other.opener.open(), claimed.ticket)
        }
        let mine = try project.host(clock: clock.clock)
        let claimed = try project.claim("tell", ["title": "mine"], by: mine)
        try await mine.perform(.attempt(claimed.attempt), in: mine.opener.open(), claimed.ticket)
        clock.move(3_600_000)
        project.desk.on("tell", answers: .succeeded(["id": "N-1"]))
        try await mine.working {
            try await eventually("it is done") {
                try mine.call(claimed.view.call.id.text).status == .succeeded
            }
        }
    }

    @Test func hostsShareWhatIsDue() async throws {
        let clock = MovedClock()
        let maker = try project.host(clock: clock.clock)
        project.desk.on(
            "tell", answers: .failed(Failure(.transient, "busy", retryAfterMs: 60_000)))
        for number in 0..<48 {
            let title = JSONValue.string("t\(number)")
            _ = try project.claim("tell", ["title": title], by: maker)
        }
        clock.move(60_000)
        project.desk.on("tell") { _, _ in
            try? await Task.sleep(for: .milliseconds(20))
            return .succeeded(["id": "N-1"])
        }
        let hosts = [try project.host(clock: clock.clock), try project.host(clock: clock.clock)]
        try await hosts[0].working {
            try await hosts[1].working {
                await eventually("all is done") { project.desk.attempts.count >= 48 }
            }
        }
        let shares = Dictionary(grouping: project.desk.attempts, by: \.owner).mapValues(\.count)
        #expect(shares.count == 2, "\(shares)")
        #expect(shares.values.allSatisfy { $0 >= 12 }, "\(shares)")
        #expect(Set(project.desk.attempts.map(\.call)).count == project.desk.attempts.count)
    }
}
