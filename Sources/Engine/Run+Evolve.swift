// Folding events into a run. No rule lives here and nothing here can fail: an event that does not
// fit its run was never made by `decide`, and a journal that holds one is damaged.

import Proofs

extension Run {
    /// The run that a first event opens; nil where it is no opening event.
    package init?(id: RunID, opening event: Event, at: Instant) {
        guard case .runOpened(let opened) = event else { return nil }
        self.init(
            id: id, caller: opened.caller, isSingle: opened.isSingle, createdAt: at,
            pins: opened.pins, purpose: opened.purpose)
        version = 1
    }

    package mutating func evolve(_ event: Event, at: Instant) {
        version += 1
        switch event {
        case .runOpened:
            preconditionFailure("A run is opened once, by its first event.")
        case .manifestsPinned(let pins): self.pins += pins
        case .runCompleted(let summary):
            isCompleted = true
            self.summary = summary
        case .callAccepted(let accepted): calls.append(Call(accepted, at: at))
        case .approvalRequested(let id, let request):
            update(id) { $0.hold(for: request) }
        case .approvalGranted(let id, _, let by, let executeBy, let reason):
            update(id) { $0.grant(by: by, at: at, executeBy: executeBy, reason: reason) }
        case .approvalDenied(let id, _, let by, let reason):
            update(id) { $0.deny(by: by, at: at, reason: reason) }
        case .approvalExpired(let id, _, _):
            update(id) { call in
                call.approval?.state = .expired
                call.end(.denied(reason: nil), at: at)
            }
        case .attemptStarted(let id, let started): update(id) { $0.start(started) }
        case .attemptSucceeded(let id, _, let result, let withheld):
            update(id) { $0.end(.succeeded(result: result, withheld: withheld), at: at) }
        case .attemptFailed(let id, _, let failure, let error):
            update(id) { $0.end(.failed(failure, error: error), at: at) }
        case .attemptUnknown(let id, let attempt, let unknown):
            update(id) { $0.doubt(attempt, unknown) }
        case .lateAnswer(let id, let attempt, let answer, let payload):
            update(id) { $0.hear(answer, of: attempt, payload) }
        case .recoveryExhausted(let id):
            update(id) { $0.phase = .needsAttention(.recoveryExhausted) }
        case .cancelRequested(let id, _): update(id) { $0.cancelRequested = true }
        case .callCancelled(let id, let reason):
            update(id) { call in
                if call.approval?.state == .pending || call.approval?.state == .approved {
                    call.approval?.state = .withdrawn
                }
                call.end(.cancelled(reason: reason), at: at)
            }
        case .callResolved(let id, let resolution, _, let reason):
            update(id) { $0.settle(resolution, at: at, reason: reason) }
        case .outcomeDelivered(let id): update(id) { $0.deliveredAt = at }
        }
    }

    private mutating func update(_ id: CallID, _ change: (inout Call) -> Void) {
        guard let index = calls.lastIndex(where: { $0.id == id }) else {
            preconditionFailure("An event speaks of \(id), which its run never accepted.")
        }
        change(&calls[index])
    }
}

extension Call {
    fileprivate init(_ accepted: CallAccepted, at: Instant) {
        self.init(
            id: accepted.call, tool: accepted.tool, manifest: accepted.manifest,
            delivery: accepted.delivery, reversibility: accepted.reversibility,
            timeoutMs: accepted.timeoutMs, key: accepted.key, environment: accepted.environment,
            arguments: accepted.arguments, acceptedAt: at, phase: .ready)
    }

    fileprivate mutating func end(_ phase: Phase, at: Instant) {
        self.phase = phase
        endedAt = at
    }

    fileprivate mutating func hold(for request: ApprovalRequested) {
        phase = .held
        approval = Approval(
            id: request.approval, rule: request.rule, action: request.action,
            decideBy: request.decideBy, executeWithinMs: request.executeWithinMs, state: .pending)
    }

    fileprivate mutating func grant(
        by: String, at: Instant, executeBy: Instant, reason: PayloadRef?
    ) {
        approval?.state = .approved
        approval?.decidedBy = by
        approval?.decidedAt = at
        approval?.executeBy = executeBy
        approval?.reason = reason
        phase = .ready
    }

    fileprivate mutating func deny(by: String, at: Instant, reason: PayloadRef) {
        approval?.state = .denied
        approval?.decidedBy = by
        approval?.decidedAt = at
        approval?.reason = reason
        end(.denied(reason: reason), at: at)
    }

    fileprivate mutating func start(_ started: AttemptStarted) {
        attempts = started.number
        recoveries = started.recoveries
        if approval != nil { approval?.state = .spent }
        phase = .running(owner: started.owner, leaseUntil: started.leaseUntil)
    }

    fileprivate mutating func doubt(_ attempt: Int, _ unknown: AttemptUnknown) {
        phase = .unknown(recoverAt: unknown.recoverAt)
        doubt = unknown.error ?? doubt
        switch unknown.cause {
        case .noAnswer, .ownerGone, .leaseExpired:
            if delivery.isWrite { doubtful.append(attempt) }
        case .earlierAttempt: break
        }
    }

    /// A late success against a call that ended otherwise stands as an effect nobody waited for.
    fileprivate mutating func hear(
        _ answer: LateAnswer, of attempt: Int, _ payload: PayloadRef?
    ) {
        switch (answer, phase, payload) {
        case (.succeeded, .failed, let result?), (.succeeded, .cancelled, let result?),
            (.succeeded, .denied, let result?):
            phase = .needsAttention(.lateSuccess(result: result))
            endedAt = nil
        case (.succeeded, .running, let result?):
            heard = HeardSuccess(attempt: attempt, result: result)
        case (.failed, _, _): doubtful.removeAll { $0 == attempt }
        case (.succeeded, _, _), (.unknown, _, _): break
        }
    }

    fileprivate mutating func settle(_ resolution: Resolution, at: Instant, reason: PayloadRef) {
        switch resolution {
        case .succeeded(let result): end(.succeeded(result: result, withheld: nil), at: at)
        case .failed(let failure): end(.failed(failure, error: reason), at: at)
        case .retry:
            phase = .ready
            recoveries = 0
            doubtful = []
            // Whoever has it tried again has overruled the request to stop.
            cancelRequested = false
        }
    }
}
