// Our client and our server on the two ends of one pipe, in every version, with lines cut up on the
// way as pipes do.

import JSON
import Testing

@testable import MCP

/// Both sides and the bytes between them. Nothing is delivered before `run`.
private struct Conversation {
    var client: ClientSession
    var server = ServerSession(
        identity: ServerIdentity(
            name: "holdfast", version: "0.1.0", instructions: "Be careful."),
        offer: .nothing)
    var toClient = LineFramer()
    var toServer = LineFramer()
    var heard: [ClientEffect] = []
    var asked: [SessionEffect] = []
    private var clientLines: [[UInt8]] = []
    private var serverLines: [[UInt8]] = []

    init(_ version: ProtocolVersion) {
        client = ClientSession(identity: PeerInfo(name: "desk", version: "1"))
        client(client.start(nowMs: 0))
        if version.isStateless {
            run()
            return
        }
        // A server that serves nothing newer says so, and knows how to shake hands.
        clientLines = []
        client(client.receive(Reply.unsupported(1, supported: [version.rawValue]).compactBytes()))
        run()
    }

    mutating func client(_ effects: [ClientEffect]) {
        for effect in effects {
            if case .send(let line) = effect { clientLines.append(line) } else {
                heard.append(effect)
            }
        }
    }

    mutating func server(_ effects: [SessionEffect]) {
        for effect in effects {
            if case .send(let line) = effect { serverLines.append(line) } else {
                asked.append(effect)
            }
        }
    }

    /// Delivers what was written, in pieces of seven bytes, until neither side writes any more.
    mutating func run() {
        while clientLines.isEmpty == false || serverLines.isEmpty == false {
            let (up, down) = (clientLines, serverLines)
            (clientLines, serverLines) = ([], [])
            for line in Self.framed(up, &toServer) { server(server.receive(line, nowMs: 0)) }
            for line in Self.framed(down, &toClient) { client(client.receive(line)) }
        }
    }

    private static func framed(_ lines: [[UInt8]], _ framer: inout LineFramer) -> [[UInt8]] {
        let bytes = lines.flatMap(\.self)
        var whole: [[UInt8]] = []
        for start in stride(from: 0, to: bytes.count, by: 7) {
            let piece = bytes[start..<min(start + 7, bytes.count)]
            for case .line(let line) in framer.receive(piece) { whole.append(line) }
        }
        return whole
    }

    mutating func nextHeard() -> ClientEffect? { heard.isEmpty ? nil : heard.removeFirst() }
    mutating func nextAsked() -> SessionEffect? { asked.isEmpty ? nil : asked.removeFirst() }
}

struct ClientServerTests {
    @Test(arguments: ProtocolVersion.allCases)
    func theyAgreeAndTheToolsArriveAsTheyWereSaid(_ version: ProtocolVersion) throws {
        var talk = Conversation(version)
        if version.isStateless == false, case .note(.noDiscovery) = talk.nextHeard() {}
        guard case .ready(let agreement) = talk.nextHeard() else {
            Issue.record("not opened")
            return
        }
        #expect(agreement.version == version)
        #expect(agreement.server == PeerInfo(name: "holdfast", version: "0.1.0"))
        #expect(agreement.instructions == "Be careful.")
        let (listing, effects) = try talk.client.listTools()
        talk.client(effects)
        talk.run()
        guard case .listTools(let handle) = talk.nextAsked() else {
            Issue.record("not asked")
            return
        }
        talk.server(talk.server.answer(handle, with: .tools(Sample.tools)))
        talk.run()
        guard case .tools(listing, let list) = talk.nextHeard() else {
            Issue.record("not listed")
            return
        }
        #expect(list.tools.map(\.name) == ["Read", "read_a", "read_b"])
        #expect(list.tools.map(\.description) == ["Reads.", "Reads.", "Reads."])
        #expect((list.tools[0].outputSchema != nil) == (version >= .v2025_06_18))
        #expect((list.freshForMs != nil) == version.isStateless)
        talk.server(talk.server.changed(.tools))
        talk.run()
        #expect(talk.heard == (version.isStateless ? [] : [.toolsChanged]))
        #expect(talk.asked == [])
    }

    @Test(arguments: ProtocolVersion.allCases)
    func callsProgressErrorsAndCancelsPassBothWays(_ version: ProtocolVersion) throws {
        var talk = Conversation(version)
        talk.heard = []
        let (first, one) = try talk.client.callTool(
            OutboundCall(name: "t", arguments: ["a": 1], wantsProgress: true))
        let (second, two) = try talk.client.callTool(OutboundCall(name: "u"))
        let (third, three) = try talk.client.callTool(OutboundCall(name: "v"))
        talk.client(one + two + three)
        talk.run()
        var handles: [RequestHandle] = []
        for name in ["t", "u", "v"] {
            guard case .callTool(let handle, let call) = talk.nextAsked() else { continue }
            #expect(call.name == name && call.version == version)
            #expect(call.wantsProgress == (name == "t"))
            #expect(call.clientInfo == PeerInfo(name: "desk", version: "1"))
            handles.append(handle)
        }
        try #require(handles.count == 3)
        talk.server(talk.server.progress(handles[0], message: "half", progress: 1, total: 2))
        talk.client(talk.client.cancel(second, reason: "no longer"))
        talk.run()
        #expect(talk.nextAsked() == .cancel(handles[1], reason: "no longer"))
        let message = version >= .v2025_03_26 ? "half" : nil
        let report = ProgressReport(
            progress: JSONNumber(1), total: JSONNumber(2), message: message)
        #expect(talk.nextHeard() == .progress(first, report))
        talk.server(talk.server.answer(handles[2], with: .unknownTool("v")))
        talk.server(talk.server.answer(handles[1], with: .toolResult(Sample.result)))
        talk.server(talk.server.answer(handles[0], with: .toolResult(Sample.result)))
        talk.run()
        let error = ServerError(code: -32602, message: "Unknown tool: v", data: nil)
        #expect(talk.nextHeard() == .failed(third, .error(error)))
        guard case .result(first, let result) = talk.nextHeard() else {
            Issue.record("no result")
            return
        }
        #expect(result.content.map { $0["text"]?.stringValue } == Sample.result.textBlocks)
        let structured = version >= .v2025_06_18 ? Sample.result.structuredContent : nil
        #expect(result.structuredContent == structured.map(JSONValue.object))
        #expect(result.meta["dev.holdfast/auditIndex"] == 7)
        #expect(talk.heard == [] && talk.asked == [])
        #expect(talk.client.inFlight == 0 && talk.server.inFlight == 0)
    }
}
