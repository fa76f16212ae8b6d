// `tools/list` and `tools/call` from request to result, in every version.

import JSON
import MCP
import Testing

struct ToolTests {
    /// A pipe and a line that lists or calls, in the way of `version`.
    private func opening(
        _ version: ProtocolVersion, _ method: String, _ params: String = ""
    ) -> (Pipe, String) {
        version == .v2026_07_28
            ? (Pipe(), Say.modern("1", method, params))
            : (Pipe.legacy(version), Say.plain("1", method, "{\(params.dropFirst())}"))
    }

    @Test(arguments: ProtocolVersion.allCases)
    func aListShowsWhatTheVersionKnowsSortedByName(_ version: ProtocolVersion) throws {
        var (pipe, line) = opening(version, "tools/list")
        pipe.client(line)
        let handle = try pipe.list()
        #expect(pipe.session.inFlight == 1)
        pipe.answer(handle, .tools(Sample.tools))
        let message = pipe.next()
        Shape.result(message, of: version, cacheable: true)
        let tools = message?["result"]?["tools"]?.arrayValue ?? []
        #expect(tools.map { $0["name"] } == ["Read", "read_a", "read_b"])
        for tool in tools {
            #expect(tool["inputSchema"] == ["type": "object", "properties": [:]])
            #expect(tool["description"] == "Reads.")
            #expect((tool["title"] != nil) == (version >= .v2025_06_18))
            #expect((tool["outputSchema"] != nil) == (version >= .v2025_06_18))
            #expect((tool["annotations"] != nil) == (version >= .v2025_03_26))
        }
        if version >= .v2026_07_28 {
            #expect(message?["result"]?["cacheScope"] == "private")
        }
        pipe.silence()
        #expect(pipe.session.inFlight == 0)
    }

    @Test func annotationsSayAllFourAndTheTitleWhereItHasNoOtherPlace() throws {
        let hints: JSONObject = [
            "readOnlyHint": true, "destructiveHint": false, "idempotentHint": true,
            "openWorldHint": false,
        ]
        for version in ProtocolVersion.allCases where version >= .v2025_03_26 {
            var (pipe, line) = opening(version, "tools/list")
            pipe.client(line)
            pipe.answer(try pipe.list(), .tools([Sample.tools[0]]))
            var expected = hints
            if version == .v2025_03_26 { expected["title"] = "Title of read_b" }
            let tool = pipe.next()?["result"]?["tools"]?.arrayValue?.first
            #expect(tool?["annotations"] == .object(expected))
        }
    }

    @Test(arguments: ProtocolVersion.allCases)
    func aResultShowsWhatTheVersionKnows(_ version: ProtocolVersion) throws {
        var (pipe, line) = opening(version, "tools/call", #","name":"t""#)
        pipe.client(line)
        let handle = try pipe.call().handle
        pipe.answer(handle, .toolResult(Sample.result))
        let message = pipe.next()
        Shape.result(message, of: version)
        let result = message?["result"]
        #expect(result?["content"] == [
            ["type": "text", "text": #"{"n":1}"#], ["type": "text", "text": "It was replayed."],
        ])
        #expect(result?["isError"] == false)
        #expect((result?["structuredContent"] == ["n": 1]) == (version >= .v2025_06_18))
        #expect(result?["_meta"]?["dev.holdfast/auditIndex"] == 7)
        pipe.silence()
    }

    @Test func aResultWithoutExtrasHasNone() throws {
        var pipe = Pipe.legacy(.v2025_11_25)
        pipe.client(Say.plain("1", "tools/call", #"{"name":"t"}"#))
        let failed = ToolResult(textBlocks: ["no"], isError: true)
        pipe.answer(try pipe.call().handle, .toolResult(failed))
        pipe.server([
            "jsonrpc": "2.0", "id": 1,
            "result": ["content": [["type": "text", "text": "no"]], "isError": true],
        ])
        pipe.silence()
    }

    @Test func aStatelessCallArrivesWithAllItSaid() throws {
        let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        let meta = #","io.modelcontextprotocol/clientInfo":{"name":"c","version":"2"},"#
            + #""progressToken":9,"traceparent":"\#(trace)","dev.holdfast/runId":"run_1","#
            + #""dev.holdfast/idempotencyKey":"k","unknown/key":[1]"#
        let params = #","name":"t","arguments":{"b":1.0,"a":null},"extra":true"#
        var pipe = Pipe()
        pipe.client(Say.modern("7.0", "tools/call", params, meta: meta))
        let call = try pipe.call().request
        #expect(call.name == "t")
        #expect(call.arguments.names == ["b", "a"])
        #expect(call.arguments["b"]?.numberValue?.lexeme == "1.0")
        #expect(call.meta["unknown/key"] == [1])
        #expect(call.version == .v2026_07_28)
        #expect(call.requestID.value.numberValue?.lexeme == "7.0")
        #expect(call.wantsProgress)
        #expect(call.clientInfo == PeerInfo(name: "c", version: "2"))
        #expect(call.traceparent == trace)
        #expect(call.runID == "run_1")
        #expect(call.idempotencyKey == "k")
        pipe.silence()
    }

    @Test func aLegacyCallIsFromWhoShookHands() throws {
        var pipe = Pipe.legacy(.v2025_06_18)
        let params = #"{"name":"t","_meta":{"dev.holdfast/runId":"r"}}"#
        pipe.client(Say.plain("1", "tools/call", params))
        let call = try pipe.call().request
        #expect(call.clientInfo == PeerInfo(name: "old", version: "1"))
        #expect(call.version == .v2025_06_18)
        #expect(call.runID == "r")
        #expect(call.arguments.isEmpty && call.idempotencyKey == nil && call.traceparent == nil)
        #expect(call.wantsProgress == false)
        pipe.silence()
    }

    @Test(arguments: [
        "", "garbage", "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-extra",
        "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01extra",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
        "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    ])
    func traceGarbageIsDroppedSilently(_ trace: String) throws {
        var pipe = Pipe()
        let meta = #","traceparent":"\#(trace)""#
        pipe.client(Say.modern("1", "tools/call", #","name":"t""#, meta: meta))
        let first = try pipe.call().request
        #expect(first.traceparent == nil)
        pipe.client(Say.modern("2", "tools/call", #","name":"t""#, meta: #","traceparent":5"#))
        let second = try pipe.call().request
        #expect(second.traceparent == nil)
        pipe.silence()
    }

    @Test func aLaterTraceVersionMayBeLongerUpToTheLimit() throws {
        let stem = "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-"
        let longest = stem + String(repeating: "x", count: MCPLimits.traceparentBytes - stem.count)
        for (trace, isKept) in [(longest, true), (longest + "x", false)] {
            var pipe = Pipe()
            let meta = #","traceparent":"\#(trace)""#
            pipe.client(Say.modern("1", "tools/call", #","name":"t""#, meta: meta))
            let kept = try pipe.call().request.traceparent
            #expect((kept == trace) == isKept)
        }
    }

    @Test func errorsOfTheHostKeepTheirCodes() throws {
        let answers: [(SessionAnswer, Int, String)] = [
            (.unknownTool("nope"), -32602, "Unknown tool: nope"),
            (.invalidParams("bad n"), -32602, "bad n"),
            (.internalError("disk full"), -32603, "disk full"),
        ]
        for version in ProtocolVersion.allCases {
            for (answer, code, message) in answers {
                var (pipe, line) = opening(version, "tools/call", #","name":"nope""#)
                pipe.client(line)
                pipe.answer(try pipe.call().handle, answer)
                #expect(pipe.error(code, id: 1)?["message"] == .string(message))
                pipe.silence()
            }
        }
    }

    @Test func answersMayComeInAnyOrder() throws {
        var pipe = Pipe()
        pipe.client(Say.modern("1", "tools/call", #","name":"a""#))
        pipe.client(Say.modern("2", "tools/call", #","name":"b""#))
        let first = try pipe.call().handle
        let second = try pipe.call().handle
        #expect(first < second)
        pipe.answer(second, .toolResult(Sample.result))
        #expect(pipe.next()?["id"] == 2)
        pipe.answer(first, .toolResult(Sample.result))
        #expect(pipe.next()?["id"] == 1)
        pipe.silence()
    }
}
