// Ways in: discovery, `initialize`, neither, and both on one pipe.

import JSON
import MCP
import Testing

struct HandshakeTests {
    private func initialize(_ id: String, _ version: String) -> String {
        Say.plain(id, "initialize", #"{"protocolVersion":\#(version),"capabilities":{}}"#)
    }

    @Test func discoverIsAnsweredAtOnceAndExactly() {
        var pipe = Pipe()
        pipe.client(Say.modern("\"discover-1\"", "server/discover"))
        pipe.server([
            "jsonrpc": "2.0", "id": "discover-1",
            "result": [
                "resultType": "complete", "supportedVersions": ["2026-07-28"],
                "capabilities": [
                    "tools": ["listChanged": true],
                    "resources": ["subscribe": true, "listChanged": true], "prompts": [:],
                    "completions": [:],
                    "extensions": ["io.modelcontextprotocol/tasks": [:]],
                ],
                "instructions": "Be careful.",
                "ttlMs": 3_600_000, "cacheScope": "public",
                "_meta": [
                    "io.modelcontextprotocol/serverInfo": [
                        "name": "holdfast", "title": "Holdfast", "version": "0.1.0",
                    ]
                ],
            ],
        ])
        pipe.silence()
    }

    @Test func discoverWithoutMetaNamesTheMissingKeyInEitherEra() {
        for start in [Pipe(), Pipe.legacy(.v2025_11_25)] {
            var pipe = start
            pipe.client(Say.plain("1", "server/discover"))
            pipe.error(-32602, id: 1, "io.modelcontextprotocol/protocolVersion")
            pipe.silence()
        }
    }

    @Test(arguments: ProtocolVersion.allCases.filter { $0 < .v2026_07_28 })
    func initializeEchoesEachLegacyVersion(_ version: ProtocolVersion) {
        var pipe = Pipe()
        pipe.client(initialize("0", "\"\(version.rawValue)\""))
        var info: JSONObject = ["name": "holdfast", "version": "0.1.0"]
        if version >= .v2025_06_18 { info["title"] = "Holdfast" }
        var capabilities: JSONObject = [
            "tools": ["listChanged": true],
            "resources": ["subscribe": true, "listChanged": true], "prompts": [:],
        ]
        if version >= .v2025_03_26 { capabilities["completions"] = [:] }
        pipe.server([
            "jsonrpc": "2.0", "id": 0,
            "result": [
                "protocolVersion": .string(version.rawValue),
                "capabilities": .object(capabilities),
                "serverInfo": .object(info), "instructions": "Be careful.",
            ],
        ])
        pipe.silence()
    }

    @Test(arguments: ["2026-07-28", "2099-01-01", "1.0", ""])
    func initializeWithAnotherVersionGetsOurLatestLegacyOne(_ version: String) {
        var pipe = Pipe()
        pipe.client(initialize("0", "\"\(version)\""))
        #expect(pipe.next()?["result"]?["protocolVersion"] == "2025-11-25")
        pipe.silence()
    }

    @Test(arguments: [
        "{}", #"{"protocolVersion":20250618}"#, #"{"protocolVersion":null}"#,
        #"{"protocolVersion":"2025-06-18","capabilities":[]}"#,
        #"{"protocolVersion":"2025-06-18","clientInfo":"me"}"#,
        #"{"protocolVersion":"2025-06-18","clientInfo":{"name":1}}"#,
        #"{"protocolVersion":"2025-06-18","_meta":[]}"#,
    ])
    func initializeOfTheWrongShapeSettlesNothing(_ params: String) {
        var pipe = Pipe()
        pipe.client(Say.plain("0", "initialize", params))
        pipe.error(-32602, id: 0)
        pipe.client(initialize("1", "\"2025-06-18\""))
        #expect(pipe.next()?["result"]?["protocolVersion"] == "2025-06-18")
        pipe.silence()
    }

    @Test func secondInitializeIsRefusedAndTheFirstStays() throws {
        var pipe = Pipe.legacy(.v2025_03_26)
        pipe.client(initialize("1", "\"2025-11-25\""))
        pipe.error(-32600, id: 1, "2025-03-26")
        pipe.client(Say.plain("2", "tools/call", #"{"name":"t"}"#))
        let call = try pipe.call()
        #expect(call.request.version == .v2025_03_26)
        pipe.silence()
    }

    @Test func requestsAreServedThoughInitializedNeverCame() throws {
        var pipe = Pipe()
        pipe.client(initialize("0", "\"2025-11-25\""))
        _ = pipe.next()
        pipe.client(Say.plain("1", "tools/list"))
        _ = try pipe.list()
        pipe.silence()
    }

    @Test func pingIsAnsweredAtAnyTimeExceptInTheStatelessEra() {
        for start in [Pipe(), Pipe.legacy(.v2024_11_05)] {
            var pipe = start
            pipe.client(Say.plain("1", "ping"))
            pipe.server(["jsonrpc": "2.0", "id": 1, "result": [:]])
            pipe.client(#"{"jsonrpc":"2.0","id":2,"method":"ping"}"#)
            pipe.server(["jsonrpc": "2.0", "id": 2, "result": [:]])
            pipe.client(Say.modern("3", "ping"))
            pipe.error(-32601, id: 3, "ping")
            pipe.silence()
        }
    }

    @Test(arguments: [
        "tools/list", "tools/call", "resources/list", "resources/templates/list",
        "resources/read", "resources/subscribe", "resources/unsubscribe", "prompts/list",
        "prompts/get", "completion/complete",
    ])
    func withoutAWayInBothWaysAreNamed(_ method: String) {
        var pipe = Pipe()
        pipe.client(Say.plain("1", method))
        let error = pipe.error(-32602, id: 1, "io.modelcontextprotocol/protocolVersion")
        let message = error?["message"]?.stringValue ?? ""
        #expect(message.contains("io.modelcontextprotocol/clientCapabilities"))
        #expect(message.contains("initialize"))
        #expect(error?["data"]?["supported"] == ["2026-07-28"])
        pipe.silence()
    }

    @Test func undeclaredAndUnknownMethodsAreAnsweredAtOnceInEveryEra() {
        let methods = [
            "logging/setLevel", "roots/list", "tasks/result", "tasks/list", "resources/lists",
            "notifications/initialized", "Tools/List", "tools/list ", "",
        ]
        for method in methods {
            var fresh = Pipe()
            fresh.client(Say.plain("1", method))
            fresh.error(-32601, id: 1)
            fresh.client(Say.modern("2", method))
            fresh.error(-32601, id: 2)
            fresh.silence()
            var legacy = Pipe.legacy(.v2025_11_25)
            legacy.client(Say.plain("1", method))
            legacy.error(-32601, id: 1)
            legacy.silence()
        }
    }

    @Test func bothErasLiveOnOnePipe() throws {
        var pipe = Pipe()
        pipe.client(Say.modern("1", "server/discover"))
        Shape.result(pipe.next(), of: .v2026_07_28, cacheable: true)
        pipe.client(Say.modern("2", "tools/call", #","name":"early""#))
        let early = try pipe.call()
        pipe.client(initialize("3", "\"2025-03-26\""))
        #expect(pipe.next()?["result"]?["protocolVersion"] == "2025-03-26")
        pipe.client(Say.plain("4", "tools/call", #"{"name":"old"}"#))
        let old = try pipe.call()
        pipe.client(Say.modern("5", "tools/call", #","name":"new""#))
        let new = try pipe.call()
        let versions = [early, old, new].map(\.request.version)
        #expect(versions == [.v2026_07_28, .v2025_03_26, .v2026_07_28])
        for (call, version) in zip([early, old, new], versions) {
            pipe.answer(call.handle, .toolResult(Sample.result))
            Shape.result(pipe.next(), of: version)
        }
        pipe.silence()
        #expect(pipe.session.inFlight == 0)
    }

    @Test func initializeIsNoMethodOfTheStatelessEra() {
        var pipe = Pipe()
        pipe.client(Say.modern("1", "initialize", #","protocolVersion":"2025-06-18""#))
        pipe.error(-32601, id: 1)
        pipe.client(Say.plain("2", "tools/list"))
        pipe.error(-32602, id: 2)
        pipe.silence()
    }

    @Test func methodsOfOneEraAreUnknownInTheOther() {
        for method in ["initialize", "ping", "resources/subscribe", "resources/unsubscribe"] {
            for start in [Pipe(), Pipe.legacy(.v2025_11_25)] {
                var pipe = start
                pipe.client(Say.modern("1", method, #","uri":"holdfast://runs/run_1""#))
                pipe.error(-32601, id: 1, method)
                pipe.silence()
            }
        }
        for method in ["server/discover", "subscriptions/listen"] {
            for start in [Pipe(), Pipe.legacy(.v2025_11_25)] {
                var pipe = start
                pipe.client(Say.plain("1", method, #"{"notifications":{}}"#))
                pipe.error(-32602, id: 1, "io.modelcontextprotocol/protocolVersion")
                pipe.silence()
            }
        }
    }
}
