// What an event does to the call it is about. No rule lives here and nothing here can fail.

import Proofs

extension Call {
    init(_ accepted: CallAccepted, at: Instant) {
        self.init(
            id: accepted.call, tool: accepted.tool, manifest: accepted.manifest,
            delivery: accepted.delivery, reversibility: accepted.reversibility,
            timeoutMs: accepted.timeoutMs, key: accepted.key, environment: accepted.environment,
            origin: accepted.origin, followUps: accepted.followUps,
            isByPerson: accepted.isByPerson, labels: accepted.labels, taint: accepted.taint,
            ruling: accepted.ruling, charge: accepted.charge,
            arguments: accepted.arguments, acceptedAt: at, phase: .ready)
    }

    mutating func evolve(_ event: Event, at: Instant) {
        let wasUnderWay = isUnderWay
        defer { keepTime(wasUnderWay, at: at) }
        switch event {
        case .callDenied, .callShadowed, .approvalRequested, .decisionMade, .approvalReminded,
            .approvalEscalated, .approvalGranted, .approvalDenied, .approvalExpired,
            .grantIssued, .grantRevoked:
            permit(event, at: at)
        case .callQueued:
            isQueued = true
            waitsSince = at
        case .attemptStarted(_, let started): start(started)
        case .attemptSucceeded(_, let attempt, let result, let withheld, let confirmAt):
            succeed(attempt, result, withheld, confirmAt, at: at)
        case .attemptFailed(_, let attempt, let kind, let error, let retryAt):
            fail(attempt, kind, error, retryAt, at: at)
        case .attemptUnknown(_, let attempt, let unknown): doubt(attempt, unknown, at: at)
        case .lateAnswer(_, let attempt, let answer, let payload):
            silence(attempt, at: at)
            hear(answer, of: attempt, payload)
        case .senderGone(_, let attempt): silence(attempt, at: at)
        case .probeStarted(_, let probing):
            probes = probing.number
            phase = .verifying(probing)
        case .probeEnded(_, let ended, let payload): learn(ended, payload, at: at)
        case .recoveryExhausted: phase = .needsAttention(.recoveryExhausted)
        case .cancelRequested: cancelRequested = true
        case .callCancelled(_, let reason):
            withdrawApproval()
            doubtful = []
            end(.cancelled(reason: reason), at: at)
        case .callResolved(_, let resolution, _, let reason):
            settle(resolution, at: at, reason: reason)
        case .outcomeDelivered: deliveredAt = at
        case .callCompensated(_, let by): end(.compensated(by: by), at: at)
        case .undoFailed:
            phase = .needsAttention(undoFailure)
            endedAt = nil
        case .undoImpossible(_, let reason):
            phase = .needsAttention(.undoImpossible(reason: reason))
        case .leftStanding: leave(at: at)
        case .runOpened, .manifestsPinned, .runCompleted, .runAborting, .abortForced,
            .runAborted, .runQuarantined, .runReleased, .halted, .resumed, .callAccepted:
            preconditionFailure("What concerns the whole run is folded by the run.")
        }
    }

    mutating func end(_ phase: Phase, at: Instant) {
        self.phase = phase
        endedAt = at
    }

    mutating func withdrawApproval() {
        guard approval?.state == .pending || approval?.state == .approved else { return }
        approval?.state = .withdrawn
    }

    private mutating func start(_ started: AttemptStarted) {
        attempts = started.number
        recoveries = started.recoveries
        purpose = started.purpose
        overruled = []
        unsure = 0
        isQueued = false
        if approval != nil { approval?.state = .spent }
        phase = .running(owner: started.owner, leaseUntil: started.leaseUntil)
    }

    private mutating func succeed(
        _ attempt: Int, _ result: PayloadRef, _ withheld: Withheld?, _ confirmAt: Instant?,
        at: Instant
    ) {
        silence(attempt, at: at)
        withdrawApproval()
        achieved = Achieved(attempt: attempt, result: result, withheld: withheld)
        unsure = 0
        waitsSince = at
        if let confirmAt {
            phase = .confirming(at: confirmAt)
        } else {
            end(.succeeded(result: result, withheld: withheld), at: at)
        }
    }

    private mutating func fail(
        _ attempt: Int, _ kind: FailureClass, _ error: PayloadRef, _ retryAt: Instant?,
        at: Instant
    ) {
        silence(attempt, at: at)
        doubtful = []
        doubt = error
        guard let retryAt else { return end(.failed(kind, error: error), at: at) }
        failures += 1
        waitsSince = at
        phase = .waiting(until: retryAt, kind, error: error)
    }

    private mutating func doubt(_ attempt: Int, _ unknown: AttemptUnknown, at: Instant) {
        if case .running(let owner, _) = phase, unknown.cause.leavesSender {
            // It may only be frozen: whatever it holds in hand may still be sent.
            senders.append(Sender(attempt: attempt, owner: owner))
            quietAt = nil
        } else if senders.isEmpty {
            quietAt = at
        }
        waitsSince = at
        phase = .unknown(recoverAt: unknown.recoverAt)
        doubt = unknown.error ?? doubt
        switch unknown.cause {
        case .noAnswer, .stillSending, .ownerGone, .leaseExpired:
            if delivery.isWrite { doubtful.append(attempt) }
        case .earlierAttempt:
            // Taken back before the try that was to settle it.
            doubtful += overruled
            overruled = []
        }
    }

    private mutating func silence(_ attempt: Int, at: Instant) {
        guard !senders.isEmpty else { return }
        senders.removeAll { $0.attempt == attempt }
        guard senders.isEmpty else { return }
        // A probe that is under way began before, whatever the wall clock says of it.
        if case .verifying(let probing) = phase {
            quietAt = max(at, probing.startedAt + 1)
        } else {
            quietAt = at
        }
    }

    /// A late success against a call that ended otherwise stands as an effect nobody waited for.
    private mutating func hear(
        _ answer: LateAnswer, of attempt: Int, _ payload: PayloadRef?
    ) {
        switch (answer, payload) {
        case (.succeeded, let result?): hear(success: result, of: attempt)
        case (.failed, _): doubtful.removeAll { $0 == attempt }
        case (.succeeded, nil), (.unknown, _): break
        }
    }

    private mutating func hear(success result: PayloadRef, of attempt: Int) {
        switch phase {
        case .failed, .cancelled, .denied, .shadow: stand(attempt, result)
        case .unknown, .needsAttention:
            if isLeft { stand(attempt, result) }
        case .compensating, .compensated:
            // The same effect twice is one effect where downstream keeps them apart by the key.
            switch delivery {
            case .natural, .atMostOnce: if attempt != achieved?.attempt { stand(attempt, result) }
            case .read, .transactional, .keyed: break
            }
        case .succeeded, .confirming:
            // A person had it tried again, and both happened.
            if delivery == .atMostOnce, attempt != achieved?.attempt { stand(attempt, result) }
        case .running: heard = HeardSuccess(attempt: attempt, result: result)
        case .held, .ready, .waiting, .verifying: break
        }
    }

    private mutating func stand(_ attempt: Int, _ result: PayloadRef) {
        phase = .needsAttention(.lateSuccess(result: result))
        achieved = Achieved(attempt: attempt, result: result, withheld: nil)
        isLeft = false
        isAcknowledged = false
        endedAt = nil
    }

    private mutating func learn(_ ended: ProbeEnded, _ payload: PayloadRef?, at: Instant) {
        waitsSince = at
        switch ended.answer {
        case .found, .confirmed, .differs, .renewed: unsure = 0
        case .absent, .unsure, .lost: unsure += 1
        }
        switch ended.purpose {
        case .verify:
            doubt = payload ?? doubt
            phase = .unknown(recoverAt: ended.nextAt)
        case .readBack: readBack(ended, payload, at: at)
        case .refresh:
            if ended.answer == .renewed, let payload {
                arguments = payload
                isRefreshed = true
                phase = .ready
            } else if let doubt {
                phase = .waiting(until: ended.nextAt ?? at, .stale, error: doubt)
            }
        }
    }

    private mutating func readBack(_ ended: ProbeEnded, _ payload: PayloadRef?, at: Instant) {
        switch ended.answer {
        case .confirmed:
            guard let achieved else { return }
            end(.succeeded(result: achieved.result, withheld: achieved.withheld), at: at)
        case .differs: phase = .needsAttention(.readBack(found: payload))
        case .found, .absent, .renewed, .unsure, .lost:
            doubt = payload ?? doubt
            phase = ended.nextAt.map { .confirming(at: $0) }
                ?? .needsAttention(.readBack(found: nil))
        }
    }

    private var undoFailure: NeedsAttention {
        switch phase {
        case .failed(let kind, let error): .undoFailed(kind, error: error)
        case .denied(let reason), .cancelled(let reason): .undoFailed(nil, error: reason)
        case .held, .ready, .running, .waiting, .unknown, .verifying, .confirming, .succeeded,
            .shadow, .compensating, .compensated, .needsAttention:
            .undoFailed(nil, error: doubt)
        }
    }

    private mutating func leave(at: Instant) {
        isLeft = true
        switch phase {
        case .compensating, .needsAttention(.undoImpossible):
            guard let achieved else { return }
            end(.succeeded(result: achieved.result, withheld: achieved.withheld), at: at)
        case .held, .ready, .running, .waiting, .unknown, .verifying, .confirming, .succeeded,
            .failed, .denied, .cancelled, .shadow, .compensated, .needsAttention:
            break
        }
    }

    private mutating func settle(_ resolution: Resolution, at: Instant, reason: PayloadRef) {
        switch resolution {
        case .succeeded(let result):
            isLeft = false
            achieved = Achieved(attempt: attempts, result: result, withheld: nil)
            end(.succeeded(result: result, withheld: nil), at: at)
        case .failed(let failure):
            isAcknowledged = true
            doubtful = []
            end(.failed(failure, error: reason), at: at)
        case .retry: retry(at: at)
        }
    }

    // Again means what failed: the attempt, the read-back, or the undo.
    private mutating func retry(at: Instant) {
        recoveries = 0
        failures = 0
        unsure = 0
        switch phase {
        case .needsAttention(.readBack): phase = .confirming(at: at)
        case .needsAttention(.undoImpossible):
            guard let achieved else { return }
            end(.succeeded(result: achieved.result, withheld: achieved.withheld), at: at)
        case .held, .ready, .running, .waiting, .unknown, .verifying, .confirming, .succeeded,
            .failed, .denied, .cancelled, .shadow, .compensating, .compensated, .needsAttention:
            // What it had given back of a grant may have been used since.
            if !keepsGrant, approval?.restsOnGrant == true { approval?.state = .withdrawn }
            phase = .ready
            endedAt = nil
            overruled = doubtful
            doubtful = []
            // Whoever has it tried again has overruled the request to stop.
            cancelRequested = false
        }
    }
}

extension UnknownCause {
    /// Whether something of the attempt may still be on its way.
    fileprivate var leavesSender: Bool {
        switch self {
        case .stillSending, .leaseExpired: true
        case .noAnswer, .ownerGone, .earlierAttempt: false
        }
    }
}
