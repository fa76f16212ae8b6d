// Lines from a server that no client expects: requests of its own, and what is no message at all.
// The session goes on, whatever came.

import JSON
import Testing

@testable import MCP

struct ClientLineTests {
    private static let legacy = ProtocolVersion.allCases.filter { $0 < .v2026_07_28 }

    @Test(arguments: legacy)
    func aPingIsAnsweredAndWhatWasNotOfferedIsRefused(_ version: ProtocolVersion) {
        var pipe = ClientPipe.ready(version)
        pipe.server(Say.plain("\"p\"", "ping"))
        pipe.sent(["jsonrpc": "2.0", "id": "p", "result": [:]])
        for method in [
            "roots/list", "sampling/createMessage", "elicitation/create", "tools/call", "Ping", "",
        ] {
            pipe.server(Say.plain("1.0", method))
            pipe.sent([
                "jsonrpc": "2.0", "id": 1,
                "error": ["code": -32601, "message": .string("Method not found: \(method)")],
            ])
        }
        pipe.silence()
        #expect(pipe.notes.count == 6)
    }

    @Test func aStatelessServerMayNotAskAndIsNotAnswered() {
        var pipe = ClientPipe.ready(.v2026_07_28)
        pipe.server(Say.plain("1", "ping"))
        pipe.server(Say.plain("1", "roots/list"))
        pipe.server(Say.plain("1", "ping", "[]"))
        pipe.silence()
        #expect(pipe.notes.count == 3)
        #expect(pipe.notes.first == .requestIgnored(method: "ping"))
    }

    @Test func aBrokenRequestIsRefusedWhereItsIdCanBeRead() {
        var pipe = ClientPipe.ready(.v2025_06_18)
        pipe.server(Say.plain("7", "ping", "[]"))
        #expect(pipe.next()?["error"]?["code"] == -32600)
        pipe.server(Say.plain("null", "ping"))
        pipe.silence()
    }

    private static let strange = [
        "", "[]", "[[]]", "[1]", "null", "7", "\"text\"", "{", "{}", "Starting server …",
        #"{"jsonrpc":"2.0"}"#, #"{"jsonrpc":"2.0","id":3}"#, #"{"jsonrpc":"2.0","id":true}"#,
        #"{"jsonrpc":"2.0","id":"2","result":{}}"#, #"{"jsonrpc":"2.0","id":99,"result":{}}"#,
        #"{"jsonrpc":"2.0","id":0,"result":{}}"#, #"{"jsonrpc":"2.0","id":-3,"error":{}}"#,
        #"{"jsonrpc":"2.0","id":null,"result":{}}"#, #"{"jsonrpc":"2.0","result":{}}"#,
        #"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"what?"}}"#,
        #"{"jsonrpc":"2.0","id":[2],"result":{}}"#, #"{"jsonrpc":"2.0","id":2.5,"result":{}}"#,
        #"{"jsonrpc":"2.0","id":1e400,"result":{}}"#,
        #"{"jsonrpc":"2.0","id":123456789012345678901234567890,"result":{}}"#,
        #"{"jsonrpc":"2.0","id":2,"id":2,"result":{}}"#, #"{"jsonrpc":"2.0","id":2,"result":{}"#,
        #"{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info"}}"#,
        #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":3}}"#,
        #"{"jsonrpc":"2.0","method":"notifications/progress","params":7}"#,
        #"{"jsonrpc":"2.0","method":"x","result":{}}"#,
        #"[{"jsonrpc":"2.0","id":2,"result":{}}]"#, "\u{FEFF}{}", "\u{0}",
    ]

    @Test func strangeLinesChangeNothing() throws {
        var pipe = ClientPipe.ready(.v2026_07_28)
        let handle = try pipe.call(OutboundCall(name: "t", wantsProgress: true))
        #expect(pipe.next()?["id"] == 2)
        for line in Self.strange {
            let notes = pipe.notes.count
            pipe.server(line)
            pipe.silence()
            #expect(pipe.notes.count == notes + 1, "\(line)")
        }
        pipe.take(pipe.session.receiveOversized())
        pipe.silence()
        #expect(pipe.notes.last == .oversized)
        #expect(pipe.session.inFlight == 1)
        pipe.server(error: 5, to: 2)
        pipe.expect(.failed(handle, .error(ServerError(code: 5, message: "no", data: nil))))
    }

    @Test func invalidUTF8IsNoMessage() {
        var pipe = ClientPipe.ready(.v2026_07_28)
        pipe.take(pipe.session.receive([0x22, 0xFF, 0x22]))
        pipe.silence()
        #expect(pipe.notes.count == 1)
    }

    @Test func aBatchIsTakenApartAndAnsweredAsOne() throws {
        var pipe = ClientPipe.ready(.v2025_03_26)
        let first = try pipe.call()
        let second = try pipe.call()
        _ = (pipe.next(), pipe.next())
        pipe.server([
            ["jsonrpc": "2.0", "id": "p", "method": "ping"],
            ["jsonrpc": "2.0", "id": 4, "result": [:]],
            ["jsonrpc": "2.0", "method": "notifications/tools/list_changed"],
            ["jsonrpc": "2.0", "id": "r", "method": "roots/list"],
            ["jsonrpc": "2.0", "id": 3, "error": ["code": 1, "message": "no"]],
        ])
        let sent = pipe.next()
        #expect(sent?.arrayValue?.map { $0["id"] } == ["p", "r"])
        #expect(sent?.arrayValue?.first?["result"] == [:])
        let empty = CallResult(content: [], structuredContent: nil, isError: false, meta: [:])
        pipe.expect(.result(second, empty))
        pipe.expect(.toolsChanged)
        pipe.expect(.failed(first, .error(ServerError(code: 1, message: "no", data: nil))))
        pipe.silence()
    }
}
