// What a person has said of an approval, and how it is known that it was them.

package import Proofs
import JSON

/// A person's word.
package enum DecisionWord: String, Sendable, CaseIterable {
    case approve, deny
    /// Takes one's own yes back, until the call is executed.
    case withdraw
}

/// How the host knows who decided. No argument of a tool ever carries it.
package enum Identity: Hashable, Sendable {
    /// The account of the process that decided, by the operating system.
    case account(String)
    /// The holder of a key, by what they have signed.
    case key(PublicKey, Signature, at: Instant)
    /// The requester's own client says that they have confirmed. Never anybody's independent yes.
    case client(String)
    /// Nobody answered in time, and the rule says that this is a yes.
    case silence
    /// A grant that people gave beforehand.
    case grant(CallID)
}

/// What a signed decision says: this and no more is signed, so that it may travel anywhere.
package struct DecisionNote: Hashable, Sendable {
    package let approval: ApprovalID
    /// The action that the approval is bound to.
    package let action: Digest
    package let word: DecisionWord
    package let at: Instant

    package init(approval: ApprovalID, action: Digest, word: DecisionWord, at: Instant) {
        self.approval = approval
        self.action = action
        self.word = word
        self.at = at
    }

    /// `holdfast.decision.v1`, a newline, and the canonical JSON of `{approval, at, decision,
    /// digest}`.
    package var signedBytes: [UInt8] {
        let json: JSONValue = [
            "approval": .string(approval.text), "at": .string(at.description),
            "decision": .string(word.rawValue), "digest": .string("sha256:\(action.hex)"),
        ]
        do {
            return Array("holdfast.decision.v1\n".utf8) + (try json.canonicalBytes())
        } catch {
            preconditionFailure("A note holds text only and so has a canonical form: \(error).")
        }
    }
}
