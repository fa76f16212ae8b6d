// Putting calls to the policy in force, inside the transaction that acts on the answer.

import JSON
import Proofs

extension Doors {
    /// What the policy says of a call that is about to be accepted.
    func ruled(
        _ request: SubmitRequest, _ accepted: CallAccepted, in run: Run,
        _ drafts: inout Drafts, _ now: Instant
    ) -> Ruled {
        let tool = request.tool
        func hold(_ demands: [ApprovalRule], _ note: RulingNote?) -> Ruled {
            .hold(
                note,
                ApprovalRequested(
                    demands: demands, for: tool.name, tool.manifest, accepted.arguments, of: run,
                    by: note?.policy, &drafts.entropy, now))
        }
        guard let policy = rulebook?.policy else {
            return tool.approval.map { hold([$0], nil) } ?? .allow(nil)
        }
        let ruling = policy.ruling(
            on: PolicySubject(
                tool: tool.name, delivery: tool.delivery, reversibility: tool.reversibility,
                approval: tool.approval, mode: tool.mode, labels: tool.labels,
                arguments: request.arguments, caller: run.caller,
                isByPerson: request.isByPerson,
                run: RunSoFar(run, without: nil, and: request.sessionTaint), now: now))
        let note = RulingNote(ruling)
        switch ruling.outcome {
        case .allow: return .allow(note)
        case .hold(let demands): return hold(demands, note)
        case .shadow:
            return .shadow(note, preview: preview(request, &drafts))
        case .deny(let reason): return .deny(note, reason: drafts.text(.reason, reason))
        }
    }

    /// Puts a call whose time has come to the policy as it is now.
    func judge(
        _ call: Call, in run: Run, _ facts: inout Facts, _ drafts: inout Drafts,
        _ journal: any JournalTransaction, _ now: Instant
    ) throws(JournalFault) {
        guard let rulebook, !run.caller.isNotices else { return }
        facts.directory = rulebook.policy.directory
        facts.grants = try journal.grants(under: call, now)
        func hold(_ demands: [ApprovalRule], _ note: RulingNote?) -> Ruled {
            .hold(
                note,
                ApprovalRequested(
                    demands: demands, for: call.tool, call.manifest, call.arguments, of: run,
                    by: note?.policy, &drafts.entropy, now))
        }
        switch call.origin {
        case .grant: return
        case .undo:
            // Allowed because a manifest names it; a yes that it took must still be one.
            let demands = try demands(of: call, in: run, journal, now)
            facts.ruled = demands.isEmpty ? nil : hold(demands, nil)
            return
        case .agent: break
        }
        let ruling = try ruling(on: call, in: run, rulebook, journal, now)
        let note = RulingNote(ruling)
        switch ruling.outcome {
        case .allow: facts.ruled = .allow(note)
        case .hold(let demands): facts.ruled = hold(demands, note)
        case .shadow: facts.ruled = .shadow(note, preview: nil)
        case .deny(let reason):
            facts.ruled = .deny(note, reason: drafts.text(.reason, reason))
        }
    }

    private func ruling(
        on call: Call, in run: Run, _ rulebook: Rulebook, _ journal: any JournalTransaction,
        _ now: Instant
    ) throws(JournalFault) -> Ruling {
        // Where there is nothing to weigh, nothing is read.
        let arguments = rulebook.policy.rules.isEmpty
            ? [:] : try journal.value(call.arguments)?.objectValue
        let tool = rulebook.tools[call.tool]
        // Of a tool whose manifest cannot be read now, what it asked before still stands.
        let own = tool == nil
            ? call.approval?.demands.first { $0.name == ApprovalRule.manifest } : tool?.approval
        return rulebook.policy.ruling(
            on: PolicySubject(
                tool: call.tool, delivery: call.delivery, reversibility: call.reversibility,
                approval: own, mode: tool?.mode ?? .full, labels: call.labels,
                arguments: arguments, caller: run.caller, isByPerson: call.isByPerson,
                run: RunSoFar(run, without: call.id, and: call.taint), now: now))
    }

    private func preview(_ request: SubmitRequest, _ drafts: inout Drafts) -> PayloadRef? {
        guard let preview = request.preview else { return nil }
        return drafts.result(preview, request.argumentsClass, malformed: false, as: .preview).0
    }
}

extension RunSoFar {
    /// What `run` has done besides the call `without`.
    package init(_ run: Run, without call: CallID?, and taint: [Label]) {
        self.init()
        var counts: [ToolName: Int] = [:]
        for other in run.calls where other.id != call && !other.isUndo {
            switch other.phase {
            case .failed: failed += 1
            case .denied: denied += 1
            case .cancelled, .shadow: break
            case .held, .ready, .running, .waiting, .unknown, .verifying, .confirming,
                .succeeded, .compensating, .compensated, .needsAttention:
                calls += 1
                if other.delivery.isWrite { writes += 1 }
                counts[other.tool, default: 0] += 1
            }
        }
        tools = counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        self.taint = Set(run.taint(without: call) + taint).sorted()
    }
}

extension Run {
    /// What its calls have touched, in the words of their manifests; sorted.
    package var taint: [Label] { taint(without: nil) }

    func taint(without call: CallID?) -> [Label] {
        var labels: Set<Label> = []
        for other in calls where other.id != call && other.attempts > 0 {
            labels.formUnion(other.labels.all)
        }
        return labels.sorted()
    }
}

extension ApprovalRequested {
    /// A request for a yes to exactly these arguments.
    init(
        demands: [ApprovalRule], for tool: ToolName, _ manifest: ManifestDigest,
        _ arguments: PayloadRef, of run: Run, by policy: Digest?, _ entropy: inout Entropy,
        _ now: Instant
    ) {
        precondition(!demands.isEmpty, "Somebody is asked.")
        let decideWithinMs = demands.map(\.decideWithinMs).min() ?? 0
        let executeWithinMs = demands.map(\.executeWithinMs).min() ?? 0
        self.init(
            approval: ApprovalID.mint(now: now, entropy: &entropy),
            rule: demands.map(\.name).joined(separator: ", "),
            action: Action(
                tool: tool, manifest: manifest, arguments: arguments.commitment,
                caller: run.caller, run: run.id
            ).digest,
            decideBy: now + decideWithinMs, executeWithinMs: executeWithinMs, demands: demands,
            because: nil, policy: policy)
    }
}
