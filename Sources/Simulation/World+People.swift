// What people do: they say yes and no, settle what nobody else can, abort, stop and resume. They
// look before they speak, and sometimes they are wrong.

import Engine
import JSON

extension World {
    /// One decision that waits for a person.
    func decideOne() {
        var waiting: [(Approval, Call)] = []
        for call in checker.allCalls {
            guard let approval = call.approval, !call.hasEnded else { continue }
            let isOpen = approval.state == .pending
                || (latestRules != nil && !isHealing && approval.state == .approved)
            if isOpen { waiting.append((approval, call)) }
        }
        guard let (approval, call) = chance.pick(waiting), let host = chance.pick(actingHosts)
        else { return }
        say(approval, of: call, host)
    }

    /// One call that only a person can move on.
    func settleOne() {
        let calls = checker.allCalls
        // Sometimes of a call that the hosts are still looking into.
        let waiting = chance.percent(85)
            ? calls.filter(\.needsPerson) : calls.filter { $0.status == .unknown || $0.isProbed }
        guard let call = chance.pick(waiting) else { return }
        settle(call)
    }

    /// - Returns: whether the person could say anything.
    @discardableResult
    func settle(_ call: Call) -> Bool {
        guard let host = chance.pick(actingHosts) else { return false }
        let isOpen = network.mayStillArrive(call.id) || isInHand(call.id)
        let isHasty = !isHealing && chance.percent(climate.misjudgement)
        guard !isOpen || isHasty else { return false }
        let entry = ledger[call.id]
        // A late success may be one that has been undone since.
        let hasHappened = entry.undoneBy.isEmpty ? !entry.applied.isEmpty : entry.stands
        var settlement: Settlement = hasHappened
            ? .succeeded(Ledger.result(call.id)) : .failed(.fatal)
        if wantsRetry(call, hasHappened) { settlement = .retry }
        if isHasty, isOpen { checker.misjudged.insert(call.id) }
        note("ana settles \(call.id), which is \(call.phase.word): \(settlement)")
        let passage = door(host) { [doors = doors(of: host)] (journal, moment) throws(DoorError) in
            try doors.resolve(
                call.id, settlement, reason: "looked", by: "ana", in: journal, moment)
        }
        if case .done = passage { return true }
        // Refused while a process may still send: people end that process.
        if isHealing { endSenders(of: call) }
        return false
    }

    private func endSenders(of call: Call) {
        for sender in call.senders {
            guard let host = hosts.firstIndex(where: { $0.owner == sender.owner && $0.isAlive })
            else { continue }
            kill(host, "so that nothing of \(call.id) can be sent")
            startHost(in: hosts[host].environment)
        }
    }

    private func wantsRetry(_ call: Call, _ hasHappened: Bool) -> Bool {
        // Without its yes it is not tried again.
        if let approval = call.approval, approval.state != .spent { return false }
        return switch call.phase {
        case .needsAttention(.lateSuccess): false
        case .needsAttention(.readBack), .needsAttention(.undoImpossible): chance.percent(60)
        case .needsAttention(.undoFailed): !hasHappened && (isHealing || chance.percent(60))
        case .needsAttention(.recoveryExhausted), .unknown, .failed:
            !hasHappened && chance.percent(40)
        case .held, .ready, .running, .waiting, .verifying, .confirming, .succeeded, .denied,
            .cancelled, .shadow, .compensating, .compensated:
            false
        }
    }

    /// Whether a living host may still send or tell something of the call.
    private func isInHand(_ call: CallID) -> Bool {
        hosts.contains { host in
            host.isAlive && (host.tasks + host.unrecorded).contains { task in
                if case .attempt(let attempt) = task.work { attempt.call == call } else { false }
            }
        }
    }

    func abortOne() {
        guard let host = chance.pick(actingHosts) else { return }
        let open = checker.order.filter { id in
            guard let run = checker.runs[id], !run.isSingle, id != .journal else { return false }
            return run.ending == nil || run.isAborting
        }
        guard let run = chance.pick(open) else { return }
        abort(run, isForced: chance.percent(20), host)
    }

    @discardableResult
    func abort(_ run: RunID, isForced: Bool, _ host: Int) -> Bool {
        let ticket = hosts[host].lapses
        let order = AbortOrder(
            cause: .requested, by: "ana", reason: "enough", isForced: isForced)
        let environments = [hosts[host].environment]
        let agent = !isForced && chance.percent(40) ? caller(host) : nil
        note("\(agent?.profile ?? "ana") aborts \(run)\(isForced ? " by force" : "")")
        let actor = agent.map { Actor(.agent, $0.profile) } ?? Actor(.person, "ana")
        let passage = door(host) { [doors = doors(of: host)] (journal, moment) throws(DoorError) in
            try doors.abort(
                run, order, for: agent, by: actor, environments: environments, in: journal,
                moment)
        }
        guard case .done(let aborted) = passage else { return false }
        if let work = aborted.next { take(work, host, ticket) }
        return true
    }

    func quarantineOne() {
        guard let host = chance.pick(actingHosts),
            let run = chance.pick(checker.order.filter { $0 != .journal })
        else { return }
        note("ana quarantines \(run)")
        _ = door(host) { [doors = doors(of: host)] (journal, moment) throws(DoorError) in
            try doors.quarantine(run, reason: "odd", by: "ana", in: journal, moment)
        }
    }

    func releaseAll() {
        for id in checker.order where checker.runs[id]?.quarantine != nil {
            guard let host = chance.pick(actingHosts) else { return }
            note("ana releases \(id)")
            _ = door(host) { [doors = doors(of: host)] (journal, moment) throws(DoorError) in
                try doors.release(id, reason: "fine", by: "ana", in: journal, moment)
            }
        }
    }

    func haltOne() {
        guard let host = chance.pick(actingHosts), let tool = chance.pick(toolbox.tools) else {
            return
        }
        let scopes: [HaltScope] = [.everything, .tool(tool.name), .profile("desk")]
        guard let scope = chance.pick(scopes) else { return }
        note("ana halts \(scope)")
        _ = door(host) { [doors = doors(of: host)] (journal, moment) throws(DoorError) in
            try doors.halt(scope, reason: "stop", by: "ana", in: journal, moment)
        }
    }

    func resumeAll() {
        for halt in checker.runs[.journal]?.halts ?? [] {
            guard let host = chance.pick(actingHosts) else { return }
            note("ana resumes \(halt.scope)")
            _ = door(host) { [doors = doors(of: host)] (journal, moment) throws(DoorError) in
                try doors.resume(halt.scope, reason: "go on", by: "ana", in: journal, moment)
            }
        }
    }
}

extension Call {
    /// Whether a probe is finding out what came of it.
    fileprivate var isProbed: Bool {
        if case .verifying(let probing) = phase { probing.purpose == .verify } else { false }
    }
}
