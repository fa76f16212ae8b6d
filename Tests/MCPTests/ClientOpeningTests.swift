// Finding out what a server speaks: discovery, its errors, its silence, and the handshake after it.

import JSON
import Testing

@testable import MCP

struct ClientOpeningTests {
    private let agreed = ServerAgreement(
        version: .v2026_07_28, server: PeerInfo(name: "desk", version: "7"),
        capabilities: ["tools": [:]], instructions: "Be careful.")

    private func hello(_ id: JSONValue, _ version: String) -> JSONValue {
        [
            "jsonrpc": "2.0", "id": id, "method": "initialize",
            "params": [
                "protocolVersion": .string(version), "capabilities": [:],
                "clientInfo": ["name": "holdfast", "version": "0.1.0"],
            ],
        ]
    }

    private let initialized: JSONValue = [
        "jsonrpc": "2.0", "method": "notifications/initialized",
    ]

    /// A pipe on which discovery has just been asked for.
    private func probing() -> ClientPipe {
        var pipe = ClientPipe()
        _ = pipe.next()
        pipe.silence()
        return pipe
    }

    @Test func discoveryComesFirstAndSettlesTheStatelessEra() {
        var pipe = ClientPipe()
        pipe.sent([
            "jsonrpc": "2.0", "id": 1, "method": "server/discover",
            "params": [
                "_meta": [
                    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                    "io.modelcontextprotocol/clientCapabilities": [:],
                    "io.modelcontextprotocol/clientInfo": [
                        "name": "holdfast", "version": "0.1.0",
                    ],
                ]
            ],
        ])
        pipe.server(result: Reply.discovery, to: 1)
        pipe.expect(.ready(agreed))
        pipe.silence()
        #expect(pipe.session.agreement == agreed)
        #expect(pipe.session.dueMs == nil && pipe.notes.isEmpty)
    }

    @Test func anErrorOfTheStatelessEraIsAsGoodAsAResult() {
        var pipe = probing()
        pipe.server(Reply.unsupported(1, supported: ["2031-01-01", "2026-07-28", "2025-06-18"]))
        #expect(pipe.agreement()?.version == .v2026_07_28)
        pipe.silence()
        pipe = probing()
        pipe.server(error: -32021, to: 1)
        #expect(pipe.agreement()?.version == .v2026_07_28)
        pipe.silence()
    }

    @Test func aServerWithoutACommonStatelessVersionIsAskedForAHandshake() {
        for (supported, asked) in [
            (["2031-01-01"], "2025-11-25"), ([], "2025-11-25"),
            (["2031-01-01", "2025-03-26", "2025-06-18"], "2025-06-18"),
        ] {
            var pipe = probing()
            pipe.server(Reply.unsupported(1, supported: supported))
            pipe.sent(hello(2, asked))
            pipe.silence()
            pipe = probing()
            let names = JSONValue.array(supported.map(JSONValue.string))
            pipe.server(result: ["supportedVersions": names], to: 1)
            pipe.sent(hello(2, asked))
            pipe.silence()
        }
    }

    @Test(arguments: [
        #"{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"Method not found"}}"#,
        #"{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"before initialize"}}"#,
        #"{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":""}}"#,
        #"{"jsonrpc":"2.0","id":1,"error":{"code":-32022,"message":"no data"}}"#,
        #"{"jsonrpc":"2.0","id":1,"error":"broken"}"#,
        #"{"jsonrpc":"2.0","id":1,"result":{}}"#,
        #"{"jsonrpc":"2.0","id":1,"result":{"supportedVersions":"2026-07-28"}}"#,
        #"{"jsonrpc":"2.0","id":1,"result":[]}"#,
        #"{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"what?"}}"#,
        #"{"jsonrpc":"2.0","error":{"code":-32700,"message":"what?"}}"#,
    ])
    func everyOtherAnswerMeansAHandshake(_ answer: String) {
        var pipe = probing()
        pipe.server(answer)
        pipe.sent(hello(2, "2025-11-25"))
        pipe.silence()
        #expect(pipe.notes.count == 1)
        #expect(pipe.session.dueMs == nil)
    }

    @Test func silenceUntilTheTimeoutMeansAHandshakeToo() {
        var pipe = probing()
        #expect(pipe.session.dueMs == 6000)
        pipe.take(pipe.session.due(nowMs: 5999))
        pipe.silence()
        pipe.take(pipe.session.due(nowMs: 6000))
        pipe.sent(hello(2, "2025-11-25"))
        pipe.take(pipe.session.due(nowMs: 9_000_000))
        pipe.silence()
        pipe.server(result: Reply.handshake("2025-11-25"), to: 2)
        pipe.sent(initialized)
        #expect(pipe.agreement()?.version == .v2025_11_25)
        // The answer that came too late changes nothing any more.
        pipe.server(result: Reply.discovery, to: 1)
        pipe.silence()
        #expect(pipe.session.agreement?.version == .v2025_11_25)
    }

    /// A pipe on which discovery was not answered in time and the handshake was asked for.
    private func late() -> ClientPipe {
        var pipe = probing()
        pipe.take(pipe.session.due(nowMs: 6000))
        pipe.sent(hello(2, "2025-11-25"))
        pipe.notes = []
        return pipe
    }

    @Test func aLateDiscoveryCountsWhileTheHandshakeIsNotAnswered() {
        for answer in [
            #"{"jsonrpc":"2.0","id":2,"error":{"code":-32601,"message":"no such method"}}"#,
            #"{"jsonrpc":"2.0","id":2,"result":{"protocolVersion":"2025-11-25"}}"#,
        ] {
            var pipe = late()
            pipe.server(result: Reply.discovery, to: 1)
            pipe.expect(.ready(agreed))
            // What the handshake comes to is of no matter now.
            pipe.server(answer)
            pipe.server(result: Reply.discovery, to: 1)
            pipe.silence()
            #expect(pipe.notes.count == 2)
            #expect(pipe.session.agreement == agreed && pipe.session.dueMs == nil)
        }
        var pipe = late()
        pipe.server(Reply.unsupported(1, supported: ["2026-07-28"]))
        #expect(pipe.agreement()?.version == .v2026_07_28)
        pipe.silence()
    }

    @Test(arguments: [
        #"{"jsonrpc":"2.0","id":2,"error":{"code":-32601,"message":"no such method"}}"#,
        #"{"jsonrpc":"2.0","id":2,"result":{"protocolVersion":"2026-07-28"}}"#,
        #"{"jsonrpc":"2.0","id":2,"result":{}}"#,
        #"{"jsonrpc":"2.0","id":2,"result":7}"#,
    ])
    func aFailedHandshakeWaitsAsLongAgainForALateDiscovery(_ answer: String) {
        var pipe = late()
        pipe.server(answer)
        pipe.silence()
        #expect(pipe.session.dueMs == 11_000)
        pipe.take(pipe.session.due(nowMs: 10_999))
        pipe.server(Say.plain("\"p\"", "ping"))
        pipe.sent(["jsonrpc": "2.0", "id": "p", "result": [:]])
        pipe.server(result: Reply.discovery, to: 1)
        pipe.expect(.ready(agreed))
        pipe.silence()
        #expect(pipe.session.dueMs == nil)
        for end in [
            { $0.take($0.session.due(nowMs: 11_000)) }, { $0.take($0.session.end()) },
            { $0.server(error: -32601, to: 1) },
        ] as [(inout ClientPipe) -> Void] {
            var hopeless = late()
            hopeless.server(answer)
            end(&hopeless)
            guard case .unusable = hopeless.takeNext() else {
                Issue.record("nobody was told that it cannot be used")
                continue
            }
            hopeless.silence()
            #expect(hopeless.session.dueMs == nil)
        }
    }

    @Test func aLateDiscoveryThatSettlesNothingLeavesTheHandshake() {
        for answer in [
            #"{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no such method"}}"#,
            #"{"jsonrpc":"2.0","id":1,"result":{"supportedVersions":["2031-01-01"]}}"#,
            #"{"jsonrpc":"2.0","id":1,"result":{}}"#,
        ] {
            var pipe = late()
            pipe.server(answer)
            pipe.silence()
            #expect(pipe.notes.count == 1)
            // It has been answered: nothing is left to wait for.
            var refused = pipe
            refused.server(error: -32601, to: 2)
            guard case .unusable(.refused) = refused.takeNext() else {
                Issue.record("a refusal was not told")
                continue
            }
            pipe.server(result: Reply.handshake("2025-11-25"), to: 2)
            pipe.sent(initialized)
            #expect(pipe.agreement()?.version == .v2025_11_25)
        }
    }

    @Test func aLateDiscoveryCountsAfterAnOlderHandshakeToo() {
        var pipe = late()
        let data: JSONValue = ["supported": ["2025-06-18"]]
        pipe.server([
            "jsonrpc": "2.0", "id": 2,
            "error": ["code": -32602, "message": "Unsupported version", "data": data],
        ])
        pipe.sent(hello(3, "2025-06-18"))
        pipe.server(result: Reply.discovery, to: 1)
        pipe.expect(.ready(agreed))
        pipe.silence()
    }

    @Test func aHandshakeMayBeAskedForAtOnce() {
        var pipe = ClientPipe(.handshakeOnly)
        #expect(pipe.session.dueMs == nil)
        pipe.sent(hello(1, "2025-11-25"))
        pipe.server(result: Reply.handshake("2025-11-25"), to: 1)
        pipe.sent(initialized)
        let agreement = pipe.agreement()
        #expect(agreement?.server == agreed.server)
        #expect(agreement?.instructions == "Be careful.")
        #expect(agreement?.capabilities == ["tools": [:]])
        pipe.silence()
    }

    @Test(arguments: ProtocolVersion.allCases.filter { $0 < .v2026_07_28 })
    func theVersionThatTheServerPrefersIsTaken(_ version: ProtocolVersion) {
        var pipe = ClientPipe(.handshakeOnly)
        _ = pipe.next()
        pipe.server(result: Reply.handshake(version.rawValue), to: 1)
        pipe.sent(initialized)
        #expect(pipe.agreement()?.version == version)
        pipe.silence()
    }

    @Test(arguments: ["2026-07-28", "2031-01-01", "", "1"])
    func aVersionThatNobodyShakesHandsForIsRefused(_ version: String) {
        var pipe = ClientPipe(.handshakeOnly)
        _ = pipe.next()
        pipe.server(result: Reply.handshake(version), to: 1)
        pipe.expect(.unusable(.noCommonVersion(offered: version)))
        pipe.silence()
        #expect(throws: NotSent.ended) { try pipe.call() }
        pipe.take(pipe.session.end())
        pipe.silence()
    }

    @Test func aRefusedHandshakeIsTriedWithWhatTheServerNames() {
        var pipe = ClientPipe(.handshakeOnly)
        _ = pipe.next()
        let data: JSONValue = ["supported": ["2031-01-01", "2024-11-05", "2025-06-18"]]
        let refusal: (JSONValue) -> JSONValue = { id in
            [
                "jsonrpc": "2.0", "id": id,
                "error": ["code": -32602, "message": "Unsupported version", "data": data],
            ]
        }
        pipe.server(refusal(1))
        pipe.sent(hello(2, "2025-06-18"))
        pipe.server(refusal(2))
        pipe.sent(hello(3, "2024-11-05"))
        // Nothing older is left.
        pipe.server(refusal(3))
        let error = ServerError(code: -32602, message: "Unsupported version", data: data)
        pipe.expect(.unusable(.refused(error)))
        pipe.silence()
    }

    @Test func brokenHandshakesAreSaidToBeBroken() {
        for result: JSONValue in [[:], ["protocolVersion": 20_251_125], []] {
            var pipe = ClientPipe(.handshakeOnly)
            _ = pipe.next()
            pipe.server(result: result, to: 1)
            guard case .unusable(.malformed(let reason)) = pipe.takeNext() else {
                Issue.record("\(result) was taken")
                continue
            }
            #expect(reason.isEmpty == false)
            pipe.silence()
        }
    }

    @Test func anEndDuringOpeningSaysWhetherAHandshakeMayHelp() {
        var pipe = probing()
        pipe.take(pipe.session.end())
        pipe.expect(.unusable(.ended(discovering: true)))
        pipe = ClientPipe(.handshakeOnly)
        _ = pipe.next()
        pipe.take(pipe.session.end())
        pipe.expect(.unusable(.ended(discovering: false)))
        pipe.take(pipe.session.end())
        pipe.silence()
        #expect(throws: NotSent.ended) { try pipe.list() }
    }

    @Test func nothingIsSentBeforeTheConnectionIsOpen() {
        var pipe = probing()
        #expect(throws: NotSent.notReady) { try pipe.call() }
        #expect(throws: NotSent.notReady) { try pipe.list() }
        pipe.server(error: -32601, to: 1)
        _ = pipe.next()
        #expect(throws: NotSent.notReady) { try pipe.call() }
        pipe.silence()
        #expect(pipe.session.inFlight == 0)
    }

    @Test func aServerMayPingWhileItIsAsked() {
        var pipe = probing()
        pipe.server(Say.plain("\"p\"", "ping"))
        pipe.sent(["jsonrpc": "2.0", "id": "p", "result": [:]])
        pipe.server(result: Reply.discovery, to: 1)
        #expect(pipe.agreement() == agreed)
    }

    @Test func everyFailureIsSaidInASentence() {
        let failures: [OpeningFailure] = [
            .noCommonVersion(offered: "2031-01-01"),
            .refused(ServerError(code: -1, message: "no", data: nil)),
            .malformed(reason: "r"), .ended(discovering: true), .ended(discovering: false),
        ]
        #expect(Set(failures.map(\.message)).count == failures.count)
        #expect(failures[0].message.contains("2031-01-01"))
        #expect(failures[0].message.contains("2024-11-05"))
    }
}
