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
        for part in parts { hash.update(data: part) }
        return Digest(finished: hash.finalize())
    }
}

/// A hash under a secret that lies outside the database, so that short values cannot be guessed.
package struct KeyedHash: Sendable {
    /// Nil: there is no secret here, and asking for a keyed value is a bug.
    private let key: SymmetricKey?

    /// - Parameter secret: at least 32 bytes from the system's random source.
    package init(secret: [UInt8]) {
        precondition(secret.count >= 32, "The record's secret is at least 32 bytes long.")
        key = SymmetricKey(data: secret)
    }

    /// For what is done without the secret: by accounts that may not read it, and by doors that
    /// key nothing.
    package static let absent = KeyedHash()

    private init() { key = nil }

    /// HMAC-SHA-256 over `domain`, a zero byte and `message`; a domain keeps uses apart.
    package func tag(_ domain: String, _ message: [UInt8]) -> KeyedTag {
        guard let key else {
            preconditionFailure("A keyed value is made with the record's secret or not at all.")
        }
        var code = HMAC<SHA256>(key: key)
        code.update(data: Array(domain.utf8))
        code.update(data: [0])
        code.update(data: message)
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
    private static let prefix = "hmac-sha256:"
    package let digest: Digest

    package init(digest: Digest) { self.digest = digest }

    package init?(_ text: String) {
        guard text.hasPrefix(KeyedTag.prefix),
            let digest = Digest(hex: String(text.dropFirst(KeyedTag.prefix.count)))
        else { return nil }
        self.digest = digest
    }

    package var description: String { KeyedTag.prefix + digest.hex }
}
