// Signing keys as people have them: made once, kept in a file of their own, used to sign decisions.
// No journal and no config is needed for any of it.

import Engine
package import JSON
package import Proofs

package struct KeyRing: Sendable {
    private let surroundings: Surroundings
    private let passphrases: Passphrases

    package init(in surroundings: Surroundings, _ passphrases: Passphrases) {
        self.surroundings = surroundings
        self.passphrases = passphrases
    }

    /// Makes a key in `file` and its public line in `file.pub`. Neither is ever overwritten.
    package func make(_ file: String, isOpen: Bool) throws(Ending) -> NewKey {
        let path = surroundings.resolve(file, in: surroundings.workingFolder)
        for taken in [path, path + ".pub"] where Paths.exists(taken) {
            throw KeyRing.taken(taken)
        }
        let passphrase = isOpen ? nil : try passphrases.chosen()
        var entropy = Chance.entropy()
        let made = KeyFile(
            seed: entropy.bytes(SigningKey.seedByteCount), passphrase: passphrase,
            salt: entropy.bytes(SealedSeed.saltByteCount),
            nonce: entropy.bytes(SealedSeed.nonceByteCount))
        try write(path, made.document.prettyText + "\n", mode: 0o600)
        try write(path + ".pub", made.key.description + "\n", mode: 0o644)
        return NewKey(key: made.key, path: path, isSealed: made.isSealed)
    }

    /// The key in `file`, its passphrase asked for where it has one.
    func key(in file: String) throws(Ending) -> SigningKey {
        let path = surroundings.resolve(file, in: surroundings.workingFolder)
        let stored: KeyFile
        do {
            stored = try KeyFile.open(path)
        } catch {
            throw Ending(.badData, "holdfast: the key \(path.shown) \(error.message.shown).")
        }
        let passphrase = stored.isSealed ? try passphrases.known(of: path) : ""
        guard let key = stored.opened(with: passphrase) else {
            throw Ending(.denied, "holdfast: that is not the passphrase of \(path.shown).")
        }
        return key
    }

    /// - Returns: where it is now.
    func write(_ signed: SignedDecision, to file: String) throws(Ending) -> String {
        let path = surroundings.resolve(file, in: surroundings.workingFolder)
        try write(path, signed.document.prettyText + "\n", mode: 0o644)
        return path
    }

    private func write(_ path: String, _ text: String, mode: UInt32) throws(Ending) {
        let isNew: Bool
        do {
            isNew = try NewFile.make(path, Array(text.utf8), mode: mode)
        } catch {
            throw Ending(.failed, "holdfast: \(path.shown) \(error.words).")
        }
        guard isNew else { throw KeyRing.taken(path) }
    }

    private static func taken(_ path: String) -> Ending {
        Ending(
            .failed,
            "holdfast: \(path.shown) is there already, and nothing is ever overwritten. Choose "
                + "another file.")
    }
}

package struct NewKey: Sendable {
    package let key: PublicKey
    let path: String
    let isSealed: Bool

    /// The public line, for a config.
    package var line: String { key.description }

    package var document: JSONValue {
        [
            "key": .string(key.description), "file": .string(path),
            "public_file": .string(path + ".pub"), "sealed": .bool(isSealed),
        ]
    }

    package var message: String {
        "holdfast: the key is in \(path.shown)"
            + (isSealed ? ", under your passphrase" : ", open to whoever can read that file")
            + ". The line above is its public half: it goes under `keys` of an approver in the "
            + "config, and lies in \(path.shown).pub too."
    }
}
