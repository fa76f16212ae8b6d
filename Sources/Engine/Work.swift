// What the engine hands out to be done, read from the state that a claim has left: nothing is
// remembered in between, so that recovery is the ordinary path.

import JSON

extension JournalLookup {
    /// What `owner` has claimed of the call since it was `former`; nil where nothing.
    func work(
        of call: Call, formerly former: Call?, in run: Run, claimedBy owner: OwnerID,
        arguments: JSONObject? = nil
    ) throws(JournalFault) -> Work? {
        // What the caller has at hand is not read again.
        func needed() throws(JournalFault) -> JSONObject {
            if let arguments { return arguments }
            return try stored(call.arguments, of: call.id)
        }
        switch call.phase {
        case .running(owner, _) where call.attempts != former?.attempts ?? 0:
            return .attempt(
                Attempt(
                    basis: run, call: call.id, number: call.attempts, purpose: call.purpose,
                    owner: owner, tool: call.tool, manifest: call.manifest,
                    delivery: call.delivery,
                    arguments: try needed(),
                    timeoutMs: call.timeoutMs, approval: try decision(on: call.approval)))
        case .verifying(let probing)
        where probing.owner == owner && call.probes != former?.probes ?? 0:
            return .probe(
                Probe(
                    basis: run, call: call.id, number: probing.number,
                    purpose: probing.purpose, owner: owner, tool: call.tool,
                    manifest: call.manifest,
                    arguments: try needed(),
                    result: try achieved(by: call)))
        case .held, .ready, .running, .waiting, .unknown, .verifying, .confirming, .succeeded,
            .failed, .denied, .cancelled, .shadow, .compensating, .compensated, .needsAttention:
            return nil
        }
    }

    /// The undo that is next in a run that is being aborted, where it is for `environments`.
    func undo(in run: Run, for environments: [String]) throws(JournalFault) -> Work? {
        guard let call = run.nextUndo, let tool = call.followUps.undo,
            environments.contains(call.environment)
        else { return nil }
        return .undo(
            Undo(
                basis: run, call: call.id, tool: call.tool, manifest: call.manifest,
                undoTool: tool, arguments: try value(call.arguments)?.objectValue ?? [:],
                result: try achieved(by: call)))
    }

    private func achieved(by call: Call) throws(JournalFault) -> JSONValue? {
        guard let achieved = call.achieved, achieved.withheld != .tooLarge else { return nil }
        return try value(achieved.result)
    }

    private func stored(
        _ reference: PayloadRef, of call: CallID
    ) throws(JournalFault) -> JSONObject {
        guard let object = try value(reference)?.objectValue else {
            throw JournalFault(
                .corrupt, "The arguments of \(call) are gone although it has not ended.")
        }
        return object
    }

    /// The decision as `none` and mappings see it: `{decision, by, reason, at}`.
    private func decision(on approval: Approval?) throws(JournalFault) -> JSONValue? {
        guard let approval, let by = approval.decidedBy, let at = approval.decidedAt else {
            return nil
        }
        return [
            "decision": "approved", "by": .string(by),
            "reason": try text(approval.reason).map { .string($0) } ?? .null,
            "at": .string(at.description),
        ]
    }
}

extension Work {
    /// The same with the run as it was saved.
    func resting(on run: Run) -> Work {
        switch self {
        case .attempt(var attempt):
            attempt.basis = run
            return .attempt(attempt)
        case .probe(var probe):
            probe.basis = run
            return .probe(probe)
        case .undo(var undo):
            undo.basis = run
            return .undo(undo)
        }
    }

    package var run: RunID {
        switch self {
        case .attempt(let attempt): attempt.run
        case .probe(let probe): probe.run
        case .undo(let undo): undo.run
        }
    }

    package var call: CallID {
        switch self {
        case .attempt(let attempt): attempt.call
        case .probe(let probe): probe.call
        case .undo(let undo): undo.call
        }
    }
}
