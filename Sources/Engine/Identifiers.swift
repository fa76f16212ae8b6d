// The names things go by: one type per kind of name, so that none is passed for another.

package import Proofs

/// A name the engine mints: `prefix_` and 36 characters that sort by time and cannot be guessed.
package protocol MintedID: Hashable, Sendable, CustomStringConvertible {
    static var prefix: String { get }
    var text: String { get }
    init(unchecked text: String)
}

extension MintedID {
    package var description: String { text }

    /// 48 bits of milliseconds and 128 bits of chance, in Crockford's base 32.
    package static func mint(now: Instant, entropy: inout Entropy) -> Self {
        let time = UInt64(max(0, now.ms))
        var bytes = [UInt8]()
        for shift in stride(from: 40, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: time >> UInt64(shift)))
        }
        bytes += entropy.bytes(16)
        return Self(unchecked: prefix + "_" + Base32.encode(bytes))
    }

    /// - Returns: nil unless `text` has the form that ``mint(now:entropy:)`` gives.
    package init?(_ text: String) {
        let head = Self.prefix + "_"
        let body = text.utf8.dropFirst(head.utf8.count)
        guard text.utf8.starts(with: head.utf8), body.count == Base32.characters(forBytes: 22),
            body.allSatisfy(Base32.isDigit)
        else { return nil }
        self.init(unchecked: text)
    }

    /// The part after the prefix.
    package var suffix: String { String(text.dropFirst(Self.prefix.count + 1)) }
}

package struct RunID: MintedID {
    package static let prefix = "run"
    package let text: String
    package init(unchecked text: String) { self.text = text }
}

package struct CallID: MintedID {
    package static let prefix = "call"
    package let text: String
    package init(unchecked text: String) { self.text = text }

    /// The first call of a run shares its run's random part, so that it can be found by its name.
    package init(firstOf run: RunID) { text = CallID.prefix + "_" + run.suffix }
    package var runIfFirst: RunID { RunID(unchecked: RunID.prefix + "_" + suffix) }
}

package struct ApprovalID: MintedID {
    package static let prefix = "apr"
    package let text: String
    package init(unchecked text: String) { self.text = text }
}

/// One host process for its life.
package struct OwnerID: MintedID {
    package static let prefix = "own"
    package let text: String
    package init(unchecked text: String) { self.text = text }
}

/// A tool's name as it stands in its manifest.
package struct ToolName: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let text: String
    package init(_ text: String) { self.text = text }
    package var description: String { text }
    package static func < (a: ToolName, b: ToolName) -> Bool {
        a.text.utf8.lexicographicallyPrecedes(b.text.utf8)
    }
}

/// SHA-256 of a manifest's canonical JSON: which version of a tool is meant.
package struct ManifestDigest: Hashable, Sendable, CustomStringConvertible {
    package let digest: Digest
    package init(_ digest: Digest) { self.digest = digest }
    package var description: String { digest.hex }
}

/// Who stands behind a call: the profile an agent was launched with, the person it works for, and
/// the account its host runs under.
package struct Caller: Hashable, Sendable {
    package let profile: String
    package let person: String
    package let account: String

    package init(profile: String, person: String, account: String) {
        self.profile = profile
        self.person = person
        self.account = account
    }
}
