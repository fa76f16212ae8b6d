// What a host may begin of a call whose time has come: an attempt, a probe, or nothing.

/// Who asks for work, and until when it may count on having it.
struct Claimant {
    let owner: OwnerID
    let leaseUntil: Instant
}

extension Run {
    func claim(
        _ call: Call, _ claimant: Claimant, _ facts: Facts, _ now: Instant
    ) -> [Event] {
        guard hold(on: call, facts, now) == nil else { return [] }
        if !call.isUndo, passedDeadline(at: now) != nil { return expireRun(now) }
        switch call.phase {
        case .ready:
            let expired = expire(call, facts, now)
            guard expired.isEmpty else { return expired }
            let obstacles = obstacles(to: call, facts, now)
            guard obstacles.isEmpty else {
                // What an earlier attempt may have done is not forgotten over it.
                return call.overruled.isEmpty ? obstacles : [doubtedAgain(call, now)]
            }
            return [start(call, claimant, call.recoveries)]
        case .waiting(let until, let kind, _) where call.isTime(until, now):
            if call.cancelRequested { return [.callCancelled(call.id, reason: nil)] }
            if kind == .stale, call.followUps.refreshes, !call.isRefreshed {
                return [probe(call, .refresh, claimant, now)]
            }
            if let executeBy = call.approval?.executeBy, let id = call.approval?.id,
                now >= executeBy
            {
                return [.approvalExpired(call.id, id, .execute)]
            }
            let obstacles = obstacles(to: call, facts, now)
            return obstacles.isEmpty ? [start(call, claimant, call.recoveries)] : obstacles
        case .unknown(let recoverAt?) where call.isTime(recoverAt, now) && !call.isLeft:
            return recover(call, claimant, facts, now)
        case .confirming(let at) where call.isTime(at, now):
            return [probe(call, .readBack, claimant, now)]
        case .held, .running, .waiting, .unknown, .verifying, .confirming, .succeeded, .failed,
            .denied, .cancelled, .shadow, .compensating, .compensated, .needsAttention:
            return []
        }
    }

    // Nobody waits for a call of an aborted run, nor for one that was asked to stop: only what
    // came of it is of interest.
    private func recover(
        _ call: Call, _ claimant: Claimant, _ facts: Facts, _ now: Instant
    ) -> [Event] {
        // What the policy would not let begin is not sent once more either.
        let obstacles = obstacles(to: call, facts, now)
        let isBarred = !obstacles.isEmpty
        let isStopped = call.cancelRequested || (isAborting && !call.isUndo)
        if !call.delivery.isWrite {
            if isStopped { return [.callCancelled(call.id, reason: nil)] }
            if isBarred { return obstacles }
        }
        let isUnwanted = isStopped || isBarred
        if call.isVerified { return [probe(call, .verify, claimant, now)] }
        guard call.recoveries < Limits.recoveries else { return [.recoveryExhausted(call.id)] }
        let recoveries = call.recoveries + 1
        guard isUnwanted else { return [start(call, claimant, recoveries)] }
        switch call.delivery {
        case .transactional: return [start(call, claimant, recoveries, for: .void)]
        case .read, .keyed, .natural, .atMostOnce:
            // To stop it means not to send it again; to abort means to know what came of it, and
            // the same once more tells.
            return isBarred || (call.cancelRequested && !isAborting)
                ? [.recoveryExhausted(call.id)] : [start(call, claimant, recoveries)]
        }
    }

    private func start(
        _ call: Call, _ claimant: Claimant, _ recoveries: Int,
        for purpose: Attempt.Purpose = .effect
    ) -> Event {
        .attemptStarted(
            call.id,
            AttemptStarted(
                number: call.attempts + 1, owner: claimant.owner,
                leaseUntil: claimant.leaseUntil, recoveries: recoveries, purpose: purpose))
    }

    private func probe(
        _ call: Call, _ purpose: Probe.Purpose, _ claimant: Claimant, _ now: Instant
    ) -> Event {
        .probeStarted(
            call.id,
            Probing(
                purpose: purpose, number: call.probes + 1, owner: claimant.owner,
                startedAt: now, leaseUntil: claimant.leaseUntil))
    }

    /// What keeps a call from going on although its time has come; nil where nothing does.
    func hold(on call: Call, _ facts: Facts, _ now: Instant) -> Hold? {
        let isWrite = call.delivery.isWrite
        if let halt = facts.halt(of: call.tool, isWrite: isWrite, profile: caller.profile) {
            return .halt(halt)
        }
        let isProbing = call.nextIsProbe
        if isProbing,
            let halt = call.followUps.probes.lazy
                .compactMap({ facts.halt(of: $0, isWrite: false, profile: caller.profile) }).first
        {
            return .halt(halt)
        }
        if isHoldingBack(call), !isProbing { return .quarantine }
        if !isProbing, let until = facts.health.blockedUntil(at: now) {
            return .breaker(until: until)
        }
        return nil
    }
}

/// What keeps a call waiting although its time has come.
enum Hold {
    case halt(StandingHalt)
    case quarantine
    case breaker(until: Instant)
}

extension Call {
    /// Whether a claim might start an attempt of it now.
    func mayBeStarted(at now: Instant) -> Bool {
        switch phase {
        case .ready: true
        case .waiting(let until, _, _): isTime(until, now)
        case .unknown(let recoverAt): recoverAt.map { isTime($0, now) } ?? false
        case .held, .running, .verifying, .confirming, .succeeded, .failed, .denied, .cancelled,
            .shadow, .compensating, .compensated, .needsAttention:
            false
        }
    }

    /// Whether what it waits for may begin: a clock that was set back is not waited for again.
    fileprivate func isTime(_ due: Instant, _ now: Instant) -> Bool {
        due <= now || waitsSince.map { now < $0 } ?? false
    }

    /// Whether what comes next is a read that changes nothing.
    fileprivate var nextIsProbe: Bool {
        switch phase {
        case .unknown: isVerified
        case .confirming: true
        case .waiting(_, .stale, _): followUps.refreshes && !isRefreshed
        case .held, .ready, .running, .waiting, .verifying, .succeeded, .failed, .denied,
            .cancelled, .shadow, .compensating, .compensated, .needsAttention:
            false
        }
    }
}
