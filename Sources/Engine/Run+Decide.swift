// Every rule of a run: what may follow from a request, given the run and the facts. It changes
// nothing; an empty answer means that nothing new happens. The rules lie in files beside this one,
// each for what it is about; here is who answers what, and what may be begun and ended.

extension Run {
    package func decide(
        _ command: Command, _ facts: Facts, now: Instant
    ) throws(Rejection) -> [Event] {
        let events = try answer(command, facts, now: now)
        // What an abort implies follows from the state that this leads to.
        guard ending != nil || events.contains(where: \.beginsAbort) else { return events }
        var next = self
        for event in events { next.evolve(event, at: now) }
        return events + next.consequences(at: now)
    }

    private func answer(
        _ command: Command, _ facts: Facts, now: Instant
    ) throws(Rejection) -> [Event] {
        switch command {
        case .accept(let call): try accept(call, facts, now)
        case .claim(let id, let owner, let leaseUntil):
            inTurn(
                claim(try find(id), Claimant(owner: owner, leaseUntil: leaseUntil), facts, now),
                facts)
        case .report(let id, let attempt, let owner, let report):
            hear(try find(id), attempt, owner, report, facts, now)
        case .learn(let id, let probe, let owner, let lesson):
            learn(try find(id), probe, owner, lesson, facts, now)
        case .investigate(let id): investigate(try find(id), facts, now)
        case .expire(let id): expire(try find(id), facts, now)
        case .decide(let id, let approval, let said, let identity):
            try decide(try find(id), approval, said, identity, facts, now)
        case .revokeGrant(let id, let by, let reason):
            try revokeGrant(try find(id), by, reason, now)
        case .cancel(let id, let reason): cancel(try find(id), reason, now)
        case .resolve(let id, let resolution, let by, let reason):
            try resolve(try find(id), resolution, by, reason, facts)
        case .complete(let summary): try complete(summary, now)
        case .abort(let cause, let by, let isForced, let reason):
            try abort(RunAborting(cause: cause, by: by, reason: reason), isForced)
        case .expireRun: expireRun(now)
        case .quarantine(let by, let reason): try quarantine(by, reason)
        case .release(let by, let reason): try release(by, reason)
        case .halt(let scope, let by, let reason):
            halts.contains { $0.scope == scope } ? [] : [.halted(scope, by: by, reason: reason)]
        case .resume(let scope, let by, let reason): try resume(scope, by, reason)
        case .giveUpUndo(let id, let reason): giveUpUndo(try find(id), reason)
        case .delivered(let id): deliver(try find(id))
        }
    }

    private func find(_ id: CallID) throws(Rejection) -> Call {
        guard let call = self[id] else { throw .unknownCall(id.text) }
        return call
    }

    // A replay is answered whatever has become of the run since: the key is looked at first.
    private func accept(
        _ new: NewCall, _ facts: Facts, _ now: Instant
    ) throws(Rejection) -> [Event] {
        if let key = new.accepted.key, let holder = facts.holder {
            guard holder.fingerprint == key.fingerprint else {
                throw .idempotencyConflict(call: holder.call, fields: holder.differing)
            }
            if let over = repeated(new.accepted.tool, facts.usage, now) { throw .overLimit(over) }
            return []
        }
        switch new.accepted.origin {
        case .undo(let undone):
            // Once each: whoever comes second finds it done.
            guard nextUndo?.id == undone else { return [] }
        case .grant: break
        case .agent: try mayBegin(new.accepted, facts, now)
        }
        return [.callAccepted(new.accepted)] + (try permitted(new, facts, now))
    }

    // What the policy says of a new call, and what follows from that at once.
    private func permitted(
        _ new: NewCall, _ facts: Facts, _ now: Instant
    ) throws(Rejection) -> [Event] {
        let id = new.accepted.call
        switch new.ruled {
        case .allow: return []
        case .deny(let note, let reason): return [.callDenied(id, note, reason: reason)]
        case .shadow(let note, let preview): return [.callShadowed(id, note, preview: preview)]
        case .hold(_, let request):
            let asked = Event.approvalRequested(id, request)
            guard let grant = facts.covering else {
                if let until = facts.askAgainAt, now < until {
                    throw .askedTooOften(new.accepted.tool, until: until)
                }
                return [asked]
            }
            let by = "grant \(grant)"
            let decision = Decision(
                word: .approve, by: by, identity: .grant(grant), reason: nil, at: now)
            return [
                asked, .decisionMade(id, request.approval, decision),
                .approvalGranted(
                    id, request.approval, by: by, executeBy: now + request.executeWithinMs),
            ]
        }
    }

    private func mayBegin(
        _ new: CallAccepted, _ facts: Facts, _ now: Instant
    ) throws(Rejection) {
        let isWrite = new.delivery.isWrite
        if let halt = facts.halt(of: new.tool, isWrite: isWrite, profile: caller.profile) {
            throw .halted(halt)
        }
        if let ending { throw ending.endedAt == nil ? .runAborting(id) : .runEnded(id) }
        if hasCompleted { throw .runEnded(id) }
        if let deadline = passedDeadline(at: now) { throw .deadlinePassed(id, deadline) }
        switch state {
        case .quarantined where isWrite: throw .runQuarantined(id)
        case .needsAttention where isWrite: throw .runNeedsAttention(id)
        case .quarantined, .needsAttention, .open, .completed, .aborting, .aborted, .expired:
            break
        }
        guard calls.count < Limits.callsPerRun else { throw .runIsFull(id) }
        if let until = facts.health.blockedUntil(at: now) {
            throw .toolUnavailable(new.tool, until: until)
        }
        if let over = overLimit(new, facts.usage, now) { throw .overLimit(over) }
    }

    private func complete(
        _ summary: PayloadRef?, _ now: Instant
    ) throws(Rejection) -> [Event] {
        if let ending { throw ending.endedAt == nil ? .runAborting(id) : .runEnded(id) }
        if isCompleted { return [] }
        if let deadline = passedDeadline(at: now) { throw .deadlinePassed(id, deadline) }
        guard quarantine == nil else { throw .runQuarantined(id) }
        let unfinished = calls.filter { !$0.hasEnded }.map(\.id)
        guard unfinished.isEmpty else { throw .callsUnfinished(id, unfinished) }
        return hasCompleted ? [] : [.runCompleted(summary: summary)]
    }

    private func quarantine(_ by: String, _ reason: PayloadRef) throws(Rejection) -> [Event] {
        if hasCompleted || ending?.endedAt != nil { throw .runEnded(id) }
        return quarantine == nil ? [.runQuarantined(by: by, reason: reason)] : []
    }

    private func release(_ by: String, _ reason: PayloadRef) throws(Rejection) -> [Event] {
        guard quarantine != nil else { throw .notQuarantined(id) }
        return [.runReleased(by: by, reason: reason)]
    }

    private func resume(
        _ scope: HaltScope, _ by: String, _ reason: PayloadRef
    ) throws(Rejection) -> [Event] {
        guard halts.contains(where: { $0.scope == scope }) else { throw .notHalted(scope) }
        return [.resumed(scope, by: by, reason: reason)]
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

extension Facts {
    func halt(of tool: ToolName, isWrite: Bool, profile: String) -> StandingHalt? {
        halts.first { $0.halt.stops(tool, isWrite: isWrite, of: profile) }
    }
}

extension Event {
    fileprivate var beginsAbort: Bool {
        if case .runAborting = self { true } else { false }
    }
}
