// The file of a signing key: one JSON document, readable by its owner alone. Only this program
// reads it; its public line lies beside it.

import CLinux
import Glibc
import JSON
package import Proofs

/// `{v: 1, key: "ed25519:…", seed: BASE64}`, or with `sealed: {kdf, iterations, salt, cipher,
/// nonce, box}` in the place of `seed`.
package struct KeyFile: Sendable {
    enum Secret: Sendable {
        case plain([UInt8])
        case sealed(SealedSeed)
    }

    package let key: PublicKey
    let secret: Secret

    private static let kdf = "pbkdf2-hmac-sha256"
    private static let cipher = "chacha20-poly1305"
    private static let maxBytes = 4_096

    typealias Refusal = BoundedFile.Refusal

    var isSealed: Bool {
        switch secret {
        case .plain: false
        case .sealed: true
        }
    }

    /// The key itself; nil where it is sealed under another passphrase.
    func opened(with passphrase: String) -> SigningKey? {
        switch secret {
        case .plain(let seed): SigningKey(seed: seed, of: key)
        case .sealed(let sealed): sealed.opened(with: passphrase, for: key)
        }
    }
}

extension KeyFile {
    /// - Parameter passphrase: nil for a seed that lies open.
    init(seed: [UInt8], passphrase: String?, salt: [UInt8], nonce: [UInt8]) {
        key = SigningKey(seed: seed).publicKey
        secret =
            passphrase.map {
                .sealed(SealedSeed(sealing: seed, under: $0, salt: salt, nonce: nonce))
            } ?? .plain(seed)
    }

    var document: JSONValue {
        var document: JSONObject = ["v": 1, "key": .string(key.description)]
        switch secret {
        case .plain(let seed): document["seed"] = .string(Base64.encode(seed))
        case .sealed(let sealed):
            document["sealed"] = [
                "kdf": .string(KeyFile.kdf), "iterations": .integer(sealed.iterations),
                "salt": .string(Base64.encode(sealed.salt)), "cipher": .string(KeyFile.cipher),
                "nonce": .string(Base64.encode(sealed.nonce)),
                "box": .string(Base64.encode(sealed.box)),
            ]
        }
        return .object(document)
    }

    static func read(_ document: JSONValue) throws(JSONShapeError) -> KeyFile {
        let root = try ObjectReader(document)
        guard try root.int("v") == 1 else {
            throw root.error("v", "1, the version that this release knows")
        }
        guard let key = PublicKey(try root.string("key")) else {
            throw root.error("key", "a public key, as in ed25519:BASE64")
        }
        guard let part = try root.optionalObject("sealed") else {
            guard let seed = Base64.decode(try root.string("seed")),
                SigningKey(seed: seed, of: key) != nil
            else { throw root.error("seed", "the seed of this key in base 64") }
            return KeyFile(key: key, secret: .plain(seed))
        }
        for (name, known) in [("kdf", kdf), ("cipher", cipher)] {
            guard try part.string(name) == known else {
                throw part.error(name, "\(known), which alone this release knows")
            }
        }
        func bytes(_ name: String) throws(JSONShapeError) -> [UInt8] {
            guard let bytes = Base64.decode(try part.string(name)) else {
                throw part.error(name, "base 64")
            }
            return bytes
        }
        let sealed = SealedSeed(
            iterations: try part.int("iterations"), salt: try bytes("salt"),
            nonce: try bytes("nonce"), box: try bytes("box"))
        guard let sealed else { throw root.error("sealed", "whole and within its limits") }
        return KeyFile(key: key, secret: .sealed(sealed))
    }
}

extension KeyFile {
    /// Reads `path`, which nobody but its owner may be able to read.
    static func open(_ path: String) throws(Refusal) -> KeyFile {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw Refusal(message: "cannot be opened: \(String(cString: strerror(errno)))")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw Refusal(
                message: "can be read or changed by others, so that others may sign with it; if "
                    + "nobody has, run `chmod 600` on it, else make a new key and take this one "
                    + "out of every config")
        }
        return try parse(try BoundedFile.read(path, maxBytes: maxBytes))
    }

    private static func parse(_ bytes: [UInt8]) throws(Refusal) -> KeyFile {
        let document: JSONValue
        do {
            document = try JSONParser.parse(bytes)
        } catch {
            throw Refusal(message: "is no key file: \(error.message)")
        }
        do {
            return try read(document)
        } catch {
            throw Refusal(message: "is no key file: \(error.message)")
        }
    }
}
