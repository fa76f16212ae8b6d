// Every limit of the engine in one place, each tested at the limit and one past it.

import JSON

package enum Limits {
    /// A leaf's bytes (DESIGN section 8).
    package static let leafBytes = 8_192
    /// Times a call is taken up again before a person must look at it.
    package static let recoveries = 5
    /// After what time work is looked at again whose run could not be read.
    package static let oddLineMs: Int64 = 60_000
    /// How long a derived key holds where nobody recorded that its outcome was delivered.
    package static let undeliveredKeyMs: Int64 = 86_400_000
    /// A key given by a caller, and an intent id: UTF-8 bytes.
    package static let givenKeyBytes = 256
    /// A purpose, a reason, a summary: UTF-8 bytes.
    package static let freeTextBytes = 8_192
    /// Arguments and results kept as payloads: canonical bytes. A result over it is withheld.
    package static let payloadBytes = 1_048_576
    /// An error text kept from downstream: UTF-8 bytes; longer ones are cut.
    package static let errorTextBytes = 4_096
    /// Calls in one run.
    package static let callsPerRun = 1_000
    /// Tools named in one leaf.
    package static let pinsPerLeaf = 40
    /// Lines of the agenda taken at once.
    package static let agendaPage = 64
    /// Records read at once.
    package static let recordPage = 512
    /// How long to wait before an unknown outcome of a repeatable call is tried again: doubled
    /// for every recovery.
    package static let recoveryDelayMs: Int64 = 200
}

extension JSONLimits {
    /// For what this project wrote itself: snapshots, payloads, manifests kept in the journal.
    /// Deeper than any input, so that what was accepted can always be read back.
    static let snapshot = JSONLimits(
        maxBytes: 268_435_456, maxDepth: deepestSafeDepth, maxNodes: 10_000_000)
}
