// The ladder of checks: a request that fails at one rung and at every later one is answered for
// the first. Size, UTF-8 and JSON are the rungs below, in LineFramerTests and UnreadableLineTests.

import JSON
import MCP
import Testing

struct CheckOrderTests {
    private let future = #"{"_meta":{"io.modelcontextprotocol/protocolVersion":"2099-01-01"}}"#

    @Test func anArrayIsJudgedBeforeWhatIsInIt() {
        var pipe = Pipe.legacy(.v2025_06_18)
        pipe.client("[\(Say.plain("null", "no/such", future))]")
        pipe.error(-32600, id: nil, "batch")
        pipe.silence()
    }

    @Test func shapeComesBeforeId() {
        var pipe = Pipe()
        pipe.client(#"{"jsonrpc":"2.0","id":1.5,"method":"no/such","params":[]}"#)
        pipe.error(-32600, id: nil, "params")
        pipe.silence()
    }

    @Test func idComesBeforeVersion() {
        var pipe = Pipe()
        pipe.client(Say.plain("1.5", "no/such", future))
        pipe.error(-32600, id: nil, "id must be")
        pipe.silence()
    }

    @Test func duplicateIdComesBeforeVersionAndTheFirstGoesOn() throws {
        var pipe = Pipe()
        pipe.client(Say.modern("1", "tools/call", #","name":"t""#))
        let call = try pipe.call()
        pipe.client(Say.plain("1", "no/such", future))
        pipe.error(-32600, id: 1, "not answered yet")
        pipe.client(Say.plain("1.0", "ping"))
        pipe.error(-32600, id: 1)
        pipe.client(Say.plain("\"1\"", "ping"))
        pipe.server(["jsonrpc": "2.0", "id": "1", "result": [:]])
        pipe.answer(call.handle, .toolResult(Sample.result))
        Shape.result(pipe.next(), of: .v2026_07_28)
        pipe.client(Say.plain("1", "ping"))
        pipe.server(["jsonrpc": "2.0", "id": 1, "result": [:]])
        pipe.silence()
    }

    @Test(arguments: [
        "2099-01-01", "2025-11-25", "2025-06-18", "2024-11-05", "", "draft", "2026-07-28 ",
    ])
    func versionComesBeforeMethodMetaAndParams(_ version: String) {
        for method in ["no/such", "server/discover", "tools/call", "initialize", "ping"] {
            for start in [Pipe(), Pipe.legacy(.v2025_11_25)] {
                var pipe = start
                let meta = #"{"io.modelcontextprotocol/protocolVersion":"\#(version)"}"#
                pipe.client(Say.plain("1", method, #"{"_meta":\#(meta),"name":7}"#))
                let error = pipe.error(-32022, id: 1)
                #expect(
                    error?["data"]
                        == ["supported": ["2026-07-28"], "requested": .string(version)])
                pipe.silence()
            }
        }
    }

    @Test func methodComesBeforeMetaAndParams() {
        var pipe = Pipe()
        let meta = #"{"_meta":{"io.modelcontextprotocol/protocolVersion":5}}"#
        pipe.client(Say.plain("1", "no/such", meta))
        pipe.error(-32601, id: 1, "no/such")
        pipe.client(Say.plain("2", "no/such", #"{"_meta":7}"#))
        pipe.error(-32601, id: 2)
        pipe.silence()
    }

    @Test func metaComesBeforeParams() {
        var pipe = Pipe()
        let meta = #""io.modelcontextprotocol/protocolVersion":"2026-07-28""#
        pipe.client(Say.plain("1", "tools/call", #"{"_meta":{\#(meta)},"name":7}"#))
        pipe.error(-32602, id: 1, "io.modelcontextprotocol/clientCapabilities")
        pipe.silence()
    }

    @Test(arguments: [
        (#""io.modelcontextprotocol/clientCapabilities":{}"#, "protocolVersion"),
        (#""io.modelcontextprotocol/clientInfo":{"name":"c","version":"1"}"#, "protocolVersion"),
        (#""io.modelcontextprotocol/logLevel":"info""#, "protocolVersion"),
        (#""io.modelcontextprotocol/protocolVersion":20260728"#, "protocolVersion"),
        (#""io.modelcontextprotocol/protocolVersion":null"#, "protocolVersion"),
        (#""io.modelcontextprotocol/protocolVersion":"2026-07-28""#, "clientCapabilities"),
    ])
    func anyClaimMakesARequestStatelessEvenAfterAHandshake(_ meta: String, _ missing: String) {
        for start in [Pipe(), Pipe.legacy(.v2025_11_25)] {
            for method in ["tools/list", "tools/call", "server/discover"] {
                var pipe = start
                pipe.client(Say.plain("1", method, #"{"_meta":{\#(meta)}}"#))
                pipe.error(-32602, id: 1, "io.modelcontextprotocol/\(missing)")
                pipe.silence()
            }
        }
    }

    @Test(arguments: [
        #","io.modelcontextprotocol/clientInfo":"me""#,
        #","io.modelcontextprotocol/clientInfo":{"version":"1"}"#,
        #","io.modelcontextprotocol/clientInfo":{"name":"c","version":1}"#,
        #","io.modelcontextprotocol/logLevel":"loud""#,
        #","io.modelcontextprotocol/logLevel":3"#,
        #","progressToken":1.5"#, #","progressToken":null"#, #","progressToken":{}"#,
        #","dev.holdfast/runId":7"#, #","dev.holdfast/idempotencyKey":null"#,
    ])
    func metaOfTheWrongTypeIsNamed(_ meta: String) {
        var pipe = Pipe()
        pipe.client(Say.modern("1", "tools/call", #","name":"t""#, meta: meta))
        let key = String(meta.dropFirst(2).prefix { $0 != "\"" })
        pipe.error(-32602, id: 1, key)
        pipe.silence()
    }

    @Test func clientCapabilitiesMustBeAnObject() {
        var pipe = Pipe()
        let meta = #""io.modelcontextprotocol/protocolVersion":"2026-07-28","#
            + #""io.modelcontextprotocol/clientCapabilities":["tools"]"#
        pipe.client(Say.plain("1", "tools/list", #"{"_meta":{\#(meta)}}"#))
        pipe.error(-32602, id: 1, "clientCapabilities")
        pipe.silence()
    }

    @Test func metaThatIsNoObjectIsNamedInEveryEra() {
        for start in [Pipe(), Pipe.legacy(.v2025_11_25)] {
            for method in ["ping", "tools/list", "tools/call", "server/discover"] {
                var pipe = start
                pipe.client(Say.plain("1", method, #"{"_meta":"2026-07-28","name":"t"}"#))
                pipe.error(-32602, id: 1, "params._meta must be an object")
                pipe.silence()
            }
        }
    }

    @Test(arguments: [
        "", #","name":7"#, #","name":null"#, #","arguments":{}"#, #","name":"t","arguments":[]"#,
        #","name":"t","arguments":null"#, #","name":"t","arguments":"{}""#,
    ])
    func callParamsOfTheWrongShapeAreInvalidParams(_ params: String) {
        var pipe = Pipe.legacy(.v2025_11_25)
        pipe.client(Say.modern("1", "tools/call", params))
        pipe.error(-32602, id: 1, "params.")
        pipe.client(Say.plain("2", "tools/call", "{\(params.dropFirst())}"))
        pipe.error(-32602, id: 2, "params.")
        pipe.silence()
        #expect(pipe.session.inFlight == 0)
    }

    @Test(arguments: [
        "resources/list", "resources/templates/list", "resources/read", "prompts/list",
        "prompts/get", "completion/complete", "subscriptions/listen",
    ])
    func theNewerMethodsKeepTheOrderToo(_ method: String) {
        var pipe = Pipe.legacy(.v2025_11_25)
        pipe.client(Say.plain("1", method, future))
        pipe.error(-32022, id: 1)
        let meta = #""io.modelcontextprotocol/protocolVersion":"2026-07-28""#
        let wrong = #""cursor":7,"uri":7,"name":7,"ref":7,"notifications":7"#
        pipe.client(Say.plain("2", method, #"{"_meta":{\#(meta)},\#(wrong)}"#))
        pipe.error(-32602, id: 2, "io.modelcontextprotocol/clientCapabilities")
        pipe.client(Say.modern("3", method, "," + wrong))
        let error = pipe.error(-32602, id: 3)
        #expect(error?["message"]?.stringValue?.contains("_meta") == false)
        pipe.silence()
        #expect(pipe.session.inFlight == 0)
    }
}
