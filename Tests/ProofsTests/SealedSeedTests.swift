// Seeds under a passphrase: the published vectors of the derivation, and that nothing but the
// passphrase opens.

import Proofs
import Testing

@Suite struct SealedSeedTests {
    /// RFC 7914 section 11; only the first 32 of the 64 bytes are the first block's.
    @Test(arguments: [
        ("passwd", "salt", 1, "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"),
        (
            "Password", "NaCl", 80_000,
            "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56"
        ),
    ])
    func derivesThePublishedKeys(
        passphrase: String, salt: String, iterations: Int, hex: String
    ) {
        let key = PassphraseKey.derive(
            Array(passphrase.utf8), salt: Array(salt.utf8), iterations: iterations)
        #expect(Hex.encode(key) == hex)
    }

    private static let seed = [UInt8](0..<32)
    private static let key = SigningKey(seed: seed).publicKey
    private static let sealed = SealedSeed(
        sealing: seed, under: "horse battery", iterations: 3,
        salt: [UInt8](repeating: 7, count: 16), nonce: [UInt8](repeating: 9, count: 12))

    @Test func opensWithItsPassphraseAlone() {
        let opened = Self.sealed.opened(with: "horse battery", for: Self.key)
        #expect(opened?.publicKey == Self.key)
        #expect(Self.sealed.opened(with: "horse Battery", for: Self.key) == nil)
        #expect(Self.sealed.opened(with: "", for: Self.key) == nil)
    }

    @Test func isBoundToItsPublicKey() {
        let other = SigningKey(seed: [UInt8](1..<33)).publicKey
        #expect(Self.sealed.opened(with: "horse battery", for: other) == nil)
    }

    @Test(arguments: [0, 31, 32, 47])
    func aChangedByteOpensNothing(place: Int) throws {
        var box = Self.sealed.box
        box[place] ^= 1
        let changed = try #require(
            SealedSeed(
                iterations: 3, salt: Self.sealed.salt, nonce: Self.sealed.nonce, box: box))
        #expect(changed.opened(with: "horse battery", for: Self.key) == nil)
    }

    @Test func partsHaveTheirLengthsAndStepsTheirRange() {
        let salt = Self.sealed.salt, nonce = Self.sealed.nonce, box = Self.sealed.box
        func made(_ steps: Int, _ salt: [UInt8], _ nonce: [UInt8], _ box: [UInt8]) -> Bool {
            SealedSeed(iterations: steps, salt: salt, nonce: nonce, box: box) != nil
        }
        #expect(made(SealedSeed.mostIterations, salt, nonce, box))
        #expect(!made(SealedSeed.mostIterations + 1, salt, nonce, box))
        #expect(!made(0, salt, nonce, box))
        #expect(!made(1, salt + [0], nonce, box))
        #expect(!made(1, salt, Array(nonce.dropLast()), box))
        #expect(!made(1, salt, nonce, box + [0]))
    }
}
