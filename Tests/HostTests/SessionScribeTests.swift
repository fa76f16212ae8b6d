// What a recording holds of what passed by: nothing that a manifest marks, the same things by the
// same names, and a word where it could not be played again.

import JSON
import MCP
import Testing

@testable import Engine
@testable import Host

@Suite struct SessionScribeTests {
    private static let card = "4111-1111-1111-1111"

    private func call(_ arguments: String, id: Int = 1, tool: String = "pay") -> SessionEvent {
        SessionSample.call(arguments, id: id, tool: tool)
    }

    private func answer(_ structured: String, id: Int = 1) -> SessionEvent {
        SessionSample.answer(structured, id: id)
    }

    private func receipt(_ status: String, more: String = "") -> String {
        SessionSample.receipt(status, more: more)
    }

    private func text(_ entries: [SessionEntry]) -> String { SessionSample.lines(entries) }

    @Test func markedValuesHaveNamesOfTheirOwn() throws {
        var scribe = try SessionSample.scribe()
        let arguments: JSONObject = ["card": .string(Self.card), "pin": 4711, "note": "tea"]
        var all: [SessionEntry] = []
        all += scribe.entries(
            for: call(#"{"card":"\#(Self.card)","pin":4711,"note":"tea \#(Self.card)"}"#))
        let attempt = try SessionSample.attempt(arguments)
        all += scribe.entries(for: try SessionSample.started(attempt))
        let result: JSONValue = ["id": "P-1", "email": "ada@example.com"]
        all += scribe.entries(for: try SessionSample.ended(attempt, .succeeded(result)))
        all += scribe.entries(
            for: answer(#"{"id":"P-1","email":"ada@example.com",\#(receipt("succeeded"))}"#))
        let other = try SessionSample.attempt(["card": "5500-0000", "pin": 1])
        all += scribe.entries(
            for: try SessionSample.ended(
                other, .failed(Failure(.invalid, "no such card \(Self.card), 4711"))))
        all += scribe.entries(
            for: try SessionSample.ended(other, .unknown(reason: "lost \(Self.card)")))
        let written = text(all)
        for secret in [Self.card, "4711", "ada@example.com"] {
            #expect(!written.contains(secret), "\(written)")
        }
        for note in ["tea (secret 1)", "tea"] {
            let masked = #""arguments":{"card":"(secret 1)","pin":2,"note":"\#(note)"}"#
            #expect(written.contains(masked))
        }
        #expect(written.contains(#""result":{"id":"P-1","email":"(personal 3)"}"#))
        // In the text block too, which is a document within a text.
        #expect(written.contains(#"\"email\":\"(personal 3)\""#))
        #expect(written.contains("no such card (secret 1), 2"))
        #expect(!written.contains("unplayable"))
        let started = text(scribe.entries(for: try SessionSample.started(other)))
        #expect(started.contains(#""card":"(secret 4)""#))
    }

    @Test func theResultOfATaskIsNotWrittenDown() throws {
        let content = #""structuredContent":{"email":"ada@example.com"}"#
        let task = #""taskId":"t","status":"completed","result":{\#(content)}"#
        let notice = #"{"jsonrpc":"2.0","method":"notifications/tasks","params":{\#(task)}}"#
        for isTold in [true, false] {
            var scribe = try SessionSample.scribe()
            _ = scribe.entries(for: SessionSample.client("tasks/get", #"{"taskId":"t"}"#))
            let entries = scribe.entries(
                for: isTold ? .server(Array(notice.utf8)) : SessionSample.server("{\(task)}"))
            #expect(!text(entries).contains("ada@example.com"))
            #expect(text(entries).contains(#""status":"completed""#))
            #expect(SessionSample.isUnplayable(entries))
        }
    }

    @Test func aTextThatStandsEscapedIsFoundToo() throws {
        var scribe = try SessionSample.scribe()
        _ = scribe.entries(for: call(#"{"card":"line\none"}"#))
        let said = #"[{"type":"text","text":"{\"said\":\"line\\none\"}"}]"#
        let answer = #"{"jsonrpc":"2.0","id":1,"result":{"content":\#(said)}}"#
        let written = text(scribe.entries(for: .server(Array(answer.utf8))))
        #expect(written.contains("(secret 1)"))
    }

    @Test func aMaskThatItsSchemaRefusesIsSaid() throws {
        var scribe = try SessionSample.scribe()
        let good = scribe.entries(for: call(#"{"card":"x","code":"1234","run_id":"run_1"}"#))
        #expect(good.count == 2)
        guard case .unplayable(let why) = good.first else {
            Issue.record("\(good)")
            return
        }
        #expect(why.contains("pay"))
        // What was wrong by itself stays wrong in the same words, or that is said.
        let wrong = scribe.entries(for: call(#"{"card":"x","odd":1}"#, id: 2))
        #expect(wrong.count == 1)
        let other = scribe.entries(for: call(#"{"card":"x","code":"1234","odd":1}"#, id: 3))
        #expect(other.count == 2)
    }

    @Test func whatCallStatusTellsIsMaskedByTheToolItTellsOf() throws {
        var scribe = try SessionSample.scribe()
        let attempt = try SessionSample.attempt(["card": "c"])
        _ = scribe.entries(for: call(#"{"card":"c"}"#, id: 7))
        _ = scribe.entries(for: try SessionSample.started(attempt))
        _ = scribe.entries(for: try SessionSample.ended(attempt, .succeeded([:])))
        _ = scribe.entries(for: call("{}", tool: "call_status"))
        let call = #""call_id":"\#(SessionSample.call)","tool":"pay","status":"succeeded""#
        let told = text(
            scribe.entries(for: answer(#"{\#(call),"result":{"id":"P-1","email":"a@b"}}"#)))
        #expect(!told.contains("a@b"))
        #expect(told.contains("(personal 2)") && told.contains("P-1"))
    }

    @Test(arguments: [
        AttemptOutcome?.none, .failed(Failure(.fatal, "no")), .unknown(reason: "lost"),
    ])
    func anAnswerThatRestsOnSomethingElseIsSaid(outcome: AttemptOutcome?) throws {
        var scribe = try SessionSample.scribe()
        if let outcome {
            let attempt = try SessionSample.attempt([:])
            _ = scribe.entries(for: try SessionSample.ended(attempt, outcome))
        }
        _ = scribe.entries(for: call("{}"))
        let entries = scribe.entries(for: answer(#"{"id":"P-1",\#(receipt("succeeded"))}"#))
        #expect(text(entries).contains("unplayable"))
    }

    private static func yes(_ identity: Identity) -> Decision {
        Decision(
            word: .approve, by: "ada", identity: identity, reason: nil, at: ViewsProject.now)
    }

    @Test func approvalsThatWereAskedAreWatched() throws {
        var scribe = try SessionSample.scribe()
        _ = scribe.entries(for: call("{}"))
        _ = scribe.entries(
            for: answer(
                "{" + receipt("pending_approval", more: #","approval_id":"apr_1""#) + "}"))
        let held = try #require(scribe.held.first)
        #expect(held == .init(approval: "apr_1", call: SessionSample.call))
        var approval = Approval(
            id: ApprovalID(unchecked: "apr_1"), demands: [.confirmation(name: "r")],
            action: try SessionSample.attempt([:]).manifest.digest,
            askedAt: ViewsProject.now, decideBy: ViewsProject.now, executeWithinMs: 1,
            because: nil, policy: nil, state: .pending)
        let none = scribe.entry(for: held, approval, reason: nil)
        #expect(none == nil)
        #expect(scribe.held == [held])
        approval.state = .spent
        // What came through the client stands in what the client said.
        var confirmed = scribe
        approval.decisions = [Self.yes(.client("ada"))]
        let said = confirmed.entry(for: held, approval, reason: nil)
        #expect(said == nil && confirmed.held == [])
        approval.decisions = [Self.yes(.account("ada"))]
        var approved = scribe
        let decided = approved.entry(for: held, approval, reason: "ok")
        #expect(
            decided
                == .decided(
                    PersonDecision(
                        approval: "apr_1", decision: .approve(reason: "ok"), person: "ada")))
        #expect(approved.held == [])
        approval.state = .expired
        guard case .unplayable = scribe.entry(for: held, approval, reason: nil) else {
            Issue.record("time cannot be played again")
            return
        }
    }

    @Test func linesThatAreNoMessagesAreKeptAsTheyCame() throws {
        // Where a tool marks something, such a line might hold it.
        var scribe = try SessionSample.scribe(input: "note: { type: string }")
        let events: [(SessionEvent, SessionEntry)] = [
            (.client(.line(Array("{no".utf8))), .client(.text("{no"))),
            (.client(.line([0xff])), .client(.bytes([0xff]))),
            (.client(.oversized(bytes: 9)), .client(.oversized)),
            (.closed, .client(.closed)),
            (.client(.line(Array("[1]".utf8))), .client(.message([1]))),
        ]
        for (event, entry) in events {
            let entries = scribe.entries(for: event)
            #expect(entries == [entry])
        }
    }
}
