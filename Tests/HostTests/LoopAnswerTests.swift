// One request, one answer: success, replay, conflict, and all that is refused before it is a call.

import Engine
import JSON
import MCP
import Testing

@testable import Host

@Suite struct LoopAnswerTests {
    private let project: LoopProject
    private let host: ToolHost

    init() throws {
        project = try LoopProject()
        host = try project.host()
    }

    @Test func aSuccessCarriesItsResultItsReceiptAndNothingElse() async throws {
        project.desk.on("note", answers: .succeeded(["id": "N-7", "extra": true]))
        let result = try await host.ask("note", ["title": "Tea"])
        #expect(!result.isError)
        #expect(result.content["id"] == "N-7")
        #expect(result.content["extra"] == true)
        let receipt = try #require(result.receipt.objectValue)
        #expect(receipt.names == ["status", "run_id", "call_id", "next"])
        #expect(result.status == "succeeded")
        #expect(result.next == "use_result")
        #expect(result.textBlocks == [result.content.compactText])
        let index = try #require(result.meta["dev.holdfast/auditIndex"]?.intValue)
        #expect(try host.recordCount == index + 1)
        #expect(project.desk.attempts.map(\.arguments) == [["title": "Tea"]])
    }

    @Test func theSameCallAgainIsAnsweredFromTheRecord() async throws {
        let first = try await host.ask("note", ["title": "Tea", "count": 1])
        let again = try await host.ask("note", ["count": 1, "title": "Tea"])
        #expect(again.callID == first.callID)
        #expect(first.receipt["replayed"] == nil)
        #expect(again.receipt["replayed"] == true)
        #expect(again.content["id"] == "N-1")
        #expect(!again.isError)
        #expect(again.textBlocks.count == 2)
        #expect(again.textBlocks.first == again.content.compactText)
        #expect(again.textBlocks.last?.contains("nothing was done again") == true)
        #expect(again.textBlocks.last?.contains("idempotency_key") == true)
        #expect(project.desk.attempts.count == 1)
    }

    @Test func aReadIsNeverAReplay() async throws {
        let first = try await host.ask("look", ["title": "Tea"])
        let again = try await host.ask("look", ["title": "Tea"])
        #expect(first.callID != again.callID)
        #expect(again.receipt["replayed"] == nil)
        #expect(project.desk.attempts.count == 2)
    }

    @Test func aNewKeyRepeatsAndTheSameKeyReplays() async throws {
        let tea: JSONObject = ["title": "Tea"]
        var keyed = tea
        keyed["idempotency_key"] = "once more"
        let first = try await host.ask("note", tea)
        let second = try await host.ask("note", keyed)
        let third = try await host.ask("note", tea, key: "once more")
        #expect(first.callID != second.callID)
        #expect(second.callID == third.callID)
        #expect(third.receipt["replayed"] == true)
        #expect(project.desk.attempts.map(\.arguments) == [tea, tea])
    }

    @Test func aKeyWithOtherArgumentsIsAConflictThatNamesThem() async throws {
        let first = try await host.ask("note", ["title": "Tea"], key: "k")
        let records = try host.recordCount
        let other = try await host.ask("note", ["title": "Coffee"], key: "k")
        #expect(other.isError)
        #expect(other.next == "fix_arguments")
        #expect(other.callID == first.callID)
        #expect(other.firstText.hasPrefix("idempotency_conflict: "))
        #expect(other.firstText.contains("/title"))
        #expect(other.firstText.contains(try #require(first.callID)))
        #expect(!other.firstText.contains("Coffee"))
        #expect(try host.recordCount == records)
        #expect(project.desk.attempts.count == 1)
    }

    @Test(
        arguments: [
            ["title": 5], ["nonsense": true], ["count": "1"], ["run_id": 5],
            ["idempotency_key": ["a"]], ["count": .integer(9_007_199_254_740_992)],
            ["run_id": "run_nobody"], ["run_id": "run_0123456789abcdefghjkmnpqrstvwxyz0123"],
            ["idempotency_key": ""],
        ] as [JSONObject])
    func whatIsNotRightIsRefusedAndLeavesNoTrace(arguments: JSONObject) async throws {
        let before = try host.recordCount
        let result = try await host.ask("note", arguments)
        #expect(result.isError)
        #expect(result.status == "failed")
        #expect(result.next == "fix_arguments")
        #expect(result.receipt.objectValue?.names == ["status", "next", "message"])
        #expect(result.textBlocks.count == 1)
        #expect(result.firstText.hasSuffix("\n" + result.content.compactText))
        #expect(try host.recordCount == before)
        #expect(project.desk.attempts.isEmpty)
    }

    @Test func whatIsWrongIsNamedByItsPath() async throws {
        let wrong = try await host.ask("note", ["title": 5])
        #expect(wrong.firstText.contains("/title"))
        // A client that shows its model no text is told too.
        #expect(wrong.receipt["message"]?.stringValue?.contains("/title") == true)
        let large = try await host.ask("note", ["count": .integer(-9_007_199_254_740_992)])
        #expect(large.firstText.contains("/count"))
        #expect(large.firstText.contains("Send it as text"))
        let exact = try await host.ask("note", ["count": .integer(9_007_199_254_740_991)])
        #expect(exact.status == "succeeded")
    }

    @Test func aKeyIsUpToItsLimitLong() async throws {
        let limit = Limits.givenKeyBytes
        let good = try await host.ask("note", [:], key: String(repeating: "k", count: limit))
        #expect(good.status == "succeeded")
        let records = try host.recordCount
        let bad = try await host.ask("note", [:], key: String(repeating: "k", count: limit + 1))
        #expect(bad.status == "failed")
        #expect(try host.recordCount == records)
    }

    @Test func whatMayNotBeCalledLooksLikeWhatIsNotThere() async throws {
        // Not anywhere, not for agents, not for this profile.
        for name in ["nowhere", "hidden", "foreign", "Note", ""] {
            let answer = await host.answer(name).sessionAnswer(to: host.caller)
            #expect(answer == .unknownTool(name))
        }
        #expect(host.opener.current == nil)
        let other = try project.host("other")
        #expect(try await other.ask("foreign").status == "succeeded")
        #expect(try await host.ask("hidden", byPerson: true).status == "succeeded")
    }

    @Test func aFrameworksMetaIsHeardWhereTheArgumentsAreSilent() async throws {
        let run = try await begin("one")
        let other = try await begin("other")
        let byMeta = try await host.ask("note", ["title": "A"], run: run, key: "k")
        #expect(byMeta.receipt["run_id"]?.stringValue == run)
        let byArgument = try await host.ask(
            "note",
            ["title": "B", "run_id": .string(other), "idempotency_key": "mine"],
            run: run, key: "k")
        #expect(byArgument.receipt["run_id"]?.stringValue == other)
        #expect(byArgument.status == "succeeded")
        let byNull = try await host.ask("note", ["title": "C", "run_id": nil], run: run)
        #expect(byNull.receipt["run_id"]?.stringValue == run)
        #expect(
            project.desk.attempts.map(\.arguments) == [
                ["title": "A"], ["title": "B"], ["title": "C"],
            ])
    }

    @Test func aReadHasNoKeyOfItsOwn() async throws {
        // `idempotency_key` is an argument of writes; for a read it is one nobody declared.
        let result = try await host.ask("look", ["idempotency_key": "k"])
        #expect(result.next == "fix_arguments")
        #expect(project.desk.attempts.isEmpty)
    }

    private func begin(_ purpose: String) async throws -> String {
        let begun = try await host.ask("run_begin", ["purpose": .string(purpose)])
        return try #require(begun.content["run_id"]?.stringValue)
    }
}
