// Whose yes the undo of a call takes. A host may undo because a manifest names how; what cannot be
// undone itself is held like any call, by whomever the rules ask.

import JSON

extension Doors {
    /// Everybody who must say yes to an undo that is about to be accepted; empty where nobody must.
    func demands(
        ofUndo accepted: CallAccepted, _ own: ApprovalRule?, _ arguments: JSONObject,
        in run: Run, _ now: Instant
    ) throws(Rejection) -> [ApprovalRule] {
        guard accepted.reversibility == .irreversible else { return own.map { [$0] } ?? [] }
        guard let policy = rulebook?.policy, !policy.rules.isEmpty else {
            return [own ?? .irreversibleUndo]
        }
        let ruling = policy.ruling(
            on: PolicySubject(
                tool: accepted.tool, delivery: accepted.delivery,
                reversibility: accepted.reversibility, approval: own, mode: .full,
                labels: accepted.labels, arguments: arguments, caller: run.caller,
                isByPerson: true, run: RunSoFar(run, without: accepted.call, and: []), now: now))
        switch ruling.outcome {
        case .hold(let demands): return demands
        case .deny(let reason):
            // That no rule holds it is no rule against it: the requester is asked.
            guard ruling.rules == [Policy.byIrreversibility] || ruling.rules == [Policy.byMode]
            else { throw .undoNotAllowed(accepted.tool, reason) }
            return [own ?? .irreversibleUndo]
        case .shadow, .allow: return [own ?? .irreversibleUndo]
        }
    }

    /// The same of an undo that is about to start, by the rules as they are now.
    func demands(
        of call: Call, in run: Run, _ journal: any JournalTransaction, _ now: Instant
    ) throws(JournalFault) -> [ApprovalRule] {
        guard let approval = call.approval else { return [] }
        guard call.reversibility == .irreversible,
            let arguments = try journal.value(call.arguments)?.objectValue
        else { return approval.demands }
        let own = rulebook?.tools[call.tool]?.approval
        do {
            return try demands(
                ofUndo: CallAccepted(of: call), own, arguments, in: run, now)
        } catch {
            // A rule forbids it now: nobody's yes is enough, and it ends as undone by nobody.
            return approval.demands + [.nobody]
        }
    }
}

extension ApprovalRule {
    /// Holds an irreversible undo that neither its manifest nor a rule holds.
    static let irreversibleUndo = ApprovalRule.confirmation(name: "irreversible")
    /// Nobody can meet it.
    fileprivate static let nobody = ApprovalRule(
        name: "forbidden", stages: [Stage(by: .named([]), count: 1)])
}

extension CallAccepted {
    /// What a policy looks at of a call that was accepted before.
    fileprivate init(of call: Call) {
        self.init(
            call: call.id, tool: call.tool, manifest: call.manifest, delivery: call.delivery,
            reversibility: call.reversibility, timeoutMs: call.timeoutMs, key: call.key,
            environment: call.environment, traceparent: nil, arguments: call.arguments,
            origin: call.origin, labels: call.labels)
    }
}
