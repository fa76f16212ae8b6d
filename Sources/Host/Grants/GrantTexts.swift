// Grants in words and as documents. Scripts read the documents: members are added, never renamed.

import Engine
package import JSON
import Proofs

package enum GrantListText {
    package static func text(_ grants: [GrantEntry], _ style: TextStyle) -> String {
        grants.map { $0.text(style) }.joined(separator: "\n\n")
    }
}

extension GrantEntry {
    package func text(_ style: TextStyle) -> String {
        var lines = [style.tinted(headline, .bold)]
        func add(_ head: String, _ texts: [String]) {
            for (index, text) in texts.enumerated() {
                lines.append(style.tinted((index == 0 ? head : "").padded(to: 9), .dim) + text)
            }
        }
        add("covers", terms?.covers ?? ["(its terms have been erased)"])
        add("why", [approval.purpose.map { $0.quoted() } ?? "no reason was given"])
        if let left { add("left", [left.words(terms)]) }
        add("said", approval.decisions.map { $0.words(approval.now) })
        add("needs", approval.needed.map(\.words))
        add(
            "asked",
            [
                "\(Span.words(from: approval.now, to: approval.askedAt)) by "
                    + approval.caller.account.shownInLine
            ])
        switch state {
        case .pending:
            add("decide", ["holdfast approve \(approval.approval.id)"])
            add("", ["holdfast deny \(approval.approval.id) --reason …"])
            add("id", [call.text])
        case .standing: add("end", ["holdfast grants revoke \(call) --reason …"])
        case .denied, .expired, .withdrawn, .revoked, .over, .usedUp: add("id", [call.text])
        }
        return lines.joined(separator: "\n")
    }

    private var headline: String {
        let name = terms?.name ?? "A grant"
        let until = given.map { "\($0.until) (\(Span.words(from: approval.now, to: $0.until)))" }
        return switch state {
        case .pending: "\(name): nobody has given it yet."
        case .standing: "\(name): it stands until \(until ?? "its end")."
        case .denied: "\(name): denied by \(approval.decider)."
        case .expired: "\(name): nobody gave it in time."
        case .withdrawn: "\(name): withdrawn."
        case .revoked:
            "\(name): taken back by \(given?.revoked?.by.shownInLine ?? "somebody")"
                + (revocation.map { ": \($0.quoted())" } ?? "") + "."
        case .over: "\(name): over since \(until ?? "its end")."
        case .usedUp: "\(name): used up."
        }
    }

    package var document: JSONValue {
        var document: JSONObject = [
            "grant_id": .string(call.text),
            "approval_id": .string(approval.approval.id.text),
            "state": .string(state.rawValue), "terms": terms?.document ?? .null,
            "reason": .text(approval.purpose), "asked_by": .string(approval.caller.account),
            "asked_at": .string(approval.askedAt.description),
            "decisions": .array(approval.decisions.map(\.document)),
            "needed": .array(approval.needed.map(\.document)),
            "until": .text(given?.until.description),
        ]
        if let left {
            document["left"] = [
                "count": .integer(left.count), "sum": .text(left.sum.map { "\($0)" }),
            ]
        }
        if let revoked = given?.revoked {
            document["revoked"] = [
                "by": .string(revoked.by), "at": .string(revoked.at.description),
                "reason": .text(revocation),
            ]
        }
        return .object(document)
    }
}

extension GrantTerms {
    /// What it is, for the head of a text.
    var name: String {
        switch self {
        case .templated(let template):
            "\(template.count) \(template.count == 1 ? "call" : "calls") of \(template.tool)"
        case .batch(let actions):
            "\(actions.count) held \(actions.count == 1 ? "call" : "calls") at once"
        }
    }

    /// What a yes to it covers, a line for each part.
    var covers: [String] {
        switch self {
        case .templated(let template):
            let person = template.person.map { ", on behalf of \($0.shownInLine)" } ?? ""
            var lines = [
                "calls by agents of profile \(template.profile.shownInLine)\(person), each "
                    + "without asking again",
                "with arguments that fit: \(template.arguments.inLine)",
                "at most \(template.count), within \(Span.words(ms: template.standsMs)) of the yes",
            ]
            if let sum = template.sum {
                lines.append("with \(sum.of) of at most \(sum.max) in all")
            }
            return lines
        case .batch(let actions):
            return actions.map { "\($0.approval), digest \(ActionDigest.text($0.digest))" }
        }
    }

    fileprivate var document: JSONValue {
        switch self {
        case .templated(let template):
            var document: JSONObject = [
                "tool": .string(template.tool.text), "profile": .string(template.profile),
                "on_behalf_of": .text(template.person), "arguments": template.arguments,
                "count": .integer(template.count),
                "expires_in_ms": .integer(Int(template.standsMs)),
            ]
            if let sum = template.sum {
                document["sum"] = ["of": .string(sum.of.description), "max": .string("\(sum.max)")]
            }
            return .object(document)
        case .batch(let actions):
            return [
                "approvals": .array(
                    actions.map {
                        [
                            "approval_id": .string($0.approval.text),
                            "digest": .string(ActionDigest.text($0.digest)),
                        ]
                    })
            ]
        }
    }
}

extension GrantLeft {
    fileprivate func words(_ terms: GrantTerms?) -> String {
        var words = "\(count) \(count == 1 ? "call" : "calls")"
        if let sum, case .templated(let template)? = terms, let whole = template.sum {
            words += ", \(sum) of \(whole.max) in \(whole.of)"
        }
        return words
    }
}
