// The rules of approvals: who may decide what and when, what silence means, and whether a yes still
// covers a call at the moment it is to be started.

import Proofs

/// A person's word with what it refers to.
package enum Said: Hashable, Sendable {
    case approve(reason: PayloadRef?)
    case deny(reason: PayloadRef)
    case withdraw(reason: PayloadRef?)

    var word: DecisionWord {
        switch self {
        case .approve: .approve
        case .deny: .deny
        case .withdraw: .withdraw
        }
    }

    fileprivate var reason: PayloadRef? {
        switch self {
        case .approve(let reason), .withdraw(let reason): reason
        case .deny(let reason): reason
        }
    }
}

extension Run {
    func jury(of call: Call, _ facts: Facts) -> Jury {
        Jury(
            directory: facts.directory, caller: caller,
            isReversible: call.reversibility == .reversible, grants: facts.grants)
    }

    func decide(
        _ call: Call, _ id: ApprovalID, _ said: Said, _ identity: Identity, _ facts: Facts,
        _ now: Instant
    ) throws(Rejection) -> [Event] {
        guard let approval = call.approval else { throw .unknownApproval(id.text) }
        let jury = jury(of: call, facts)
        let name = try decider(identity, of: approval, jury)
        // What was asked before the arguments or the rules changed is over.
        guard approval.id == id else { throw .approvalIsOver(id, .withdrawn) }
        try mayDecide(approval, said.word, name, now)
        try mustBeSigned(identity, approval, said.word, name, now)
        let decision = Decision(
            word: said.word, by: name, identity: identity, reason: said.reason, at: now)
        let made = Event.decisionMade(call.id, id, decision)
        switch said {
        case .approve:
            try mustBeAsked(identity, name, approval, jury)
            return [made] + granted(call, approval, adding: decision, jury, now)
        case .deny(let reason):
            return [made, .approvalDenied(call.id, id, by: name, reason: reason)]
                + aborted(by: name, because: reason, approval)
        case .withdraw: return [made]
        }
    }

    /// What follows from a yes: nothing yet, or all that were asked for.
    func granted(
        _ call: Call, _ approval: Approval, adding decision: Decision, _ jury: Jury,
        _ now: Instant
    ) -> [Event] {
        var next = approval
        next.decisions.append(decision)
        guard jury.isComplete(next.demands, in: next) else { return [] }
        let granted = Event.approvalGranted(
            call.id, approval.id, by: next.standingYeses.map(\.by).joined(separator: ", "),
            executeBy: now + approval.executeWithinMs, reason: decision.reason)
        switch call.origin {
        case .agent, .undo: return [granted]
        case .grant(let scope):
            return [granted, .grantIssued(call.id, until: now + scope.standsMs)]
        }
    }

    // Who it is comes first: whoever may not decide is not told how things stand.
    private func decider(
        _ identity: Identity, of approval: Approval, _ jury: Jury
    ) throws(Rejection) -> String {
        if case .grant(let grant) = identity { return "grant \(grant)" }
        guard let person = jury.person(identity) else { throw .unknownKey(approval.id) }
        if jury.hasSay(person, approval.demands, isEscalated: approval.isEscalated) {
            return person.name
        }
        let isOwn = person.isRequester || person.approver?.isBehind(caller) == true
        let may = approval.asked(caller)
        throw isOwn && !approval.isConfirmation
            ? .ownRequest(approval.id, person: person.name)
            : .mayNotDecide(approval.id, person: person.name, may: may)
    }

    private func mayDecide(
        _ approval: Approval, _ word: DecisionWord, _ name: String, _ now: Instant
    ) throws(Rejection) {
        switch (word, approval.state) {
        case (.approve, .pending), (.deny, .pending), (.deny, .approved): break
        case (.withdraw, .pending), (.withdraw, .approved):
            guard approval.standingYeses.contains(where: { $0.by.isSame(as: name) }) else {
                throw .nothingToWithdraw(approval.id, person: name)
            }
        case (_, .denied), (_, .expired), (_, .withdrawn), (_, .spent), (.approve, .approved):
            throw .approvalIsOver(approval.id, approval.state)
        }
        if approval.state == .pending, now >= approval.decideBy {
            throw .approvalIsOver(approval.id, .expired)
        }
        if word == .approve,
            approval.standingYeses.contains(where: { $0.by.isSame(as: name) })
        {
            throw .decidedAlready(approval.id, person: name)
        }
    }

    // A yes for a stage whose turn has not come would count for nothing.
    private func mustBeAsked(
        _ identity: Identity, _ name: String, _ approval: Approval, _ jury: Jury
    ) throws(Rejection) {
        guard let person = jury.person(identity) else { return }
        let isAsked = jury.open(approval.demands, in: approval).contains { open in
            jury.admits(person, to: open.stage, open.escalatedTo)
        }
        guard isAsked else { throw .notYetAsked(approval.id, person: name) }
    }

    private func mustBeSigned(
        _ identity: Identity, _ approval: Approval, _ word: DecisionWord, _ name: String,
        _ now: Instant
    ) throws(Rejection) {
        guard case .key(let key, let signature, let at) = identity else { return }
        let note = DecisionNote(
            approval: approval.id, action: approval.action, word: word, at: at)
        guard key.isSignature(signature, of: note.signedBytes) else {
            throw .signatureUnusable(approval.id, "it does not sign this decision")
        }
        guard at <= now + Limits.signatureAheadMs else {
            throw .signatureUnusable(approval.id, "it was made at \(at), which is yet to come")
        }
        guard at + Limits.signatureAheadMs >= approval.askedAt else {
            throw .signatureUnusable(
                approval.id, "it was made at \(at), before anybody was asked")
        }
        // What was said before, in whatever way, is not unsaid by whoever kept an older note.
        let isStale = approval.decisions.contains { earlier in
            if case .key(key, _, let then) = earlier.identity { return at <= then }
            return earlier.by.isSame(as: name) && at <= earlier.at
        }
        guard !isStale else {
            throw .signatureUnusable(approval.id, "a later decision of \(name) is recorded")
        }
    }

    private func aborted(
        by name: String, because reason: PayloadRef?, _ approval: Approval
    ) -> [Event] {
        guard approval.demands.contains(where: \.abortsWhenDenied) else { return [] }
        return abortion(by: name, because: reason)
    }

    private func abortion(by name: String, because reason: PayloadRef?) -> [Event] {
        guard ending == nil, !hasCompleted else { return [] }
        return [.runAborting(RunAborting(cause: .denied, by: name, reason: reason))]
    }

    // MARK: - Clocks

    func expire(_ call: Call, _ facts: Facts, _ now: Instant) -> [Event] {
        guard let approval = call.approval else { return [] }
        switch (approval.state, approval.executeBy) {
        case (.pending, _) where now >= approval.decideBy:
            return silence(call, approval, facts, now)
        case (.pending, _):
            var events: [Event] = []
            if let at = approval.escalateAt, now >= at {
                events.append(.approvalEscalated(call.id, approval.id, decideBy: nil))
            }
            if let at = approval.remindAt, now >= at {
                events.append(.approvalReminded(call.id, approval.id))
            }
            return events
        case (.approved, let executeBy?) where now >= executeBy:
            return [.approvalExpired(call.id, approval.id, .execute)]
        case (.approved, _), (.denied, _), (.expired, _), (.withdrawn, _), (.spent, _):
            return []
        }
    }

    // Nobody decided in time: the strictest of what the rules say of that.
    private func silence(
        _ call: Call, _ approval: Approval, _ facts: Facts, _ now: Instant
    ) -> [Event] {
        let jury = jury(of: call, facts)
        let open = Set(jury.open(approval.demands, in: approval).map(\.rule))
        let silent = approval.demands.filter { open.contains($0.name) }
        let ways = Set(silent.map(\.onSilence))
        let expired = Event.approvalExpired(call.id, approval.id, .decide)
        if ways.contains(.abort) {
            return [expired] + abortion(by: "silence", because: nil)
        }
        if ways.contains(.deny) { return [expired] }
        if ways.contains(.escalate), !approval.isPassedOn {
            let withinMs = silent.filter { $0.onSilence == .escalate }.map(\.decideWithinMs).min()
            return [
                .approvalEscalated(
                    call.id, approval.id, decideBy: now + (withinMs ?? approval.executeWithinMs))
            ]
        }
        // Whoever took a yes back was not silent.
        let isSilent = !approval.decisions.contains { $0.word == .withdraw }
        guard isSilent, ways == [.approve], call.reversibility == .reversible else {
            return [expired]
        }
        let decision = Decision(
            word: .approve, by: "silence", identity: .silence, reason: nil, at: now)
        return [.decisionMade(call.id, approval.id, decision)]
            + granted(call, approval, adding: decision, jury, now)
    }

    // MARK: - At execution

    /// What keeps a call whose time has come from being started, as it is judged now; empty where
    /// nothing does.
    func obstacles(to call: Call, _ facts: Facts, _ now: Instant) -> [Event] {
        switch facts.ruled {
        case nil, .allow: return []
        case .deny(let note, let reason): return [.callDenied(call.id, note, reason: reason)]
        case .shadow(let note, let preview):
            return [.callShadowed(call.id, note, preview: preview)]
        case .hold(_, let request):
            return drift(of: call, from: request, facts, now)
                .map { [.approvalRequested(call.id, request.because($0))] } ?? []
        }
    }

    /// Why the yes that a call has is not the one that it needs; nil where it is.
    private func drift(
        of call: Call, from request: ApprovalRequested, _ facts: Facts, _ now: Instant
    ) -> Drift? {
        guard let approval = call.approval else { return .policy }
        switch approval.state {
        case .approved: break
        case .spent:
            if let executeBy = approval.executeBy, now >= executeBy { return .clock }
        case .withdrawn: return approval.restsOnGrant ? .grant : .policy
        case .pending, .denied, .expired: return .policy
        }
        guard approval.action == request.action else { return .arguments }
        let jury = jury(of: call, facts)
        if jury.isComplete(request.demands, in: approval) { return nil }
        let restsOnFallen = approval.standingYeses.contains { yes in
            guard case .grant(let id) = yes.identity else { return false }
            return facts.grants[id]?.isStanding != true
        }
        if restsOnFallen { return .grant }
        return approval.demands == request.demands ? .approvers : .policy
    }

    func revokeGrant(
        _ call: Call, _ by: String, _ reason: PayloadRef, _ now: Instant
    ) throws(Rejection) -> [Event] {
        guard case .grant = call.origin else { throw .unknownGrant(call.id.text) }
        // What nobody has given yet is not asked for any more.
        if case .held = call.phase { return [.callCancelled(call.id, reason: reason)] }
        guard let grant = call.grant else { throw .grantIsOver(call.id) }
        guard grant.revoked == nil, now < grant.until else { throw .grantIsOver(call.id) }
        return [.grantRevoked(call.id, by: by, reason: reason)]
    }
}

extension Approval {
    /// Whom it asks, in words: names, roles, or the person and account behind the caller.
    package func asked(_ caller: Caller) -> [String] {
        var names: [String] = []
        for stage in demands.flatMap(\.stages) {
            switch stage.by {
            case .requester:
                names += caller.person.isSame(as: caller.account)
                    ? [caller.person] : [caller.person, caller.account]
            case .named(let some): names += some
            }
        }
        if isEscalated { names += demands.flatMap(\.escalateTo) }
        return names.enumerated().filter { names.firstIndex(of: $1) == $0 }.map(\.element)
    }
}

extension ApprovalRequested {
    func because(_ drift: Drift) -> ApprovalRequested {
        ApprovalRequested(
            approval: approval, rule: rule, action: action, decideBy: decideBy,
            executeWithinMs: executeWithinMs, demands: demands, because: drift, policy: policy)
    }
}
