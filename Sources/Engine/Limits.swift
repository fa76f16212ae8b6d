// Every limit of the engine in one place, each tested at the limit and one past it.

import JSON

package enum Limits {
    /// A leaf's bytes (DESIGN section 8).
    package static let leafBytes = 8_192
    /// Times a call is taken up again before a person must look at it.
    package static let recoveries = 5
    /// How often an undo is attempted that surely had no effect, and the longest wait in between.
    package static let undoAttempts = 12
    package static let longestUndoWaitMs: Int64 = 60_000
    /// Probes in a row that told nothing, before a person must look at the call.
    package static let unsureProbes = 12
    /// The wait after the first of them: doubled for each, up to the longest.
    package static let probeDelayMs: Int64 = 1_000
    package static let longestProbeDelayMs: Int64 = 300_000
    /// The longest that a call waits because downstream asked for it; asked for longer, it fails.
    package static let longestRetryAfterMs: Int64 = 86_400_000
    /// `transient` failures of a tool in a row after which nothing more is sent for a while.
    package static let breakerFailures = 5
    /// How long: doubled each time the next attempt fails too, up to the longest.
    package static let breakerOpenMs: Int64 = 30_000
    package static let longestBreakerOpenMs: Int64 = 600_000
    /// Retries of one tool in one window, over all calls and hosts.
    package static let retriesPerWindow = 60
    package static let retryWindowMs: Int64 = 60_000
    /// Lines that are moved when the clock was set back; what lies after them is late by as much.
    package static let wokenLines = 1_024
    /// Up to when the agenda is searched for work of owners that are gone: longer than any lease.
    package static let goneHorizonMs: Int64 = 3_600_000
    /// After what time work is looked at again that a halt or a breaker holds back.
    package static let heldBackMs: Int64 = 1_000
    package static let longestHeldBackMs: Int64 = 5_000
    /// The same for a call that waits for its turn.
    package static let queuedMs: Int64 = 250
    /// By how much the clock that one host has read may be behind what another wrote, and longer
    /// than any wait for the journal: what lies further ahead was written before it was set back.
    package static let clockDoubtMs: Int64 = 60_000
    /// Calls of one sliding window that are kept one by one.
    package static let meterEntries = 256
    /// The longest that a model is told to wait until there is room under a limit.
    package static let worthWaitingMs: Int64 = 600_000
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
    /// Records of a run between two of its snapshots, more or less.
    package static let recordsPerSnapshot = 16
    /// Rules that may ask for a yes to one call; with more it is denied.
    package static let demandsPerCall = 4
    /// Names of rules in one leaf.
    package static let rulesPerLeaf = 8
    /// Reminders of one approval.
    package static let reminders = 10
    /// How far ahead of this clock a signed decision's may be.
    package static let signatureAheadMs: Int64 = 300_000
    /// Denials of one tool's calls, for one profile and person, after which nothing more is asked.
    package static let denialsPerWindow = 3
    package static let denialWindowMs: Int64 = 3_600_000
    /// For how long what was read in one run is remembered in all others of its profile and person.
    package static let taintMs: Int64 = 3_600_000
    /// Approvals in one batch grant.
    package static let approvalsPerGrant = 50
    /// The longest that a grant stands.
    package static let longestGrantMs: Int64 = 31 * 86_400_000
    /// Grants of one tool that stand or are asked for.
    package static let grantsPerTool = 64
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
