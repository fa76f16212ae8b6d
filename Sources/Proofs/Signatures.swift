// Ed25519 keys and signatures, and how they are written. What is signed is others' business.

import Crypto

/// A public key. In text: `ed25519:` and its 32 bytes in base 64.
package struct PublicKey: Hashable, Sendable, CustomStringConvertible {
    package static let byteCount = 32
    private static let prefix = "ed25519:"
    package let bytes: [UInt8]

    /// - Returns: nil unless `text` has the form that ``description`` gives.
    package init?(_ text: String) {
        guard text.utf8.starts(with: PublicKey.prefix.utf8),
            let bytes = Base64.decode(String(text.dropFirst(PublicKey.prefix.count))),
            bytes.count == PublicKey.byteCount
        else { return nil }
        self.bytes = bytes
    }

    fileprivate init(bytes: [UInt8]) { self.bytes = bytes }

    package var description: String { PublicKey.prefix + Base64.encode(bytes) }

    package func isSignature(_ signature: Signature, of message: [UInt8]) -> Bool {
        do {
            let key = try Curve25519.Signing.PublicKey(rawRepresentation: bytes)
            return key.isValidSignature(signature.bytes, for: message)
        } catch {
            // Bytes that are no point of the curve have signed nothing.
            return false
        }
    }
}

/// A signature. In text: its 64 bytes in base 64.
package struct Signature: Hashable, Sendable, CustomStringConvertible {
    package static let byteCount = 64
    package let bytes: [UInt8]

    package init?(_ text: String) {
        guard let bytes = Base64.decode(text), bytes.count == Signature.byteCount else {
            return nil
        }
        self.bytes = bytes
    }

    fileprivate init(bytes: [UInt8]) { self.bytes = bytes }

    package var description: String { Base64.encode(bytes) }
}

/// A secret key. It has no text: whoever keeps one keeps its seed.
package struct SigningKey: Sendable {
    package static let seedByteCount = 32
    private let key: Curve25519.Signing.PrivateKey

    /// - Parameter seed: 32 bytes of the system's random source.
    package init(seed: [UInt8]) {
        precondition(seed.count == SigningKey.seedByteCount, "A seed is exactly 32 bytes.")
        do {
            key = try Curve25519.Signing.PrivateKey(rawRepresentation: seed)
        } catch {
            preconditionFailure("Any 32 bytes are a seed: \(error)")
        }
    }

    package var publicKey: PublicKey {
        PublicKey(bytes: Array(key.publicKey.rawRepresentation))
    }

    package func sign(_ message: [UInt8]) -> Signature {
        do {
            return Signature(bytes: Array(try key.signature(for: message)))
        } catch {
            preconditionFailure("Ed25519 signs any message: \(error)")
        }
    }
}
