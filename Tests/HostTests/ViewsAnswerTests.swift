// What a model is told: receipts and words for refusals, faults, replays and outcomes nobody knows.

import JSON
import MCP
import Testing

@testable import Engine
@testable import Host

@Suite struct ViewsAnswerTests {
    @Test func aReplayOfASuccessSaysHowToRepeatIt() async throws {
        let project = try ViewsProject()
        await project.call("send", ["to": "ana"])
        let again = try await project.told("send", ["to": "ana"])
        #expect(again.slip["replayed"] == true)
        #expect(again.words.contains("recorded outcome of call_"))
        #expect(again.words.contains("new idempotency_key"))
    }

    @Test(arguments: [
        ("send", ["to": "ana", "outcome": "unknown"] as JSONObject),
        ("ask", ["amount": 5] as JSONObject),
    ])
    func aReplayOfWhatHasNotEndedInvitesToNothing(
        tool: String, arguments: JSONObject
    ) async throws {
        let project = try ViewsProject()
        let first = try await project.told(tool, arguments)
        #expect(!first.words.contains("same call as"))
        let again = try await project.told(tool, arguments)
        #expect(again.slip["replayed"] == true)
        let id = try #require(again.slip["call_id"]?.stringValue)
        #expect(again.words.contains("This is the same call as \(id); nothing new was started."))
        #expect(!again.words.contains("recorded outcome"))
        #expect(!again.words.contains("idempotency_key"))
    }

    @Test func anUnknownOutcomeClaimsNoCauseThatIsNotRecorded() async throws {
        let project = try ViewsProject()
        guard
            case .call(let made) = await project.call("send", ["to": "a", "outcome": "unknown"])
        else {
            Issue.record("the call was not made")
            return
        }
        func words(_ message: String?) -> String {
            let view = made.view
            return CallView(
                basis: view.basis, call: view.call, result: nil, message: message, withheld: nil,
                auditIndex: nil
            ).words(view.caller)
        }
        #expect(words(nil).hasPrefix("It is not known whether send happened. It is not safe"))
        #expect(
            words("its output was no JSON.").hasPrefix(
                "It is not known whether send happened: its output was no JSON. It is not safe"))
    }

    @Test func aRefusalBeginsWithItsCodeAndAConflictNamesTheHolder() async throws {
        let project = try ViewsProject()
        let first = try await project.told("send", ["to": "ana", "idempotency_key": "k"])
        let conflict = try await project.told("send", ["to": "bob", "idempotency_key": "k"])
        #expect(conflict.isError)
        #expect(conflict.words.hasPrefix("idempotency_conflict: The same idempotency key"))
        #expect(conflict.slip["status"] == "failed")
        #expect(conflict.slip["next"] == "fix_arguments")
        #expect(conflict.slip["call_id"] == first.slip["call_id"])
        let missing = try await project.told("run_status", ["run_id": "run_x"])
        #expect(missing.words.hasPrefix("unknown_run: "))
        #expect(missing.slip["call_id"] == nil)
    }

    @Test func everyRejectionHasACodeOfItsOwn() {
        let run = RunID(unchecked: "run_x")
        let call = CallID(unchecked: "call_x")
        let approval = ApprovalID(unchecked: "apr_x")
        let codes = [
            Rejection.unknownRun("x"), .unknownCall("x"), .unknownApproval("x"), .runEnded(run),
            .runNeedsAttention(run), .runIsFull(run), .callsUnfinished(run, []),
            .idempotencyConflict(call: call, fields: []), .keyUnusable("x"),
            .textTooLong(field: "x", limitBytes: 1), .argumentsTooLarge(limitBytes: 1),
            .argumentNotExact(pointer: "/x"), .approvalIsOver(approval, .spent),
            .mayNotDecide(approval, person: "x", may: []), .nothingToSettle(call, .succeeded),
        ].map(\.code)
        #expect(Set(codes).count == codes.count)
    }

    @Test func aFaultIsAResultWithAReceipt() async throws {
        let project = try ViewsProject()
        let fault = JournalFault(.full, "There is no room.", cause: "errno 28")
        let before = try project.told(.fault(fault))
        #expect(before.isError)
        #expect(before.words.hasPrefix("There is no room.\n{"))
        let words: JSONValue = .string(fault.message)
        #expect(before.slip == ["status": "failed", "next": "wait", "message": words])
        guard case .call(let made) = await project.call("send", ["to": "a"]) else {
            Issue.record("the call was not made")
            return
        }
        let after = try project.told(.unrecorded(fault, made.view))
        #expect(after.isError)
        #expect(
            after.slip == [
                "status": "unknown", "run_id": .string(made.view.run.text),
                "call_id": .string(made.view.call.id.text), "next": "wait", "message": words,
            ])
    }

    @Test func callsThatAreNotToldAreCounted() async throws {
        let project = try ViewsProject()
        let begin: JSONObject = ["purpose": "two letters", "intent_id": "i"]
        let begun = try await project.told("run_begin", begin).structuredContent
        #expect(begun?.contains("calls_left_out") == false)
        let id = try #require(begun?["run_id"]?.stringValue)
        await project.call("send", ["to": "a"], run: id)
        let whole = try await project.told("run_status", ["run_id": .string(id)])
        #expect(whole.structuredContent?["calls"]?.arrayValue?.count == 1)
        #expect(whole.structuredContent?.contains("calls_left_out") == false)
        // A run of that many calls takes long to make; how many are left out is plain counting.
        var run = try #require(try project.viewer().runs(state: nil, limit: 1).first).run
        let call = try #require(run.calls.first)
        run.calls = Array(repeating: call, count: HostLimits.toldCalls)
        #expect(run.callsLeftOut == nil)
        run.calls.append(call)
        #expect(run.callsLeftOut == 1)
    }

    @Test(arguments: [
        ("5", "an integer"), ("0.5", "a number"), ("[]", "an array"), ("{}", "an object"),
        ("true", "a boolean"),
    ])
    func kindsHaveTheirArticle(value: String, kind: String) async throws {
        let project = try ViewsProject()
        let parsed = try JSONParser.parse(Array(value.utf8))
        let refused = try await project.told("send", ["to": "a", "idempotency_key": parsed])
        #expect(refused.words.contains("must be text, but \(kind) is there."))
    }

    @Test func theReceiptsSchemaNamesEveryStatus() {
        let words = Receipt.schema["properties"]?["status"]?["enum"]?.arrayValue
        #expect(words == CallStatus.allCases.map { .string($0.rawValue) })
    }
}

extension ViewsProject {
    /// The answer as a model gets it.
    func told(_ tool: String, _ arguments: JSONObject) async throws -> ToolResult {
        try told(await call(tool, arguments))
    }

    func told(_ answer: HostAnswer) throws -> ToolResult {
        var given: ToolResult?
        if case .toolResult(let result) = answer.sessionAnswer(to: host.caller) { given = result }
        return try #require(given)
    }
}

extension ToolResult {
    var words: String { textBlocks.joined(separator: "\n") }
    fileprivate var slip: JSONObject {
        structuredContent?[Manifest.reservedResult]?.objectValue ?? [:]
    }
}
