// A client's session under a server that says anything in any order: every request of the host ends
// exactly once or was cancelled, no id is used twice, and nothing stays in flight.

import JSON
import MCP

struct ClientCase {
    private enum Kind { case list, call, callWithProgress }

    private var chance: Chance
    private var session: ClientSession
    private var nowMs: Int64 = 0
    private var isOver = false
    private var pending: [RequestHandle: Kind] = [:]
    private var begun: [RequestHandle] = []
    private var progress: [RequestHandle: JSONNumber] = [:]
    /// What was asked of the server, the newest last.
    private var wire: [(id: JSONValue, method: String)] = []
    private var asked: [RequestID: Int] = [:]
    private var said: [String] = []

    static func run(_ chance: Chance) throws(FuzzFinding) {
        var one = ClientCase(chance: chance)
        do throws(FuzzFinding) {
            try one.talk()
        } catch {
            throw FuzzFinding("\(error)\n" + one.said.joined(separator: "\n"))
        }
    }

    private init(chance: Chance) {
        var chance = chance
        session = ClientSession(
            identity: PeerInfo(name: "c", version: "1"),
            opening: chance.once(in: 3) ? .handshakeOnly : .discoverFirst, probeTimeoutMs: 500)
        self.chance = chance
    }

    private mutating func talk() throws(FuzzFinding) {
        try take(session.start(nowMs: nowMs))
        for _ in 0..<chance.below(48) { try step() }
        try end()
        for (id, count) in asked { try must(count == 0, "\(id): \(count) answers are missing") }
    }

    private mutating func step() throws(FuzzFinding) {
        switch chance.below(10) {
        case 0: try ask(.list) { session throws(NotSent) in try session.listTools() }
        case 1, 2:
            let call = OutboundCall(
                name: "t", meta: Generate.object(&chance, depth: 1),
                wantsProgress: chance.once(in: 2))
            try ask(call.wantsProgress ? .callWithProgress : .call) { session throws(NotSent) in
                try session.callTool(call)
            }
        case 3:
            guard begun.isEmpty == false else { return }
            let handle = chance.pick(begun)
            said.append("cancel \(handle.number)")
            let effects = session.cancel(handle, reason: "r")
            try must(
                effects.isEmpty == (pending[handle] == nil), "cancels what is over, or does not")
            pending[handle] = nil
            try take(effects)
        case 4 where chance.once(in: 3):
            nowMs += Int64(chance.below(900))
            try take(session.due(nowMs: nowMs))
            try take(session.receiveOversized())
        case 5 where chance.once(in: 12): try end()
        case _: try receive(ServerLines.line(wire, &chance))
        }
        try must(session.inFlight == pending.count, "in flight: \(session.inFlight)")
    }

    private mutating func ask(
        _ kind: Kind,
        _ send: (inout ClientSession) throws(NotSent) -> (RequestHandle, [ClientEffect])
    ) throws(FuzzFinding) {
        let isOpen = session.agreement != nil
        let outcome = Result { () throws(NotSent) in try send(&session) }
        guard case .success(let (handle, effects)) = outcome else {
            try must(isOpen == false, "refused though the connection is open: \(outcome)")
            return
        }
        try must(isOpen && begun.contains(handle) == false, "sent, and must not be")
        begun.append(handle)
        pending[handle] = kind
        said.append("asked \(handle.number)")
        try take(effects)
    }

    private mutating func end() throws(FuzzFinding) {
        said.append("end")
        try take(session.end())
        isOver = true
        try must(pending.isEmpty, "\(pending.count) requests were left without an end")
        try must(session.inFlight == 0, "\(session.inFlight) still in flight")
    }

    private mutating func receive(_ line: [UInt8]) throws(FuzzFinding) {
        said.append("← " + ParserCase.shown(line))
        let version = session.agreement?.version
        if isOver == false, version?.isStateless != true {
            for id in Wire.idsToAnswer(in: line, batches: version == .v2025_03_26) {
                asked[id, default: 0] += 1
            }
        }
        try take(session.receive(line))
    }

    private mutating func take(_ effects: [ClientEffect]) throws(FuzzFinding) {
        for effect in effects {
            switch effect {
            case .send(let line): try sent(line)
            case .ready: try must(session.agreement != nil && isOver == false, "ready for nothing")
            case .unusable: isOver = true
            case .tools(let handle, _): try ended(handle, [.list])
            case .result(let handle, _), .inputRequired(let handle, _):
                try ended(handle, [.call, .callWithProgress])
            case .failed(let handle, _): try ended(handle, [.list, .call, .callWithProgress])
            case .progress(let handle, let report):
                try must(pending[handle] == .callWithProgress, "progress nobody asked for")
                if let last = progress.updateValue(report.progress, forKey: handle) {
                    try must(report.progress > last, "progress that does not lead on")
                }
            case .toolsChanged, .note: break
            }
        }
    }

    private mutating func ended(_ handle: RequestHandle, _ kinds: [Kind]) throws(FuzzFinding) {
        guard let kind = pending.removeValue(forKey: handle) else {
            throw FuzzFinding("\(handle.number) ended, and was not running")
        }
        try must(kinds.contains(kind), "\(handle.number) ended as something else")
    }

    private mutating func sent(_ line: [UInt8]) throws(FuzzFinding) {
        said.append("→ " + ParserCase.shown(Array(line.dropLast())))
        for message in try Wire.messages(in: line) {
            guard let id = message["id"] else {
                try must(message["method"] != nil, "an answer to nobody")
                continue
            }
            if let method = message["method"]?.stringValue {
                try must(wire.contains { $0.id == id } == false, "the id \(id) is used twice")
                wire.append((id, method))
            } else {
                guard let id = RequestID(id) else { throw FuzzFinding("a strange id \(id)") }
                asked[id, default: 0] -= 1
            }
        }
    }
}

/// What servers say, rightly and wrongly.
private enum ServerLines {
    private static let methods = [
        "ping", "roots/list", "sampling/createMessage", "notifications/tools/list_changed",
        "notifications/message", "",
    ]

    static func line(
        _ wire: [(id: JSONValue, method: String)], _ chance: inout Chance
    ) -> [UInt8] {
        let value: JSONValue =
            chance.once(in: 8)
            ? .array((0..<chance.below(5)).map { _ in message(wire, &chance) })
            : message(wire, &chance)
        let changed = chance.once(in: 5) ? Generate.mutated(value, &chance) : value
        let bytes = changed.compactBytes()
        return chance.once(in: 10) ? Generate.damaged(bytes, &chance) : bytes
    }

    private static func message(
        _ wire: [(id: JSONValue, method: String)], _ chance: inout Chance
    ) -> JSONValue {
        let method = JSONValue.string(chance.pick(methods))
        let id: JSONValue = wire.isEmpty ? 1 : chance.pick(wire.suffix(4).map(\.id))
        switch chance.below(8) {
        case 0: return ["jsonrpc": "2.0", "id": chance.pick([1, "1", "x"]), "method": method]
        case 1, 3:
            let calls = wire.filter { $0.method == "tools/call" }.suffix(2).map(\.id)
            return [
                "jsonrpc": "2.0", "method": "notifications/progress",
                "params": [
                    "progressToken": calls.isEmpty ? id : chance.pick(calls),
                    "progress": .number(Generate.number(&chance)),
                ],
            ]
        case 2:
            let code = chance.pick([-32601, -32022, -32021, 1])
            return [
                "jsonrpc": "2.0", "id": id,
                "error": ["code": .integer(code), "message": "m", "data": versions(&chance)],
            ]
        case _:
            guard let last = wire.last else { return ["jsonrpc": "2.0", "id": 1, "result": [:]] }
            let asked = chance.once(in: 3) ? chance.pick(wire) : last
            return [
                "jsonrpc": "2.0", "id": asked.id, "result": result(of: asked.method, &chance),
            ]
        }
    }

    private static func versions(_ chance: inout Chance) -> JSONValue {
        [
            "supported": [
                .string(chance.pick(["2026-07-28", "2025-03-26", "2024-11-05", "9"])), "9",
            ]
        ]
    }

    private static func result(of method: String, _ chance: inout Chance) -> JSONValue {
        switch method {
        case "server/discover":
            return ["resultType": "complete", "supportedVersions": ["2026-07-28"]]
        case "initialize":
            let version = chance.pick(["2025-03-26", "2025-03-26", "2025-11-25", "9"])
            return ["protocolVersion": .string(version), "capabilities": [:]]
        case "tools/list":
            var result: JSONObject = ["tools": [["name": "t", "inputSchema": [:]], 1]]
            if chance.once(in: 2) { result["nextCursor"] = "c" }
            return .object(result)
        case _:
            if chance.once(in: 4) { return ["resultType": "input_required", "requestState": "s"] }
            return ["content": [["type": "text", "text": "t"]], "isError": false]
        }
    }
}
