// Who and how many are asked for a yes, in words and from the demands alone. Who has said it, and
// who still may, is written with the people.

package import Engine
import JSON

extension Approval {
    /// For example `2 of finance, and a confirmation by ana`.
    package func askedWords(_ caller: Caller) -> String {
        demands.askedWords(caller, isEscalated: isEscalated)
    }
}

extension [ApprovalRule] {
    func askedWords(_ caller: Caller, isEscalated: Bool = false) -> String {
        var asked: [[AskedStage]] = []
        for rule in self {
            let stages = rule.stages.map { AskedStage($0, rule, caller, isEscalated) }
            // One yes counts for every rule, so that the greater number holds the smaller.
            if asked.contains(where: { $0.cover(stages) }) { continue }
            asked.removeAll { stages.cover($0) }
            asked.append(stages)
        }
        return asked.map { $0.map(\.words).joined(separator: ", then ") }
            .joined(separator: ", and ")
    }
}

extension ApprovalEntry {
    /// Whose turn comes after that of those who are needed now.
    var neededLater: [String] {
        approval.demands.flatMap { rule -> [String] in
            guard let open = needed.first(where: { $0.open.rule == rule.name })?.open else {
                return []
            }
            return rule.stages.dropFirst(open.index + 1).map {
                "then " + AskedStage($0, rule, caller, approval.isEscalated).words
            }
        }
    }
}

private struct AskedStage {
    let who: String
    /// Nil for a confirmation.
    let count: Int?

    init(_ stage: Stage, _ rule: ApprovalRule, _ caller: Caller, _ isEscalated: Bool) {
        switch stage.by {
        case .requester:
            let (person, account) = (caller.person, caller.account)
            let names = person.isSameText(as: account) ? [person] : [person, account]
            who = names.map(\.shownInLine).joined(separator: " or ")
            count = nil
        case .named(let names):
            let all = names + (isEscalated ? rule.escalateTo : [])
            who = all.map(\.shownInLine).joined(separator: " or ")
            count = stage.count
        }
    }

    var words: String { count.map { "\($0) of \(who)" } ?? "a confirmation by \(who)" }
}

extension [AskedStage] {
    fileprivate func cover(_ others: [AskedStage]) -> Bool {
        count == others.count
            && zip(self, others).allSatisfy { own, other in
                guard own.who == other.who else { return false }
                switch (own.count, other.count) {
                case (let own?, let other?): return own >= other
                case (nil, nil): return true
                case (nil, _), (_, nil): return false
                }
            }
    }
}
