// What follows from a probe's answer, or from there being none.

extension Run {
    /// The answer to a probe that is not under way any more is of no use to anybody.
    func learn(
        _ call: Call, _ number: Int, _ owner: OwnerID, _ lesson: Lesson, _ facts: Facts,
        _ now: Instant
    ) -> [Event] {
        guard case .verifying(let probing) = call.phase, probing.number == number,
            probing.owner == owner
        else { return [] }
        func ended(_ answer: ProbeAnswer, _ payload: PayloadRef? = nil) -> Event {
            .probeEnded(
                call.id,
                ProbeEnded(purpose: probing.purpose, number: number, answer: answer, nextAt: nil),
                payload: payload)
        }
        switch (probing.purpose, lesson) {
        case (.verify, .found(let result, let withheld)):
            return [ended(.found), succeeded(call, call.attempts, result, withheld, now)]
        case (.verify, .absent(let error)): return absent(call, probing, error, facts, now)
        case (.readBack, .confirmed): return [ended(.confirmed)]
        case (.readBack, .differs(let found)): return [ended(.differs, found)]
        case (.refresh, .renewed(let arguments, let approval)):
            let renewed = ended(.renewed, arguments)
            return approval
                .map { [renewed, .approvalRequested(call.id, $0.because(.arguments))] }
                ?? [renewed]
        case (_, .unsure(let error)):
            return inconclusive(call, probing, .unsure, error, facts, now)
        case (.verify, _), (.readBack, _), (.refresh, _):
            preconditionFailure("A probe is answered as what it was made for.")
        }
    }

    // That nothing was found counts once nothing can be on its way any more and the system has had
    // time to show it.
    private func absent(
        _ call: Call, _ probing: Probing, _ error: PayloadRef, _ facts: Facts, _ now: Instant
    ) -> [Event] {
        guard let rule = call.followUps.verify else { return [] }
        guard call.senders.isEmpty, let quietAt = call.quietAt else {
            return inconclusive(call, probing, .absent, error, facts, now)
        }
        let countsFrom = quietAt + rule.settleMs
        guard probing.startedAt >= countsFrom else {
            return [end(probing, of: call, .absent, error, again: countsFrom)]
        }
        let ended = end(probing, of: call, .absent, error, again: nil)
        if call.delivery == .atMostOnce, !rule.retriesAbsent,
            !call.cancelRequested, !isAborting || call.isUndo
        {
            return [
                ended,
                .attemptFailed(call.id, attempt: call.attempts, .transient, error: error),
            ]
        }
        return [ended]
            + notApplied(call, call.attempts, .transient, error, nil, facts, now)
    }

    /// What follows where a probe told nothing: the same again later, but not for ever.
    func inconclusive(
        _ call: Call, _ probing: Probing, _ answer: ProbeAnswer, _ error: PayloadRef?,
        _ facts: Facts, _ now: Instant
    ) -> [Event] {
        let failures = call.unsure + 1
        guard failures < Limits.unsureProbes else {
            let ended = end(probing, of: call, answer, error, again: nil)
            switch probing.purpose {
            case .verify: return [ended, .recoveryExhausted(call.id)]
            case .readBack: return [ended]
            case .refresh:
                guard let stale = call.doubt else { return [ended] }
                return [
                    ended,
                    .attemptFailed(call.id, attempt: call.attempts, .stale, error: stale),
                ]
            }
        }
        let waits = RetryRule(
            attempts: Limits.unsureProbes, firstMs: Limits.probeDelayMs, factor: 2,
            maxMs: Limits.longestProbeDelayMs)
        let waitMs =
            answer == .lost ? 0 : waits.waitMs(afterFailures: failures, chance: facts.chance)
        return [end(probing, of: call, answer, error, again: now + waitMs)]
    }

    private func end(
        _ probing: Probing, of call: Call, _ answer: ProbeAnswer, _ payload: PayloadRef?,
        again: Instant?
    ) -> Event {
        .probeEnded(
            call.id,
            ProbeEnded(
                purpose: probing.purpose, number: probing.number, answer: answer, nextAt: again),
            payload: payload)
    }
}
