// Checks eight to eleven on a request: version, method, `_meta`, params. Everything that is decided
// about a request from its own text is decided here; nothing is changed and nothing is sent.

import JSON

/// What `initialize` settled for every later request that says nothing itself.
struct LegacyAgreement: Hashable, Sendable {
    let version: ProtocolVersion
    let clientInfo: PeerInfo?
    let abilities: ClientAbilities
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
    case listResources = "resources/list"
    case listTemplates = "resources/templates/list"
    case readResource = "resources/read"
    case listPrompts = "prompts/list"
    case getPrompt = "prompts/get"
    case complete = "completion/complete"
    case listen = "subscriptions/listen"
    case getTask = "tasks/get"
    case updateTask = "tasks/update"
    case cancelTask = "tasks/cancel"
    case subscribe = "resources/subscribe"
    case unsubscribe = "resources/unsubscribe"

    /// Where a method is known. Of `statelessMeaning` the name is older, and meant something else.
    enum Reach { case bothEras, statelessEra, statelessMeaning, afterHandshake, aroundHandshake }

    var reach: Reach {
        switch self {
        case .initialize, .ping: .aroundHandshake
        case .discover, .listen, .updateTask: .statelessEra
        case .getTask, .cancelTask: .statelessMeaning
        case .subscribe, .unsubscribe: .afterHandshake
        case .listTools, .callTool, .listResources, .listTemplates, .readResource, .listPrompts,
            .getPrompt, .complete:
            .bothEras
        }
    }
}

/// How a request that may be served is to be understood and answered.
struct Envelope: Sendable {
    let version: ProtocolVersion
    let meta: RequestMeta
    let abilities: ClientAbilities
}

/// A request that passed: what it asks, with all it needs.
enum Route: Sendable {
    case initialize(LegacyAgreement)
    case ping
    case discover
    case listTools(after: PagePosition?, Envelope)
    case callTool(ToolCallRequest, Envelope)
    case listTemplates(Envelope)
    case listPrompts(Envelope)
    case content(ContentRequest, Envelope)
    case task(TaskRequest, Envelope)
    case listen(SubscriptionFilter, Envelope)
    case subscribe(ResourceURI, Envelope)
    case unsubscribe(ResourceURI, Envelope)
}

struct Router: Sendable {
    let agreement: LegacyAgreement?
    let offer: ServerOffer

    func route(_ request: InboundRequest) throws(ErrorAnswer) -> Route {
        try Self.checkVersionClaim(of: request)
        guard let method = Method(rawValue: request.method) else {
            throw .unknownMethod(request.method)
        }
        switch (method.reach, era(of: request, method)) {
        case (.bothEras, .stateless), (.statelessEra, .stateless), (.statelessMeaning, .stateless):
            return try route(method, request, try Envelope(statelessOf: request.params))
        case (.bothEras, .legacy(let agreement)), (.afterHandshake, .legacy(let agreement)):
            let meta = try RequestMeta(request, under: agreement)
            let envelope = Envelope(
                version: agreement.version, meta: meta, abilities: agreement.abilities)
            return try route(method, request, envelope)
        case (.bothEras, .uninitialized), (.afterHandshake, .uninitialized),
            (.statelessMeaning, .uninitialized):
            // A `_meta` of the wrong kind is named for what it is, not as missing keys.
            _ = try RequestMeta(of: request.params)
            throw .neitherMetaNorHandshake()
        case (.aroundHandshake, .legacy), (.aroundHandshake, .uninitialized):
            return try handshake(method, request)
        case (.afterHandshake, .stateless), (.aroundHandshake, .stateless),
            (.statelessEra, .legacy), (.statelessEra, .uninitialized),
            (.statelessMeaning, .legacy):
            throw .unknownMethod(request.method)
        }
    }

    private func handshake(
        _ method: Method, _ request: InboundRequest
    ) throws(ErrorAnswer) -> Route {
        let isPing = method == .ping
        if isPing == false, let agreement {
            throw .invalidRequest(
                """
                initialize was answered before, with \(agreement.version.rawValue); that stays in \
                force. Start another process for another handshake
                """)
        }
        _ = try RequestMeta(of: request.params)
        return isPing ? .ping : .initialize(try LegacyAgreement(asked: request.params))
    }

    private func route(
        _ method: Method, _ request: InboundRequest, _ envelope: Envelope
    ) throws(ErrorAnswer) -> Route {
        let params = request.params
        let content = ContentRouting(offer: offer)
        switch method {
        case .discover: return .discover
        case .listTools: return .listTools(after: try .asked(params, of: .tools), envelope)
        case .callTool: return try Self.callTool(request, envelope)
        case .listResources:
            let after = try PagePosition.asked(params, of: .resources)
            return .content(.resourceList(after: after), envelope)
        case .listTemplates:
            try PagePosition.refuse(in: params)
            return .listTemplates(envelope)
        case .readResource: return .content(.resource(try content.uri(in: params)), envelope)
        case .listPrompts:
            try PagePosition.refuse(in: params)
            return .listPrompts(envelope)
        case .getPrompt: return .content(.prompt(try content.prompt(in: params)), envelope)
        case .complete:
            return .content(.completion(try content.completion(in: params)), envelope)
        case .getTask: return .task(try TaskRouting.get(params, envelope), envelope)
        case .updateTask: return .task(try TaskRouting.update(params, envelope), envelope)
        case .cancelTask: return .task(try TaskRouting.cancel(params, envelope), envelope)
        case .listen:
            let filter = try SubscriptionFilter(
                asked: params, of: offer, by: envelope.abilities)
            return .listen(filter, envelope)
        case .subscribe:
            let uri = try content.subscription(in: params, envelope.version)
            return .subscribe(uri, envelope)
        case .unsubscribe: return .unsubscribe(try content.uri(in: params), envelope)
        case .initialize, .ping:
            preconditionFailure("what is around the handshake has a way of its own")
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
    private func era(of request: InboundRequest, _ method: Method) -> Era {
        if request.claimsStateless || method.reach == .statelessEra { return .stateless }
        guard let agreement else { return .uninitialized }
        return .legacy(agreement)
    }

    private static func callTool(
        _ request: InboundRequest, _ envelope: Envelope
    ) throws(ErrorAnswer) -> Route {
        guard let name = request.params["name"]?.stringValue else {
            throw .invalidParams("params.name must be a string: the tool's name")
        }
        let given = request.params["arguments"] ?? [:]
        guard let arguments = given.objectValue else {
            throw .invalidParams("params.arguments must be an object, not \(given.kindName)")
        }
        let meta = envelope.meta
        let call = ToolCallRequest(
            name: name, arguments: arguments, meta: meta.raw, version: envelope.version,
            requestID: request.id, wantsProgress: meta.progressToken != nil,
            clientInfo: meta.clientInfo, traceparent: meta.traceparent, runID: meta.runID,
            idempotencyKey: meta.idempotencyKey, abilities: envelope.abilities,
            reply: try TaskRouting.reply(in: request.params, envelope))
        return .callTool(call, envelope)
    }
}

extension InboundRequest {
    var claimsStateless: Bool {
        guard let meta = params["_meta"]?.objectValue else { return false }
        return MetaKey.claims.contains { meta[$0] != nil }
    }
}

extension Envelope {
    fileprivate init(statelessOf params: JSONObject) throws(ErrorAnswer) {
        version = .v2026_07_28
        meta = try RequestMeta(statelessOf: params)
        abilities = ClientAbilities(
            declared: meta.raw[MetaKey.clientCapabilities]?.objectValue ?? [:])
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
        let version = known.flatMap { $0.isStateless ? nil : $0 } ?? ProtocolVersion.latestLegacy
        self.version = version
        abilities = ClientAbilities(
            settled: params["capabilities"]?.objectValue ?? [:], version)
    }
}
