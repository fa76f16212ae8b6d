// A run as the fold of its events. Values only: what may happen to it is decided elsewhere.

package import Proofs

/// What an agent is doing for one purpose: the unit that is traced, later budgeted and undone.
package struct Run: Hashable, Sendable {
    package let id: RunID
    package var caller: Caller
    package var isSingle: Bool
    package var createdAt: Instant
    package var isCompleted = false
    package var pins: [ToolPin]
    package var purpose: PayloadRef?
    package var summary: PayloadRef?
    /// In order of intent.
    package var calls: [Call] = []
    /// How many events have been folded into this value.
    package var version = 0
    /// The leaf hash of the newest record among them: two runs with the same head are the same,
    /// which two with the same version need not be (a database may be restored).
    package var head = Run.noRecord

    static let noRecord = Digest.sha256([])

    package subscript(call: CallID) -> Call? { calls.first { $0.id == call } }

    /// `needs_attention` is not remembered but seen: a run is in it while a call of it is.
    package var state: RunState {
        if calls.contains(where: \.needsPerson) { return .needsAttention }
        if isCompleted { return .completed }
        return isSingle && !calls.isEmpty && calls.allSatisfy(\.hasEnded) ? .completed : .open
    }
}

package struct Call: Hashable, Sendable {
    package let id: CallID
    package let tool: ToolName
    package let manifest: ManifestDigest
    package let delivery: Delivery
    package let reversibility: Reversibility?
    package let timeoutMs: Int64
    package let key: CallKey?
    package let environment: String
    package let arguments: PayloadRef
    package let acceptedAt: Instant
    package var phase: Phase
    package var approval: Approval?
    /// Attempts started so far; the number of the newest.
    package var attempts = 0
    /// Times the call was taken up again after its outcome was unknown.
    package var recoveries = 0
    package var cancelRequested = false
    /// Attempts of a write that may have happened: while there is one, no later failure ends the
    /// call.
    package var doubtful: [Int] = []
    /// What the newest attempt with an unknown outcome said of it.
    package var doubt: PayloadRef?
    /// A success that an earlier attempt reported while a later one was under way.
    package var heard: HeardSuccess?
    package var endedAt: Instant?
    package var deliveredAt: Instant?
}

package struct HeardSuccess: Hashable, Sendable {
    package let attempt: Int
    package let result: PayloadRef
}

/// Where a call stands (DESIGN section 5; retries, probes and undoing come with their rules).
package enum Phase: Hashable, Sendable {
    /// Waits for a person's yes.
    case held
    /// May be started by any host of its environment.
    case ready
    /// An attempt is under way by `owner`.
    case running(owner: OwnerID, leaseUntil: Instant)
    /// The newest attempt may or may not have happened; tried again at `recoverAt` where its
    /// delivery allows, settled by a person otherwise.
    case unknown(recoverAt: Instant?)
    case succeeded(result: PayloadRef, withheld: Withheld?)
    case failed(FailureClass, error: PayloadRef)
    case denied(reason: PayloadRef?)
    case cancelled(reason: PayloadRef?)
    /// Given up by the engine: only a person can settle it.
    case needsAttention(NeedsAttention)
}

package enum NeedsAttention: Hashable, Sendable {
    case recoveryExhausted
    /// A success arrived after the call had ended otherwise: its effect stands.
    case lateSuccess(result: PayloadRef)
}

package struct Approval: Hashable, Sendable {
    package enum State: String, Sendable, CaseIterable {
        case pending, approved, denied, expired, withdrawn, spent
    }
    package let id: ApprovalID
    package let rule: String
    package let action: Digest
    package let decideBy: Instant
    package let executeWithinMs: Int64
    package var state: State
    package var executeBy: Instant?
    package var decidedBy: String?
    package var decidedAt: Instant?
    package var reason: PayloadRef?
}

extension Call {
    package var hasEnded: Bool {
        switch phase {
        case .succeeded, .failed, .denied, .cancelled: true
        case .held, .ready, .running, .unknown, .needsAttention: false
        }
    }

    /// Whether nobody but a person can move it on.
    package var needsPerson: Bool {
        switch phase {
        case .unknown(recoverAt: nil), .needsAttention: true
        case .unknown, .held, .ready, .running, .succeeded, .failed, .denied, .cancelled: false
        }
    }

    package var status: CallStatus {
        switch phase {
        case .held: .pendingApproval
        case .ready, .running: .running
        case .unknown: .unknown
        case .succeeded: .succeeded
        case .failed: .failed
        case .denied: .denied
        case .cancelled: .cancelled
        case .needsAttention: .needsAttention
        }
    }

    /// Whether the call's key keeps others out at `now` (DESIGN section 5.2).
    package func holdsKey(at now: Instant) -> Bool {
        switch phase {
        case .held, .ready, .running, .unknown, .needsAttention: return true
        case .failed, .denied, .cancelled: return false
        case .succeeded:
            guard let key, let endedAt else { return true }
            switch key.source {
            case .given: return true
            case .fields, .arguments:
                let until =
                    deliveredAt.map { $0 + key.windowMs } ?? endedAt + Limits.undeliveredKeyMs
                return now < until
            }
        }
    }

    /// When and by whom the call must be looked at next, as the agenda keeps it.
    func agendaItem(in run: RunID) -> AgendaItem? {
        func item(_ due: Instant, _ owner: OwnerID? = nil, bound: Bool) -> AgendaItem {
            AgendaItem(
                call: id, run: run, due: due, owner: owner,
                environment: bound ? environment : nil)
        }
        switch phase {
        case .held:
            return approval.map { item($0.decideBy, bound: false) }
        case .ready:
            return item(acceptedAt, bound: true)
        case .running(let owner, let leaseUntil):
            return item(leaseUntil, owner, bound: false)
        case .unknown(let recoverAt):
            return recoverAt.map { item($0, bound: true) }
        case .succeeded, .failed, .denied, .cancelled, .needsAttention:
            return nil
        }
    }
}

extension Phase {
    /// The state's name (DESIGN section 5).
    package var word: String {
        switch self {
        case .held: "held"
        case .ready: "ready"
        case .running: "running"
        case .unknown: "unknown"
        case .succeeded: "succeeded"
        case .failed: "failed"
        case .denied: "denied"
        case .cancelled: "cancelled"
        case .needsAttention: "needs_attention"
        }
    }
}
