// What follows from an attempt's answer, or from there being none.

extension Run {
    // The number is the fencing token: an older attempt's answer never overwrites a newer attempt
    // that is under way. A success settles a call whose outcome is open, whichever attempt it was.
    func hear(
        _ call: Call, _ attempt: Int, _ owner: OwnerID, _ report: Report, _ facts: Facts,
        _ now: Instant
    ) -> [Event] {
        if case .running(owner, _) = call.phase, attempt == call.attempts {
            return hearNewest(call, report, facts, now)
        }
        switch report {
        case .succeeded(let result, let withheld):
            guard call.isOpen || call.isAboutToBeAttempted, ending?.endedAt == nil else {
                return [.lateAnswer(call.id, attempt: attempt, .succeeded, payload: result)]
            }
            return [succeeded(call, attempt, result, withheld, now)]
        case .failed(let kind, let error, let retryAfterMs):
            guard call.isOpen, call.isOnlyInDoubt(about: attempt) else {
                return [.lateAnswer(call.id, attempt: attempt, .failed, payload: error)]
            }
            return notApplied(call, attempt, kind, error, retryAfterMs, facts, now)
        case .voided(let error):
            guard call.isOpen else {
                return [.lateAnswer(call.id, attempt: attempt, .failed, payload: error)]
            }
            return [.callCancelled(call.id, reason: error)]
        case .unknown(let error, let mayStillSend):
            // That it is still at it is what was thought of it anyway.
            return mayStillSend
                ? [] : [.lateAnswer(call.id, attempt: attempt, .unknown, payload: error)]
        }
    }

    private func hearNewest(
        _ call: Call, _ report: Report, _ facts: Facts, _ now: Instant
    ) -> [Event] {
        switch report {
        case .succeeded(let result, let withheld):
            let mine = succeeded(call, call.attempts, result, withheld, now)
            // What has no key downstream has happened twice then.
            guard let heard = call.heard, call.delivery == .atMostOnce else { return [mine] }
            return [
                mine,
                .lateAnswer(
                    call.id, attempt: heard.attempt, .succeeded, payload: heard.result),
            ]
        case .failed(let kind, let error, let retryAfterMs):
            return heardBefore(call, now)
                ?? failed(call, kind, error, retryAfterMs, facts, now)
        case .voided(let error):
            return heardBefore(call, now) ?? [.callCancelled(call.id, reason: error)]
        case .unknown(let error, let mayStillSend):
            let cause = mayStillSend ? UnknownCause.stillSending : .noAnswer
            return heardBefore(call, now) ?? [unknown(call, cause, error, now)]
        }
    }

    func succeeded(
        _ call: Call, _ attempt: Int, _ result: PayloadRef, _ withheld: Withheld?, _ now: Instant
    ) -> Event {
        .attemptSucceeded(
            call.id, attempt: attempt, result: result, withheld: withheld,
            confirmAt: call.followUps.readsBack ? now : nil)
    }

    // That this attempt surely had no effect says nothing about an earlier one that may have.
    private func failed(
        _ call: Call, _ kind: FailureClass, _ error: PayloadRef, _ retryAfterMs: Int64?,
        _ facts: Facts, _ now: Instant
    ) -> [Event] {
        guard call.doubtful.isEmpty else {
            return [unknown(call, .earlierAttempt, error, now)]
        }
        return notApplied(call, call.attempts, kind, error, retryAfterMs, facts, now)
    }

    /// What follows where no attempt of the call has had its effect.
    func notApplied(
        _ call: Call, _ attempt: Int, _ kind: FailureClass, _ error: PayloadRef,
        _ retryAfterMs: Int64?, _ facts: Facts, _ now: Instant
    ) -> [Event] {
        // Asked to stop: that is what a cancellation is.
        if call.cancelRequested || (isAborting && !call.isUndo) {
            return [.callCancelled(call.id, reason: error)]
        }
        let retryAt: Instant? =
            switch kind {
            case .transient: nextTry(call, retryAfterMs, facts, now)
            case .stale: call.followUps.refreshes && !call.isRefreshed ? now : nil
            case .permission, .invalid, .fatal: nil
            }
        return [
            .attemptFailed(call.id, attempt: attempt, kind, error: error, retryAt: retryAt)
        ]
    }

    private func nextTry(
        _ call: Call, _ retryAfterMs: Int64?, _ facts: Facts, _ now: Instant
    ) -> Instant? {
        let askedMs = retryAfterMs ?? 0
        // An abort does not end for a minute's trouble downstream.
        let rule = call.isUndo ? facts.retry.patient : facts.retry
        guard call.failures + 1 < rule.attempts, facts.health.mayRetry(at: now),
            askedMs <= Limits.longestRetryAfterMs
        else { return nil }
        let waitMs = rule.waitMs(afterFailures: call.failures + 1, chance: facts.chance)
        return now + max(waitMs, askedMs)
    }

    private func heardBefore(_ call: Call, _ now: Instant) -> [Event]? {
        call.heard.map { heard in
            [succeeded(call, heard.attempt, heard.result, nil, now)]
        }
    }

    func investigate(_ call: Call, _ facts: Facts, _ now: Instant) -> [Event] {
        switch call.phase {
        case .running(_, let leaseUntil):
            guard let cause = lost(facts.owner, leaseUntil, now) else { return [] }
            return heardBefore(call, now) ?? [unknown(call, cause, nil, now)]
        case .verifying(let probing):
            guard lost(facts.owner, probing.leaseUntil, now) != nil else { return [] }
            return inconclusive(call, probing, .lost, nil, facts, now) + silence(call, facts)
        case .unknown: return silence(call, facts)
        case .held, .ready, .waiting, .confirming, .succeeded, .failed, .denied, .cancelled,
            .shadow, .compensating, .compensated, .needsAttention:
            return []
        }
    }

    private func silence(_ call: Call, _ facts: Facts) -> [Event] {
        call.senders.filter { facts.silent.contains($0.attempt) }
            .map { .senderGone(call.id, attempt: $0.attempt) }
    }

    private func lost(
        _ owner: OwnerFact?, _ leaseUntil: Instant, _ now: Instant
    ) -> UnknownCause? {
        switch owner {
        case .gone: .ownerGone
        case .leasedUntil(let until): now < until ? nil : .leaseExpired
        // The journal knows no such owner any more: only its own lease speaks for it.
        case nil: now < leaseUntil ? nil : .leaseExpired
        }
    }

    /// A call that a person had tried again is in doubt again before it was.
    func doubtedAgain(_ call: Call, _ now: Instant) -> Event {
        let looksItUp = call.isVerified || call.delivery == .transactional
        return .attemptUnknown(
            call.id, attempt: call.attempts,
            AttemptUnknown(
                cause: .earlierAttempt,
                recoverAt: looksItUp || (isAborting && call.delivery.mayRepeatUnknown) ? now : nil,
                error: nil))
    }

    private func unknown(
        _ call: Call, _ cause: UnknownCause, _ error: PayloadRef?, _ now: Instant
    ) -> Event {
        let delayMs: Int64 =
            switch cause {
            case .noAnswer, .stillSending, .earlierAttempt:
                Limits.recoveryDelayMs << Int64(call.recoveries)
            case .ownerGone, .leaseExpired: 0
            }
        let recoverAt: Instant? =
            if call.isVerified { now } else { call.delivery.mayRepeatUnknown ? now + delayMs : nil }
        return .attemptUnknown(
            call.id, attempt: call.attempts,
            AttemptUnknown(cause: cause, recoverAt: recoverAt, error: error))
    }
}

extension RetryRule {
    /// The same for what must be done if it can be.
    fileprivate var patient: RetryRule {
        RetryRule(
            attempts: max(attempts, Limits.undoAttempts), firstMs: max(firstMs, 1),
            factor: max(factor, 2), maxMs: max(maxMs, Limits.longestUndoWaitMs))
    }

    /// Exponential, capped, and drawn from the whole of it so that many do not come back at once.
    func waitMs(afterFailures failures: Int, chance: UInt32) -> Int64 {
        var ceiling = Double(firstMs)
        for _ in 1..<max(1, failures) where ceiling < Double(maxMs) { ceiling *= factor }
        let share = (Double(chance) + 1) / (Double(UInt32.max) + 1)
        return Int64(min(ceiling, Double(maxMs)) * share)
    }
}

extension Call {
    /// Whether an answer to an attempt that nobody waits for any more settles it.
    fileprivate var isOpen: Bool {
        switch phase {
        case .unknown: !isLeft
        case .verifying(let probing): probing.purpose == .verify
        case .needsAttention(.recoveryExhausted), .needsAttention(.undoFailed): !isLeft
        case .held, .ready, .running, .waiting, .confirming, .succeeded, .failed, .denied,
            .cancelled, .shadow, .compensating, .compensated, .needsAttention:
            false
        }
    }

    /// Whether another attempt follows, which must not be made once one is known to have happened.
    fileprivate var isAboutToBeAttempted: Bool {
        switch phase {
        case .held, .ready, .waiting: true
        case .verifying(let probing): probing.purpose == .refresh
        case .running, .unknown, .confirming, .succeeded, .failed, .denied, .cancelled, .shadow,
            .compensating, .compensated, .needsAttention:
            false
        }
    }

    /// Whether nothing but this attempt keeps the call's outcome open.
    fileprivate func isOnlyInDoubt(about attempt: Int) -> Bool {
        delivery.isWrite ? doubtful == [attempt] : attempt == attempts
    }
}
