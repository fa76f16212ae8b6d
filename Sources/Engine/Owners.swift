// The hosts that live: each renews one lease, and keeps in the journal what its manifests say.

package import JSON
import Proofs

extension Doors {
    /// Says until when `owner` is to be believed alive.
    package func renewLease(
        in journal: any JournalTransaction, _ moment: Moment
    ) throws(JournalFault) {
        let text = moment.leaseUntil.description
        try journal.setKey(Index.owner(moment.owner), to: Array(text.utf8))
    }

    /// Forgets an owner whose process has ended and whose work has been taken over.
    package func forget(
        _ owner: OwnerID, in journal: any JournalTransaction
    ) throws(JournalFault) {
        try journal.setKey(Index.owner(owner), to: nil)
    }

    /// Keeps a manifest by its digest, so that a call can be understood when its file has changed.
    package func keep(
        _ manifest: JSONValue, as digest: ManifestDigest, in journal: any JournalTransaction
    ) throws(JournalFault) {
        let name = Index.manifest(digest)
        guard try journal.key(name) == nil else { return }
        try journal.setKey(name, to: manifest.compactBytes())
    }
}

extension Doors {
    /// Notes which secret this journal's keyed values are made with, so that it is never mistaken
    /// for another: under another one no key would be found again, and what was done would be done
    /// anew.
    package func sealSecret(in journal: any JournalTransaction) throws(JournalFault) {
        let seal = Array(keyed.tag("secret", []).description.utf8)
        guard let known = try journal.key(Index.secret) else {
            return try journal.setKey(Index.secret, to: seal)
        }
        guard known == seal else { throw JournalFault.otherSecret }
    }

    /// Whether the secret is the one that the journal was sealed with; true where it is not yet.
    package func fits(_ journal: any JournalLookup) throws(JournalFault) -> Bool {
        let known = try journal.key(Index.secret)
        return known == nil || known == Array(keyed.tag("secret", []).description.utf8)
    }
}

extension JournalFault {
    package static let otherSecret = JournalFault(
        .corrupt,
        "The record's secret is not the one that this journal was made with: no key would be found "
            + "again, and what was done would be done anew. Put back the secret file that belongs "
            + "to this journal, from where its backups are kept.")
}

extension JournalLookup {
    /// Whether a secret belongs to this journal, so that a missing one must not be made anew.
    package var isSealed: Bool {
        get throws(JournalFault) { try key(Index.secret) != nil }
    }

    /// Until when an owner's lease runs; nil where the journal knows no such owner.
    package func lease(of owner: OwnerID) throws(JournalFault) -> Instant? {
        guard let bytes = try key(Index.owner(owner)) else { return nil }
        guard let until = Instant(String(decoding: bytes, as: UTF8.self)) else {
            throw JournalFault(.corrupt, "The lease of \(owner) cannot be read.")
        }
        return until
    }
}
