// The client's side of one pipe: lines in, effects out. It holds what must be remembered between
// lines and nothing about processes. No reading, writing, waiting or clock: all that is the host's.

import JSON

/// An MCP client session over stdio, for every version: it finds out what the server speaks, then
/// lists and calls its tools.
///
/// Each request gets a handle and ends in exactly one effect that names it (`tools`, `result`,
/// `inputRequired` or `failed`), unless it is cancelled first: then nothing names it any more. How
/// long to wait for a request is the host's to say. Whatever a server sends, nothing here fails.
package struct ClientSession: Sendable {
    enum Phase: Sendable {
        case new
        case discovering(RequestHandle, untilMs: Int64)
        /// A discovery that was given up for its time alone may still be answered.
        case shakingHands(RequestHandle, asking: ProtocolVersion, late: LateDiscovery?)
        /// The handshake failed: all that is left is a late discovery.
        case refused(OpeningFailure, late: LateDiscovery)
        case ready(ServerAgreement)
        case over
    }

    /// A `server/discover` whose answer is waited for no longer, but taken where it comes.
    struct LateDiscovery: Sendable {
        let request: RequestHandle
        /// How long a refused handshake waits for it.
        let untilMs: Int64
    }

    let identity: PeerInfo
    private let opening: Opening
    private let probeTimeoutMs: Int64
    var phase = Phase.new
    var requests = PendingTable()

    /// - Parameter probeTimeoutMs: how long `server/discover` may take before a handshake is tried.
    package init(
        identity: PeerInfo, opening: Opening = .discoverFirst,
        probeTimeoutMs: Int64 = MCPLimits.probeTimeoutMs
    ) {
        self.identity = identity
        self.opening = opening
        self.probeTimeoutMs = probeTimeoutMs
    }

    /// Requests that the server has not answered yet and nobody has cancelled.
    package var inFlight: Int { requests.count }

    /// What opening settled; nil until then, and after the end.
    package var agreement: ServerAgreement? {
        if case .ready(let agreement) = phase { agreement } else { nil }
    }

    /// When `due` has something to do; nil where it has not.
    package var dueMs: Int64? {
        switch phase {
        case .discovering(_, let untilMs): untilMs
        case .refused(_, let late): late.untilMs
        case .new, .shakingHands, .ready, .over: nil
        }
    }

    /// Opens the connection. Ends in `ready` or `unusable`.
    package mutating func start(nowMs: Int64) -> [ClientEffect] {
        guard case .new = phase else { preconditionFailure("a session is started once") }
        switch opening {
        case .discoverFirst: return discover(untilMs: nowMs + probeTimeoutMs)
        case .handshakeOnly: return shakeHands(asking: .latestLegacy, late: nil)
        }
    }

    /// Does what the passing of time calls for.
    package mutating func due(nowMs: Int64) -> [ClientEffect] {
        guard let dueMs, nowMs >= dueMs else { return [] }
        switch phase {
        case .discovering(let probe, _):
            return fallBack(
                "it was not answered within \(probeTimeoutMs) ms",
                late: LateDiscovery(request: probe, untilMs: nowMs + probeTimeoutMs))
        case .refused(let failure, _): return giveUp(failure)
        case .new, .shakingHands, .ready, .over: return []
        }
    }

    /// The connection is at its end: nothing sent was or will be answered any more.
    package mutating func end() -> [ClientEffect] {
        defer { phase = .over }
        switch phase {
        case .new, .shakingHands: return [.unusable(.ended(discovering: false))]
        case .discovering: return [.unusable(.ended(discovering: true))]
        case .refused(let failure, _): return [.unusable(failure)]
        case .ready:
            let handles = requests.handles
            requests.forgetAll()
            return handles.map { .failed($0, .connectionEnded) }
        case .over: return []
        }
    }

    package mutating func receive(_ line: [UInt8]) -> [ClientEffect] {
        switch InboundLine(line) {
        case .unparsable(let reason): return [.note(.unparsable(reason: reason))]
        case .refused(let reason): return [.note(.malformed(reason: reason))]
        case .message(let message):
            var replies: [JSONValue] = []
            let effects = take(message, &replies)
            return replies.map { .send(Outbound.line($0)) } + effects
        case .batch(let elements): return takeBatch(elements)
        }
    }

    /// A line that was too long to be read.
    package func receiveOversized() -> [ClientEffect] { [.note(.oversized)] }

    private mutating func takeBatch(_ elements: [JSONValue]) -> [ClientEffect] {
        guard agreement?.version.hasBatches == true else {
            return [.note(.malformed(reason: "batches exist only in 2025-03-26"))]
        }
        guard elements.count <= MCPLimits.batchMessages else {
            return [.note(.malformed(reason: "a batch of \(elements.count) messages is too large"))]
        }
        var replies: [JSONValue] = []
        var effects: [ClientEffect] = []
        for element in elements { effects += take(InboundMessage(element), &replies) }
        return replies.isEmpty ? effects : [.send(Outbound.line(.array(replies)))] + effects
    }

    private mutating func take(
        _ message: InboundMessage, _ replies: inout [JSONValue]
    ) -> [ClientEffect] {
        switch message {
        case .request(let request): return takeRequest(request, &replies)
        case .notification(let method, let params): return takeNotification(method, params ?? [:])
        case .response(let response): return takeResponse(response)
        case .malformed(let id, let reason):
            if let id, mayAnswer {
                replies.append(Outbound.response(.failure(.invalidRequest(reason)), to: id))
            }
            return [.note(.malformed(reason: reason))]
        }
    }
}
