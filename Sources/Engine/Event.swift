// What can happen to a run: the vocabulary of the record. How events are written lies beside it;
// what follows from them is decided elsewhere.

package import Proofs

/// A reference to a payload that lies beside the journal and may be erased.
package struct PayloadRef: Hashable, Sendable {
    package enum Name: String, Sendable, CaseIterable {
        case purpose, summary, arguments, result, error, reason
        /// What a read-back found.
        case found
        case intentID = "intent_id"
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
    case approvalRequested(CallID, ApprovalRequested)
    case approvalGranted(
        CallID, ApprovalID, by: String, executeBy: Instant, reason: PayloadRef? = nil)
    case approvalDenied(CallID, ApprovalID, by: String, reason: PayloadRef)
    case approvalExpired(CallID, ApprovalID, ApprovalClock)
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
