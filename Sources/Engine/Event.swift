// What can happen to a run: the vocabulary of the record. How events are written lies beside it;
// what follows from them is decided elsewhere.

package import Proofs

/// A reference to a payload that lies beside the journal and may be erased.
package struct PayloadRef: Hashable, Sendable {
    package enum Name: String, Sendable, CaseIterable {
        case purpose, summary, arguments, result, error, reason
        /// What a call takes of what its tool's limit sums.
        case charge
        /// What a read-back found.
        case found
        case intentID = "intent_id"
        /// What would have been sent.
        case preview
    }
    /// How careful a reader must be with it.
    package enum Class: String, Sendable, CaseIterable {
        case plain, personal, secret
    }

    package let name: Name
    package let commitment: Commitment
    package let byteCount: Int
    package let kind: Class

    package init(name: Name, commitment: Commitment, byteCount: Int, kind: Class) {
        self.name = name
        self.commitment = commitment
        self.byteCount = byteCount
        self.kind = kind
    }
}

/// Who did something, as the host came to know it.
package struct Actor: Hashable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        /// An agent, by its profile.
        case agent
        /// A person, by their account on this machine.
        case person
        /// A host process, by its owner id.
        case host
    }
    package let kind: Kind
    package let name: String

    package init(_ kind: Kind, _ name: String) {
        self.kind = kind
        self.name = name
    }
}

/// Where a call's key came from (DESIGN section 5.2).
package enum KeySource: String, Sendable, CaseIterable {
    case given, fields, arguments
}

/// Why an attempt's outcome is not known.
package enum UnknownCause: String, Sendable, CaseIterable {
    /// The connector could not tell (a time-out, a broken answer).
    case noAnswer = "no_answer"
    /// The owner's process is gone.
    case ownerGone = "owner_gone"
    /// The owner's lease ran out while its process may still live.
    case leaseExpired = "lease_expired"
    /// The connector could not tell, and what it started may still be at it.
    case stillSending = "still_sending"
    /// This attempt surely had no effect, but an earlier one may have had it.
    case earlierAttempt = "earlier_attempt"
}

/// What a late answer said.
package enum LateAnswer: String, Sendable, CaseIterable {
    case succeeded, failed, unknown
}

/// Which of an approval's two clocks ran out.
package enum ApprovalClock: String, Sendable, CaseIterable {
    case decide, execute
}

/// How a person settled a call.
package enum Resolution: Hashable, Sendable {
    case succeeded(result: PayloadRef)
    case failed(FailureClass)
    case retry
}

package enum Event: Hashable, Sendable {
    case runOpened(RunOpened)
    case manifestsPinned([ToolPin])
    case runCompleted(summary: PayloadRef?)
    case runAborting(RunAborting)
    /// From now on what cannot be settled or undone is left standing.
    case abortForced(by: String, reason: PayloadRef)
    case runAborted
    case runQuarantined(by: String, reason: PayloadRef)
    case runReleased(by: String, reason: PayloadRef)
    case halted(HaltScope, by: String, reason: PayloadRef)
    case resumed(HaltScope, by: String, reason: PayloadRef)
    case callAccepted(CallAccepted)
    /// Policy says no; recorded, though nothing was asked of anybody.
    case callDenied(CallID, RulingNote, reason: PayloadRef)
    /// Checked and recorded, and not executed.
    case callShadowed(CallID, RulingNote, preview: PayloadRef?)
    case approvalRequested(CallID, ApprovalRequested)
    case decisionMade(CallID, ApprovalID, Decision)
    case approvalReminded(CallID, ApprovalID)
    /// - decideBy: until when there is time now; nil where that has not changed.
    case approvalEscalated(CallID, ApprovalID, decideBy: Instant?)
    case approvalGranted(
        CallID, ApprovalID, by: String, executeBy: Instant, reason: PayloadRef? = nil)
    case approvalDenied(CallID, ApprovalID, by: String, reason: PayloadRef)
    case approvalExpired(CallID, ApprovalID, ApprovalClock)
    /// As many are under way as may be: it waits for its turn.
    case callQueued(CallID)
    case attemptStarted(CallID, AttemptStarted)
    /// - confirmAt: when it is to be read back; nil where that ends the call.
    case attemptSucceeded(
        CallID, attempt: Int, result: PayloadRef, withheld: Withheld?, confirmAt: Instant? = nil)
    /// - retryAt: when the call is taken up again; nil where that ends it.
    case attemptFailed(
        CallID, attempt: Int, FailureClass, error: PayloadRef, retryAt: Instant? = nil)
    case attemptUnknown(CallID, attempt: Int, AttemptUnknown)
    /// What may have sent an attempt can send nothing any more.
    case senderGone(CallID, attempt: Int)
    case probeStarted(CallID, Probing)
    case probeEnded(CallID, ProbeEnded, payload: PayloadRef?)
    case lateAnswer(CallID, attempt: Int, LateAnswer, payload: PayloadRef?)
    case recoveryExhausted(CallID)
    case cancelRequested(CallID, reason: PayloadRef?)
    case callCancelled(CallID, reason: PayloadRef?)
    case callResolved(CallID, Resolution, by: String, reason: PayloadRef)
    case outcomeDelivered(CallID)
    case callCompensated(CallID, by: CallID)
    /// The call is an undo, and it came to nothing.
    case undoFailed(CallID)
    /// What undoes the call cannot even be called.
    case undoImpossible(CallID, reason: PayloadRef)
    /// Nobody will settle or undo the call any more.
    case leftStanding(CallID)
    /// What was asked for in the call holds until then.
    case grantIssued(CallID, until: Instant)
    case grantRevoked(CallID, by: String, reason: PayloadRef)
}

/// Why a run is aborted.
package enum AbortCause: String, Sendable, CaseIterable {
    case requested, deadline, denied
}

package struct RunAborting: Hashable, Sendable {
    package let cause: AbortCause
    package let by: String
    package let reason: PayloadRef?
}

/// What an operator stops.
package enum HaltScope: Hashable, Sendable {
    case everything
    case tool(ToolName)
    case profile(String)
}

/// Where a call comes from.
package enum CallOrigin: Hashable, Sendable {
    case agent
    /// The host makes it, to undo a call of the same run.
    case undo(of: CallID)
    /// A person asks for a yes beforehand: it is never sent anywhere.
    case grant(GrantScope)
}

/// A probe under way.
package struct Probing: Hashable, Sendable {
    package let purpose: Probe.Purpose
    package let number: Int
    package let owner: OwnerID
    package let startedAt: Instant
    package let leaseUntil: Instant
}

/// How a probe ended, in a word for the record.
package enum ProbeAnswer: String, Sendable, CaseIterable {
    case found, absent, confirmed, differs, renewed, unsure
    /// Its owner is gone or its lease ran out.
    case lost
}

package struct ProbeEnded: Hashable, Sendable {
    package let purpose: Probe.Purpose
    package let number: Int
    package let answer: ProbeAnswer
    /// When the same is asked again; nil where it is not.
    package let nextAt: Instant?
}

/// A tool and the version of it that a run keeps to.
package struct ToolPin: Hashable, Sendable {
    package let tool: ToolName
    package let manifest: ManifestDigest

    package init(tool: ToolName, manifest: ManifestDigest) {
        self.tool = tool
        self.manifest = manifest
    }
}

package struct RunOpened: Hashable, Sendable {
    package let caller: Caller
    /// Whether the run is one call's and ends with it.
    package let isSingle: Bool
    package var pins: [ToolPin]
    package let intent: KeyedTag?
    package let purpose: PayloadRef?
    package let intentID: PayloadRef?
    package var deadline: Instant?
}

package struct CallAccepted: Hashable, Sendable {
    package let call: CallID
    package let tool: ToolName
    package let manifest: ManifestDigest
    package let delivery: Delivery
    package let reversibility: Reversibility?
    package let timeoutMs: Int64
    /// Nil for a read: reads hold no key.
    package let key: CallKey?
    /// Which hosts may do it: a keyed digest of profile and resources.
    package let environment: String
    package let traceparent: String?
    package let arguments: PayloadRef
    package var origin = CallOrigin.agent
    package var followUps = FollowUps()
    /// What it takes of limits; nil where there are none for it.
    package var charge: Charge?
    /// What the policy said; nil where none was asked.
    package var ruling: RulingNote?
    /// Whether a person called by hand.
    package var isByPerson = false
    package var labels = Labels.none
    /// What the caller had read before, in other runs.
    package var taint: [Label] = []
}

/// The key a write call holds while it may not be repeated.
package struct CallKey: Hashable, Sendable {
    package let tag: KeyedTag
    package let source: KeySource
    /// Over the arguments that must be the same for the call to be the same.
    package let fingerprint: KeyedTag
    /// How long a derived key holds after delivery.
    package let windowMs: Int64
}

package struct ApprovalRequested: Hashable, Sendable {
    package let approval: ApprovalID
    package let rule: String
    /// What a yes is bound to (DESIGN section 7).
    package let action: Digest
    package let decideBy: Instant
    package let executeWithinMs: Int64
    /// Whose yes is asked for, and how; at least one.
    package let demands: [ApprovalRule]
    /// Why it is asked anew; nil the first time.
    package let because: Drift?
    /// The policy that asks; nil where none was asked.
    package let policy: Digest?
}

/// Why a yes that was given, or that was not needed, is asked for anew.
package enum Drift: String, Sendable, CaseIterable {
    /// The rules, or what the manifest says of permission, have changed.
    case policy
    case arguments
    /// Somebody who said yes may not any more.
    case approvers
    /// The grant that it rested on does not stand any more.
    case grant
    /// The time to execute it has passed.
    case clock
}

/// What a policy said of a call, for the record.
package struct RulingNote: Hashable, Sendable {
    package let verdict: Verdict
    /// The first few that decided.
    package let rules: [String]
    package let policy: Digest

    package init(verdict: Verdict, rules: [String], policy: Digest) {
        self.verdict = verdict
        self.rules = Array(rules.prefix(Limits.rulesPerLeaf))
        self.policy = policy
    }
}

/// What a person has said of an approval.
package struct Decision: Hashable, Sendable {
    package let word: DecisionWord
    /// The person's name, as the host came to know it.
    package let by: String
    package let identity: Identity
    package let reason: PayloadRef?
    package internal(set) var at: Instant

    package init(
        word: DecisionWord, by: String, identity: Identity, reason: PayloadRef?, at: Instant
    ) {
        self.word = word
        self.by = by
        self.identity = identity
        self.reason = reason
        self.at = at
    }
}

package struct AttemptStarted: Hashable, Sendable {
    package let number: Int
    package let owner: OwnerID
    package let leaseUntil: Instant
    /// How many times this call has been taken up again, this time included.
    package let recoveries: Int
    package var purpose = Attempt.Purpose.effect
}

package struct AttemptUnknown: Hashable, Sendable {
    package let cause: UnknownCause
    /// When it is looked into again by itself; nil: a person must settle it.
    package let recoverAt: Instant?
    package let error: PayloadRef?
}
