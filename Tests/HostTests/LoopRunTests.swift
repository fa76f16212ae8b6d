// The host's own tools: the shapes of DESIGN section 13, and that nobody sees what is another's.

import Engine
import JSON
import MCP
import Testing

@testable import Host

@Suite struct LoopRunTests {
    private let project: LoopProject
    private let host: ToolHost

    init() throws {
        project = try LoopProject()
        host = try project.host()
    }

    private func begin(_ arguments: JSONObject = ["purpose": "Serve tea"]) async throws -> String {
        let begun = try await host.ask("run_begin", arguments)
        return try #require(begun.content["run_id"]?.stringValue)
    }

    @Test func aRunIsBegunLookedAtAndCompleted() async throws {
        let begun = try await host.ask("run_begin", ["purpose": "Serve tea"])
        let run = try #require(begun.content["run_id"]?.stringValue)
        #expect(
            begun.structuredContent
                == ["run_id": .string(run), "state": "open", "resumed": false, "calls": []])
        #expect(begun.textBlocks == [begun.content.compactText])
        let note = try await host.ask("note", ["title": "Tea"], run: run)
        let held = try await host.ask("ask", ["title": "Milk"], run: run)
        let status = try await host.ask("run_status", ["run_id": .string(run)])
        let call = try #require(note.callID)
        let asked = try #require(held.callID)
        let until = try #require(held.receipt["expires_at"])
        #expect(
            status.structuredContent
                == [
                    "run_id": .string(run), "state": "open", "purpose": "Serve tea",
                    "calls": [
                        [
                            "call_id": .string(call), "tool": "note", "status": "succeeded",
                            "did": "Noted Tea",
                        ],
                        [
                            "call_id": .string(asked), "tool": "ask",
                            "status": "pending_approval",
                        ],
                    ],
                    "waiting": [
                        [
                            "call_id": .string(asked), "for": "a yes or no (a confirmation by ada)",
                            "until": until,
                        ]
                    ],
                    "budget_left": [:], "next": "wait",
                ])
    }

    @Test func aRunCompletesOnceNothingInItIsOpen() async throws {
        let run = try await begin()
        let held = try await host.ask("ask", ["title": "Milk"], run: run)
        let early = try await host.ask("run_complete", ["run_id": .string(run)])
        #expect(early.isError)
        #expect(early.next == "wait")
        #expect(early.firstText.contains(try #require(held.callID)))
        _ = try await host.ask("call_cancel", ["call_id": .string(held.callID ?? "")])
        let done = try await host.ask(
            "run_complete", ["run_id": .string(run), "summary": "Tea was served."])
        #expect(done.structuredContent == ["run_id": .string(run), "state": "completed"])
        let again = try await host.ask("run_complete", ["run_id": .string(run)])
        #expect(again.structuredContent == done.structuredContent)
        let late = try await host.ask("look", run: run)
        #expect(late.isError)
        #expect(late.firstText.contains("has ended"))
        #expect(project.desk.attempts.isEmpty)
    }

    @Test func theSameIntentIsTheSameRunAndTellsWhatWasDone() async throws {
        let run = try await begin(["purpose": "Serve tea", "intent_id": "tea-1"])
        _ = try await host.ask("note", ["title": "Tea"], run: run)
        // After a crash of the agent, and of its host.
        let other = try project.host()
        let again = try await other.ask(
            "run_begin", ["purpose": "Serve tea, again", "intent_id": "tea-1"])
        #expect(again.content["run_id"]?.stringValue == run)
        #expect(again.content["resumed"] == true)
        #expect(again.content["calls"]?.arrayValue?.first?["did"] == "Noted Tea")
        let stranger = try project.host("other")
        let theirs = try await stranger.ask(
            "run_begin", ["purpose": "Mine", "intent_id": "tea-1"])
        #expect(theirs.content["run_id"]?.stringValue != run)
    }

    @Test func whatBelongsToAnotherLooksLikeWhatIsNotThere() async throws {
        let run = try await begin()
        let held = try await host.ask("ask", ["title": "Milk"], run: run)
        let call = try #require(held.callID)
        let stranger = try project.host("other")
        func words(_ tool: String, _ name: String, _ id: String) async throws -> String {
            let result = try await stranger.ask(tool, [name: .string(id)])
            #expect(result.isError)
            return result.firstText.replacing(id, with: "ID")
        }
        for tool in ["run_status", "run_complete"] {
            let foreign = try await words(tool, "run_id", run)
            #expect(try await words(tool, "run_id", "run_nowhere") == foreign)
        }
        for tool in ["call_status", "call_cancel"] {
            let foreign = try await words(tool, "call_id", call)
            #expect(try await words(tool, "call_id", "call_nowhere") == foreign)
        }
        let joined = try await stranger.ask("note", ["title": "Tea"], run: run)
        #expect(joined.firstText.contains("There is no run"))
        #expect(try host.call(call).status == .pendingApproval)
    }

    @Test func callStatusTellsOfAnUnknownCall() async throws {
        project.desk.on("note", answers: .unknown(reason: "lost"))
        let result = try await host.ask("note", ["title": "Tea"])
        let call = try #require(result.callID)
        let status = try await host.ask("call_status", ["call_id": .string(call)])
        let document = try #require(status.structuredContent)
        #expect(document.names == ["call_id", "run_id", "tool", "status", "error", "next"])
        #expect(document["status"] == "unknown")
        #expect(document["next"] == "ask_human")
        #expect(document["error"]?["message"]?.stringValue?.contains("resolve") == true)
        #expect(!status.isError)
    }

    @Test(
        arguments: [
            ("run_begin", [:]), ("run_begin", ["purpose": ""]), ("run_begin", ["purpose": 5]),
            ("run_begin", ["purpose": "p", "more": 1]), ("run_status", [:]),
            ("run_status", ["run_id": 5]), ("call_status", ["call_id": "x", "wait_ms": "long"]),
            ("call_cancel", [:]),
        ] as [(String, JSONObject)])
    func wrongArgumentsOfHostToolsAreRefused(tool: String, arguments: JSONObject) async throws {
        let result = try await host.ask(tool, arguments)
        #expect(result.isError)
        #expect(result.next == "fix_arguments")
        #expect(host.opener.current == nil)
    }

    @Test func longTextsAreRefusedByBytesAndNotOnlyByCharacters() async throws {
        let most = String(repeating: "x", count: Limits.freeTextBytes)
        _ = try await begin(["purpose": .string(most)])
        let over = try await host.ask("run_begin", ["purpose": .string(most + "x")])
        #expect(over.next == "fix_arguments")
        let wide = String(repeating: "é", count: Limits.freeTextBytes / 2 + 1)
        let bytes = try await host.ask("run_begin", ["purpose": .string(wide)])
        #expect(bytes.next == "fix_arguments")
    }
}
