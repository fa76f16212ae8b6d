// Lines that are no message: each gets one error, without an id where none can be read, and the
// session goes on.

import JSON
import MCP
import Testing

struct UnreadableLineTests {
    @Test(arguments: ["{", "not json", #"{"jsonrpc":"2.0","id":1,}"#, #"{"a":"\ud800"}"#, "{} {}"])
    func unparsableIsAParseErrorWithoutId(_ line: String) {
        var pipe = Pipe()
        pipe.client(line)
        pipe.error(-32700, id: nil, "Parse error: ")
        pipe.client(Say.plain("1", "ping"))
        pipe.server(["jsonrpc": "2.0", "id": 1, "result": [:]])
        pipe.silence()
    }

    @Test func invalidUTF8IsAParseError() {
        var pipe = Pipe()
        pipe.client(Array(#"{"jsonrpc":"2.0","id":1,"method":""#.utf8) + [0xFF] + Array("\"}".utf8))
        pipe.error(-32700, id: nil, "UTF-8")
        pipe.silence()
    }

    @Test func noVersionGivesAnUnreadableLineAnId() {
        for version in ProtocolVersion.allCases where version < .v2026_07_28 {
            var pipe = Pipe.legacy(version)
            pipe.client("{")
            #expect(pipe.nextText()?.contains("\"id\"") == false)
            pipe.silence()
        }
    }

    @Test func parseErrorsAreRationed() {
        var pipe = Pipe()
        for _ in 0..<MCPLimits.unreadableAnswersAtOnce {
            pipe.client("{")
            pipe.error(-32700, id: nil)
        }
        pipe.client("{")
        pipe.nowMs = MCPLimits.unreadableAnswerIntervalMs - 1
        pipe.client("{")
        pipe.silence()
        pipe.nowMs += 1
        pipe.client("{")
        pipe.error(-32700, id: nil)
        pipe.client("{")
        pipe.silence()
        let answered = pipe.notes.filter { note in
            if case .unparsable(_, let answered) = note { answered } else { false }
        }
        #expect(pipe.notes.count == 12, "the operator hears of each")
        #expect(answered.count == 9)
    }

    @Test func oversizedIsAnInvalidRequestWithoutId() {
        var pipe = Pipe()
        pipe.take(pipe.session.receiveOversized(nowMs: 0))
        pipe.error(-32600, id: nil, "10485760 bytes")
        pipe.silence()
        #expect(pipe.notes == [.oversized(answered: true)])
        for _ in 0..<20 { pipe.take(pipe.session.receiveOversized(nowMs: 5)) }
        #expect(pipe.waiting.count == MCPLimits.unreadableAnswersAtOnce - 1)
    }

    @Test(arguments: ["1", "\"text\"", "null", "true", "[]", "[1]", "[[]]"])
    func jsonThatIsNoObjectIsAnInvalidRequest(_ line: String) {
        var pipe = Pipe()
        pipe.client(line)
        pipe.error(-32600, id: nil)
        pipe.silence()
    }

    @Test func duplicateNamesAreRefused() {
        var pipe = Pipe()
        pipe.client(#"{"jsonrpc":"2.0","id":1,"method":"ping","id":2}"#)
        pipe.error(-32600, id: nil, "twice")
        pipe.client(#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"a":1,"\u0061":2}}"#)
        pipe.error(-32600, id: nil, "twice")
        pipe.silence()
    }

    @Test func depthIsServedAtTheLimitAndRefusedOnePast() {
        func nested(_ depth: Int) -> String {
            // The message and its params are two levels of their own.
            let inner = String(repeating: "[", count: depth - 2)
                + String(repeating: "]", count: depth - 2)
            return Say.plain("1", "ping", #"{"deep":\#(inner)}"#)
        }
        var pipe = Pipe()
        pipe.client(nested(MCPLimits.messageDepth))
        pipe.server(["jsonrpc": "2.0", "id": 1, "result": [:]])
        pipe.client(nested(MCPLimits.messageDepth + 1))
        pipe.error(-32600, id: nil, "deeper")
        pipe.silence()
    }

    @Test func valuesAreServedAtTheLimitAndRefusedOnePast() {
        func many(_ values: Int) -> String {
            // The message, its four members and the array itself count too.
            let numbers = Array(repeating: "1", count: values - 6).joined(separator: ",")
            return Say.plain("1", "ping", #"{"many":[\#(numbers)]}"#)
        }
        var pipe = Pipe()
        pipe.client(many(MCPLimits.messageValues))
        pipe.server(["jsonrpc": "2.0", "id": 1, "result": [:]])
        pipe.client(many(MCPLimits.messageValues + 1))
        pipe.error(-32600, id: nil, "more values")
        pipe.silence()
    }
}
