// One host process: what it knows, what it has under way, and its lease. What it does step by step
// lies beside it.

import Engine

/// A piece of work that a host has in hand, from its claim to its recorded end.
struct HostTask {
    enum Stage {
        /// Claimed; the lease is looked at and the request made.
        case ready
        /// The host waits for the answer, so long by its steady clock.
        case waiting(message: Int, untilMs: Int64)
        /// The outcome is to be recorded.
        case ended(Answer)
    }
    let id: Int
    let work: Work
    /// How often the lease had lapsed before the work was claimed.
    let ticket: Int
    var stage: Stage
    /// Whether it was asked to stop.
    var isStopped = false
    /// A request that is nobody's any more and may still be sent.
    var forsaken: Int?
}

struct SimulatedHost {
    let owner: OwnerID
    let environment: String
    /// The rules as it read them last; nil in worlds without.
    var rules: WorldRules?
    /// Whether its process lives.
    var isAlive = true
    /// Whether it is suspended.
    var isFrozen = false
    /// Whether others have seen that its lock is free, and taken all that it had.
    var isBuried = false
    /// Until when its lease runs, by the steady clock.
    var leasedUntilMs: Int64 = .min
    var lapses = 0
    var renewAtMs: Int64 = 0
    var patrolAtMs: Int64 = 0
    var tasks: [HostTask] = []
    /// Outcomes that the journal could not take when they came.
    var unrecorded: [HostTask] = []
    /// Runs as it last saw them: what has not changed since need not be read again.
    var recent: [RunID: Run] = [:]

    var acts: Bool { isAlive && !isFrozen }
}

enum HostRules {
    static let leaseMs: Int64 = 10_000
    static let renewEveryMs: Int64 = leaseMs / 3
    static let patrolEveryMs: Int64 = 1_000
    static let longestLockWaitMs: Int64 = 1_500
    /// Pieces of due work that a host takes at once.
    static let dueLimit = 8
}
