// Checks eight to eleven on a request: version, method, `_meta`, params. Everything that is decided
// about a request from its own text is decided here; nothing is changed and nothing is sent.

import JSON

/// What `initialize` settled for every later request that says nothing itself.
struct LegacyAgreement: Hashable, Sendable {
    let version: ProtocolVersion
    let clientInfo: PeerInfo?
}

/// How one request wants to be understood. Decided anew for each: both eras share the pipe.
enum Era: Hashable, Sendable {
    case stateless
    case legacy(LegacyAgreement)
    /// No claim in the request, and no handshake before it.
    case uninitialized
}

/// The methods that are served. Every other name is unknown, in either era, whatever the protocol
/// may mean by it.
enum Method: String, Sendable {
    case initialize
    case ping
    case discover = "server/discover"
    case listTools = "tools/list"
    case callTool = "tools/call"
}

/// A request that passed: what it asks, with all it needs.
enum Route: Sendable {
    case initialize(LegacyAgreement)
    case ping
    case discover
    case listTools(ProtocolVersion, RequestMeta)
    case callTool(ToolCallRequest, RequestMeta)
}

struct Router: Sendable {
    let agreement: LegacyAgreement?

    func route(_ request: InboundRequest) throws(ErrorAnswer) -> Route {
        try Self.checkVersionClaim(of: request)
        let method = Method(rawValue: request.method)
        switch (method, era(of: request, method)) {
        case (.discover, .stateless):
            _ = try RequestMeta(statelessOf: request.params)
            return .discover
        case (.listTools, .stateless):
            return try Self.listTools(
                request, .v2026_07_28, RequestMeta(statelessOf: request.params))
        case (.callTool, .stateless):
            return try Self.callTool(
                request, .v2026_07_28, RequestMeta(statelessOf: request.params))
        case (.listTools, .legacy(let agreement)):
            return try Self.listTools(
                request, agreement.version, RequestMeta(request, under: agreement))
        case (.callTool, .legacy(let agreement)):
            return try Self.callTool(
                request, agreement.version, RequestMeta(request, under: agreement))
        case (.ping, .legacy), (.ping, .uninitialized):
            _ = try RequestMeta(of: request.params)
            return .ping
        case (.initialize, .uninitialized):
            _ = try RequestMeta(of: request.params)
            return .initialize(try LegacyAgreement(asked: request.params))
        case (.initialize, .legacy(let agreement)):
            throw .invalidRequest(
                """
                initialize was answered before, with \(agreement.version.rawValue); that stays in \
                force. Start another process for another handshake
                """)
        case (.listTools, .uninitialized), (.callTool, .uninitialized):
            // A `_meta` of the wrong kind is named for what it is, not as missing keys.
            _ = try RequestMeta(of: request.params)
            throw .neitherMetaNorHandshake()
        case (.initialize, .stateless), (.ping, .stateless), (nil, _),
            (.discover, .legacy), (.discover, .uninitialized):
            throw .unknownMethod(request.method)
        }
    }

    /// Version comes before everything else: a client from the future that calls a method we have
    /// never heard of must still learn which version to step down to.
    private static func checkVersionClaim(of request: InboundRequest) throws(ErrorAnswer) {
        let claim = request.params["_meta"]?[MetaKey.protocolVersion]
        guard let named = claim?.stringValue else { return }
        guard ProtocolVersion(rawValue: named)?.isStateless == true else {
            throw .unsupportedVersion(named)
        }
    }

    /// A malformed claim is a claim: it must never be served as if it had not been made.
    private func era(of request: InboundRequest, _ method: Method?) -> Era {
        if request.claimsStateless || method == .discover { return .stateless }
        guard let agreement else { return .uninitialized }
        return .legacy(agreement)
    }

    private static func listTools(
        _ request: InboundRequest, _ version: ProtocolVersion, _ meta: RequestMeta
    ) throws(ErrorAnswer) -> Route {
        // The list is one page, so no cursor was ever given out.
        guard request.params["cursor"] == nil else {
            throw .invalidParams("Invalid cursor: the tool list has one page; ask without cursor")
        }
        return .listTools(version, meta)
    }

    private static func callTool(
        _ request: InboundRequest, _ version: ProtocolVersion, _ meta: RequestMeta
    ) throws(ErrorAnswer) -> Route {
        guard let name = request.params["name"]?.stringValue else {
            throw .invalidParams("params.name must be a string: the tool's name")
        }
        let given = request.params["arguments"] ?? [:]
        guard let arguments = given.objectValue else {
            throw .invalidParams("params.arguments must be an object, not \(given.kindName)")
        }
        let call = ToolCallRequest(
            name: name, arguments: arguments, meta: meta.raw, version: version,
            requestID: request.id, wantsProgress: meta.progressToken != nil,
            clientInfo: meta.clientInfo, traceparent: meta.traceparent, runID: meta.runID,
            idempotencyKey: meta.idempotencyKey)
        return .callTool(call, meta)
    }
}

extension InboundRequest {
    var claimsStateless: Bool {
        guard let meta = params["_meta"]?.objectValue else { return false }
        return MetaKey.claims.contains { meta[$0] != nil }
    }
}

extension RequestMeta {
    /// Reads a legacy request: who the client is was said once, in the handshake.
    fileprivate init(
        _ request: InboundRequest, under agreement: LegacyAgreement
    ) throws(ErrorAnswer) {
        try self.init(of: request.params)
        clientInfo = agreement.clientInfo
    }
}

extension LegacyAgreement {
    /// Settles on the version asked for where it has a handshake, and else on our latest that has.
    fileprivate init(asked params: JSONObject) throws(ErrorAnswer) {
        guard let named = params["protocolVersion"]?.stringValue else {
            throw .invalidParams(
                "params.protocolVersion must be a string, such as "
                    + "\"\(ProtocolVersion.latestLegacy.rawValue)\"")
        }
        if let capabilities = params["capabilities"], capabilities.objectValue == nil {
            throw .invalidParams(
                "params.capabilities must be an object, not \(capabilities.kindName)")
        }
        if let info = params["clientInfo"] {
            guard let client = PeerInfo(info) else {
                throw .invalidParams(
                    "params.clientInfo must be an object with the strings name and version")
            }
            clientInfo = client
        } else {
            clientInfo = nil
        }
        let known = ProtocolVersion(rawValue: named)
        version = known.flatMap { $0.isStateless ? nil : $0 } ?? ProtocolVersion.latestLegacy
    }
}
