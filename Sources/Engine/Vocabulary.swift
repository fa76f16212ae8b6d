// The words of the field as types: effects, failures, states, statuses. Their raw values stand in
// records, snapshots and answers, so a released value never changes.

/// What a manifest promises about a crash or time-out in flight (DESIGN section 5.1).
package enum Delivery: String, Sendable, CaseIterable {
    /// No effect: run again freely.
    case read
    /// Effect and key commit together downstream: look the key up.
    case transactional
    /// Downstream honours a key: again with the same key.
    case keyed
    /// Same arguments, same end state: again.
    case natural
    /// None of these: never again by itself.
    case atMostOnce = "at_most_once"

    package var isWrite: Bool { self != .read }

    /// Whether an attempt whose outcome is unknown may be followed by another without a person.
    package var mayRepeatUnknown: Bool {
        switch self {
        case .read, .transactional, .keyed, .natural: true
        case .atMostOnce: false
        }
    }
}

package enum Reversibility: String, Sendable, CaseIterable {
    case reversible, partial, irreversible
}

/// What kind of failure it was; only connectors say so (DESIGN section 5.3). An unknown outcome
/// is no failure and has no class.
package enum FailureClass: String, Sendable, CaseIterable {
    case transient, stale, permission, invalid, fatal
}

package enum RunState: String, Sendable, CaseIterable {
    case open, completed, aborting, aborted
    /// Aborted by its deadline.
    case expired
    case needsAttention = "needs_attention"
    /// Its writes are stopped and its evidence kept.
    case quarantined
}

/// What a client is told of a call (DESIGN section 4).
package enum CallStatus: String, Sendable, CaseIterable {
    case succeeded, failed, denied, cancelled, compensated
    case pendingApproval = "pending_approval"
    case pendingRetry = "pending_retry"
    case running, unknown, shadow
    case needsAttention = "needs_attention"

    /// Whether an MCP result with this status is an error.
    package var isError: Bool {
        switch self {
        case .failed, .denied, .cancelled, .unknown, .needsAttention: true
        case .succeeded, .compensated, .shadow, .pendingApproval, .pendingRetry, .running: false
        }
    }
}

/// What a model should do with an answer.
package enum NextStep: String, Sendable, CaseIterable {
    case useResult = "use_result"
    case wait
    case fixArguments = "fix_arguments"
    case askHuman = "ask_human"
    case doNotRetry = "do_not_retry"
}

/// Why a result that was recorded is not in the answer.
package enum Withheld: String, Sendable, CaseIterable {
    case erased, malformed
    case tooLarge = "too_large"
}
