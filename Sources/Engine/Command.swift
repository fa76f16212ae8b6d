// What can be asked of a run, and what of the rest of the journal the answer depends on.

package import Proofs

/// A request to change a run. Payloads are already committed to; a decision only refers to them.
package enum Command: Hashable, Sendable {
    case accept(NewCall)
    /// Start an attempt or a probe of a call whose time has come.
    case claim(CallID, owner: OwnerID, leaseUntil: Instant)
    /// Say what came of an attempt.
    case report(CallID, attempt: Int, owner: OwnerID, Report)
    /// Say what came of a probe.
    case learn(CallID, probe: Int, owner: OwnerID, Lesson)
    /// Look at an attempt or a probe whose owner may be gone.
    case investigate(CallID)
    /// Look at an approval whose clock may have run out.
    case expire(CallID)
    case decide(CallID, ApprovalID, Said, Identity)
    case revokeGrant(CallID, by: String, reason: PayloadRef)
    case cancel(CallID, reason: PayloadRef?)
    case resolve(CallID, Resolution, by: String, reason: PayloadRef)
    case complete(summary: PayloadRef?)
    /// Undo what can be undone and take no more calls.
    case abort(AbortCause, by: String, isForced: Bool, reason: PayloadRef)
    /// Look at a deadline that may have passed.
    case expireRun
    case quarantine(by: String, reason: PayloadRef)
    case release(by: String, reason: PayloadRef)
    case halt(HaltScope, by: String, reason: PayloadRef)
    case resume(HaltScope, by: String, reason: PayloadRef)
    /// Say that the undo of a call cannot be called.
    case giveUpUndo(CallID, reason: PayloadRef)
    /// The outcome's line was written to a caller.
    case delivered(CallID)
}

package struct NewCall: Hashable, Sendable {
    package let accepted: CallAccepted
    package let ruled: Ruled
}

/// What an attempt came to, its payload committed to.
package enum Report: Hashable, Sendable {
    case succeeded(PayloadRef, Withheld?)
    /// - retry: nil where the class has no second try.
    case failed(FailureClass, PayloadRef, retryAfterMs: Int64? = nil)
    /// Surely not applied, and no attempt can apply it any more.
    case voided(PayloadRef)
    /// - mayStillSend: whether something of the attempt is still on its way.
    case unknown(PayloadRef?, mayStillSend: Bool = false)
}

/// What a probe came to, its payload committed to.
package enum Lesson: Hashable, Sendable {
    case found(PayloadRef, Withheld?)
    case absent(PayloadRef)
    case confirmed
    case differs(PayloadRef)
    /// - approval: what the renewed arguments need a yes for; nil where nothing holds the call.
    case renewed(PayloadRef, approval: ApprovalRequested?)
    case unsure(PayloadRef?)
}

/// What a decision needs to know that no single run holds; gathered inside the transaction.
package struct Facts: Hashable, Sendable {
    /// The call that holds the new call's key at this moment.
    package var holder: KeyHolder?
    /// What the journal and the owners' locks say of a running attempt's or probe's owner.
    package var owner: OwnerFact?
    /// Attempts of the call whose senders have ended.
    package var silent: [Int] = []
    package var halts: [StandingHalt] = []
    /// How the call's tool has fared lately.
    package var health = ToolHealth()
    /// How often and when a failed call is tried again.
    package var retry = RetryRule.standard
    /// What the policy in force says of the call; nil where none is asked.
    package var ruled: Ruled?
    package var directory = Directory()
    /// Grants that decisions of the call rest on.
    package var grants: [CallID: StandingGrant] = [:]
    /// A grant that covers the new call.
    package var covering: CallID?
    /// Until when nothing more of the tool is asked, for it was denied again and again.
    package var askAgainAt: Instant?
    /// What has been used of limits; nil where nothing is limited.
    package var usage: Usage?
    /// What is under way of what may be under way at once; nil where that is not limited.
    package var slots: SlotFacts?
    /// A number that nobody can guess, for waits that must not fall together.
    package var chance: UInt32 = 0

    package init(holder: KeyHolder? = nil, owner: OwnerFact? = nil) {
        self.holder = holder
        self.owner = owner
    }
}

package struct KeyHolder: Hashable, Sendable {
    package let call: CallID
    package let fingerprint: KeyedTag
    /// Top-level fields in which the arguments differ; empty where the fingerprints agree.
    package let differing: [String]
}

package enum OwnerFact: Hashable, Sendable {
    /// Its lock is free: the process has ended.
    case gone
    case leasedUntil(Instant)
}
