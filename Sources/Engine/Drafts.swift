// Making payloads: committing to a value under a fresh salt and keeping it for the transaction.

import JSON
import Proofs

/// Payloads made for one door's commands, stored when its run is saved.
struct Drafts {
    private(set) var stored: [(commitment: Commitment, payload: StoredPayload)] = []
    var entropy: Entropy

    init(_ entropy: Entropy) { self.entropy = entropy }

    /// Keeps them in the journal, where what is decided next may read them.
    mutating func keep(in journal: any JournalTransaction) throws(JournalFault) {
        for draft in stored { try journal.setPayload(draft.payload, for: draft.commitment) }
        stored = []
    }

    /// - Parameter canonical: RFC 8785 bytes.
    mutating func payload(
        _ name: PayloadRef.Name, canonical: [UInt8], _ kind: PayloadRef.Class = .plain
    ) -> PayloadRef {
        let salt = entropy.bytes(Commitment.saltByteCount)
        let commitment = Commitment(canonical: canonical, salt: salt)
        stored.append((commitment, StoredPayload(salt: salt, bytes: canonical)))
        return PayloadRef(
            name: name, commitment: commitment, byteCount: canonical.count, kind: kind)
    }

    mutating func text(
        _ name: PayloadRef.Name, _ text: String, _ kind: PayloadRef.Class = .plain
    ) -> PayloadRef {
        payload(name, canonical: JSONValue.string(text).canonicalText, kind)
    }

    /// A text that a caller sent: refused where it is too long.
    mutating func callerText(
        _ name: PayloadRef.Name, _ text: String
    ) throws(Rejection) -> PayloadRef {
        guard text.utf8.count <= Limits.freeTextBytes else {
            throw .textTooLong(field: name.rawValue, limitBytes: Limits.freeTextBytes)
        }
        return self.text(name, text)
    }

    /// A text from downstream: cut where it is too long, for an outcome is never refused.
    mutating func downstreamText(
        _ name: PayloadRef.Name, _ text: String, _ kind: PayloadRef.Class
    ) -> PayloadRef {
        self.text(name, text.cut(toBytes: Limits.errorTextBytes), kind)
    }

    /// Stands for a result that is not kept.
    mutating func tooLarge(
        _ byteCount: Int, _ kind: PayloadRef.Class, as name: PayloadRef.Name = .result
    ) -> PayloadRef {
        let mark: JSONValue = ["too_large_bytes": .integer(byteCount)]
        return payload(name, canonical: mark.compactBytes(), kind)
    }

    /// A connector's result: kept whole where it can be, and said to be withheld where not.
    mutating func result(
        _ value: JSONValue, _ kind: PayloadRef.Class, malformed: Bool,
        as name: PayloadRef.Name = .result
    ) -> (PayloadRef, Withheld?) {
        do {
            let canonical = try value.canonicalBytes()
            if canonical.count <= Limits.payloadBytes {
                let withheld: Withheld? = malformed ? .malformed : nil
                return (payload(name, canonical: canonical, kind), withheld)
            }
            return (tooLarge(canonical.count, kind, as: name), .tooLarge)
        } catch {
            let text = value.compactText.cut(toBytes: Limits.errorTextBytes)
            return (self.text(name, text, kind), .malformed)
        }
    }
}

extension JSONValue {
    /// Canonical bytes of a value that holds no number.
    fileprivate var canonicalText: [UInt8] {
        do {
            return try canonicalBytes()
        } catch {
            preconditionFailure("Text has a canonical form: \(error).")
        }
    }
}

extension String {
    /// The longest beginning of whole characters that fits.
    package func cut(toBytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var kept = 0
        var end = startIndex
        while end < endIndex {
            let next = index(after: end)
            kept += self[end..<next].utf8.count
            if kept > limit { break }
            end = next
        }
        return String(self[..<end])
    }
}
