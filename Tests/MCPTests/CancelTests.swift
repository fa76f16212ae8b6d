// Cancellation and its races, progress, and the bound on requests in flight.

import JSON
import MCP
import Testing

struct CancelTests {
    private func opened(_ id: String, legacy: Bool) throws -> (Pipe, RequestHandle) {
        var pipe = legacy ? Pipe.legacy(.v2025_11_25) : Pipe()
        pipe.client(
            legacy
                ? Say.plain(id, "tools/call", #"{"name":"t","_meta":{"progressToken":"p"}}"#)
                : Say.modern(id, "tools/call", #","name":"t""#, meta: #","progressToken":"p""#))
        let handle = try pipe.call().handle
        return (pipe, handle)
    }

    @Test(arguments: [false, true])
    func aCancelledRequestIsNeverHeardOfAgain(_ legacy: Bool) throws {
        var (pipe, handle) = try opened("1", legacy: legacy)
        pipe.client(Say.cancel("1", #","reason":"Esc""#))
        pipe.cancelled(handle, reason: "Esc")
        pipe.take(pipe.session.progress(handle, message: "on", progress: 1, total: nil))
        pipe.silence()
        #expect(pipe.session.inFlight == 1, "it runs until the host says how it ended")
        pipe.answer(handle, .toolResult(Sample.result))
        pipe.silence()
        #expect(pipe.session.inFlight == 0)
    }

    @Test func errorsToACancelledRequestAreNotSentEither() throws {
        for answer in [SessionAnswer.internalError("x"), .unknownTool("t"), .invalidParams("y")] {
            var (pipe, handle) = try opened("1", legacy: false)
            pipe.client(Say.cancel("1"))
            pipe.cancelled(handle, reason: nil)
            pipe.answer(handle, answer)
            pipe.silence()
        }
    }

    @Test(arguments: [false, true])
    func aSecondCancelOrOneAfterTheEndIsIgnored(_ legacy: Bool) throws {
        var (pipe, handle) = try opened("1", legacy: legacy)
        pipe.client(Say.cancel("1"))
        pipe.cancelled(handle, reason: nil)
        pipe.client(Say.cancel("1"))
        pipe.silence()
        pipe.answer(handle, .toolResult(Sample.result))
        pipe.client(Say.cancel("1"))
        pipe.silence()
        #expect(pipe.notes.count == 2)
    }

    @Test func theIdIsFreeAgainOnlyWhenTheHostHasAnswered() throws {
        var (pipe, handle) = try opened("1", legacy: false)
        pipe.client(Say.cancel("1"))
        pipe.cancelled(handle, reason: nil)
        pipe.client(Say.modern("1", "tools/list"))
        pipe.error(-32600, id: 1)
        pipe.answer(handle, .toolResult(Sample.result))
        pipe.silence()
        pipe.client(Say.modern("1", "tools/list"))
        let list = try pipe.list()
        #expect(list != handle)
        pipe.answer(list, .tools([]))
        Shape.result(pipe.next(), of: .v2026_07_28, cacheable: true)
        pipe.silence()
    }

    @Test func anIdIsMatchedByTypeAndValue() throws {
        var (pipe, handle) = try opened("\"1\"", legacy: true)
        for other in ["1", "1.0", "\"01\"", "\"\"", "null", "[\"1\"]"] {
            pipe.client(Say.cancel(other))
        }
        pipe.silence()
        pipe.client(Say.cancel("\"1\""))
        pipe.cancelled(handle, reason: nil)
        var (other, number) = try opened("1", legacy: true)
        other.client(Say.cancel("\"1\""))
        other.silence()
        other.client(Say.cancel("1.0"))
        other.cancelled(number, reason: nil)
        pipe.silence()
        other.silence()
    }

    @Test(arguments: [
        #"{"jsonrpc":"2.0","method":"notifications/cancelled"}"#,
        #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{}}"#,
        #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":[1]}"#,
        #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":{"id":1}}}"#,
        #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":99}}"#,
        #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"hello"}}"#,
    ])
    func malformedAndUnknownCancelsAreIgnored(_ line: String) throws {
        var (pipe, handle) = try opened("1", legacy: true)
        pipe.client(line)
        pipe.silence()
        #expect(pipe.notes.count == 1)
        pipe.answer(handle, .toolResult(Sample.result))
        Shape.result(pipe.next(), of: .v2025_11_25)
        pipe.silence()
    }

    @Test func aReasonIsOptionalAndCutShort() throws {
        var (pipe, handle) = try opened("1", legacy: true)
        pipe.client(Say.cancel("1", #","reason":{"no":"text"}"#))
        pipe.cancelled(handle, reason: nil)
        let limit = MCPLimits.reasonCharacters
        for (length, expected) in [(limit, limit), (limit + 1, limit + 1), (9000, limit + 1)] {
            (pipe, handle) = try opened("1", legacy: true)
            let reason = String(repeating: "é", count: length)
            pipe.client(Say.cancel("1", #","reason":"\#(reason)""#))
            guard case .cancel(_, let told) = pipe.waiting.first else {
                Issue.record("no cancel")
                continue
            }
            #expect(told?.count == expected)
            #expect((told == reason) == (length == limit))
        }
    }

    @Test func progressIsToldOnlyForwardAndOnlyUntilTheEnd() throws {
        var (pipe, handle) = try opened("1", legacy: false)
        func step(_ progress: Int) {
            pipe.take(
                pipe.session.progress(handle, message: "m", progress: progress, total: 10))
        }
        step(1)
        pipe.server([
            "jsonrpc": "2.0", "method": "notifications/progress",
            "params": ["progressToken": "p", "progress": 1, "total": 10, "message": "m"],
        ])
        step(1)
        step(0)
        pipe.silence()
        step(5)
        #expect(pipe.next()?["params"]?["progress"] == 5)
        pipe.answer(handle, .toolResult(Sample.result))
        Shape.result(pipe.next(), of: .v2026_07_28)
        step(6)
        pipe.silence()
    }

    @Test func progressNeedsATokenAndItsMessageAVersion() throws {
        for version in ProtocolVersion.allCases where version < .v2026_07_28 {
            var pipe = Pipe.legacy(version)
            pipe.client(Say.plain("1", "tools/call", #"{"name":"t"}"#))
            let without = try pipe.call().handle
            pipe.take(pipe.session.progress(without, message: "m", progress: 1, total: nil))
            pipe.silence()
            let params = #"{"name":"t","_meta":{"progressToken":7.0}}"#
            pipe.client(Say.plain("2", "tools/call", params))
            let with = try pipe.call().handle
            pipe.take(pipe.session.progress(with, message: "m", progress: 1, total: nil))
            let line = pipe.nextText() ?? ""
            #expect(line.contains(#""progressToken":7.0,"progress":1"#), "told as it was given")
            #expect(line.contains("message") == (version >= .v2025_03_26))
            #expect(line.contains("total") == false)
            pipe.silence()
        }
    }

    @Test func requestsInFlightAreServedAtTheLimitAndShedPastIt() throws {
        var pipe = Pipe()
        var handles: [RequestHandle] = []
        for number in 1...MCPLimits.requestsInFlight {
            pipe.client(Say.modern("\(number)", "tools/call", #","name":"t""#))
            handles.append(try pipe.call().handle)
        }
        #expect(pipe.session.inFlight == MCPLimits.requestsInFlight)
        pipe.client(Say.modern("\"more\"", "tools/call", #","name":"t""#))
        pipe.error(-32603, id: "more", "Retry later")
        pipe.client(Say.modern("\"ask\"", "server/discover"))
        Shape.result(pipe.next(), of: .v2026_07_28, cacheable: true)
        pipe.client(Say.cancel("1"))
        pipe.cancelled(handles[0], reason: nil)
        pipe.client(Say.modern("\"more\"", "tools/list"))
        pipe.error(-32603, id: "more")
        pipe.answer(handles[0], .toolResult(Sample.result))
        pipe.client(Say.modern("\"more\"", "tools/list"))
        _ = try pipe.list()
        pipe.silence()
    }
}
