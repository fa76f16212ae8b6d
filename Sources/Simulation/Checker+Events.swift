// What must hold of each event, given the run before and after it: one outcome for each call, no
// start under a halt, spent approvals, the order of undoing.

import Engine

extension Checker {
    mutating func check(_ record: Record, _ former: Run?, _ run: Run) {
        guard let former else { return }
        if let id = record.event.call, let before = former[id], let after = run[id] {
            checkOutcome(record.event, before, after)
        }
        switch record.event {
        case .attemptStarted(let id, let started):
            if let call = former[id] {
                checkStart(call, started, former, record)
                checkAllowed(call, started, former, record)
            }
        case .callAccepted(let accepted):
            switch accepted.origin {
            case .agent: checkAccepted(accepted, former, record.at)
            case .undo(let target): checkUndo(of: target, former)
            case .grant: break
            }
        case .runOpened, .manifestsPinned, .runCompleted, .runAborting, .abortForced,
            .runAborted, .runQuarantined, .runReleased, .halted, .resumed, .approvalRequested,
            .approvalGranted, .approvalDenied, .approvalExpired, .attemptSucceeded,
            .attemptFailed, .attemptUnknown, .senderGone, .probeStarted, .probeEnded,
            .lateAnswer, .recoveryExhausted, .cancelRequested, .callCancelled, .callResolved,
            .outcomeDelivered, .callCompensated, .undoFailed, .undoImpossible, .leftStanding,
            .callDenied, .callShadowed, .decisionMade, .approvalReminded, .approvalEscalated,
            .grantIssued, .grantRevoked, .callQueued:
            break
        }
    }

    // Invariant 3: what has ended stays as it ended, save where a late success, an undo or a
    // person moves it.
    private mutating func checkOutcome(_ event: Event, _ before: Call, _ after: Call) {
        guard before.hasEnded, before.phase != after.phase else { return }
        let isAllowed =
            switch event {
            case .lateAnswer(_, _, .succeeded, _): after.needsPerson
            case .callResolved: before.needsPerson
            case .undoFailed: before.isUndo
            case .undoImpossible: true
            case .callCompensated, .leftStanding: false
            case .runOpened, .manifestsPinned, .runCompleted, .runAborting, .abortForced,
                .runAborted, .runQuarantined, .runReleased, .halted, .resumed, .callAccepted,
                .approvalRequested, .approvalGranted, .approvalDenied, .approvalExpired,
                .attemptStarted, .attemptSucceeded, .attemptFailed, .attemptUnknown,
                .senderGone, .probeStarted, .probeEnded, .lateAnswer, .recoveryExhausted,
                .cancelRequested, .callCancelled, .outcomeDelivered, .callDenied, .callShadowed,
                .decisionMade, .approvalReminded, .approvalEscalated, .grantIssued,
                .grantRevoked, .callQueued:
                false
            }
        if !isAllowed {
            violated(
                .oneFlushedOutcome,
                "\(before.id) had ended as \(before.phase.word), and then \(event.word) made it "
                    + after.phase.word)
        }
    }

    // Invariants 1 and 5: nothing starts without its yes, under a halt, or in quarantine.
    private mutating func checkStart(
        _ call: Call, _ started: AttemptStarted, _ run: Run, _ record: Record
    ) {
        if let approval = call.approval {
            let isFresh = approval.state == .approved
                && approval.executeBy.map { record.at < $0 } ?? false
            if !isFresh && approval.state != .spent {
                violated(
                    .intentBeforeEffect,
                    "\(call.id) was started with an approval that is \(approval.state)")
            }
        }
        // Renewed arguments are tried once, whatever was tried before.
        if let rule = mostAttempts[call.tool], !isOverruled(call.id),
            case let most = call.isUndo ? max(rule, Limits.undoAttempts) : rule,
            call.failures >= most + (call.isRefreshed ? 1 : 0)
        {
            violated(.asOftenAsAsked, "\(call.id) has failed \(most) times and is tried again")
        }
        guard call.delivery.isWrite else { return }
        for halt in runs[.journal]?.halts ?? []
        where halt.scope.covers(call.tool, run.caller.profile) {
            violated(.halts, "\(call.id) was started although \(halt.scope) is halted")
        }
        if run.quarantine != nil {
            violated(.halts, "\(call.id) was started in a quarantined run")
        }
    }

    private mutating func checkAccepted(_ accepted: CallAccepted, _ run: Run, _ now: Instant) {
        if let key = accepted.key, let holder = heldBefore["key:\(key.tag)"].flatMap(call),
            holder.holdsKey(at: now)
        {
            violated(
                .asOftenAsAsked,
                "\(accepted.call) was accepted although \(holder.id) holds its key")
        }
        if run.ending != nil {
            violated(.orderOfUndoing, "\(accepted.call) was accepted by a run that is aborted")
        }
        if accepted.delivery.isWrite, run.quarantine != nil {
            violated(.halts, "\(accepted.call) was accepted by a quarantined run")
        }
    }

    // Invariant 4.
    private mutating func checkUndo(of target: CallID, _ run: Run) {
        guard let position = run.calls.firstIndex(where: { $0.id == target }) else {
            return violated(.orderOfUndoing, "an undo names \(target), which is not in its run")
        }
        let call = run.calls[position]
        if !run.isAborting {
            violated(.orderOfUndoing, "\(target) is undone in a run that is not aborted")
        }
        guard case .succeeded = call.phase else {
            return violated(.orderOfUndoing, "\(target) is undone while it is \(call.phase.word)")
        }
        if !undone.insert(target).inserted {
            violated(.orderOfUndoing, "\(target) is undone a second time")
        }
        for other in run.calls where other.isInDoubt {
            violated(
                .orderOfUndoing,
                "\(target) is undone while the outcome of \(other.id) is not known")
        }
        for later in run.calls[position...] where !later.isUndo {
            if later.followUps.isPivot, later.hasEffect {
                violated(.orderOfUndoing, "\(target) is undone past the pivot \(later.id)")
            }
            if later.id != target, later.isYetToBeUndone {
                violated(.orderOfUndoing, "\(target) is undone before \(later.id)")
            }
        }
    }
}

extension HaltScope {
    /// Whether it stops a write, said by other code than the engine's.
    fileprivate func covers(_ tool: ToolName, _ profile: String) -> Bool {
        switch self {
        case .everything: true
        case .tool(let halted): halted == tool
        case .profile(let halted): halted == profile
        }
    }
}

extension Call {
    fileprivate var isInDoubt: Bool {
        switch phase {
        case .running, .verifying: true
        case .unknown: !isLeft
        case .held, .ready, .waiting, .confirming, .succeeded, .failed, .denied, .cancelled,
            .shadow, .compensating, .compensated, .needsAttention:
            false
        }
    }

    fileprivate var hasEffect: Bool {
        switch phase {
        case .succeeded, .confirming, .compensating: true
        case .held, .ready, .running, .waiting, .unknown, .verifying, .failed, .denied,
            .cancelled, .shadow, .compensated, .needsAttention:
            false
        }
    }

    fileprivate var isYetToBeUndone: Bool {
        guard case .succeeded = phase else { return false }
        return delivery.isWrite && followUps.undo != nil && reversibility != .irreversible
            && !isLeft
    }
}

extension Event {
    /// The call that it is about; nil where it concerns the run.
    var call: CallID? {
        switch self {
        case .callAccepted(let accepted): accepted.call
        case .callDenied(let id, _, _), .callShadowed(let id, _, _), .decisionMade(let id, _, _),
            .approvalReminded(let id, _), .approvalEscalated(let id, _, _),
            .grantIssued(let id, _), .grantRevoked(let id, _, _),
            .approvalRequested(let id, _), .approvalGranted(let id, _, _, _, _),
            .approvalDenied(let id, _, _, _), .approvalExpired(let id, _, _),
            .attemptStarted(let id, _), .attemptSucceeded(let id, _, _, _, _),
            .attemptFailed(let id, _, _, _, _), .attemptUnknown(let id, _, _),
            .lateAnswer(let id, _, _, _), .senderGone(let id, _), .probeStarted(let id, _),
            .probeEnded(let id, _, _), .recoveryExhausted(let id), .cancelRequested(let id, _),
            .callCancelled(let id, _), .callResolved(let id, _, _, _), .outcomeDelivered(let id),
            .callCompensated(let id, _), .undoFailed(let id), .undoImpossible(let id, _),
            .leftStanding(let id), .callQueued(let id):
            id
        case .runOpened, .manifestsPinned, .runCompleted, .runAborting, .abortForced,
            .runAborted, .runQuarantined, .runReleased, .halted, .resumed:
            nil
        }
    }

    /// Its kind, for messages.
    var word: String {
        switch self {
        case .runOpened: "run_opened"
        case .manifestsPinned: "manifests_pinned"
        case .runCompleted: "run_completed"
        case .runAborting(let aborting): "run_aborting \(aborting.cause.rawValue)"
        case .abortForced: "abort_forced"
        case .runAborted: "run_aborted"
        case .runQuarantined: "run_quarantined"
        case .runReleased: "run_released"
        case .halted: "halted"
        case .resumed: "resumed"
        case .callAccepted(let accepted): accepted.isUndo ? "undo_accepted" : "call_accepted"
        case .callDenied: "call_denied"
        case .callShadowed: "call_shadowed"
        case .decisionMade(_, _, let decision): "decision_made \(decision.word.rawValue)"
        case .approvalReminded: "approval_reminded"
        case .approvalEscalated: "approval_escalated"
        case .grantIssued: "grant_issued"
        case .grantRevoked: "grant_revoked"
        case .approvalRequested: "approval_requested"
        case .approvalGranted: "approval_granted"
        case .approvalDenied: "approval_denied"
        case .approvalExpired(_, _, let clock): "approval_expired \(clock.rawValue)"
        case .attemptStarted(_, let started): "attempt_started \(started.purpose.rawValue)"
        case .attemptSucceeded: "attempt_succeeded"
        case .attemptFailed(_, _, let kind, _, let retryAt):
            "attempt_failed \(kind.rawValue)\(retryAt == nil ? "" : ", again")"
        case .attemptUnknown(_, _, let unknown): "attempt_unknown \(unknown.cause.rawValue)"
        case .senderGone: "sender_gone"
        case .probeStarted(_, let probing): "probe_started \(probing.purpose.rawValue)"
        case .probeEnded(_, let ended, _):
            "probe_ended \(ended.purpose.rawValue) \(ended.answer.rawValue)"
        case .lateAnswer(_, _, let answer, _): "late_answer \(answer.rawValue)"
        case .recoveryExhausted: "recovery_exhausted"
        case .cancelRequested: "cancel_requested"
        case .callCancelled: "call_cancelled"
        case .callResolved: "call_resolved"
        case .outcomeDelivered: "outcome_delivered"
        case .callCompensated: "call_compensated"
        case .undoFailed: "undo_failed"
        case .undoImpossible: "undo_impossible"
        case .leftStanding: "left_standing"
        case .callQueued: "call_queued"
        }
    }
}

extension CallAccepted {
    fileprivate var isUndo: Bool {
        switch origin {
        case .agent, .grant: false
        case .undo: true
        }
    }
}
