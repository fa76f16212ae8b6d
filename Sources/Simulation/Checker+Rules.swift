// Invariant 1, what policy and people say: what is started is allowed by the rules in force at the
// host that starts it, and every yes that they ask for was given by whom they ask.

import Engine
import JSON

extension Checker {
    mutating func readNumbers(of records: [Record], _ disk: Disk) {
        guard !inForce.isEmpty else { return }
        for record in records {
            guard case .callAccepted(let accepted) = record.event else { continue }
            numbers[accepted.call] = disk.read { (reading) throws(JournalFault) in
                try reading.value(accepted.arguments)
            }?.objectValue?["n"]?.intValue
        }
    }

    /// Before the record is folded; not again when all is folded anew, for rules have changed.
    mutating func checkAllowed(
        _ call: Call, _ started: AttemptStarted, _ run: Run, _ record: Record
    ) {
        guard !isFoldingAnew, let rules = inForce[started.owner], started.purpose == .effect,
            call.undoes == nil
        else { return }
        guard let n = numbers[call.id] else {
            return violated(.intentBeforeEffect, "\(call.id) was started with no number")
        }
        let objection: String?
        switch rules.verdict(call, n) {
        case .no: objection = "although the rules deny it"
        case .onPaper: objection = "although the rules shadow it"
        case .yes: objection = nil
        case .ask(let demands):
            objection = self.objection(to: call, started, run, record, rules, demands)
        }
        if let objection {
            violated(.intentBeforeEffect, "\(call.id) was started \(objection)")
        }
    }

    private func objection(
        to call: Call, _ started: AttemptStarted, _ run: Run, _ record: Record,
        _ rules: WorldRules, _ demands: [ApprovalRule]
    ) -> String? {
        guard let approval = call.approval, [.approved, .spent].contains(approval.state),
            let executeBy = approval.executeBy
        else { return "without having been approved" }
        let isFurther = started.recoveries > call.recoveries || isOverruled(call.id)
        if record.at >= executeBy, !isFurther { return "after its time" }
        var standing: [(by: String, identity: Identity)] = []
        for decision in approval.decisions {
            switch decision.word {
            case .approve: standing.append((decision.by, decision.identity))
            case .withdraw: standing.removeAll { $0.by == decision.by }
            case .deny: return "although somebody said no"
            }
        }
        var yeses: [Identity] = []
        var isSilent = false
        for yes in standing {
            switch yes.identity {
            case .account, .key, .client: yeses.append(yes.identity)
            case .silence: isSilent = true
            case .grant(let id): yeses += behind(id, of: call, record.at)
            }
        }
        for demand in demands {
            let isCovered = isSilent && demand.onSilence == .approve
                && call.reversibility == .reversible && approval.demands.contains(demand)
            guard isCovered || rules.isMet(
                demand, yeses, isEscalated: approval.isEscalated, for: run.caller)
            else { return "without the yes that \(demand.name) asks" }
        }
        let isIrreversible = call.delivery.isWrite && call.reversibility == .irreversible
        return isIrreversible && yeses.isEmpty ? "without a person's yes" : nil
    }

    private func behind(_ id: CallID, of call: Call, _ now: Instant) -> [Identity] {
        guard let grant = self.call(id), let state = grant.grant, state.revoked == nil,
            now < state.until, call.reversibility != .irreversible
        else { return [] }
        return (grant.approval?.decisions ?? []).filter { $0.word == .approve }.map(\.identity)
    }

    /// A grant is never used oftener than it says; what came to nothing gives its part back.
    mutating func checkGrant(_ event: Event, _ run: Run) {
        guard case .approvalGranted(let id, _, _, _, _) = event,
            let grant = run[id]?.restsOn, let count = grantCounts[grant]
        else { return }
        let used = allCalls.count { call in
            call.restsOn == grant && ![.failed, .denied, .cancelled, .shadow].contains(call.status)
        }
        if used > count {
            violated(.budgets, "\(grant) covers \(used) calls and may cover \(count)")
        }
    }
}

extension Call {
    /// The grant under which its approval was given.
    fileprivate var restsOn: CallID? {
        guard let approval, [.approved, .spent].contains(approval.state) else { return nil }
        for decision in approval.decisions {
            if case .grant(let id) = decision.identity { return id }
        }
        return nil
    }
}
