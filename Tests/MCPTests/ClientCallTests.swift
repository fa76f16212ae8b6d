// Calling a tool: what is sent in each era, what each answer comes to, progress, cancellation.

import JSON
import Testing

@testable import MCP

struct ClientCallTests {
    private let full = OutboundCall(
        name: "t", arguments: ["a": 1],
        meta: [
            "traceparent": "00-1-2-01", "progressToken": "mine",
            "io.modelcontextprotocol/protocolVersion": "1999-01-01",
        ], wantsProgress: true,
        input: CallInput(responses: ["k": ["action": "accept"]], requestState: "s"))

    @Test func aStatelessCallSaysEverythingItself() throws {
        var pipe = ClientPipe.ready(.v2026_07_28)
        _ = try pipe.call(full)
        pipe.sent([
            "jsonrpc": "2.0", "id": 2, "method": "tools/call",
            "params": [
                "name": "t", "arguments": ["a": 1],
                "inputResponses": ["k": ["action": "accept"]], "requestState": "s",
                "_meta": [
                    "traceparent": "00-1-2-01", "progressToken": 2,
                    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                    "io.modelcontextprotocol/clientCapabilities": [:],
                    "io.modelcontextprotocol/clientInfo": [
                        "name": "holdfast", "version": "0.1.0",
                    ],
                ],
            ],
        ])
        pipe.silence()
    }

    @Test(arguments: ProtocolVersion.allCases.filter { $0 < .v2026_07_28 })
    func anOlderCallSaysNoMoreThanItsVersionKnows(_ version: ProtocolVersion) throws {
        var pipe = ClientPipe.ready(version)
        _ = try pipe.call(full)
        pipe.sent([
            "jsonrpc": "2.0", "id": 3, "method": "tools/call",
            "params": [
                "name": "t", "arguments": ["a": 1],
                "_meta": ["traceparent": "00-1-2-01", "progressToken": 3],
            ],
        ])
        _ = try pipe.call()
        pipe.sent([
            "jsonrpc": "2.0", "id": 4, "method": "tools/call",
            "params": ["name": "t", "arguments": [:]],
        ])
        pipe.silence()
    }

    @Test func aResultIsKeptExactlyAsItCame() throws {
        var pipe = ClientPipe.ready(.v2026_07_28)
        let handle = try pipe.call()
        _ = pipe.next()
        let text = #"{"jsonrpc":"2.0","id":2,"result":{"resultType":"complete","content":["#
            + #"{"type":"text","text":"é\u0000","_meta":{"z":1,"a":1.50}},"#
            + #"{"type":"image","data":"AA==","mimeType":"image/png"},{"type":"new"}],"#
            + #""structuredContent":[1e2,{"b":-0}],"isError":true,"_meta":{"k":9007199254740993}}}"#
        pipe.server(text)
        guard case .result(handle, let result) = pipe.takeNext() else {
            Issue.record("no result")
            return
        }
        #expect(result.content.map { JSONValue.object($0).compactText } == [
            #"{"type":"text","text":"é\u0000","_meta":{"z":1,"a":1.50}}"#,
            #"{"type":"image","data":"AA==","mimeType":"image/png"}"#, #"{"type":"new"}"#,
        ])
        #expect(result.structuredContent?.compactText == #"[1e2,{"b":-0}]"#)
        #expect(result.isError)
        #expect(JSONValue.object(result.meta).compactText == #"{"k":9007199254740993}"#)
        pipe.silence()
        #expect(pipe.session.inFlight == 0)
    }

    @Test func whatAResultLeavesOutMeansNothing() throws {
        for version in ProtocolVersion.allCases {
            var pipe = ClientPipe.ready(version)
            let handle = try pipe.call()
            pipe.server(result: [:], to: pipe.next()?["id"] ?? .null)
            let empty = CallResult(
                content: [], structuredContent: nil, isError: false, meta: [:])
            pipe.expect(.result(handle, empty))
            pipe.silence()
        }
    }

    @Test(arguments: [
        (#""result":{"content":"text"}"#, "content must be a list, not string"),
        (#""result":{"content":["text"]}"#, "a content block"),
        (#""result":{"content":[{"text":"t"}]}"#, "a content block"),
        (#""result":{"isError":"no"}"#, "isError must be true or false"),
        (#""result":{"_meta":[]}"#, "_meta must be an object"),
        (#""result":{"resultType":1}"#, "resultType must be text"),
        (#""result":{"resultType":"task","taskId":"1"}"#, #"resultType "task""#),
        (#""result":{"resultType":"input_required"}"#, "input is required"),
        (#""result":{"resultType":"input_required","inputRequests":[]}"#, "inputRequests"),
        (#""result":{"resultType":"input_required","requestState":{}}"#, "requestState"),
        (#""result":"done""#, "result must be an object, not string"),
        (#""result":null"#, "result must be an object, not null"),
        (#""result":{},"error":{"code":1,"message":"m"}"#, "both"),
        (#""error":{"code":"1","message":"m"}"#, "error must be an object"),
        (#""error":{"code":1}"#, "error must be an object"),
        (#""error":null"#, "error must be an object"),
    ])
    func anAnswerOfTheWrongShapeEndsTheCallAndSaysWhy(
        _ members: String, _ reason: String
    ) throws {
        var pipe = ClientPipe.ready(.v2026_07_28)
        let handle = try pipe.call()
        _ = pipe.next()
        pipe.server("{\"jsonrpc\":\"2.0\",\"id\":2,\(members)}")
        pipe.malformed(handle, reason)
        pipe.silence()
        #expect(pipe.session.inFlight == 0)
    }

    @Test func anAnswerWithoutItsProtocolNameIsMalformed() throws {
        var pipe = ClientPipe.ready(.v2025_06_18)
        let handle = try pipe.call()
        _ = pipe.next()
        pipe.server(#"{"id":3,"result":{}}"#)
        pipe.malformed(handle, "jsonrpc")
        pipe.silence()
    }

    @Test func resultTypesAreNothingToTheOlderVersions() throws {
        var pipe = ClientPipe.ready(.v2025_11_25)
        let handle = try pipe.call()
        _ = pipe.next()
        pipe.server(result: ["resultType": "input_required", "content": []], to: 3)
        let empty = CallResult(content: [], structuredContent: nil, isError: false, meta: [:])
        pipe.expect(.result(handle, empty))
    }

    @Test func anErrorAnswerIsHandedOnWithItsData() throws {
        var pipe = ClientPipe.ready(.v2026_07_28)
        let handle = try pipe.call()
        _ = pipe.next()
        pipe.server(
            #"{"jsonrpc":"2.0","id":2,"error":{"code":-32602,"message":"no","data":{"a":[1]}}}"#)
        let error = ServerError(code: -32602, message: "no", data: ["a": [1]])
        pipe.expect(.failed(handle, .error(error)))
        pipe.silence()
        #expect(RequestFailure.error(error).message.contains("-32602: no"))
    }

    @Test func inputThatIsRequiredIsAskedForAndTheCallIsOver() throws {
        var pipe = ClientPipe.ready(.v2026_07_28)
        let handle = try pipe.call()
        _ = pipe.next()
        let ask: JSONValue = ["method": "elicitation/create", "params": ["message": "Name?"]]
        pipe.server(
            result: [
                "resultType": "input_required", "inputRequests": ["name": ask],
                "requestState": "opaque",
            ], to: 2)
        pipe.expect(
            .inputRequired(
                handle, InputRequest(requests: ["name": ask], requestState: "opaque")))
        pipe.silence()
        #expect(pipe.session.inFlight == 0)
        let later = try pipe.call()
        _ = pipe.next()
        pipe.server(result: ["resultType": "input_required", "requestState": "again"], to: 3)
        pipe.expect(.inputRequired(later, InputRequest(requests: [:], requestState: "again")))
    }

    @Test func answersComeInAnyOrderAndOnlyOnce() throws {
        var pipe = ClientPipe.ready(.v2026_07_28)
        let first = try pipe.call()
        let second = try pipe.call()
        _ = (pipe.next(), pipe.next())
        pipe.server(error: 1, to: 3)
        // The same number, written otherwise.
        pipe.server(error: 2, to: .number(JSONNumber(2)))
        pipe.expect(.failed(second, .error(ServerError(code: 1, message: "no", data: nil))))
        pipe.expect(.failed(first, .error(ServerError(code: 2, message: "no", data: nil))))
        pipe.server(error: 1, to: 3)
        pipe.silence()
        #expect(pipe.notes.count == 1)
    }

    @Test func progressIsToldWhileItLeadsOn() throws {
        var pipe = ClientPipe.ready(.v2026_07_28)
        let handle = try pipe.call(OutboundCall(name: "t", wantsProgress: true))
        let quiet = try pipe.call()
        _ = (pipe.next(), pipe.next())
        for params in [
            #"{"progressToken":2,"progress":0.5,"total":3,"message":"half"}"#,
            #"{"progressToken":2,"progress":1e0}"#,
        ] {
            pipe.server(#"{"jsonrpc":"2.0","method":"notifications/progress","params":\#(params)}"#)
        }
        pipe.expect(
            .progress(
                handle,
                ProgressReport(
                    progress: JSONNumber(validLexeme: "0.5"), total: JSONNumber(3),
                    message: "half")))
        pipe.expect(
            .progress(
                handle, ProgressReport(progress: JSONNumber(1), total: nil, message: nil)))
        for params: JSONValue in [
            ["progressToken": 2, "progress": 1], ["progressToken": 2, "progress": "2"],
            ["progressToken": 3, "progress": 1], ["progressToken": "2", "progress": 2],
            ["progressToken": 99, "progress": 1], ["progress": 1], [:],
        ] {
            pipe.server(notification: "notifications/progress", params)
            pipe.silence()
        }
        pipe.server(result: [:], to: 2)
        _ = pipe.takeNext()
        pipe.server(notification: "notifications/progress", ["progressToken": 2, "progress": 9])
        pipe.silence()
        pipe.take(pipe.session.cancel(quiet, reason: nil))
        #expect(pipe.session.inFlight == 0)
    }

    @Test(arguments: ProtocolVersion.allCases)
    func aCancelledCallIsHeardOfNoMore(_ version: ProtocolVersion) throws {
        var pipe = ClientPipe.ready(version)
        let handle = try pipe.call(OutboundCall(name: "t", wantsProgress: true))
        let id = pipe.next()?["id"] ?? .null
        pipe.take(pipe.session.cancel(handle, reason: "too late"))
        pipe.sent([
            "jsonrpc": "2.0", "method": "notifications/cancelled",
            "params": ["requestId": id, "reason": "too late"],
        ])
        #expect(pipe.session.inFlight == 0)
        pipe.take(pipe.session.cancel(handle, reason: nil))
        pipe.server(notification: "notifications/progress", ["progressToken": id, "progress": 1])
        pipe.server(result: [:], to: id)
        pipe.server(error: 1, to: id)
        pipe.take(pipe.session.end())
        pipe.silence()
    }

    @Test func whatIsInFlightAtTheEndIsUnknown() throws {
        var pipe = ClientPipe.ready(.v2026_07_28)
        let handles = try (0..<20).map { _ in try pipe.call() }
        let list = try pipe.list()
        for _ in 0..<21 { _ = pipe.next() }
        pipe.server(error: 1, to: 2)
        _ = pipe.takeNext()
        pipe.take(pipe.session.end())
        for handle in handles.dropFirst() + [list] {
            pipe.expect(.failed(handle, .connectionEnded))
        }
        pipe.silence()
        #expect(pipe.session.inFlight == 0)
        pipe.server(result: [:], to: 3)
        pipe.silence()
        #expect(RequestFailure.connectionEnded.message.contains("unknown"))
    }
}
