// A run as the fold of its events. Values only: what may happen to it is decided elsewhere, and
// calls have their own file.

package import Proofs

/// What an agent is doing for one purpose: the unit that is traced, later budgeted, and undone.
package struct Run: Hashable, Sendable {
    package let id: RunID
    package var caller: Caller
    package var isSingle: Bool
    package var createdAt: Instant
    package var isCompleted = false
    package var pins: [ToolPin]
    package var purpose: PayloadRef?
    package var summary: PayloadRef?
    /// When it is aborted unless it has ended.
    package var deadline: Instant?
    /// Nil until it is aborted.
    package var ending: RunEnding?
    package var quarantine: Quarantine?
    /// What operators have stopped; in the journal's own run alone.
    package var halts: [Halt] = []
    /// In order of intent.
    package var calls: [Call] = []
    /// How many events have been folded into this value.
    package var version = 0
    /// The leaf hash of the newest record among them: two runs with the same head are the same,
    /// which two with the same version need not be (a database may be restored).
    package var head = Run.noRecord

    static let noRecord = Digest.sha256([])

    package subscript(call: CallID) -> Call? { calls.last { $0.id == call } }

    /// `needs_attention` is not remembered but seen: a run is in it while a call of it is.
    package var state: RunState {
        if quarantine != nil { return .quarantined }
        // Of what has ended, an abort leaves nothing to be settled.
        if calls.contains(where: { $0.needsPerson && !(ending != nil && $0.hasEnded) }) {
            return .needsAttention
        }
        if let ending { return ending.state }
        return hasCompleted ? .completed : .open
    }

    /// Whether it has done what it was for.
    var hasCompleted: Bool {
        isCompleted || (isSingle && !calls.isEmpty && calls.allSatisfy(\.hasEnded))
    }

    /// Whether it is being aborted and has not come to an end.
    package var isAborting: Bool { ending.map { $0.endedAt == nil } ?? false }
}

/// How a run is aborted.
package struct RunEnding: Hashable, Sendable {
    package let cause: AbortCause
    package let by: String
    package let reason: PayloadRef?
    package let startedAt: Instant
    /// What cannot be settled or undone is left standing.
    package var isForced = false
    package var endedAt: Instant?

    var state: RunState {
        guard endedAt != nil else { return .aborting }
        switch cause {
        case .requested, .denied: return .aborted
        case .deadline: return .expired
        }
    }
}

/// An operator's stop of one run's writes.
package struct Quarantine: Hashable, Sendable {
    package let by: String
    package let reason: PayloadRef
    package let at: Instant
}

/// An operator's stop of more than one run.
package struct Halt: Hashable, Sendable {
    package let scope: HaltScope
    package let by: String
    package let reason: PayloadRef
    package let at: Instant

    /// Whether it keeps a tool from being started. Reads go on unless they are meant by name.
    package func stops(_ tool: ToolName, isWrite: Bool, of profile: String) -> Bool {
        switch scope {
        case .everything: isWrite
        case .tool(let halted): halted == tool
        case .profile(let halted): isWrite && halted.utf8.elementsEqual(profile.utf8)
        }
    }
}

extension RunID {
    /// The run in which what concerns the whole journal is recorded.
    package static let journal = RunID(
        unchecked: prefix + "_" + String(repeating: "0", count: Base32.characters(forBytes: 22)))
}

extension Run {
    /// When and by whom the run itself must be looked at next: its deadline, or the undo that is
    /// next. Calls have lines of their own.
    var agendaItem: AgendaItem? {
        if let undo = nextUndo, let ending {
            return AgendaItem(
                subject: .run(id), run: id, due: ending.startedAt, owner: nil,
                environment: undo.environment)
        }
        guard let deadline, ending == nil, !hasCompleted, quarantine == nil else { return nil }
        return AgendaItem(
            subject: .run(id), run: id, due: deadline, owner: nil, environment: nil)
    }

    /// When and by whom a call must be looked at next, as the agenda keeps it.
    func agendaItem(of call: Call) -> AgendaItem? {
        func item(_ due: Instant, _ owner: OwnerID? = nil, bound: Bool) -> AgendaItem {
            AgendaItem(
                subject: .call(call.id), run: id, due: due, owner: owner,
                environment: bound ? call.environment : nil)
        }
        switch call.phase {
        case .held:
            return call.approval.map { item($0.nextTimer, bound: false) }
        case .ready:
            let due = call.isQueued ? call.acceptedAt.nextTurn : call.acceptedAt
            return isHoldingBack(call) ? nil : item(due, bound: true)
        case .waiting(let until, _, _):
            return isHoldingBack(call) ? nil : item(until, bound: true)
        case .running(let owner, let leaseUntil):
            return item(leaseUntil, owner, bound: false)
        case .verifying(let probing):
            return item(probing.leaseUntil, probing.owner, bound: false)
        case .confirming(let at): return item(at, bound: true)
        case .unknown(let recoverAt):
            guard !call.isLeft, let recoverAt else { return nil }
            if !call.isVerified, isHoldingBack(call) { return nil }
            return item(recoverAt, call.senders.first?.owner, bound: true)
        case .succeeded, .failed, .denied, .cancelled, .shadow, .compensating, .compensated,
            .needsAttention:
            return nil
        }
    }

    /// Whether the run's quarantine keeps the call from being attempted.
    func isHoldingBack(_ call: Call) -> Bool { quarantine != nil && call.delivery.isWrite }
}
