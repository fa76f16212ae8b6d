// A server's end of the pipe for tests of the client: one line a step, and everything that came out
// of the session is either expected or a failure. No test lives here.

import JSON
import Testing

@testable import MCP

/// A client's session and what came out of it so far. `notes` are for the operator and kept aside.
struct ClientPipe {
    var session: ClientSession
    var waiting: [ClientEffect] = []
    var notes: [ClientNote] = []

    init(_ opening: Opening = .discoverFirst, probeTimeoutMs: Int64 = 5000) {
        session = ClientSession(
            identity: PeerInfo(name: "holdfast", version: "0.1.0"), opening: opening,
            probeTimeoutMs: probeTimeoutMs)
        take(session.start(nowMs: 1000))
    }

    /// A pipe whose server speaks `version`, ready for calls.
    static func ready(_ version: ProtocolVersion) -> ClientPipe {
        var pipe = ClientPipe()
        #expect(pipe.next()?["method"] == "server/discover")
        if version.isStateless {
            pipe.server(result: Reply.discovery, to: 1)
        } else {
            pipe.server(Reply.unsupported(1, supported: [version.rawValue]))
            #expect(pipe.next()?["params"]?["protocolVersion"] == .string(version.rawValue))
            pipe.server(result: Reply.handshake(version.rawValue), to: 2)
            #expect(pipe.next()?["method"] == "notifications/initialized")
        }
        #expect(pipe.agreement()?.version == version)
        pipe.silence()
        pipe.notes = []
        return pipe
    }

    mutating func server(_ line: String) { take(session.receive(Array(line.utf8))) }

    mutating func server(_ message: JSONValue) { take(session.receive(message.compactBytes())) }

    mutating func server(result: JSONValue, to id: JSONValue) {
        server(["jsonrpc": "2.0", "id": id, "result": result])
    }

    mutating func server(error code: Int, to id: JSONValue, _ message: String = "no") {
        server([
            "jsonrpc": "2.0", "id": id,
            "error": ["code": .integer(code), "message": .string(message)],
        ])
    }

    mutating func server(notification method: String, _ params: JSONValue = [:]) {
        server(["jsonrpc": "2.0", "method": .string(method), "params": params])
    }

    mutating func call(
        _ call: OutboundCall = OutboundCall(name: "t")
    ) throws(NotSent) -> RequestHandle {
        let (handle, effects) = try session.callTool(call)
        take(effects)
        return handle
    }

    mutating func list() throws(NotSent) -> RequestHandle {
        let (handle, effects) = try session.listTools()
        take(effects)
        return handle
    }

    mutating func take(_ effects: [ClientEffect]) {
        for effect in effects {
            if case .note(let note) = effect { notes.append(note) } else { waiting.append(effect) }
        }
    }

    /// The next line that came out, as a message.
    mutating func next(sourceLocation: SourceLocation = #_sourceLocation) -> JSONValue? {
        guard case .send(let bytes) = takeNext() else {
            Issue.record("no line came out", sourceLocation: sourceLocation)
            return nil
        }
        return Shape.message(bytes, mayAsk: true, sourceLocation)
    }

    mutating func sent(_ expected: JSONValue, sourceLocation: SourceLocation = #_sourceLocation) {
        let got = next(sourceLocation: sourceLocation)
        #expect(got == expected, sourceLocation: sourceLocation)
    }

    mutating func expect(
        _ effect: ClientEffect, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(takeNext() == effect, sourceLocation: sourceLocation)
    }

    mutating func agreement() -> ServerAgreement? {
        if case .ready(let agreement) = takeNext() { agreement } else { nil }
    }

    mutating func tools() -> ToolList? {
        if case .tools(_, let list) = takeNext() { list } else { nil }
    }

    /// The next effect ends the request with an answer that cannot be read, for this reason.
    mutating func malformed(
        _ handle: RequestHandle, _ fragment: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        guard case .failed(handle, .malformed(let reason)) = takeNext() else {
            Issue.record("the answer was taken", sourceLocation: sourceLocation)
            return
        }
        #expect(reason.contains(fragment), "\(reason)", sourceLocation: sourceLocation)
    }

    /// Nothing else came out.
    func silence(sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(waiting.isEmpty, sourceLocation: sourceLocation)
    }

    mutating func takeNext() -> ClientEffect? { waiting.isEmpty ? nil : waiting.removeFirst() }
}

/// What servers say in these tests.
enum Reply {
    static let discovery: JSONValue = [
        "resultType": "complete", "supportedVersions": ["2026-07-28"],
        "capabilities": ["tools": [:]], "ttlMs": 0, "cacheScope": "private",
        "instructions": "Be careful.",
        "_meta": ["io.modelcontextprotocol/serverInfo": ["name": "desk", "version": "7"]],
    ]

    static func handshake(_ version: String) -> JSONValue {
        [
            "protocolVersion": .string(version), "capabilities": ["tools": [:]],
            "serverInfo": ["name": "desk", "version": "7"], "instructions": "Be careful.",
        ]
    }

    static func unsupported(_ id: JSONValue, supported: [String]) -> JSONValue {
        [
            "jsonrpc": "2.0", "id": id,
            "error": [
                "code": -32022, "message": "Unsupported protocol version",
                "data": [
                    "supported": .array(supported.map(JSONValue.string)),
                    "requested": "2026-07-28",
                ],
            ],
        ]
    }

    static func tool(_ name: String) -> JSONValue {
        ["name": .string(name), "inputSchema": ["type": "object"]]
    }
}
