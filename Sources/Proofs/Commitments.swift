// How a record speaks of what it does not hold, and how its bytes become a leaf of the tree.

package import JSON

/// A salted commitment to a payload: SHA-256(0x02 ‖ salt ‖ canonical JSON), see DESIGN section 8.
package struct Commitment: Hashable, Sendable, CustomStringConvertible {
    package static let saltByteCount = 32
    package let digest: Digest

    package init(digest: Digest) { self.digest = digest }

    /// - Parameters:
    ///   - canonical: the payload as RFC 8785 bytes.
    ///   - salt: 32 random bytes; without them a short payload could be found by trying.
    package init(canonical: [UInt8], salt: [UInt8]) {
        precondition(
            salt.count == Commitment.saltByteCount, "A commitment's salt is exactly 32 bytes.")
        digest = Digest.sha256([0x02], salt, canonical)
    }

    package init?(hex: String) {
        guard let digest = Digest(hex: hex) else { return nil }
        self.digest = digest
    }

    package var description: String { digest.hex }
}

/// RFC 9162 section 2.1: leaves and nodes are hashed under different prefixes.
package enum MerkleTree {
    package static func leafHash(of entry: [UInt8]) -> Digest { Digest.sha256([0x00], entry) }

    package static func nodeHash(_ left: Digest, _ right: Digest) -> Digest {
        Digest.sha256([0x01], left.bytes, right.bytes)
    }
}

/// The digest of a document that is no secret (a manifest, an action), by its canonical form.
extension Digest {
    package static func canonical(
        _ value: JSONValue, domain: String
    ) throws(CanonicalError) -> Digest {
        Digest.sha256(Array(domain.utf8), [0x0a], try value.canonicalBytes())
    }
}
