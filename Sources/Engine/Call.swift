// A call as the fold of its run's events. Values only: what may happen to it is decided elsewhere.

package struct Call: Hashable, Sendable {
    package let id: CallID
    package let tool: ToolName
    package let manifest: ManifestDigest
    package let delivery: Delivery
    package let reversibility: Reversibility?
    package let timeoutMs: Int64
    package let key: CallKey?
    package let environment: String
    package let origin: CallOrigin
    package let followUps: FollowUps
    package let isByPerson: Bool
    package let labels: Labels
    /// What the caller had read before, in other runs.
    package let taint: [Label]
    /// What the policy said last that changed anything; nil where none was asked.
    package var ruling: RulingNote?
    /// What it takes of limits; nil where there are none for it.
    package let charge: Charge?
    package var arguments: PayloadRef
    package let acceptedAt: Instant
    package var phase: Phase
    package var approval: Approval?
    /// Attempts started so far; the number of the newest.
    package var attempts = 0
    /// What the newest attempt is for.
    package var purpose = Attempt.Purpose.effect
    /// Times the call was taken up again after its outcome was unknown.
    package var recoveries = 0
    /// Attempts that surely had no effect and were followed by a wait.
    package var failures = 0
    /// Probes started so far; the number of the newest.
    package var probes = 0
    /// Probes in a row that told nothing.
    package var unsure = 0
    /// Whether its arguments have been renewed, which happens once.
    package var isRefreshed = false
    package var cancelRequested = false
    /// Whether it waits for its turn: as many as may be are under way.
    package var isQueued = false
    /// When the attempt that is under way began, and how long earlier ones were; kept where
    /// something of the call is limited.
    package var startedAt: Instant?
    package var workedMs: Int64 = 0
    /// Attempts of a write that may have happened: while there is one, no later failure ends the
    /// call.
    package var doubtful: [Int] = []
    /// Attempts that a person set aside by having the call tried again, until it is.
    package var overruled: [Int] = []
    /// Who may still send something of an earlier attempt.
    package var senders: [Sender] = []
    /// Since when nobody can.
    package var quietAt: Instant?
    /// When it began to wait for what comes next: a clock that is behind it has been set back.
    package var waitsSince: Instant?
    /// What the newest attempt or probe that settled nothing said of it.
    package var doubt: PayloadRef?
    /// A success that an earlier attempt reported while a later one was under way.
    package var heard: HeardSuccess?
    /// The success that is in the record, whatever has become of the call since.
    package var achieved: Achieved?
    /// Nobody will settle or undo it any more: what it did stands.
    package var isLeft = false
    /// Whether a person has said that it failed.
    package var isAcknowledged = false
    /// The grant that it is; nil for every call that acts.
    package var grant: GrantState?
    package var endedAt: Instant?
    package var deliveredAt: Instant?
    /// Which of its run's events, counted from one, has changed it last.
    package var changedAt = 0
}

package struct Sender: Hashable, Sendable {
    package let attempt: Int
    package let owner: OwnerID
}

package struct HeardSuccess: Hashable, Sendable {
    package let attempt: Int
    package let result: PayloadRef
}

package struct Achieved: Hashable, Sendable {
    package let attempt: Int
    package let result: PayloadRef
    package let withheld: Withheld?

    package init(attempt: Int, result: PayloadRef, withheld: Withheld?) {
        self.attempt = attempt
        self.result = result
        self.withheld = withheld
    }
}

/// Where a call stands (DESIGN section 5).
package enum Phase: Hashable, Sendable {
    /// Waits for a person's yes.
    case held
    /// May be started by any host of its environment.
    case ready
    /// An attempt is under way by `owner`.
    case running(owner: OwnerID, leaseUntil: Instant)
    /// The newest attempt surely had no effect and another follows.
    case waiting(until: Instant, FailureClass, error: PayloadRef)
    /// The newest attempt may or may not have happened; looked into at `recoverAt`, or settled by
    /// a person.
    case unknown(recoverAt: Instant?)
    /// A probe is under way.
    case verifying(Probing)
    /// It succeeded, and what it left is read back next.
    case confirming(at: Instant)
    case succeeded(result: PayloadRef, withheld: Withheld?)
    case failed(FailureClass, error: PayloadRef)
    case denied(reason: PayloadRef?)
    case cancelled(reason: PayloadRef?)
    /// It was checked and recorded, and not executed.
    case shadow(preview: PayloadRef?)
    /// It had succeeded, and is being undone by another call.
    case compensating(by: CallID)
    case compensated(by: CallID)
    /// Given up by the engine: only a person can settle it.
    case needsAttention(NeedsAttention)
}

package enum NeedsAttention: Hashable, Sendable {
    case recoveryExhausted
    /// A success arrived after the call had ended otherwise: its effect stands.
    case lateSuccess(result: PayloadRef)
    /// It succeeded, and reading back found something else, or nothing could be read (nil).
    case readBack(found: PayloadRef?)
    /// It should undo another call, and cannot; nil where it was never attempted.
    case undoFailed(FailureClass?, error: PayloadRef?)
    /// It succeeded and is to be undone, but what undoes it cannot be called.
    case undoImpossible(reason: PayloadRef)
}

extension Call {
    package var hasEnded: Bool {
        switch phase {
        case .succeeded, .failed, .denied, .cancelled, .shadow, .compensated: true
        case .held, .ready, .running, .waiting, .unknown, .verifying, .confirming,
            .compensating, .needsAttention:
            false
        }
    }

    /// Whether nobody but a person can move it on.
    package var needsPerson: Bool {
        switch phase {
        case .unknown(recoverAt: nil), .needsAttention: !isLeft
        case .failed(.permission, _): !isAcknowledged && !isUndo
        case .unknown, .held, .ready, .running, .waiting, .verifying, .confirming, .succeeded,
            .failed, .denied, .cancelled, .shadow, .compensating, .compensated:
            false
        }
    }

    package var isUndo: Bool { undoes != nil }

    /// The call that it undoes.
    package var undoes: CallID? {
        switch origin {
        case .agent, .grant: nil
        case .undo(let undone): undone
        }
    }

    /// Whether a probe finds out what an unknown attempt came to. A `transactional` call's next
    /// attempt looks its key up, which is surer.
    package var isVerified: Bool { followUps.verify != nil && delivery != .transactional }

    package var status: CallStatus {
        switch phase {
        case .held: .pendingApproval
        case .ready where isQueued: .pendingRetry
        case .ready, .running, .verifying, .confirming, .compensating: .running
        case .waiting: .pendingRetry
        case .unknown: .unknown
        case .succeeded: .succeeded
        case .failed: .failed
        case .denied: .denied
        case .cancelled: .cancelled
        case .shadow: .shadow
        case .compensated: .compensated
        case .needsAttention: .needsAttention
        }
    }

    /// Whether the call's key keeps others out at `now` (DESIGN section 5.2).
    package func holdsKey(at now: Instant) -> Bool {
        guard keepsKey else { return false }
        guard case .succeeded = phase, let key, let endedAt else { return true }
        switch key.source {
        case .given: return true
        case .fields, .arguments:
            let until = deliveredAt.map { $0 + key.windowMs } ?? endedAt + Limits.undeliveredKeyMs
            return now < until
        }
    }

    /// Whether the call's entry stands in the index; whether it still keeps others out is
    /// ``holdsKey(at:)``.
    var keepsKey: Bool {
        switch phase {
        case .held, .ready, .running, .waiting, .unknown, .verifying, .confirming,
            .needsAttention, .succeeded, .compensating:
            true
        case .failed, .denied, .cancelled, .shadow, .compensated: false
        }
    }
}

extension Call {
    /// The state's name: what waits for its turn is waiting.
    package var word: String {
        if case .ready = phase, isQueued { return "waiting" }
        return phase.word
    }
}

extension Phase {
    /// The state's name (DESIGN section 5).
    package var word: String {
        switch self {
        case .held: "held"
        case .ready: "ready"
        case .running: "running"
        case .waiting: "waiting"
        case .unknown: "unknown"
        case .verifying, .confirming: "verifying"
        case .succeeded: "succeeded"
        case .failed: "failed"
        case .denied: "denied"
        case .cancelled: "cancelled"
        case .shadow: "shadow"
        case .compensating: "compensating"
        case .compensated: "compensated"
        case .needsAttention: "needs_attention"
        }
    }
}
