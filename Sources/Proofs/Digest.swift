// SHA-256 values and how they are written. The only file that touches the crypto library.

import Crypto

/// A SHA-256 value. In text: 64 lower-case hexadecimal digits.
package struct Digest: Hashable, Sendable, CustomStringConvertible {
    package static let byteCount = 32
    package let bytes: [UInt8]

    /// - Returns: nil unless `bytes` are exactly 32.
    package init?(bytes: [UInt8]) {
        guard bytes.count == Digest.byteCount else { return nil }
        self.bytes = bytes
    }

    /// - Returns: nil unless `hex` is 64 hexadecimal digits.
    package init?(hex: String) {
        guard let bytes = Hex.decode(hex) else { return nil }
        self.init(bytes: bytes)
    }

    fileprivate init(finished: some Sequence<UInt8>) { bytes = Array(finished) }

    package var hex: String { Hex.encode(bytes) }
    package var description: String { hex }

    /// SHA-256 over the parts, one after another.
    package static func sha256(_ parts: [UInt8]...) -> Digest {
        var hash = SHA256()
        for part in parts { part.withUnsafeBytes { hash.update(bufferPointer: $0) } }
        return Digest(finished: hash.finalize())
    }
}

/// A hash under a secret that lies outside the database, so that short values cannot be guessed.
package struct KeyedHash: Sendable {
    /// The code of nothing yet under the secret: both halves of its padding are hashed once, not
    /// for every tag. Nil: there is no secret here, and asking for a keyed value is a bug.
    private let keyed: HMAC<SHA256>?

    /// - Parameter secret: at least 32 bytes from the system's random source.
    package init(secret: [UInt8]) {
        precondition(secret.count >= 32, "The record's secret is at least 32 bytes long.")
        keyed = HMAC(key: SymmetricKey(data: secret))
    }

    /// For what is done without the secret: by accounts that may not read it, and by doors that
    /// key nothing.
    package static let absent = KeyedHash()

    private init() { keyed = nil }

    /// HMAC-SHA-256 over `domain`, a zero byte and `message`; a domain keeps uses apart.
    package func tag(_ domain: String, _ message: [UInt8]) -> KeyedTag {
        guard var code = keyed else {
            preconditionFailure("A keyed value is made with the record's secret or not at all.")
        }
        code.update(data: Array(domain.utf8) + [0] + message)
        return KeyedTag(digest: Digest(finished: code.finalize()))
    }
}

/// A code by which whoever shares a key knows that a message is the sender's.
package enum MessageCode {
    /// HMAC-SHA-256 of exactly these bytes.
    package static func sha256(_ message: [UInt8], key: [UInt8]) -> Digest {
        var code = HMAC<SHA256>(key: SymmetricKey(data: key))
        code.update(data: message)
        return Digest(finished: code.finalize())
    }
}

/// A keyed value as it stands in a record: `hmac-sha256:HEX` (DESIGN section 8).
package struct KeyedTag: Hashable, Sendable, CustomStringConvertible {
    private static let prefix: StaticString = "hmac-sha256:"
    package let digest: Digest

    package init(digest: Digest) { self.digest = digest }

    package init?(_ text: String) {
        guard let bytes = Hex.decode(text, after: KeyedTag.prefix),
            let digest = Digest(bytes: bytes)
        else { return nil }
        self.digest = digest
    }

    package var description: String { Hex.encode(digest.bytes, after: KeyedTag.prefix) }
}
