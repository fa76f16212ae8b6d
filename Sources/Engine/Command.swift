// What can be asked of a run, and what of the rest of the journal the answer depends on.

package import Proofs

/// A request to change a run. Payloads are already committed to; a decision only refers to them.
package enum Command: Hashable, Sendable {
    case accept(NewCall)
    /// Start an attempt of a call whose time has come.
    case claim(CallID, owner: OwnerID, leaseUntil: Instant)
    /// Say what came of an attempt.
    case report(CallID, attempt: Int, owner: OwnerID, Report)
    /// Look at a running attempt whose owner may be gone.
    case investigate(CallID)
    /// Look at an approval whose clock may have run out.
    case expire(CallID)
    case approve(CallID, by: String, reason: PayloadRef? = nil)
    case deny(CallID, by: String, reason: PayloadRef)
    case cancel(CallID, reason: PayloadRef?)
    case resolve(CallID, Resolution, by: String, reason: PayloadRef)
    case complete(summary: PayloadRef?)
    /// The outcome's line was written to a caller.
    case delivered(CallID)
}

package struct NewCall: Hashable, Sendable {
    package let accepted: CallAccepted
    /// Nil where nothing holds the call.
    package let approval: ApprovalRequested?
}

/// What an attempt came to, its payload committed to.
package enum Report: Hashable, Sendable {
    case succeeded(PayloadRef, Withheld?)
    case failed(FailureClass, PayloadRef)
    case unknown(PayloadRef?)
}

/// What a decision needs to know that no single run holds; gathered inside the transaction.
package struct Facts: Hashable, Sendable {
    /// The call that holds the new call's key at this moment.
    package var holder: KeyHolder?
    /// What the journal and the owners' locks say of a running attempt's owner.
    package var owner: OwnerFact?

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
