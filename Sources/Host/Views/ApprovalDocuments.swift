// The document of an approval (DESIGN section 9). Scripts read it: members are added, never
// renamed.

import Engine
package import JSON
import Proofs

extension ApprovalEntry {
    package var document: JSONValue {
        var document: JSONObject = [
            "approval_id": .string(approval.id.text), "call_id": .string(call.text),
            "run_id": .string(run.text), "tool": .string(tool.text),
            "arguments": arguments ?? .null, "reason": .text(reason),
            "rule": .string(approval.rule), "state": .string(state.rawValue),
            "action": .string(approval.action.hex), "profile": .string(caller.profile),
            "on_behalf_of": .string(caller.person),
            "asked_at": .string(askedAt.description),
            "decide_by": .string(approval.decideBy.description),
            "execute_by": .text(approval.executeBy?.description),
            "decisions": .array(decisions.map(\.document)),
            "digest": .string(ActionDigest.text(approval.action)),
            "needed": .array(needed.map(\.document)),
            "escalated": .bool(approval.isEscalated), "reminders": .integer(approval.reminders),
            "because": .text(approval.because?.rawValue),
            "policy": .text(approval.policy?.hex),
        ]
        if let context { add(context, to: &document) }
        if let undoing {
            document["undoes"] = .string(undoing.call.text)
            document["undoes_tool"] = .string(undoing.tool.text)
            document["abort_reason"] = .text(undoing.reason)
        }
        return .object(document)
    }

    private func add(_ context: ApprovalContext, to document: inout JSONObject) {
        document["taint"] = .array(context.taint.map { .string($0.rawValue) })
        document["preview"] = context.preview
        document["similar"] = context.similar?.document
        if !context.evidence.isEmpty {
            document["evidence"] = .array(
                context.evidence.map { ["path": .string($0.place), "value": $0.value] })
        }
    }
}

extension DecisionEntry {
    var document: JSONValue {
        let word =
            switch decision.word {
            case .approve: "approved"
            case .deny: "denied"
            case .withdraw: "withdrawn"
            }
        var document: JSONObject = [
            "decision": .string(word), "by": .string(decision.by),
            "at": .string(decision.at.description), "identity": decision.identity.document,
        ]
        if let reason { document["reason"] = .string(reason) }
        return .object(document)
    }
}

extension Identity {
    /// How it is known who decided.
    fileprivate var document: JSONValue {
        switch self {
        case .account(let name): ["kind": "account", "account": .string(name)]
        case .key(let key, let signature, let at):
            [
                "kind": "key", "key": .string(key.description),
                "signature": .string(signature.description),
                "signed_at": .string(at.description),
            ]
        case .client(let person): ["kind": "client", "person": .string(person)]
        case .silence: ["kind": "silence"]
        case .grant(let call): ["kind": "grant", "grant_id": .string(call.text)]
        }
    }
}
