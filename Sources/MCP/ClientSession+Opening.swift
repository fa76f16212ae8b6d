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
        switch Discovery(outcome) {
        case .agreed(let agreement): return open(agreement)
        case .none(let reason, let version): return fallBack(reason, asking: version)
        }
    }

    /// Takes an answer to `server/discover` that came after its time. A server that is only slow
    /// may know no handshake at all; what else it says was acted upon when the time was over.
    mutating func takeLateDiscovery(_ outcome: InboundResponse.Outcome) -> [ClientEffect] {
        switch (Discovery(outcome), phase) {
        case (.agreed(let agreement), _): return open(agreement)
        case (.none, .shakingHands(let hello, let asked, _)):
            phase = .shakingHands(hello, asking: asked, late: nil)
            return [.note(.late)]
        case (.none, .refused(let failure, _)): return [.note(.late)] + giveUp(failure)
        case (.none, .new), (.none, .discovering), (.none, .ready), (.none, .over):
            preconditionFailure("a discovery is late during a handshake or after its refusal")
        }
    }

    mutating func fallBack(
        _ reason: String, asking version: ProtocolVersion = .latestLegacy,
        late: LateDiscovery? = nil
    ) -> [ClientEffect] {
        [.note(.noDiscovery(reason: reason))] + shakeHands(asking: version, late: late)
    }

    mutating func shakeHands(
        asking version: ProtocolVersion, late: LateDiscovery?
    ) -> [ClientEffect] {
        let id = requests.mint()
        phase = .shakingHands(id, asking: version, late: late)
        let params: JSONObject = [
            "protocolVersion": .string(version.rawValue), "capabilities": [:],
            "clientInfo": .object(clientInfo),
        ]
        return [.send(Outbound.line(Outbound.request(RequestID(id), "initialize", params)))]
    }

    mutating func takeHandshake(
        _ outcome: InboundResponse.Outcome, asked: ProtocolVersion, late: LateDiscovery?
    ) -> [ClientEffect] {
        switch outcome {
        case .result(let result):
            guard let named = result["protocolVersion"]?.stringValue else {
                return giveUp(
                    .malformed(reason: "its protocolVersion is missing or no text"), after: late)
            }
            guard let version = ProtocolVersion(rawValue: named), version.isStateless == false
            else { return giveUp(.noCommonVersion(offered: named.clipped()), after: late) }
            let initialized = Outbound.notification("notifications/initialized")
            return [.send(Outbound.line(initialized))]
                + open(ServerAgreement(initialized: result, version: version))
        case .error(let error):
            // A server that names what it would accept is asked for that; each time for something
            // older, so that this ends.
            let offered = ProtocolVersion.named(in: error.data?["supported"]) ?? []
            guard let older = offered.filter({ $0 < asked }).max() else {
                return giveUp(.refused(error), after: late)
            }
            return shakeHands(asking: older, late: late)
        case .malformed(let reason): return giveUp(.malformed(reason: reason), after: late)
        }
    }

    private mutating func open(_ agreement: ServerAgreement) -> [ClientEffect] {
        phase = .ready(agreement)
        return [.ready(agreement)]
    }

    /// Gives up once `late`, if there is one, can no longer be hoped for.
    private mutating func giveUp(
        _ failure: OpeningFailure, after late: LateDiscovery?
    ) -> [ClientEffect] {
        guard let late else { return giveUp(failure) }
        phase = .refused(failure, late: late)
        return []
    }

    mutating func giveUp(_ failure: OpeningFailure) -> [ClientEffect] {
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

/// What an answer to `server/discover` comes to.
private enum Discovery {
    case agreed(ServerAgreement)
    /// Why not, and the version to shake hands for instead.
    case none(String, asking: ProtocolVersion)

    init(_ outcome: InboundResponse.Outcome) {
        switch outcome {
        case .result(let result):
            guard let offered = ProtocolVersion.named(in: result["supportedVersions"]) else {
                self = .none("its result names no versions", asking: .latestLegacy)
                return
            }
            self.init(among: offered, discovered: result)
        case .error(let error):
            switch ErrorCode(rawValue: error.code) {
            case .unsupportedVersion:
                let offered = ProtocolVersion.named(in: error.data?["supported"]) ?? []
                self.init(among: offered, discovered: [:])
            case .missingCapability:
                self = .agreed(ServerAgreement(discovered: [:], version: .latestStateless))
            case .parseError, .invalidRequest, .methodNotFound, .invalidParams, .internalError,
                .resourceNotFound, nil:
                self = .none(
                    "error \(error.code): \(error.message.clipped())", asking: .latestLegacy)
            }
        case .malformed(let reason): self = .none(reason, asking: .latestLegacy)
        }
    }

    /// The newest version that both sides know.
    private init(among offered: [ProtocolVersion], discovered: JSONObject) {
        if let version = offered.filter(\.isStateless).max() {
            self = .agreed(ServerAgreement(discovered: discovered, version: version))
        } else {
            // Servers need not say here which versions they shake hands for.
            self = .none(
                "the server offers no stateless version that we know",
                asking: offered.max() ?? .latestLegacy)
        }
    }
}

extension ProtocolVersion {
    /// The versions we know in a list of names; nil where it is no list.
    fileprivate static func named(in value: JSONValue?) -> [ProtocolVersion]? {
        value?.arrayValue?.compactMap { $0.stringValue.flatMap(ProtocolVersion.init) }
    }
}
