// Which keys a part of a file may have: the table that the readers hold themselves to and that
// a test compares with `schemas/`.

/// The keys of one part.
struct KeyTable: Sendable {
    let known: [String]
    /// Keys of the design that this release would not enforce, and therefore refuses by name.
    let later: [String]

    init(_ known: [String], later: [String] = []) {
        self.known = known
        self.later = later
    }

    /// Why `key` may not stand here; nil where it may.
    func refusal(of key: String) -> String? {
        if known.contains(key) { return nil }
        if later.contains(key) { return KeyTable.notEnforced(key) }
        if let nearest = NearestName.of(key, among: known) {
            return "unknown key; did you mean \"\(nearest)\"?"
        }
        return "unknown key; the keys here are \(known.joined(separator: ", "))"
    }

    static func notEnforced(_ name: String) -> String {
        "`\(name)` is not enforced by this release yet; remove it"
    }
}

/// The parts of a manifest.
enum ManifestKeys {
    static let root = KeyTable(
        [
            "name", "title", "description", "version", "agent", "input", "output", "effect",
            "idempotency", "approval", "timeout", "wait", "retry", "verify", "compensate", "after",
            "refresh", "limits", "mode", "evidence", "labels", "audit", "connector",
        ],
        later: ["sandbox", "pin"])
    static let effect = KeyTable(["kind", "delivery", "reversibility", "pivot"])
    static let idempotency = KeyTable(["key", "ignore", "window"])
    static let limits = KeyTable(["rate", "concurrency", "cost", "amount"])
    static let amount = KeyTable(["of", "max", "per"])
    static let labels = KeyTable(["reads", "changes", "strip_invisible"])
    static let retry = KeyTable(["attempts", "first", "factor", "max"])
    static let verify = KeyTable(["tool", "arguments", "found", "result", "settle", "absent"])
    static let compensate = KeyTable(["tool", "arguments"])
    static let after = KeyTable(["tool", "arguments", "expect"])
    static let refresh = KeyTable(["tool", "arguments", "set"])
    static let audit = KeyTable(["did"], later: ["reads", "writes", "subject", "capture"])
    static let output = KeyTable(["type", "properties", "required", "additionalProperties"])
    /// Words after `connector.kind`; each kind's own keys are its connector's business.
    /// Kinds that the host's own tools alone have.
    static let hostsOwnKinds = ["notice_file", "notice_webhook"]
    static let connectorKinds = KeyTable(["sql", "command", "none"], later: ["http", "mcp", "file"])
}

/// What holds a call: `approval` of a manifest, and `approve` of a rule.
enum ApprovalKeys {
    static let root = KeyTable([
        "by", "count", "stages", "decide_within", "execute_within", "remind_after",
        "escalate_after", "escalate_to", "on_silence", "on_denial",
    ])
    static let stage = KeyTable(["by", "count"])
}

/// The parts of a config.
enum ConfigurationKeys {
    static let root = KeyTable(
        [
            "store", "tools", "databases", "secrets", "profiles", "approvers", "operators",
            "rules", "notify", "audit", "lease", "grace",
        ],
        later: ["servers", "retention"])
    static let store = KeyTable(["sqlite", "group"])
    static let database = KeyTable(["sqlite"])
    static let secret = KeyTable(["env", "file", "command"])
    static let profile = KeyTable(["allow", "mode", "on_behalf_of", "budget", "limits"])
    static let budget = KeyTable(["run", "day"])
    static let allowance = KeyTable(["calls", "writes", "cost", "bytes", "time", "identical"])
    static let limits = KeyTable(["rate", "concurrency"])
    static let approver = KeyTable(["name", "user", "keys", "aliases", "roles"])
    static let rule = KeyTable(["name", "when", "then"])
    static let then = KeyTable(["deny", "approve", "shadow", "allow"])
    static let notify = KeyTable(["name", "on", "command", "webhook", "file"])
    static let webhook = KeyTable(["url", "secret"])
    static let onBehalfOf = KeyTable(["env"])
    static let audit = KeyTable(["secret"], later: ["origin", "key", "checkpoints"])
}
