// SHA-256 and keyed hashes against published vectors, and the text they are written as.

import JSON
import Proofs
import Testing

struct DigestTests {
    /// FIPS 180-4 examples and the empty message.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func sha256OfPublishedMessages(_ message: String, _ expected: String) {
        #expect(Digest.sha256(Array(message.utf8)).hex == expected)
    }

    @Test func sha256OfAMillionLetters() {
        let message = [UInt8](repeating: 0x61, count: 1_000_000)
        #expect(
            Digest.sha256(message).hex
                == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test func partsAreHashedAsOneText() {
        #expect(
            Digest.sha256(Array("a".utf8), [], Array("bc".utf8))
                == Digest.sha256(Array("abc".utf8)))
    }

    @Test func aDigestIsReadBackFromItsTextAndNothingElse() {
        let digest = Digest.sha256([])
        #expect(Digest(hex: digest.hex) == digest)
        #expect(Digest(bytes: digest.bytes) == digest)
        #expect(Digest(hex: String(digest.hex.dropLast(2))) == nil)
        #expect(Digest(hex: digest.hex + "00") == nil)
        #expect(Digest(hex: digest.hex.uppercased()) == nil)
        #expect(Digest(bytes: Array(digest.bytes.dropLast())) == nil)
    }

    @Test func aCanonicalDigestIsOverItsDomainANewlineAndTheCanonicalForm() throws {
        let value = try JSONParser.parse(#"{"b":1,"a":{"x":2.50}}"#)
        let expected = Digest.sha256(Array("some.domain\n{\"a\":{\"x\":2.5},\"b\":1}".utf8))
        #expect(try Digest.canonical(value, domain: "some.domain") == expected)
    }
}

struct KeyedHashTests {
    /// The HMAC of RFC 2104 put together by hand from SHA-256.
    private func hmac(_ key: [UInt8], _ message: [UInt8]) -> Digest {
        let short = key.count > 64 ? Digest.sha256(key).bytes : key
        let padded = short + [UInt8](repeating: 0, count: 64 - short.count)
        let inner = Digest.sha256(padded.map { $0 ^ 0x36 }, message)
        return Digest.sha256(padded.map { $0 ^ 0x5c }, inner.bytes)
    }

    /// RFC 4231 vectors show that the formula above is HMAC; the scheme is then held to it.
    @Test(arguments: [
        (
            [UInt8](repeating: 0x0b, count: 20), Array("Hi There".utf8),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            [UInt8](repeating: 0xaa, count: 20), [UInt8](repeating: 0xdd, count: 50),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        (
            (1...25).map { UInt8($0) }, [UInt8](repeating: 0xcd, count: 50),
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
        ),
        (
            [UInt8](repeating: 0xaa, count: 131),
            Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
    ])
    func theFormulaOfTheTestIsHMAC(_ key: [UInt8], _ message: [UInt8], _ expected: String) {
        #expect(hmac(key, message).hex == expected)
    }

    @Test(arguments: [32, 64, 65, 131])
    func aTagIsTheHMACOfDomainZeroByteAndMessage(_ secretBytes: Int) {
        let secret = (0..<secretBytes).map { UInt8($0) }
        let message = Array("what do ya want for nothing?".utf8)
        let expected = hmac(secret, Array("key".utf8) + [0] + message)
        #expect(KeyedHash(secret: secret).tag("key", message).digest == expected)
    }

    @Test func oneTagLeavesNothingBehindForTheNext() {
        let secret = [UInt8](repeating: 7, count: 32)
        let (hash, copy) = (KeyedHash(secret: secret), KeyedHash(secret: secret))
        let first = hash.tag("key", [1, 2])
        _ = hash.tag("intent", [UInt8](repeating: 3, count: 200))
        let also = hash
        _ = also.tag("", [])
        #expect(hash.tag("key", [1, 2]) == first)
        #expect(copy.tag("key", [1, 2]) == first)
        #expect(first.digest == hmac(secret, Array("key".utf8) + [0, 1, 2]))
    }

    @Test func domainsAndSecretsKeepTagsApart() {
        let hash = KeyedHash(secret: [UInt8](repeating: 1, count: 32))
        let other = KeyedHash(secret: [UInt8](repeating: 2, count: 32))
        #expect(hash.tag("key", [1]) != hash.tag("intent", [1]))
        #expect(hash.tag("key", [1]) != other.tag("key", [1]))
        #expect(hash.tag("key", [1]) != hash.tag("ke", Array("y".utf8) + [1]))
    }

    @Test func aTagIsWrittenWithItsAlgorithmAndReadBack() {
        let tag = KeyedHash(secret: [UInt8](repeating: 1, count: 32)).tag("key", [])
        #expect(tag.description == "hmac-sha256:" + tag.digest.hex)
        #expect(KeyedTag(tag.description) == tag)
        #expect(KeyedTag(tag.digest.hex) == nil)
        #expect(KeyedTag("hmac-sha512:" + tag.digest.hex) == nil)
        #expect(KeyedTag(tag.description + "00") == nil)
        #expect(KeyedTag("hmac-sha256:") == nil)
        #expect(KeyedTag("") == nil)
        #expect(KeyedTag("hmac-sha256:" + tag.digest.hex.uppercased()) == nil)
        #expect(KeyedTag("hmac-sha256:\u{301}" + tag.digest.hex.dropLast(2)) == nil)
    }
}

extension DigestTests {
    /// A value keyed under anything but the record's secret would never be found again.
    @Test func withoutASecretNothingIsKeyed() async {
        await #expect(processExitsWith: .failure) { _ = KeyedHash.absent.tag("key", [1]) }
    }
}
