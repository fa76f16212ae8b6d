// What policy and people say of a call, folded into it. No rule lives here.

extension Call {
    mutating func permit(_ event: Event, at: Instant) {
        switch event {
        case .callDenied(_, let note, let reason):
            ruling = note
            withdrawApproval()
            end(.denied(reason: reason), at: at)
        case .callShadowed(_, let note, let preview):
            ruling = note
            withdrawApproval()
            end(.shadow(preview: preview), at: at)
        case .approvalRequested(_, let request): hold(for: request, at: at)
        case .decisionMade(_, _, let decision): hear(decision, at: at)
        case .approvalReminded:
            approval?.reminders += 1
            approval?.remindedAt = at
        case .approvalEscalated(_, _, let decideBy):
            approval?.isEscalated = true
            if let decideBy {
                approval?.decideBy = decideBy
                approval?.isPassedOn = true
            }
        case .approvalGranted(_, _, let by, let executeBy, let reason):
            complete(.approve, by: by, reason: reason, at: at)
            approval?.state = .approved
            approval?.executeBy = executeBy
            phase = .ready
        case .approvalDenied(_, _, let by, let reason):
            complete(.deny, by: by, reason: reason, at: at)
            approval?.state = .denied
            end(.denied(reason: reason), at: at)
        case .approvalExpired:
            approval?.state = .expired
            end(.denied(reason: nil), at: at)
        case .grantIssued(_, let until):
            grant = GrantState(until: until)
            approval?.state = .spent
            end(.succeeded(result: arguments, withheld: nil), at: at)
        case .grantRevoked(_, let by, let reason):
            grant?.revoked = GrantState.Revocation(by: by, reason: reason, at: at)
        case .runOpened, .manifestsPinned, .runCompleted, .runAborting, .abortForced,
            .runAborted, .runQuarantined, .runReleased, .halted, .resumed, .callAccepted,
            .attemptStarted, .attemptSucceeded, .attemptFailed, .attemptUnknown, .senderGone,
            .probeStarted, .probeEnded, .lateAnswer, .recoveryExhausted, .cancelRequested,
            .callCancelled, .callResolved, .outcomeDelivered, .callCompensated, .undoFailed,
            .undoImpossible, .leftStanding, .callQueued:
            preconditionFailure("Only what policy and people say of a call is folded here.")
        }
    }

    private mutating func hold(for request: ApprovalRequested, at: Instant) {
        phase = .held
        approval = Approval(
            id: request.approval, demands: request.demands, action: request.action, askedAt: at,
            decideBy: request.decideBy, executeWithinMs: request.executeWithinMs,
            because: request.because, policy: request.policy, state: .pending)
    }

    private mutating func hear(_ decision: Decision, at: Instant) {
        var made = decision
        made.at = at
        approval?.decisions.append(made)
        // A yes that is taken back is asked for again.
        guard decision.word == .withdraw, approval?.state == .approved else { return }
        approval?.state = .pending
        approval?.executeBy = nil
        phase = .held
    }

    // The first records held no decisions of their own: the outcome said who had made it.
    private mutating func complete(
        _ word: DecisionWord, by: String, reason: PayloadRef?, at: Instant
    ) {
        guard approval?.decisions.isEmpty == true else { return }
        approval?.decisions = [
            Decision(word: word, by: by, identity: .account(by), reason: reason, at: at)
        ]
    }
}
