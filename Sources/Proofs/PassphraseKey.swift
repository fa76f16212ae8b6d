// PBKDF2 with HMAC-SHA-256 (RFC 8018 section 5.2): a key from words that a person remembers. What
// the key is for is others' business.

import Crypto

package enum PassphraseKey {
    package static let byteCount = 32

    /// The first 32 bytes of PBKDF2-HMAC-SHA-256, which are its first block.
    /// - Parameter iterations: at least 1; each makes guessing as much dearer as it makes this.
    package static func derive(
        _ passphrase: [UInt8], salt: [UInt8], iterations: Int
    ) -> [UInt8] {
        precondition(iterations >= 1, "A key is derived in at least one step.")
        // Both halves of the key's padding are hashed once, not in every step.
        let keyed = HMAC<SHA256>(key: SymmetricKey(data: passphrase))
        var block = code(keyed, salt + [0, 0, 0, 1])
        var sum = block
        for _ in 1..<iterations {
            block = code(keyed, block)
            for place in sum.indices { sum[place] ^= block[place] }
        }
        return sum
    }

    private static func code(_ keyed: HMAC<SHA256>, _ message: [UInt8]) -> [UInt8] {
        var code = keyed
        code.update(data: message)
        return Array(code.finalize())
    }
}
