// Asking for grants, taking them back, and applying a batch: each in one transaction.

import JSON
import JSONSchema
import Proofs

/// A grant that somebody asks for.
package struct GrantRequest: Sendable {
    package enum Wish: Sendable {
        case templated(GrantTerms.Template, Tool, demands: [ApprovalRule])
        case batch([ApprovalID])
    }
    package let wish: Wish
    package let reason: String
    /// The account of whoever asks: they do not approve it too.
    package let account: String

    /// - Parameter wish: for a template with the tool as it is, and with everybody whom any rule
    ///   that might hold such a call asks.
    package init(_ wish: Wish, reason: String, by account: String) {
        self.wish = wish
        self.reason = reason
        self.account = account
    }
}

extension Doors {
    /// Asks for a grant; the answer is a held call like any.
    package func request(
        _ request: GrantRequest, in journal: any JournalTransaction, _ moment: Moment
    ) throws(DoorError) -> CallView {
        var drafts = Drafts(moment.entropy)
        let purpose = try rejecting { () throws(Rejection) in
            try drafts.callerText(.purpose, request.reason)
        }
        let (terms, scope, demands) = try terms(of: request, in: journal)
        let canonical = try rejecting { () throws(Rejection) in
            try terms.json.canonicalArguments()
        }
        let actor = Actor(.person, request.account)
        let opened = RunOpened(
            caller: .granting(request.account), isSingle: true, pins: [], intent: nil,
            purpose: purpose, intentID: nil)
        let id = RunID.mint(now: moment.now, entropy: &drafts.entropy)
        var editor = RunEditor(opening: opened, as: id, by: actor, at: moment.now)
        let arguments = drafts.payload(.arguments, canonical: canonical)
        let accepted = CallAccepted(
            call: CallID(firstOf: id), tool: .grant, manifest: .grant, delivery: .natural,
            reversibility: .reversible, timeoutMs: 1, key: nil, environment: "",
            traceparent: nil, arguments: arguments, origin: .grant(scope))
        let asked = ApprovalRequested(
            demands: demands, for: .grant, .grant, arguments, of: editor.run,
            by: rulebook?.policy.digest, &drafts.entropy, moment.now)
        try rejecting { () throws(Rejection) in
            try editor.perform(
                .accept(NewCall(accepted: accepted, ruled: .hold(nil, asked))), by: actor,
                at: moment.now)
        }
        return try faulting { () throws(JournalFault) in
            try editor.save(drafts, in: journal, at: moment.now)
            guard let call = editor.run[accepted.call] else {
                preconditionFailure("A grant's call is in its run.")
            }
            return try journal.view(of: call, in: editor.run)
        }
    }

    /// Takes a grant back: nothing more is started under it.
    package func revoke(
        _ grant: CallID, reason: String, by person: String,
        in journal: any JournalTransaction, _ moment: Moment
    ) throws(DoorError) -> CallView {
        let place = try faulting { () throws(JournalFault) in try journal.place(of: grant) }
        guard let place else { throw .rejected(.unknownGrant(grant.text)) }
        var drafts = Drafts(moment.entropy)
        let run = try faulting { () throws(JournalFault) in try journal.run(place.run) }
        guard let run, run[grant] != nil else { throw .rejected(.unknownGrant(grant.text)) }
        var editor = RunEditor(run)
        try rejecting { () throws(Rejection) in
            let why = try drafts.callerText(.reason, reason)
            try editor.perform(
                .revokeGrant(grant, by: person, reason: why), by: Actor(.person, person),
                at: moment.now)
        }
        return try faulting { () throws(JournalFault) in
            try editor.save(drafts, in: journal, at: moment.now)
            guard let call = editor.run[grant] else {
                preconditionFailure("A revoked grant is in its run.")
            }
            return try journal.view(of: call, in: editor.run)
        }
    }

    private func terms(
        of request: GrantRequest, in journal: any JournalTransaction
    ) throws(DoorError) -> (GrantTerms, GrantScope, [ApprovalRule]) {
        switch request.wish {
        case .templated(let template, let tool, let demands):
            try rejecting { () throws(Rejection) in
                try template.check(tool)
            }
            let standing = try faulting { () throws(JournalFault) in
                try journal.grants(of: template.tool).count
            }
            guard standing < Limits.grantsPerTool else {
                throw .rejected(
                    .grantUnusable(
                        "\(Limits.grantsPerTool) grants of \(template.tool) stand; revoke some"))
            }
            let scope = GrantScope(tool: template.tool, standsMs: template.standsMs)
            return (.templated(template), scope, try asked(demands))
        case .batch(let ids):
            guard (1...Limits.approvalsPerGrant).contains(ids.count), Set(ids).count == ids.count
            else {
                throw .rejected(
                    .grantUnusable(
                        "a batch names 1 to \(Limits.approvalsPerGrant) approvals, each once"))
            }
            var actions: [GrantTerms.HeldAction] = []
            var demands: [ApprovalRule] = []
            for id in ids {
                let approval = try pending(id, in: journal)
                actions.append(.init(approval: id, digest: approval.action))
                demands += approval.demands
            }
            // Each call has its own time to be executed, which begins with this yes.
            let standsMs = demands.map(\.executeWithinMs).max() ?? 0
            let scope = GrantScope(tool: nil, standsMs: standsMs)
            return (.batch(actions), scope, try asked(demands))
        }
    }

    private func pending(
        _ id: ApprovalID, in journal: any JournalTransaction
    ) throws(DoorError) -> Approval {
        let found = try faulting { () throws(JournalFault) -> Call? in
            guard let place = try journal.place(of: id) else { return nil }
            return try journal.run(place.run)?[place.call]
        }
        guard let call = found, let approval = call.approval, approval.id == id else {
            throw .rejected(.unknownApproval(id.text))
        }
        guard approval.state == .pending else {
            throw .rejected(.approvalIsOver(id, approval.state))
        }
        if case .grant = call.origin {
            throw .rejected(.grantUnusable("\(id) is a grant itself"))
        }
        return approval
    }

    // Everybody whom any of them asks, each demand once. Silence is never a yes to a grant.
    private func asked(_ demands: [ApprovalRule]) throws(DoorError) -> [ApprovalRule] {
        var asked: [ApprovalRule] = []
        for demand in demands.map(\.withoutSilence) where !asked.contains(demand) {
            asked.append(demand)
        }
        guard !asked.isEmpty else {
            throw .rejected(.grantUnusable("nothing asks anybody for a yes to such calls"))
        }
        guard asked.count <= Limits.demandsPerCall else {
            throw .rejected(
                .grantUnusable(
                    "more than \(Limits.demandsPerCall) different rules ask for a yes; ask for "
                        + "less at once"))
        }
        return asked
    }

    /// Says the yes of a batch to each call that it names and that still waits for exactly that.
    func applyBatch(
        _ grant: Call, in journal: any JournalTransaction, _ moment: Moment
    ) throws(JournalFault) {
        guard grant.grant != nil, case .batch(let actions)? = try journal.terms(of: grant) else {
            return
        }
        var entropy = moment.entropy
        for action in actions {
            guard let place = try journal.place(of: action.approval),
                let run = try journal.run(place.run), let call = run[place.call],
                let approval = call.approval, approval.id == action.approval,
                approval.action == action.digest, approval.state == .pending
            else { continue }
            var editor = RunEditor(run)
            var facts = Facts()
            facts.directory = rulebook?.policy.directory ?? Directory()
            facts.grants[grant.id] = try journal.standingGrant(grant.id, moment.now)
            do {
                try editor.perform(
                    .decide(
                        call.id, approval.id, .approve(reason: nil), .grant(grant.id)), facts,
                    by: moment.host, at: moment.now)
            } catch {
                // Its clock has run out meanwhile: it is not approved.
                continue
            }
            try editor.save(
                Drafts(Entropy(seed: entropy.bytes(32))), in: journal, at: moment.now)
        }
    }
}

extension GrantTerms.Template {
    fileprivate func check(_ tool: Tool) throws(Rejection) {
        func refuse(_ why: String) throws(Rejection) -> Never { throw .grantUnusable(why) }
        if tool.reversibility == .irreversible {
            try refuse("\(tool.name) cannot be undone, and each call of it needs its own yes")
        }
        if !tool.delivery.isWrite { try refuse("\(tool.name) only reads") }
        guard (1...Limits.callsPerRun).contains(count) else {
            try refuse("count is 1 to \(Limits.callsPerRun)")
        }
        guard (1...Limits.longestGrantMs).contains(standsMs) else {
            try refuse("a grant stands for at most \(Limits.longestGrantMs / 86_400_000) days")
        }
        do {
            _ = try CompiledSchema(compiling: arguments)
        } catch {
            try refuse("its schema of arguments cannot be used: \(error.message)")
        }
    }
}

extension ApprovalRule {
    fileprivate var withoutSilence: ApprovalRule {
        ApprovalRule(
            name: name, stages: stages, decideWithinMs: decideWithinMs,
            executeWithinMs: executeWithinMs, remindAfterMs: remindAfterMs,
            escalateAfterMs: escalateAfterMs, escalateTo: escalateTo, onSilence: .deny)
    }
}

extension ToolName {
    /// What a grant's call is named; no manifest may have this name.
    package static let grant = ToolName("holdfast_grant")
}

extension ManifestDigest {
    package static let grant = ManifestDigest(Digest.sha256(Array("holdfast.grant.v1".utf8)))
}

extension Caller {
    /// Whoever asks for a grant is no agent: no profile has this name.
    package static func granting(_ account: String) -> Caller {
        Caller(profile: "(grants)", person: account, account: account)
    }
}
