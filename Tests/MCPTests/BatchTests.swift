// Batches: only after a 2025-03-26 handshake, answered as one array when all of it is answered.

import JSON
import MCP
import Testing

struct BatchTests {
    private func call(_ id: String) -> String { Say.plain(id, "tools/call", #"{"name":"t"}"#) }

    private func notification(_ method: String) -> String {
        #"{"jsonrpc":"2.0","method":"\#(method)"}"#
    }

    @Test func noOtherVersionHasBatches() {
        let others = ProtocolVersion.allCases.filter { $0 < .v2026_07_28 && $0 != .v2025_03_26 }
        for start in [Pipe()] + others.map({ Pipe.legacy($0) }) {
            var pipe = start
            pipe.client("[\(Say.plain("1", "ping")),\(Say.modern("2", "tools/list"))]")
            pipe.error(-32600, id: nil, "batch")
            pipe.silence()
            #expect(pipe.session.inFlight == 0)
        }
    }

    @Test func anEmptyBatchIsInvalid() {
        var pipe = Pipe.legacy(.v2025_03_26)
        pipe.client("[]")
        pipe.error(-32600, id: nil, "empty")
        pipe.silence()
    }

    @Test func responsesComeTogetherWhenTheLastIsThere() throws {
        var pipe = Pipe.legacy(.v2025_03_26)
        pipe.client("[\(call("1")),\(Say.plain("2", "ping")),\(call("3")),7,{\"id\":4}]")
        let first = try pipe.call().handle
        let third = try pipe.call().handle
        pipe.silence()
        pipe.answer(third, .toolResult(Sample.result))
        pipe.silence()
        pipe.client(Say.plain("\"apart\"", "ping"))
        pipe.server(["jsonrpc": "2.0", "id": "apart", "result": [:]])
        pipe.answer(first, .unknownTool("t"))
        let responses = pipe.next()?.arrayValue ?? []
        #expect(responses.map { $0["id"] } == [2, nil, 4, 3, 1])
        #expect(responses.map { $0["error"]?["code"] } == [nil, -32600, -32600, nil, -32602])
        pipe.silence()
    }

    @Test func oneRequestIsStillAnsweredAsAnArray() {
        var pipe = Pipe.legacy(.v2025_03_26)
        pipe.client("[\(Say.plain("1", "ping"))]")
        pipe.server([["jsonrpc": "2.0", "id": 1, "result": [:]]])
        pipe.silence()
    }

    @Test func notificationsAndResponsesAloneAreNotAnswered() {
        var pipe = Pipe.legacy(.v2025_03_26)
        let response = #"{"jsonrpc":"2.0","id":1,"result":{}}"#
        pipe.client("[\(notification("notifications/initialized")),\(response)]")
        pipe.silence()
    }

    @Test func aCancelledRequestIsLeftOutOfItsBatch() throws {
        var pipe = Pipe.legacy(.v2025_03_26)
        pipe.client("[\(call("1")),\(Say.plain("2", "ping"))]")
        let handle = try pipe.call().handle
        pipe.client(Say.cancel("1"))
        pipe.cancelled(handle, reason: nil)
        pipe.server([["jsonrpc": "2.0", "id": 2, "result": [:]]])
        pipe.answer(handle, .toolResult(Sample.result))
        pipe.silence()
    }

    @Test func aBatchMayCancelItself() throws {
        var pipe = Pipe.legacy(.v2025_03_26)
        pipe.client("[\(call("1")),\(Say.cancel("1"))]")
        let handle = try pipe.call().handle
        pipe.cancelled(handle, reason: nil)
        pipe.silence()
        pipe.answer(handle, .toolResult(Sample.result))
        pipe.silence()
        #expect(pipe.session.inFlight == 0)
    }

    @Test func anIdIsTakenUntilItsBatchIsSent() throws {
        var pipe = Pipe.legacy(.v2025_03_26)
        pipe.client("[\(call("1")),\(Say.plain("2", "ping")),\(Say.plain("2", "ping"))]")
        let handle = try pipe.call().handle
        pipe.client(Say.plain("2", "ping"))
        pipe.error(-32600, id: 2)
        pipe.answer(handle, .toolResult(Sample.result))
        let responses = pipe.next()?.arrayValue ?? []
        #expect(responses.map { $0["id"] } == [2, 2, 1])
        #expect(responses.map { $0["error"]?["code"] } == [nil, -32600, nil])
        pipe.client(Say.plain("2", "ping"))
        pipe.server(["jsonrpc": "2.0", "id": 2, "result": [:]])
        pipe.silence()
    }

    @Test func noHandshakeAndNoStatelessRequestInABatch() {
        var pipe = Pipe.legacy(.v2025_03_26)
        let hello = Say.plain("1", "initialize", #"{"protocolVersion":"2025-11-25"}"#)
        pipe.client("[\(hello),\(Say.modern("2", "tools/list"))]")
        let responses = pipe.next()?.arrayValue ?? []
        #expect(responses.map { $0["error"]?["code"] } == [-32600, -32600])
        pipe.silence()
    }

    @Test func batchesAreServedAtTheLimitAndRefusedOnePast() {
        var pipe = Pipe.legacy(.v2025_03_26)
        func pings(_ count: Int) -> String {
            "[" + (1...count).map { Say.plain("\($0)", "ping") }.joined(separator: ",") + "]"
        }
        pipe.client(pings(MCPLimits.batchMessages))
        #expect(pipe.next()?.arrayValue?.count == MCPLimits.batchMessages)
        pipe.client(pings(MCPLimits.batchMessages + 1))
        pipe.error(-32600, id: nil, "100")
        pipe.silence()
    }
}
