// A decision that travels: what was decided, the key, and the signature over exactly that, as one
// JSON document (schemas/signed-decision.schema.json). Whether the key may decide is the engine's
// to say.

package import Engine
package import JSON
package import Proofs

package struct SignedDecision: Hashable, Sendable {
    package let note: DecisionNote
    package let key: PublicKey
    package let signature: Signature

    package init(signing note: DecisionNote, with key: SigningKey) {
        self.note = note
        self.key = key.publicKey
        signature = key.sign(note.signedBytes)
    }

    package var document: JSONValue {
        [
            "v": 1, "approval": .string(note.approval.text), "at": .string(note.at.description),
            "decision": .string(note.word.rawValue),
            "digest": .string(ActionDigest.text(note.action)),
            "key": .string(key.description), "signature": .string(signature.description),
        ]
    }

    /// - Throws: for a document of another form, and for one that its key has not signed.
    package init(reading document: JSONValue) throws(JSONShapeError) {
        let root = try ObjectReader(document)
        guard try root.int("v") == 1 else {
            throw root.error("v", "1, the version that this release knows")
        }
        guard let approval = ApprovalID(try root.string("approval")) else {
            throw root.error("approval", "an approval's id, as in apr_…")
        }
        guard let at = Instant(try root.string("at")) else {
            throw root.error("at", "a time as in 2026-07-28T09:30:00.000Z")
        }
        guard let word = DecisionWord(rawValue: try root.string("decision")) else {
            let words = DecisionWord.allCases.map(\.rawValue).joined(separator: ", ")
            throw root.error("decision", "one of \(words)")
        }
        guard let action = ActionDigest.read(try root.string("digest")) else {
            throw root.error("digest", "sha256: and 64 hexadecimal digits")
        }
        guard let key = PublicKey(try root.string("key")) else {
            throw root.error("key", "a public key, as in ed25519:BASE64")
        }
        guard let signature = Signature(try root.string("signature")) else {
            throw root.error("signature", "64 bytes in base 64")
        }
        note = DecisionNote(approval: approval, action: action, word: word, at: at)
        self.key = key
        self.signature = signature
        guard key.isSignature(signature, of: note.signedBytes) else {
            throw root.error("signature", "the key's, over exactly what stands here")
        }
    }
}

/// The digest of an action as people pass it on.
enum ActionDigest {
    private static let prefix = "sha256:"

    static func text(_ digest: Digest) -> String { prefix + digest.hex }

    static func read(_ text: String) -> Digest? {
        text.hasPrefix(prefix) ? Digest(hex: String(text.dropFirst(prefix.count))) : nil
    }
}

extension KeyRing {
    /// Signs a decision about an approval that lies in a journal elsewhere.
    package func sign(
        _ word: DecisionWord, _ approval: String, digest: String, with file: String, at now: Instant
    ) throws(Ending) -> SignedDecision {
        guard let id = ApprovalID(approval) else {
            throw Ending(
                .badData,
                "holdfast: \(approval.visibleLiteral) is no approval's id; they begin with apr_.")
        }
        guard let action = ActionDigest.read(digest) else {
            throw Ending(
                .badData,
                "holdfast: --digest: \(digest.visibleLiteral) is no digest; `holdfast approvals` "
                    + "shows it, as sha256: and 64 hexadecimal digits.")
        }
        return SignedDecision(
            signing: DecisionNote(approval: id, action: action, word: word, at: now),
            with: try key(in: file))
    }
}
