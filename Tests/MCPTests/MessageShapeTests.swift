// Objects of the wrong shape, ids of every kind, and the messages that are never answered.

import JSON
import MCP
import Testing

struct MessageShapeTests {
    @Test(arguments: [
        (#"{"id":1,"method":"ping"}"#, JSONValue.integer(1)),
        (#"{"jsonrpc":"1.0","id":"a","method":"ping"}"#, "a"),
        (#"{"jsonrpc":2.0,"id":1,"method":"ping"}"#, 1),
        (#"{"jsonrpc":"2.0","id":1,"method":7}"#, 1),
        (#"{"jsonrpc":"2.0","id":1}"#, 1),
        (#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}"#, 1),
        (#"{"jsonrpc":"2.0","id":1,"method":"ping","params":null}"#, 1),
        (#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":"x"}"#, 1),
        (#"{"jsonrpc":"2.0","id":1,"method":"ping","result":{}}"#, 1),
    ])
    func wrongShapeIsAnInvalidRequestWithItsId(_ line: String, _ id: JSONValue) {
        var pipe = Pipe()
        pipe.client(line)
        pipe.error(-32600, id: id)
        pipe.silence()
    }

    @Test(arguments: ["{}", #"{"jsonrpc":"2.0"}"#, #"{"method":"ping"}"#])
    func wrongShapeWithoutIdIsAnsweredWithoutId(_ line: String) {
        var pipe = Pipe()
        pipe.client(line)
        pipe.error(-32600, id: nil)
        pipe.silence()
    }

    @Test(arguments: ["null", "1.5", "true", "{}", "[1]", "1e-1"])
    func idsOfTheWrongKindAreRefusedWithoutId(_ id: String) {
        var pipe = Pipe()
        pipe.client(Say.plain(id, "ping"))
        pipe.error(-32600, id: nil, "id must be")
        pipe.silence()
    }

    @Test(arguments: ["1", "0", "-7", "1.0", "1e2", "\"\"", "\"1\"", "\"é\"", "9007199254740993"])
    func idsComeBackDigitForDigit(_ id: String) {
        var pipe = Pipe()
        pipe.client(Say.plain(id, "ping"))
        #expect(pipe.nextText() == #"{"jsonrpc":"2.0","id":\#(id),"result":{}}"# + "\n")
        pipe.silence()
    }

    @Test func idsAreServedAtTheLengthLimitAndRefusedOnePast() {
        var pipe = Pipe()
        let longest = String(repeating: "i", count: MCPLimits.tokenBytes)
        pipe.client(Say.plain("\"\(longest)\"", "ping"))
        pipe.server(["jsonrpc": "2.0", "id": .string(longest), "result": [:]])
        pipe.client(Say.plain("\"\(longest)i\"", "ping"))
        pipe.error(-32600, id: nil)
        pipe.client(Say.plain(String(repeating: "1", count: MCPLimits.tokenBytes + 1), "ping"))
        pipe.error(-32600, id: nil)
        pipe.silence()
    }

    @Test(arguments: [
        #"{"jsonrpc":"2.0","method":"notifications/unheard-of"}"#,
        #"{"jsonrpc":"2.0","method":"tools/call","params":{"name":"x"}}"#,
        #"{"jsonrpc":"2.0","method":"notifications/whatever","params":[1]}"#,
        #"{"jsonrpc":"2.0","method":"notifications/roots/list_changed"}"#,
    ])
    func unknownNotificationsAreNeverAnswered(_ line: String) {
        var pipe = Pipe()
        pipe.client(line)
        pipe.silence()
        #expect(pipe.notes.count == 1)
    }

    @Test(arguments: [
        #"{"jsonrpc":"2.0","id":1,"result":{}}"#,
        #"{"jsonrpc":"2.0","id":"x","error":{"code":-1,"message":"no"}}"#,
        #"{"jsonrpc":"2.0","error":{"code":-32700,"message":"no"}}"#,
        #"{"id":null,"result":7}"#,
    ])
    func responsesAreNeverAnsweredInEitherEra(_ line: String) {
        for start in [Pipe(), Pipe.legacy(.v2025_06_18)] {
            var pipe = start
            pipe.client(line)
            pipe.silence()
            #expect(pipe.notes == [.responseIgnored])
        }
    }

    @Test func clientTextInErrorsIsCutShort() {
        var pipe = Pipe()
        pipe.client(Say.plain("1", String(repeating: "m", count: 100_000)))
        let line = pipe.nextText() ?? ""
        #expect(line.contains("-32601") && line.utf8.count < 1000)
        pipe.silence()
    }
}
