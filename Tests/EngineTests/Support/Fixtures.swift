// Tools, callers and names for the engine's tests.

import JSON
import Proofs

@testable import Engine

enum Sample {
    static let ana = Caller(profile: "desk", person: "ana", account: "host")
    static let startMs: Int64 = 1_785_231_000_000
    static let environment = "hmac-sha256:env-a"
    static let rule = ApprovalRule.confirmation(
        name: "manifest", decideWithinMs: 60_000, executeWithinMs: 10_000)

    static func owner(_ number: UInt8) -> OwnerID {
        var entropy = Entropy(seed: [UInt8](repeating: number, count: 32))
        return OwnerID.mint(now: Instant(ms: startMs), entropy: &entropy)
    }

    static func manifest(_ name: String) -> ManifestDigest {
        ManifestDigest(Digest.sha256(Array("manifest of \(name)".utf8)))
    }

    static func tool(
        _ delivery: Delivery = .keyed, name: String? = nil, approval: ApprovalRule? = nil,
        fields: [String] = [], ignored: [String] = [], windowMs: Int64? = nil,
        reversibility: Reversibility = .reversible, retry: RetryRule = .standard,
        followUps: FollowUps = FollowUps(), limits: ToolLimits = .none
    ) -> Tool {
        let name = name ?? "tool_\(delivery.rawValue)"
        let window = windowMs ?? Idempotency.defaultWindowMs(declaresFields: !fields.isEmpty)
        return Tool(
            name: ToolName(name), manifest: manifest(name), delivery: delivery,
            reversibility: delivery.isWrite ? reversibility : nil,
            idempotency: Idempotency(
                fields: fields.map { JSONPointer(tokens: [$0]) },
                ignored: ignored.map { JSONPointer(tokens: [$0]) }, windowMs: window),
            approval: approval, timeoutMs: 5_000, retry: retry, followUps: followUps,
            limits: limits)
    }

    static func followUps(_ set: (inout FollowUps) -> Void) -> FollowUps {
        var followUps = FollowUps()
        set(&followUps)
        return followUps
    }
}
