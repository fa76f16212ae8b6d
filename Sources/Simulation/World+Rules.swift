// How rules come to hosts, each in its own time, and what people do about approvals: they decide
// from all their accounts and with their keys, give grants and take them back.

import Engine
import JSON
import Proofs

extension World {
    func doors(of host: Int) -> Doors {
        guard let rules = hosts[host].rules else { return bareDoors }
        return bareDoors.under(rules.rulebook)
    }

    /// A host reads the files as they are now.
    func hearOfRules(_ host: Int) {
        guard let latestRules else { return }
        hosts[host].rules = latestRules
        checker.inForce[hosts[host].owner] = latestRules
    }

    func changeRules() {
        guard latestRules != nil else { return }
        if chance.percent(50) {
            rulesMade += 1
            latestRules = WorldRules(&rulesChance, baseRules, version: rulesMade)
            note("the rules are changed")
        }
        for host in actingHosts where chance.percent(50) { hearOfRules(host) }
    }

    /// Somebody's word on an approval.
    func say(_ approval: Approval, of call: Call, _ host: Int) {
        let isYes = isHealing || !chance.percent(climate.denial)
        let isBack = !isHealing && latestRules != nil && chance.percent(15)
        let said: ApprovalDecision = isBack
            ? .withdraw() : isYes ? .approve() : .deny(reason: "no")
        let decider = decider(approval, isBack ? .withdraw : isYes ? .approve : .deny)
        note("\(decider) says \(said) to \(call.id)")
        _ = door(host) { [doors = doors(of: host)] (journal, moment) throws(DoorError) in
            try doors.decide(approval.id, said, by: decider, in: journal, moment)
        }
    }

    private func decider(_ approval: Approval, _ word: DecisionWord) -> Decider {
        guard latestRules != nil, !approval.isConfirmation || chance.percent(10) else {
            return .account(isHealing || !chance.percent(5) ? "ana" : "eve")
        }
        guard chance.percent(25), let key = chance.pick(WorldRules.keys) else {
            return .account(chance.pick(WorldRules.accounts) ?? "")
        }
        let note = DecisionNote(
            approval: approval.id, action: approval.action, word: word, at: clock.now)
        return .signed(key.publicKey, key.sign(note.signedBytes), at: clock.now)
    }

    func grantOne() {
        guard let rules = latestRules, let host = chance.pick(actingHosts) else { return }
        if chance.percent(30) { return revokeOne(host) }
        let tools = toolbox.tools.filter {
            $0.delivery.isWrite && $0.reversibility != .irreversible
        }
        guard let tool = chance.pick(tools) else { return }
        let template = GrantTerms.Template(
            tool: tool.name, profile: "desk", person: nil, arguments: true,
            count: 1 + chance.below(4), sum: nil, standsMs: chance.within(5_000...120_000))
        let lines = rules.lines.filter { $0.tool == nil || $0.tool == tool.name }
        let request = GrantRequest(
            .templated(template, tool, demands: rules.demands(of: lines, tool.name)),
            reason: "a busy day", by: "eve")
        note("eve asks for a grant of \(tool.name)")
        let passage = door(host) { [doors = doors(of: host)] (journal, moment)
            throws(DoorError) in
            try doors.request(request, in: journal, moment)
        }
        guard case .done(let view) = passage else { return }
        checker.grantCounts[view.call.id] = template.count
    }

    private func revokeOne(_ host: Int) {
        guard let grant = chance.pick(checker.allCalls.filter { $0.grant != nil }) else { return }
        note("ana takes \(grant.id) back")
        _ = door(host) { [doors = doors(of: host)] (journal, moment) throws(DoorError) in
            try doors.revoke(grant.id, reason: "enough", by: "ana", in: journal, moment)
        }
    }
}
