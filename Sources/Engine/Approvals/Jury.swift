// Whose yes counts, and whether enough have said it: arithmetic over what was asked, what was said
// and who the people are now. The same for whoever decides and, again, for whoever executes.

import Proofs

/// What judging an approval depends on beyond the approval itself.
package struct Jury: Hashable, Sendable {
    package var directory: Directory
    package var caller: Caller
    package var isReversible: Bool
    /// The grants that decisions rest on, as they stand now.
    package var grants: [CallID: StandingGrant]

    package init(
        directory: Directory, caller: Caller, isReversible: Bool,
        grants: [CallID: StandingGrant] = [:]
    ) {
        self.directory = directory
        self.caller = caller
        self.isReversible = isReversible
        self.grants = grants
    }
}

/// A grant with what was said when it was given.
package struct StandingGrant: Hashable, Sendable {
    package let approval: Approval
    /// Neither revoked nor over.
    package let isStanding: Bool
}

/// A stage that is not done: who is asked now, and how many of them are missing.
package struct OpenStage: Hashable, Sendable {
    package let rule: String
    /// Counted from zero.
    package let index: Int
    package let stage: Stage
    /// Roles and names of those who may answer besides.
    package let escalatedTo: [String]
    package let missing: Int
}

extension Jury {
    /// What is still missing of `demands`; empty where a yes is complete.
    package func open(_ demands: [ApprovalRule], in approval: Approval) -> [OpenStage] {
        let yeses = testimony(of: approval)
        return demands.compactMap { openStage(of: $0, yeses, in: approval) }
    }

    /// Whether every stage of every demand is met by people who may say so now.
    package func isComplete(_ demands: [ApprovalRule], in approval: Approval) -> Bool {
        open(demands, in: approval).isEmpty
    }

    /// Whether `person` might say yes to any stage of `demands`, be it its turn or not.
    func hasSay(_ person: Person, _ demands: [ApprovalRule], isEscalated: Bool) -> Bool {
        demands.contains { demand in
            let also = isEscalated ? demand.escalateTo : []
            return demand.stages.contains { admits(person, to: $0, also) }
        }
    }

    func admits(_ person: Person, to stage: Stage, _ alsoAsked: [String]) -> Bool {
        switch stage.by {
        case .requester: return person.isRequester
        case .named(let names):
            guard let approver = person.approver, !approver.isBehind(caller),
                !person.isRequester
            else { return false }
            return (names + alsoAsked).contains { approver.answers(to: $0) }
        }
    }

    /// Who it is that an identity stands for, by what is known now.
    func person(_ identity: Identity) -> Person? {
        switch identity {
        case .account(let account):
            let approver = directory.approver(account: account)
            return Person(
                name: approver?.name ?? account, approver: approver,
                isRequester: account.isSame(as: caller.person)
                    || account.isSame(as: caller.account))
        case .key(let key, _, _):
            guard let approver = directory.approver(key: key) else { return nil }
            return Person(name: approver.name, approver: approver, isRequester: false)
        case .client(let person):
            return Person(
                name: person, approver: nil, isRequester: person.isSame(as: caller.person))
        case .silence, .grant: return nil
        }
    }

    private func openStage(
        of demand: ApprovalRule, _ yeses: [Testimony], in approval: Approval
    ) -> OpenStage? {
        // Silence answers those who were asked, in the time that they were given: nobody else.
        let mayBeSilent = demand.onSilence == .approve && isReversible
            && approval.demands.contains(demand)
        if mayBeSilent, yeses.contains(where: \.isSilence) { return nil }
        let also = approval.isEscalated ? demand.escalateTo : []
        var index = 0
        var counted: [String] = []
        var inStage = 0
        // Each yes counts for the stage that was open when it was given, and each person once.
        for yes in yeses {
            guard index < demand.stages.count else { break }
            guard let person = yes.person, !counted.contains(where: person.name.isSame),
                admits(person, to: demand.stages[index], also)
            else { continue }
            counted.append(person.name)
            inStage += 1
            if inStage == demand.stages[index].count {
                index += 1
                inStage = 0
            }
        }
        guard index < demand.stages.count else { return nil }
        return OpenStage(
            rule: demand.name, index: index, stage: demand.stages[index], escalatedTo: also,
            missing: demand.stages[index].count - inStage)
    }

    private struct Testimony {
        let person: Person?
        var isSilence = false
    }

    // Every yes by somebody, those that a grant rests on in its place.
    private func testimony(of approval: Approval) -> [Testimony] {
        approval.standingYeses.flatMap { decision -> [Testimony] in
            switch decision.identity {
            case .silence: return [Testimony(person: nil, isSilence: true)]
            case .grant(let id):
                guard let grant = grants[id], grant.isStanding else { return [] }
                return grant.approval.standingYeses.compactMap { yes in
                    heard(yes, of: grant.approval)
                }
            case .account, .key, .client: return heard(decision, of: approval).map { [$0] } ?? []
            }
        }
    }

    // A signature is proved again each time: what lies in a journal could have been put there.
    private func heard(_ decision: Decision, of approval: Approval) -> Testimony? {
        if case .key(let key, let signature, let at) = decision.identity {
            let note = DecisionNote(
                approval: approval.id, action: approval.action, word: decision.word, at: at)
            guard key.isSignature(signature, of: note.signedBytes) else { return nil }
        }
        return person(decision.identity).map { Testimony(person: $0) }
    }
}

/// Somebody who decides, as a jury knows them.
struct Person: Hashable {
    let name: String
    /// Nil for whoever is no approver.
    let approver: Approver?
    /// Whether it is the person the agent works for, or the account its host runs under.
    let isRequester: Bool
}
