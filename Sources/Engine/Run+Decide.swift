// Every rule of a run: what may follow from a request, given the run and the facts. It changes
// nothing; an empty answer means that nothing new happens.

extension Run {
    package func decide(
        _ command: Command, _ facts: Facts, now: Instant
    ) throws(Rejection) -> [Event] {
        switch command {
        case .accept(let call): try accept(call, facts)
        case .claim(let id, let owner, let leaseUntil):
            claim(try find(id), owner, leaseUntil, now)
        case .report(let id, let attempt, let owner, let report):
            hear(try find(id), attempt, owner, report, now)
        case .investigate(let id): investigate(try find(id), facts.owner, now)
        case .expire(let id): expire(try find(id), now)
        case .approve(let id, let by, let reason):
            try approve(try find(id), by, reason, now)
        case .deny(let id, let by, let reason):
            try deny(try find(id), by, reason, now)
        case .cancel(let id, let reason): cancel(try find(id), reason)
        case .resolve(let id, let resolution, let by, let reason):
            try resolve(try find(id), resolution, by, reason)
        case .complete(let summary): try complete(summary)
        case .delivered(let id): deliver(try find(id))
        }
    }

    private func find(_ id: CallID) throws(Rejection) -> Call {
        guard let call = self[id] else { throw .unknownCall(id.text) }
        return call
    }

    // A replay is answered whatever has become of the run since: the key is looked at first.
    private func accept(_ new: NewCall, _ facts: Facts) throws(Rejection) -> [Event] {
        if let key = new.accepted.key, let holder = facts.holder {
            guard holder.fingerprint == key.fingerprint else {
                throw .idempotencyConflict(call: holder.call, fields: holder.differing)
            }
            return []
        }
        switch state {
        case .completed: throw .runEnded(id)
        case .needsAttention where new.accepted.delivery.isWrite: throw .runNeedsAttention(id)
        case .needsAttention, .open: break
        }
        guard calls.count < Limits.callsPerRun else { throw .runIsFull(id) }
        let accepted = Event.callAccepted(new.accepted)
        guard let approval = new.approval else { return [accepted] }
        return [accepted, .approvalRequested(new.accepted.call, approval)]
    }

    private func claim(
        _ call: Call, _ owner: OwnerID, _ leaseUntil: Instant, _ now: Instant
    ) -> [Event] {
        let recoveries: Int
        switch call.phase {
        case .ready:
            let expired = expire(call, now)
            guard expired.isEmpty else { return expired }
            recoveries = call.recoveries
        case .unknown(let recoverAt?) where recoverAt <= now:
            // Asked to stop, a call is not sent again: a read has ended, a write that may have
            // happened needs a person.
            if call.cancelRequested {
                return call.delivery.isWrite
                    ? [.recoveryExhausted(call.id)] : [.callCancelled(call.id, reason: nil)]
            }
            guard call.recoveries < Limits.recoveries else { return [.recoveryExhausted(call.id)] }
            recoveries = call.recoveries + 1
        case .held, .running, .unknown, .succeeded, .failed, .denied, .cancelled,
            .needsAttention:
            return []
        }
        let started = AttemptStarted(
            number: call.attempts + 1, owner: owner, leaseUntil: leaseUntil,
            recoveries: recoveries)
        return [.attemptStarted(call.id, started)]
    }

    // The number is the fencing token: an older attempt's answer never overwrites a newer attempt
    // that is under way. A success settles a call whose outcome is open, whichever attempt it was.
    private func hear(
        _ call: Call, _ attempt: Int, _ owner: OwnerID, _ report: Report, _ now: Instant
    ) -> [Event] {
        let isNewest = attempt == call.attempts
        switch (call.phase, report) {
        case (.running(owner, _), .succeeded(let result, let withheld)) where isNewest,
            (.unknown, .succeeded(let result, let withheld)),
            (.needsAttention(.recoveryExhausted), .succeeded(let result, let withheld)):
            return [
                .attemptSucceeded(call.id, attempt: attempt, result: result, withheld: withheld)
            ]
        case (.running(owner, _), .failed(let kind, let error)) where isNewest:
            return failed(call, kind, error, now)
        case (.unknown, .failed(let kind, let error)) where call.isOnlyInDoubt(about: attempt):
            return [.attemptFailed(call.id, attempt: attempt, kind, error: error)]
        case (.running(owner, _), .unknown(let error)) where isNewest:
            return heardBefore(call) ?? [unknown(call, .noAnswer, error, now)]
        case (_, .succeeded(let result, _)):
            return [.lateAnswer(call.id, attempt: attempt, .succeeded, payload: result)]
        case (_, .failed(_, let error)):
            return [.lateAnswer(call.id, attempt: attempt, .failed, payload: error)]
        case (_, .unknown(let error)):
            return [.lateAnswer(call.id, attempt: attempt, .unknown, payload: error)]
        }
    }

    // That this attempt surely had no effect says nothing about an earlier one that may have.
    private func failed(
        _ call: Call, _ kind: FailureClass, _ error: PayloadRef, _ now: Instant
    ) -> [Event] {
        if let success = heardBefore(call) { return success }
        guard call.doubtful.isEmpty else {
            return [unknown(call, .earlierAttempt, error, now)]
        }
        // Surely not applied, and asked to stop: that is what a cancellation is.
        if call.cancelRequested { return [.callCancelled(call.id, reason: error)] }
        return [.attemptFailed(call.id, attempt: call.attempts, kind, error: error)]
    }

    private func heardBefore(_ call: Call) -> [Event]? {
        call.heard.map { heard in
            [
                .attemptSucceeded(
                    call.id, attempt: heard.attempt, result: heard.result, withheld: nil)
            ]
        }
    }

    private func investigate(_ call: Call, _ owner: OwnerFact?, _ now: Instant) -> [Event] {
        guard case .running(_, let leaseUntil) = call.phase else { return [] }
        switch owner {
        case .gone: return [unknown(call, .ownerGone, nil, now)]
        case .leasedUntil(let until) where now < until: return []
        case .leasedUntil: return [unknown(call, .leaseExpired, nil, now)]
        case nil:
            // The journal knows no such owner any more: only its own lease speaks for it.
            return now < leaseUntil ? [] : [unknown(call, .leaseExpired, nil, now)]
        }
    }

    private func unknown(
        _ call: Call, _ cause: UnknownCause, _ error: PayloadRef?, _ now: Instant
    ) -> Event {
        let delayMs: Int64 =
            switch cause {
            case .noAnswer, .earlierAttempt: Limits.recoveryDelayMs << Int64(call.recoveries)
            case .ownerGone, .leaseExpired: 0
            }
        let recoverAt = call.delivery.mayRepeatUnknown ? now + delayMs : nil
        return .attemptUnknown(
            call.id, attempt: call.attempts,
            AttemptUnknown(cause: cause, recoverAt: recoverAt, error: error))
    }

    private func expire(_ call: Call, _ now: Instant) -> [Event] {
        guard let approval = call.approval else { return [] }
        switch (approval.state, approval.executeBy) {
        case (.pending, _) where now >= approval.decideBy:
            return [.approvalExpired(call.id, approval.id, .decide)]
        case (.approved, let executeBy?) where now >= executeBy:
            return [.approvalExpired(call.id, approval.id, .execute)]
        case (.pending, _), (.approved, _), (.denied, _), (.expired, _), (.withdrawn, _),
            (.spent, _):
            return []
        }
    }

    private func approve(
        _ call: Call, _ by: String, _ reason: PayloadRef?, _ now: Instant
    ) throws(Rejection) -> [Event] {
        let approval = try decidable(call, by, now)
        return [
            .approvalGranted(
                call.id, approval.id, by: by, executeBy: now + approval.executeWithinMs,
                reason: reason)
        ]
    }

    private func deny(
        _ call: Call, _ by: String, _ reason: PayloadRef, _ now: Instant
    ) throws(Rejection) -> [Event] {
        let approval = try decidable(call, by, now)
        return [.approvalDenied(call.id, approval.id, by: by, reason: reason)]
    }

    // The one rule of approval there is so far asks the requester: the person the agent works
    // for, or the account its host runs under.
    private func decidable(
        _ call: Call, _ by: String, _ now: Instant
    ) throws(Rejection) -> Approval {
        guard let approval = call.approval else { throw .unknownApproval(call.id.text) }
        let may = caller.person == caller.account
            ? [caller.person] : [caller.person, caller.account]
        guard may.contains(where: { $0.utf8.elementsEqual(by.utf8) }) else {
            throw .mayNotDecide(approval.id, person: by, may: may)
        }
        guard approval.state == .pending else { throw .approvalIsOver(approval.id, approval.state) }
        guard now < approval.decideBy else { throw .approvalIsOver(approval.id, .expired) }
        return approval
    }

    private func cancel(_ call: Call, _ reason: PayloadRef?) -> [Event] {
        switch call.phase {
        case .held, .ready: [.callCancelled(call.id, reason: reason)]
        case .unknown(recoverAt: _?) where !call.delivery.isWrite:
            [.callCancelled(call.id, reason: reason)]
        case .running, .unknown:
            call.cancelRequested ? [] : [.cancelRequested(call.id, reason: reason)]
        case .succeeded, .failed, .denied, .cancelled, .needsAttention: []
        }
    }

    private func resolve(
        _ call: Call, _ resolution: Resolution, _ by: String, _ reason: PayloadRef
    ) throws(Rejection) -> [Event] {
        switch call.phase {
        case .unknown, .needsAttention:
            return [.callResolved(call.id, resolution, by: by, reason: reason)]
        case .held, .ready, .running, .succeeded, .failed, .denied, .cancelled:
            throw .nothingToSettle(call.id, call.status)
        }
    }

    private func complete(_ summary: PayloadRef?) throws(Rejection) -> [Event] {
        if isCompleted { return [] }
        let unfinished = calls.filter { !$0.hasEnded }.map(\.id)
        guard unfinished.isEmpty else { throw .callsUnfinished(id, unfinished) }
        return state == .completed ? [] : [.runCompleted(summary: summary)]
    }

    // Only a success under a derived key has a window to start.
    private func deliver(_ call: Call) -> [Event] {
        guard case .succeeded = call.phase, call.deliveredAt == nil, let key = call.key else {
            return []
        }
        switch key.source {
        case .given: return []
        case .fields, .arguments: return [.outcomeDelivered(call.id)]
        }
    }
}

extension Call {
    /// Whether nothing but this attempt keeps the call's outcome open.
    fileprivate func isOnlyInDoubt(about attempt: Int) -> Bool {
        delivery.isWrite ? doubtful == [attempt] : attempt == attempts
    }
}
