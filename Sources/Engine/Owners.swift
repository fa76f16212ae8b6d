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

extension JournalLookup {
    /// Until when an owner's lease runs; nil where the journal knows no such owner.
    package func lease(of owner: OwnerID) throws(JournalFault) -> Instant? {
        guard let bytes = try key(Index.owner(owner)) else { return nil }
        guard let until = Instant(String(decoding: bytes, as: UTF8.self)) else {
            throw JournalFault(.corrupt, "The lease of \(owner) cannot be read.")
        }
        return until
    }
}
