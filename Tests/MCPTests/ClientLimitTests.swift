// The client's limits, each at its edge and one past it.

import JSON
import Testing

@testable import MCP

struct ClientLimitTests {
    @Test func requestsInFlight() throws {
        var pipe = ClientPipe.ready(.v2026_07_28)
        for _ in 0..<MCPLimits.requestsInFlight - 1 { _ = try pipe.call() }
        let last = try pipe.list()
        #expect(throws: NotSent.tooManyInFlight) { try pipe.call() }
        #expect(throws: NotSent.tooManyInFlight) { try pipe.list() }
        #expect(pipe.session.inFlight == MCPLimits.requestsInFlight)
        pipe.take(pipe.session.cancel(last, reason: nil))
        _ = try pipe.call()
        #expect(throws: NotSent.tooManyInFlight) { try pipe.call() }
    }

    @Test func bytesOfARequest() throws {
        var pipe = ClientPipe.ready(.v2025_11_25)
        func call(_ bytes: Int) -> OutboundCall {
            OutboundCall(
                name: "t", arguments: ["a": .string(String(repeating: "x", count: bytes))])
        }
        _ = try pipe.call(call(0))
        let overhead = pipe.next()?.compactBytes().count ?? 0
        let room = MCPLimits.lineBytes - overhead
        _ = try pipe.call(call(room))
        guard case .send(let line) = pipe.takeNext() else {
            Issue.record("not sent")
            return
        }
        #expect(line.count - 1 == MCPLimits.lineBytes)
        #expect(throws: NotSent.tooLarge(bytes: MCPLimits.lineBytes + 1)) {
            try pipe.call(call(room + 1))
        }
        pipe.silence()
        #expect(pipe.session.inFlight == 2)
        let message = NotSent.tooLarge(bytes: 7).message
        #expect(message.contains("7 bytes") && message.contains("\(MCPLimits.lineBytes)"))
    }

    @Test func pagesOfAList() throws {
        for pages in [MCPLimits.toolPages, MCPLimits.toolPages + 1] {
            var pipe = ClientPipe.ready(.v2026_07_28)
            let handle = try pipe.list()
            for page in 1...min(pages, MCPLimits.toolPages) {
                let id = pipe.next()?["id"] ?? .null
                var result: JSONObject = ["tools": [Reply.tool("t\(page)")]]
                if page < pages { result["nextCursor"] = "same" }
                pipe.server(result: .object(result), to: id)
            }
            if pages == MCPLimits.toolPages {
                #expect(pipe.tools()?.tools.count == pages)
            } else {
                pipe.malformed(handle, "more than \(MCPLimits.toolPages) pages")
            }
            pipe.silence()
        }
    }

    @Test func toolsOfAList() throws {
        for count in [MCPLimits.listedTools, MCPLimits.listedTools + 1] {
            var pipe = ClientPipe.ready(.v2026_07_28)
            let handle = try pipe.list()
            _ = pipe.next()
            let tools = (0..<count - 1).map { Reply.tool("t\($0)") }
            pipe.server(result: ["tools": .array(tools), "nextCursor": "2"], to: 2)
            _ = pipe.next()
            pipe.server(result: ["tools": [Reply.tool("last")]], to: 3)
            if count == MCPLimits.listedTools {
                #expect(pipe.tools()?.tools.count == count)
            } else {
                pipe.malformed(handle, "more than \(MCPLimits.listedTools) tools")
            }
            pipe.silence()
        }
    }

    @Test func bytesOfAList() throws {
        let empty = JSONValue.object([
            "name": "a", "inputSchema": [:], "description": "",
        ]).compactBytes().count
        for past in [0, 1] {
            var pipe = ClientPipe.ready(.v2026_07_28)
            let handle = try pipe.list()
            _ = pipe.next()
            // Two pages of half the limit each.
            for (id, name) in [(2, "a"), (3, "b")] {
                let length = MCPLimits.toolListBytes / 2 - empty + (name == "b" ? past : 0)
                let text = String(repeating: "d", count: length)
                var page: JSONObject = [
                    "tools": [
                        [
                            "name": .string(name), "inputSchema": [:],
                            "description": .string(text),
                        ]
                    ]
                ]
                if name == "a" { page["nextCursor"] = "2" }
                pipe.server(result: .object(page), to: .integer(id))
                if name == "a" { _ = pipe.next() }
            }
            if past == 0 {
                #expect(pipe.tools()?.tools.count == 2)
            } else {
                pipe.malformed(handle, "more than \(MCPLimits.toolListBytes) bytes")
            }
            pipe.silence()
        }
    }

    @Test func digitsOfProgress() throws {
        var pipe = ClientPipe.ready(.v2026_07_28)
        let handle = try pipe.call(OutboundCall(name: "t", wantsProgress: true))
        _ = pipe.next()
        for digits in [MCPLimits.tokenBytes, MCPLimits.tokenBytes + 1] {
            let number = JSONNumber(validLexeme: String(repeating: "9", count: digits))
            pipe.server(
                notification: "notifications/progress",
                ["progressToken": 2, "progress": .number(number), "total": .number(number)])
            if digits == MCPLimits.tokenBytes {
                pipe.expect(
                    .progress(
                        handle, ProgressReport(progress: number, total: number, message: nil)))
            }
            pipe.silence()
        }
    }

    @Test func bytesOfACursor() throws {
        for bytes in [MCPLimits.serverCursorBytes, MCPLimits.serverCursorBytes + 1] {
            var pipe = ClientPipe.ready(.v2026_07_28)
            let handle = try pipe.list()
            _ = pipe.next()
            let cursor = String(repeating: "c", count: bytes)
            pipe.server(result: ["tools": [], "nextCursor": .string(cursor)], to: 2)
            if bytes == MCPLimits.serverCursorBytes {
                #expect(pipe.next()?["params"]?["cursor"] == .string(cursor))
            } else {
                pipe.malformed(handle, "more than \(MCPLimits.serverCursorBytes) bytes")
            }
            pipe.silence()
        }
    }

    @Test func messagesOfABatch() {
        for count in [MCPLimits.batchMessages, MCPLimits.batchMessages + 1] {
            var pipe = ClientPipe.ready(.v2025_03_26)
            let ping: JSONValue = ["jsonrpc": "2.0", "id": 1, "method": "ping"]
            pipe.server(.array(Array(repeating: ping, count: count)))
            if count == MCPLimits.batchMessages {
                #expect(pipe.next()?.arrayValue?.count == count)
            } else {
                #expect(pipe.notes.count == 1)
            }
            pipe.silence()
        }
    }

    @Test func wordsOfTheServer() throws {
        let limit = MCPLimits.errorCharacters
        for count in [limit, limit + 1] {
            var pipe = ClientPipe.ready(.v2026_07_28)
            let handle = try pipe.call(OutboundCall(name: "t", wantsProgress: true))
            _ = pipe.next()
            let words = String(repeating: "w", count: count)
            let kept = count == limit ? words : String(repeating: "w", count: limit) + "…"
            pipe.server(
                notification: "notifications/progress",
                ["progressToken": 2, "progress": 1, "message": .string(words)])
            pipe.expect(
                .progress(
                    handle,
                    ProgressReport(progress: JSONNumber(1), total: nil, message: kept)))
            pipe.server(error: 1, to: 2, words)
            pipe.expect(.failed(handle, .error(ServerError(code: 1, message: kept, data: nil))))
        }
    }

    @Test func wordsOfACancellation() throws {
        let limit = MCPLimits.reasonCharacters
        for count in [limit, limit + 1] {
            var pipe = ClientPipe.ready(.v2026_07_28)
            let handle = try pipe.call()
            _ = pipe.next()
            let reason = String(repeating: "r", count: count)
            pipe.take(pipe.session.cancel(handle, reason: reason))
            let sent = pipe.next()?["params"]?["reason"]?.stringValue
            #expect(sent?.unicodeScalars.count == (count == limit ? limit : limit + 1))
        }
    }

    @Test func bytesAServersRequestIdMayHave() {
        for bytes in [MCPLimits.tokenBytes, MCPLimits.tokenBytes + 1] {
            var pipe = ClientPipe.ready(.v2025_11_25)
            let id = JSONValue.string(String(repeating: "i", count: bytes))
            pipe.server(["jsonrpc": "2.0", "id": id, "method": "ping"])
            if bytes == MCPLimits.tokenBytes { #expect(pipe.next()?["id"] == id) }
            pipe.silence()
        }
    }
}
