// Finding out what the server speaks: `server/discover` first, and where that is not understood,
// the handshake of the older versions.

import JSON

extension ClientSession {
    mutating func discover(untilMs: Int64) -> [ClientEffect] {
        let id = requests.mint()
        phase = .discovering(id, untilMs: untilMs)
        let params: JSONObject = ["_meta": .object(statelessMeta(.latestStateless))]
        return [.send(Outbound.line(Outbound.request(RequestID(id), "server/discover", params)))]
    }

    /// Takes what the server made of `server/discover`. A server of the stateless era shows itself
    /// by the result or by an error that only exists there; all others may answer what they like.
    mutating func takeDiscovery(_ outcome: InboundResponse.Outcome) -> [ClientEffect] {
        switch outcome {
        case .result(let result):
            guard let offered = ProtocolVersion.named(in: result["supportedVersions"]) else {
                return fallBack("its result names no versions")
            }
            return settle(among: offered) { ServerAgreement(discovered: result, version: $0) }
        case .error(let error):
            switch ErrorCode(rawValue: error.code) {
            case .unsupportedVersion:
                let offered = ProtocolVersion.named(in: error.data?["supported"]) ?? []
                return settle(among: offered) { ServerAgreement(discovered: [:], version: $0) }
            case .missingCapability:
                return open(ServerAgreement(discovered: [:], version: .latestStateless))
            case .parseError, .invalidRequest, .methodNotFound, .invalidParams, .internalError,
                .resourceNotFound, nil:
                return fallBack("error \(error.code): \(error.message.clipped())")
            }
        case .malformed(let reason): return fallBack(reason)
        }
    }

    /// Goes on with the newest version that both sides know.
    private mutating func settle(
        among offered: [ProtocolVersion], _ agreed: (ProtocolVersion) -> ServerAgreement
    ) -> [ClientEffect] {
        if let version = offered.filter(\.isStateless).max() { return open(agreed(version)) }
        // Servers need not say here which versions they shake hands for.
        return fallBack(
            "the server offers no stateless version that we know",
            asking: offered.max() ?? .latestLegacy)
    }

    mutating func fallBack(
        _ reason: String, asking version: ProtocolVersion = .latestLegacy
    ) -> [ClientEffect] {
        [.note(.noDiscovery(reason: reason))] + shakeHands(asking: version)
    }

    mutating func shakeHands(asking version: ProtocolVersion) -> [ClientEffect] {
        let id = requests.mint()
        phase = .shakingHands(id, asking: version)
        let params: JSONObject = [
            "protocolVersion": .string(version.rawValue), "capabilities": [:],
            "clientInfo": .object(clientInfo),
        ]
        return [.send(Outbound.line(Outbound.request(RequestID(id), "initialize", params)))]
    }

    mutating func takeHandshake(
        _ outcome: InboundResponse.Outcome, asked: ProtocolVersion
    ) -> [ClientEffect] {
        switch outcome {
        case .result(let result):
            guard let named = result["protocolVersion"]?.stringValue else {
                return giveUp(.malformed(reason: "its protocolVersion is missing or no text"))
            }
            guard let version = ProtocolVersion(rawValue: named), version.isStateless == false
            else { return giveUp(.noCommonVersion(offered: named.clipped())) }
            let initialized = Outbound.notification("notifications/initialized")
            return [.send(Outbound.line(initialized))]
                + open(ServerAgreement(initialized: result, version: version))
        case .error(let error):
            // A server that names what it would accept is asked for that; each time for something
            // older, so that this ends.
            let offered = ProtocolVersion.named(in: error.data?["supported"]) ?? []
            guard let older = offered.filter({ $0 < asked }).max() else {
                return giveUp(.refused(error))
            }
            return shakeHands(asking: older)
        case .malformed(let reason): return giveUp(.malformed(reason: reason))
        }
    }

    private mutating func open(_ agreement: ServerAgreement) -> [ClientEffect] {
        phase = .ready(agreement)
        return [.ready(agreement)]
    }

    private mutating func giveUp(_ failure: OpeningFailure) -> [ClientEffect] {
        phase = .over
        return [.unusable(failure)]
    }

    /// What every stateless request says of its sender. Nothing is declared: what a server may ask
    /// of a person is asked by us, not by it.
    func statelessMeta(_ version: ProtocolVersion) -> JSONObject {
        [
            MetaKey.protocolVersion: .string(version.rawValue),
            MetaKey.clientCapabilities: [:], MetaKey.clientInfo: .object(clientInfo),
        ]
    }

    private var clientInfo: JSONObject {
        ["name": .string(identity.name), "version": .string(identity.version ?? "0")]
    }
}

extension ProtocolVersion {
    /// The versions we know in a list of names; nil where it is no list.
    fileprivate static func named(in value: JSONValue?) -> [ProtocolVersion]? {
        value?.arrayValue?.compactMap { $0.stringValue.flatMap(ProtocolVersion.init) }
    }
}
