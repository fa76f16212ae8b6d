// The people of a config: who may say yes, who runs the host, and the group that may open its
// store. One entry is one person, so nothing that tells people apart may stand twice.

import Engine
import JSON
import Proofs

extension ConfigurationReader {
    mutating func group() -> String? {
        // What else is wrong with the part is found where the store is read.
        guard let store = root.object["store"]?.objectValue else { return nil }
        let part = Part(store, at: root.place("store"))
        return part.line("group", maxBytes: CatalogLimits.maxPersonNameBytes, &findings)
    }

    mutating func operators() -> [String]? {
        guard root.has("operators") else { return nil }
        let maxBytes = CatalogLimits.maxPersonNameBytes
        let names = root.names("operators", most: CatalogLimits.maxPerApprover, &findings)
        for (text, place) in names where !Part.isLine(text, maxBytes: maxBytes) {
            findings.add(place, "must be one line of 1 to \(maxBytes) bytes")
        }
        return names.map(\.text)
    }

    mutating func approvers() -> [ApproverPart] {
        var taken = TakenNames()
        let parts = root.parts(
            "approvers", keys: ConfigurationKeys.approver, most: CatalogLimits.maxApprovers,
            &findings)
        let approvers = parts.compactMap { part in
            approver(part, &taken).map {
                ApproverPart(approver: $0, written: .object(part.object), place: part.pointer)
            }
        }
        refuseRolesThatAreNames(approvers)
        return approvers
    }

    private mutating func approver(_ part: Part, _ taken: inout TakenNames) -> Approver? {
        let most = CatalogLimits.maxPerApprover
        let maxBytes = CatalogLimits.maxPersonNameBytes
        let name = part.required("name", &findings) == nil
            ? nil : part.line("name", maxBytes: maxBytes, &findings)
        if name == ApprovalReader.requester {
            findings.add(part.place("name"), "`requester` means whoever asks; choose another name")
        }
        var accounts: [(text: String, place: JSONPointer)] = []
        if part.object["user"]?.stringValue != nil {
            accounts = part.text("user", &findings).map { [($0, part.place("user"))] } ?? []
        } else {
            accounts = part.names("user", most: most, &findings)
        }
        let keys = keys(of: part)
        if !part.has("user"), !part.has("keys") {
            findings.add(
                part.pointer,
                "has neither an account (`user`) nor a key (`keys`), so that nobody could tell "
                    + "who decides; add one")
        }
        let aliases = part.names("aliases", most: most, &findings)
        let roles = part.names("roles", most: most, &findings)
        for (text, place) in accounts + aliases where !Part.isLine(text, maxBytes: maxBytes) {
            findings.add(place, "must be one line of 1 to \(maxBytes) bytes")
        }
        for (text, place) in roles where !ConfigurationReader.isName(text)
            || text == ApprovalReader.requester
        {
            findings.add(
                place, "`\(text)` is no role; write 1 to 64 of letters, digits, _ and -, a letter "
                    + "first, and not `requester`")
        }
        guard let name else { return nil }
        let names = [(text: name, place: part.place("name"))] + aliases
        for (text, place) in names { taken.take(.name, text, of: name, at: place, &findings) }
        for (text, place) in accounts {
            taken.take(.account, text, of: name, at: place, &findings)
        }
        for (key, place) in keys {
            taken.take(.key, key.description, of: name, at: place, &findings)
        }
        return Approver(
            name: name, accounts: accounts.map(\.text), keys: keys.map(\.key),
            aliases: aliases.map(\.text), roles: roles.map(\.text))
    }

    private mutating func keys(of part: Part) -> [(key: PublicKey, place: JSONPointer)] {
        part.names("keys", most: CatalogLimits.maxPerApprover, &findings).compactMap {
            text, place in
            if let key = PublicKey(text) { return (key, place) }
            findings.add(
                place,
                "is not a public key; write the line that `holdfast keys new` prints, "
                    + "`ed25519:` and 44 characters")
            return nil
        }
    }

    /// A word in `by` must not mean one person and a group of others.
    private mutating func refuseRolesThatAreNames(_ parts: [ApproverPart]) {
        for part in parts {
            let name = part.approver.name
            guard let other = parts.first(where: { $0.approver.roles.contains(name) }) else {
                continue
            }
            findings.add(
                part.place.appending("name"),
                "`\(name)` is also a role, which `\(other.approver.name)` has; rename one")
        }
    }
}

/// What already stands for somebody.
private struct TakenNames {
    enum Kind: String {
        case name, account, key
    }

    private var owners: [String: (owner: String, place: JSONPointer)] = [:]

    /// Names and accounts of different people differ, and in more than their case: in doubt a
    /// person is the one behind an agent, and whoever shared a name would be taken for another.
    mutating func take(
        _ kind: Kind, _ text: String, of owner: String, at place: JSONPointer,
        _ findings: inout Findings
    ) {
        let id =
            switch kind {
            case .name, .account: "who " + text.lowercased()
            case .key: "key " + text
            }
        guard let before = owners.updateValue((owner, place), forKey: id) else { return }
        // A list tells of its own repetitions.
        guard before.place.tokens.prefix(2) != place.tokens.prefix(2) else { return }
        findings.add(
            place,
            "the \(kind.rawValue) `\(text)` already stands at \(before.place) for "
                + "`\(before.owner)`; one person is one entry, so join the two or remove one")
    }
}
