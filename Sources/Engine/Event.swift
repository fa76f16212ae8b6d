// What can happen to a run: the vocabulary of the record. How events are written lies beside it;
// what follows from them is decided elsewhere.

package import Proofs

/// A reference to a payload that lies beside the journal and may be erased.
package struct PayloadRef: Hashable, Sendable {
    package enum Name: String, Sendable, CaseIterable {
        case purpose, summary, arguments, result, error, reason
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
    case callAccepted(CallAccepted)
    case approvalRequested(CallID, ApprovalRequested)
    case approvalGranted(
        CallID, ApprovalID, by: String, executeBy: Instant, reason: PayloadRef? = nil)
    case approvalDenied(CallID, ApprovalID, by: String, reason: PayloadRef)
    case approvalExpired(CallID, ApprovalID, ApprovalClock)
    case attemptStarted(CallID, AttemptStarted)
    case attemptSucceeded(CallID, attempt: Int, result: PayloadRef, withheld: Withheld?)
    case attemptFailed(CallID, attempt: Int, FailureClass, error: PayloadRef)
    case attemptUnknown(CallID, attempt: Int, AttemptUnknown)
    case lateAnswer(CallID, attempt: Int, LateAnswer, payload: PayloadRef?)
    case recoveryExhausted(CallID)
    case cancelRequested(CallID, reason: PayloadRef?)
    case callCancelled(CallID, reason: PayloadRef?)
    case callResolved(CallID, Resolution, by: String, reason: PayloadRef)
    case outcomeDelivered(CallID)
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
    package let pins: [ToolPin]
    package let intent: KeyedTag?
    package let purpose: PayloadRef?
    package let intentID: PayloadRef?
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
}

package struct AttemptUnknown: Hashable, Sendable {
    package let cause: UnknownCause
    /// When it may be tried again by itself; nil: a person must settle it.
    package let recoverAt: Instant?
    package let error: PayloadRef?
}
