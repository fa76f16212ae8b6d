// A signing key's seed under a passphrase: what is stored of it, and how it is opened. Where it is
// stored, and who is asked for the passphrase, is others' business.

import Crypto

package struct SealedSeed: Hashable, Sendable {
    package static let saltByteCount = 16
    package static let nonceByteCount = 12
    /// The seed and the tag that proves that it was sealed under this passphrase.
    package static let boxByteCount = SigningKey.seedByteCount + 16
    /// As many as OWASP's cheat sheet on storing passwords asks of PBKDF2-HMAC-SHA-256.
    package static let iterations = 600_000
    /// What a file may ask for: more would hold whoever opens it for minutes.
    package static let mostIterations = 10_000_000

    package let iterations: Int
    package let salt: [UInt8]
    package let nonce: [UInt8]
    package let box: [UInt8]

    /// - Returns: nil where a part has not its length, or the steps are out of range.
    package init?(iterations: Int, salt: [UInt8], nonce: [UInt8], box: [UInt8]) {
        guard (1...SealedSeed.mostIterations).contains(iterations),
            salt.count == SealedSeed.saltByteCount, nonce.count == SealedSeed.nonceByteCount,
            box.count == SealedSeed.boxByteCount
        else { return nil }
        self.iterations = iterations
        self.salt = salt
        self.nonce = nonce
        self.box = box
    }

    /// Seals `seed` with ChaCha20-Poly1305, bound to the public key that it gives.
    /// - Parameters:
    ///   - salt: ``saltByteCount`` fresh bytes of the system's random source.
    ///   - nonce: ``nonceByteCount`` of them.
    package init(
        sealing seed: [UInt8], under passphrase: String, iterations: Int = iterations,
        salt: [UInt8], nonce: [UInt8]
    ) {
        precondition(
            salt.count == SealedSeed.saltByteCount && nonce.count == SealedSeed.nonceByteCount,
            "A seed is sealed with a salt and a nonce of their lengths.")
        self.iterations = iterations
        self.salt = salt
        self.nonce = nonce
        do {
            let sealed = try ChaChaPoly.seal(
                seed, using: SealedSeed.key(passphrase, salt, iterations),
                nonce: ChaChaPoly.Nonce(data: nonce),
                authenticating: SealedSeed.bound(to: SigningKey(seed: seed).publicKey))
            box = Array(sealed.ciphertext) + Array(sealed.tag)
        } catch {
            preconditionFailure("A seed and a nonce of their lengths can be sealed: \(error)")
        }
    }

    /// - Returns: nil where it was sealed under another passphrase or for another key.
    package func opened(with passphrase: String, for key: PublicKey) -> SigningKey? {
        do {
            let sealed = try ChaChaPoly.SealedBox(
                nonce: ChaChaPoly.Nonce(data: nonce),
                ciphertext: box.prefix(SigningKey.seedByteCount),
                tag: box.suffix(SealedSeed.boxByteCount - SigningKey.seedByteCount))
            let seed = try ChaChaPoly.open(
                sealed, using: SealedSeed.key(passphrase, salt, iterations),
                authenticating: SealedSeed.bound(to: key))
            return SigningKey(seed: Array(seed), of: key)
        } catch {
            // The tag is not this passphrase's.
            return nil
        }
    }

    private static func key(
        _ passphrase: String, _ salt: [UInt8], _ iterations: Int
    ) -> SymmetricKey {
        SymmetricKey(
            data: PassphraseKey.derive(
                Array(passphrase.utf8), salt: salt, iterations: iterations))
    }

    private static func bound(to key: PublicKey) -> [UInt8] {
        Array("holdfast.key.v1\n\(key)".utf8)
    }
}

extension SigningKey {
    /// - Returns: nil where `seed` is another key's, or has not its length.
    package init?(seed: [UInt8], of key: PublicKey) {
        guard seed.count == SigningKey.seedByteCount else { return nil }
        self.init(seed: seed)
        guard publicKey == key else { return nil }
    }
}
