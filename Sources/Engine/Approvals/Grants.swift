// Grants: a yes given beforehand, to calls of one tool with arguments of one shape, so many times
// and so much in sum; or to a list of held calls at once. A grant is asked for, approved, recorded
// and revoked like any call, and is never sent anywhere. Here: which grants there are, and which
// one covers a call.

import JSON
import JSONSchema
import Proofs

/// What the record says of a grant besides its terms.
package struct GrantScope: Hashable, Sendable {
    /// Nil for a batch: it is spent the moment it is given.
    package let tool: ToolName?
    package let standsMs: Int64

    package init(tool: ToolName?, standsMs: Int64) {
        self.tool = tool
        self.standsMs = standsMs
    }
}

/// How much of a templated grant is left.
package struct GrantLeft: Hashable, Sendable {
    package let count: Int
    /// Nil where the grant has no sum.
    package let sum: Amount?
}

extension JournalLookup {
    /// The grants that what was said of a call rests on, as they stand.
    package func grants(
        under call: Call, _ now: Instant
    ) throws(JournalFault) -> [CallID: StandingGrant] {
        var grants: [CallID: StandingGrant] = [:]
        for decision in call.approval?.decisions ?? [] {
            guard case .grant(let id) = decision.identity else { continue }
            grants[id] = try standingGrant(id, now)
        }
        return grants
    }

    func standingGrant(_ id: CallID, _ now: Instant) throws(JournalFault) -> StandingGrant? {
        guard let place = try place(of: id), let call = try run(place.run)?[id],
            let grant = call.grant, let approval = call.approval
        else { return nil }
        return StandingGrant(
            approval: approval, isStanding: grant.revoked == nil && now < grant.until)
    }

    /// The templated grants of a tool that were given and not taken back, oldest first.
    package func grants(of tool: ToolName) throws(JournalFault) -> [CallID] {
        guard let bytes = try key(Index.grants(tool)) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: " ")
            .compactMap { CallID(String($0)) }
    }

    /// What a grant allows; nil where that has been erased.
    package func terms(of grant: Call) throws(JournalFault) -> GrantTerms? {
        guard let value = try value(grant.arguments) else { return nil }
        do {
            return try GrantTerms(reading: value)
        } catch {
            throw JournalFault(
                .corrupt, "The terms of \(grant.id) cannot be read.", cause: error.message)
        }
    }

    /// The grant, where it stands and has room for such a call.
    fileprivate func grant(
        _ id: CallID, thatCovers arguments: JSONObject, of caller: Caller, _ now: Instant
    ) throws(JournalFault) -> StandingGrant? {
        guard let standing = try standingGrant(id, now), standing.isStanding,
            let place = try place(of: id), let call = try run(place.run)?[id],
            case .templated(let template)? = try terms(of: call),
            template.admits(arguments, of: caller)
        else { return nil }
        let left = try left(of: id, template)
        guard left.count > 0 else { return nil }
        guard let sum = template.sum else { return standing }
        guard let amount = sum.amount(of: arguments), let rest = left.sum, amount <= rest else {
            return nil
        }
        return standing
    }

    func use(of grant: CallID) throws(JournalFault) -> GrantUse {
        guard let bytes = try key(Index.grantUse(grant)) else { return GrantUse() }
        return try GrantUse(reading: bytes)
    }

    package func left(
        of grant: CallID, _ template: GrantTerms.Template
    ) throws(JournalFault) -> GrantLeft {
        let used = try use(of: grant)
        return GrantLeft(
            count: max(0, template.count - used.count),
            sum: template.sum.map { Amount(micros: max(0, $0.max.micros - used.sum.micros)) })
    }
}

extension Doors {
    /// What deciding about a new call takes besides what every call takes.
    func gather(
        about new: NewCall, _ request: SubmitRequest, _ facts: inout Facts,
        in journal: any JournalTransaction, _ caller: Caller, _ now: Instant
    ) throws(JournalFault) {
        facts.ruled = new.ruled
        guard let rulebook, case .hold(_, let asked) = new.ruled else { return }
        facts.directory = rulebook.policy.directory
        try cover(new, asked, request.arguments, &facts, in: journal, caller, now)
        guard facts.covering == nil else { return }
        facts.askAgainAt = try journal.denials(of: new.accepted.tool, for: caller)
            .askAgainAt(now)
    }

    // The oldest grant that covers it: what was given first is used up first.
    private func cover(
        _ new: NewCall, _ asked: ApprovalRequested, _ arguments: JSONObject,
        _ facts: inout Facts, in journal: any JournalTransaction, _ caller: Caller,
        _ now: Instant
    ) throws(JournalFault) {
        let accepted = new.accepted
        guard accepted.delivery.isWrite, accepted.reversibility != .irreversible else { return }
        for id in try journal.grants(of: accepted.tool) {
            do throws(JournalFault) {
                guard let standing = try journal.grant(id, thatCovers: arguments, of: caller, now)
                else { continue }
                let jury = Jury(
                    directory: facts.directory, caller: caller,
                    isReversible: accepted.reversibility == .reversible, grants: [id: standing])
                guard jury.isCompleteUnder(id, asked) else { continue }
                facts.covering = id
                facts.grants[id] = standing
                return
            } catch where error.code.concernsOneRun {
                // A damaged grant covers nothing: people are asked.
                continue
            }
        }
    }
}

extension GrantTerms.Template {
    func admits(_ call: JSONObject, of caller: Caller) -> Bool {
        guard profile.isSame(as: caller.profile),
            person.map({ $0.isSame(as: caller.person) }) ?? true
        else { return false }
        do {
            return try CompiledSchema(compiling: arguments).verdict(on: .object(call)) == true
        } catch {
            // It could be compiled when it was asked for; what cannot be judged covers nothing.
            return false
        }
    }
}

extension Jury {
    /// Whether those who gave a grant are those whom a call asks.
    fileprivate func isCompleteUnder(_ grant: CallID, _ asked: ApprovalRequested) -> Bool {
        let decision = Decision(
            word: .approve, by: "grant \(grant)", identity: .grant(grant), reason: nil,
            at: asked.decideBy)
        let approval = Approval(
            id: asked.approval, demands: asked.demands, action: asked.action,
            askedAt: asked.decideBy, decideBy: asked.decideBy,
            executeWithinMs: asked.executeWithinMs, because: nil, policy: nil, state: .pending,
            decisions: [decision])
        return isComplete(asked.demands, in: approval)
    }
}

extension Call {
    /// The grant that it uses up a part of; nil where none, or where it came to nothing.
    var usedGrant: CallID? {
        guard keepsGrant, let approval else { return nil }
        switch approval.state {
        case .approved, .spent: break
        case .pending, .denied, .expired, .withdrawn: return nil
        }
        for yes in approval.standingYeses {
            if case .grant(let id) = yes.identity { return id }
        }
        return nil
    }

    var keepsGrant: Bool {
        switch phase {
        case .failed, .denied, .cancelled, .shadow: false
        case .held, .ready, .running, .waiting, .unknown, .verifying, .confirming, .succeeded,
            .compensating, .compensated, .needsAttention:
            true
        }
    }
}

extension RunEditor {
    /// What follows for grants from a call's new state. An outcome is recorded even where what a
    /// grant was used for cannot be read: it is left as it is, and covers nothing more.
    func saveGrants(
        of call: Call, _ former: Call?, in journal: any JournalTransaction, at now: Instant
    ) throws(JournalFault) {
        do throws(JournalFault) {
            try saveWhatStands(of: call, former, in: journal, at: now)
            try saveUse(of: call, former, in: journal)
        } catch where error.code.concernsOneRun {
            return
        }
    }

    private func saveWhatStands(
        of call: Call, _ former: Call?, in journal: any JournalTransaction, at now: Instant
    ) throws(JournalFault) {
        if case .grant(let scope) = call.origin, let tool = scope.tool,
            call.grant != former?.grant
        {
            var ids = try journal.grants(of: tool).filter { $0 != call.id }
            for id in ids where try journal.standingGrant(id, now)?.isStanding != true {
                ids.removeAll { $0 == id }
            }
            if call.grant?.revoked == nil { ids.append(call.id) }
            let text = ids.map(\.text).joined(separator: " ")
            try journal.setKey(Index.grants(tool), to: ids.isEmpty ? nil : Array(text.utf8))
        }
    }

    private func saveUse(
        of call: Call, _ former: Call?, in journal: any JournalTransaction
    ) throws(JournalFault) {
        guard call.usedGrant != former?.usedGrant else { return }
        if let id = former?.usedGrant {
            var use = try journal.use(of: id)
            use.remove(call.id)
            try journal.setKey(Index.grantUse(id), to: use.bytes)
        }
        if let id = call.usedGrant {
            var use = try journal.use(of: id)
            use.add(call.id, try amount(of: call, under: id, in: journal))
            try journal.setKey(Index.grantUse(id), to: use.bytes)
        }
    }

    private func amount(
        of call: Call, under id: CallID, in journal: any JournalTransaction
    ) throws(JournalFault) -> Amount {
        guard let place = try journal.place(of: id), let grant = try journal.run(place.run)?[id],
            case .templated(let template)? = try journal.terms(of: grant),
            let sum = template.sum
        else { return .zero }
        // What cannot be read any more may have been as much as is left.
        guard let arguments = try journal.value(call.arguments)?.objectValue,
            let amount = sum.amount(of: arguments)
        else { return sum.max }
        return amount
    }
}
