// Questions to a client's user: with the repeated request where there is no handshake, and as
// requests of the server's own after one.

import Foundation
import JSON
import MCP
import Testing

@Suite struct QuestionTests {
    private let form = SampleTask.question.form

    // MARK: - Repeated requests

    @Test func aCallMayBeAnsweredWithAQuestion() throws {
        var pipe = Pipe()
        pipe.client(Say.able(Say.forms, "1", "tools/call", #","name":"t""#))
        pipe.answer(
            try pipe.call().handle, .inputRequired(SampleTask.question, state: "state"))
        let sent = pipe.next()
        #expect(sent?["result"]?["resultType"] == "input_required")
        #expect(sent?["result"]?["inputRequests"] == SampleTask.inputRequests)
        #expect(sent?["result"]?["requestState"] == "state")
        pipe.silence()
    }

    @Test func theRepetitionBringsTheAnswer() throws {
        var pipe = Pipe()
        let answers: [(String, QuestionAnswer?)] = [
            (
                #"{"k":{"action":"accept","content":{"confirm":true}}}"#,
                .accepted(["confirm": true])
            ),
            (#"{"k":{"action":"accept"}}"#, .accepted([:])),
            (#"{"k":{"action":"decline"}}"#, .declined),
            (#"{"k":{"action":"cancel"}}"#, .dismissed),
            (
                #"{"k":{"action":"perhaps"}}"#,
                .unusable(reason: "action must be accept, decline or cancel")
            ),
            (#"{"k":[]}"#, .unusable(reason: "action must be accept, decline or cancel")),
            (
                #"{"k":{"action":"accept","content":[]}}"#,
                .unusable(reason: "content must be an object, not array")
            ),
            (#"{"other":{"action":"decline"}}"#, nil), ("{}", nil),
        ]
        for (text, expected) in answers {
            let more = #","name":"t","requestState":"s","inputResponses":\#(text)"#
            pipe.client(Say.able(Say.forms, "1", "tools/call", more))
            let (handle, request) = try pipe.call()
            #expect(request.reply?.requestState == "s")
            #expect(request.reply?.responses["k"] == expected)
            pipe.answer(handle, .invalidParams("used"))
            pipe.error(-32602, id: 1, "used")
            // Who cannot ask has nothing to answer.
            pipe.client(Say.modern("2", "tools/call", more))
            let deaf = try pipe.call()
            #expect(deaf.request.reply == InputReply(requestState: "s", responses: .none))
            pipe.answer(deaf.handle, .toolResult(Sample.result))
            _ = pipe.next()
        }
        pipe.silence()
    }

    @Test func answersWithoutAStateAnswerNothing() throws {
        var pipe = Pipe()
        pipe.client(
            Say.able(
                Say.forms, "1", "tools/call",
                #","name":"t","inputResponses":{"k":{"action":"accept"}}"#))
        #expect(try pipe.call().request.reply == nil)
    }

    @Test func statesOfTheWrongKindAreBadParams() throws {
        var pipe = Pipe()
        let longest = String(repeating: "s", count: MCPLimits.requestStateBytes)
        for bad in [
            #","requestState":1"#, #","requestState":"s","inputResponses":[]"#,
            #","inputResponses":"x""#, #","requestState":"\#(longest)s""#,
        ] {
            pipe.client(Say.able(Say.forms, "1", "tools/call", #","name":"t""# + bad))
            pipe.error(-32602, id: 1, "params.")
        }
        pipe.client(
            Say.able(Say.forms, "1", "tools/call", #","name":"t","requestState":"\#(longest)""#))
        #expect(try pipe.call().request.reply?.requestState == longest)
    }

    @Test func afterAHandshakeNothingIsRepeated() throws {
        var pipe = Pipe.legacy(.v2025_11_25, capabilities: Say.forms)
        pipe.client(
            Say.plain("1", "tools/call", #"{"name":"t","requestState":1,"inputResponses":[]}"#))
        #expect(try pipe.call().request.reply == nil)
    }

    // MARK: - Requests of the server's own

    private func asking(
        _ version: ProtocolVersion, _ capabilities: String = Say.forms
    ) throws -> (Pipe, RequestHandle) {
        var pipe = Pipe.legacy(version, capabilities: capabilities)
        pipe.client(Say.plain("1", "tools/call", #"{"name":"t"}"#))
        let handle = try pipe.call().handle
        pipe.take(pipe.session.ask(handle, form))
        return (pipe, handle)
    }

    private static let answer =
        #"{"jsonrpc":"2.0","id":"question-1","result":{"action":"accept","#
        + #""content":{"confirm":true}}}"#

    @Test(arguments: [ProtocolVersion.v2025_06_18, .v2025_11_25])
    func aQuestionGoesOutWhileItsCallWaits(_ version: ProtocolVersion) throws {
        var (pipe, handle) = try asking(version)
        var params: JSONObject = [
            "message": "Do it?", "requestedSchema": form.schema,
        ]
        if version == .v2025_11_25 { params["mode"] = "form" }
        #expect(
            pipe.next() == [
                "jsonrpc": "2.0", "id": "question-1", "method": "elicitation/create",
                "params": .object(params),
            ])
        // One at a time.
        pipe.take(pipe.session.ask(handle, form))
        pipe.silence()
        pipe.client(Self.answer)
        pipe.said(handle, .accepted(["confirm": true]))
        // It counts once.
        pipe.client(Self.answer)
        pipe.silence()
        #expect(pipe.notes == [.responseIgnored])
        pipe.answer(handle, .toolResult(Sample.result))
        #expect(pipe.next()?["id"] == 1)
        pipe.silence()
    }

    @Test func whateverTheClientAnswersReachesTheHost() throws {
        let answers: [(String, QuestionAnswer)] = [
            (#""result":{"action":"decline"}"#, .declined),
            (#""result":{"action":"cancel"}"#, .dismissed),
            (#""result":[]"#, .unusable(reason: "result must be an object, not array")),
            (
                #""error":{"code":-32601,"message":"no"}"#,
                .unusable(reason: "the client answered with error -32601")
            ),
            (
                #""error":1"#,
                .unusable(
                    reason: "error must be an object with an integer code and a text message")
            ),
        ]
        for (text, expected) in answers {
            var (pipe, handle) = try asking(.v2025_11_25)
            _ = pipe.next()
            pipe.client(#"{"jsonrpc":"2.0","id":"question-1",\#(text)}"#)
            pipe.said(handle, expected)
            pipe.silence()
        }
    }

    @Test func aCallThatIsOverIsNotAskedAbout() throws {
        var (pipe, handle) = try asking(.v2025_11_25)
        _ = pipe.next()
        pipe.answer(handle, .toolResult(Sample.result))
        let withdrawn = pipe.next()
        #expect(withdrawn?["method"] == "notifications/cancelled")
        #expect(withdrawn?["params"]?["requestId"] == "question-1")
        #expect(pipe.next()?["id"] == 1)
        pipe.client(Self.answer)
        #expect(pipe.notes == [.responseIgnored])
        pipe.take(pipe.session.ask(handle, form))
        pipe.silence()
    }

    @Test func cancellingTheCallTakesItsQuestionBack() throws {
        var (pipe, handle) = try asking(.v2025_11_25)
        _ = pipe.next()
        pipe.client(Say.cancel("1"))
        #expect(pipe.next()?["params"]?["requestId"] == "question-1")
        pipe.cancelled(handle, reason: nil)
        pipe.client(Self.answer)
        pipe.take(pipe.session.ask(handle, form))
        pipe.answer(handle, .toolResult(Sample.result))
        pipe.silence()
    }

    @Test func questionsOfCallsAtOnceAreKeptApart() throws {
        var (pipe, first) = try asking(.v2025_11_25)
        _ = pipe.next()
        pipe.client(Say.plain("2", "tools/call", #"{"name":"t"}"#))
        let second = try pipe.call().handle
        pipe.take(pipe.session.ask(second, form))
        #expect(pipe.next()?["id"] == "question-2")
        pipe.client(#"{"jsonrpc":"2.0","id":"question-2","result":{"action":"decline"}}"#)
        pipe.said(second, .declined)
        pipe.client(#"{"jsonrpc":"2.0","id":"question-3","result":{"action":"decline"}}"#)
        pipe.client(#"{"jsonrpc":"2.0","id":1,"result":{"action":"decline"}}"#)
        pipe.silence()
        pipe.client(Self.answer)
        pipe.said(first, .accepted(["confirm": true]))
    }

    @Test(arguments: [
        (ProtocolVersion.v2025_11_25, "{}"), (.v2025_11_25, #"{"elicitation":{"url":{}}}"#),
        (.v2025_03_26, Say.forms), (.v2024_11_05, Say.forms),
    ])
    func whoCannotAskIsNotAsked(_ version: ProtocolVersion, _ capabilities: String) throws {
        let (pipe, _) = try asking(version, capabilities)
        pipe.silence()
    }

    @Test func withoutAHandshakeTheServerAsksNothing() throws {
        var pipe = Pipe()
        pipe.client(Say.able(Say.forms, "1", "tools/call", #","name":"t""#))
        let handle = try pipe.call().handle
        pipe.take(pipe.session.ask(handle, form))
        pipe.client(Say.plain("2", "initialize", #"{"protocolVersion":"2025-11-25"}"#))
        _ = pipe.next()
        pipe.take(pipe.session.ask(handle, form))
        pipe.silence()
    }
}
