// Transaction 2: what came of an attempt is in the journal before anybody hears of it.

import JSON
import Proofs

/// An attempt's outcome with what the host found out about its result.
package struct AttemptReport: Sendable {
    package let attempt: Attempt
    package let outcome: AttemptOutcome
    package let resultClass: PayloadRef.Class
    /// Whether the result breaks the tool's output schema: kept, but not handed out.
    package let isMalformed: Bool

    package init(
        attempt: Attempt, outcome: AttemptOutcome, resultClass: PayloadRef.Class,
        isMalformed: Bool
    ) {
        self.attempt = attempt
        self.outcome = outcome
        self.resultClass = resultClass
        self.isMalformed = isMalformed
    }
}

extension Doors {
    /// Records the outcome and answers how the call stands now. Never turned down: an answer that
    /// comes too late is kept as evidence.
    package func record(
        _ report: AttemptReport, in journal: any JournalTransaction, _ moment: Moment
    ) throws(JournalFault) -> CallView {
        let attempt = report.attempt
        guard let run = try journal.run(attempt.run, known: attempt.basis),
            run[attempt.call] != nil
        else {
            throw JournalFault(
                .corrupt, "\(attempt.call) was attempted, but the journal does not know it.")
        }
        var drafts = Drafts(moment.entropy)
        var editor = RunEditor(run)
        let command = Command.report(
            attempt.call, attempt: attempt.number, owner: attempt.owner,
            report.committed(&drafts))
        performAlways(command, Facts(), &editor, by: moment.host, at: moment.now)
        let index = try editor.save(drafts, in: journal, at: moment.now)
        guard let call = editor.run[attempt.call] else {
            preconditionFailure("A reported call is in its run.")
        }
        return try journal.viewWithIndex(of: call, in: editor.run, savedAs: index)
    }

    /// Notes that the outcome's line was written to a caller; rides in any transaction.
    /// - Parameter known: the run as the caller of this door last saw it.
    /// - Returns: the run as it is then.
    @discardableResult
    package func delivered(
        _ call: CallID, in run: RunID, known: Run? = nil, _ journal: any JournalTransaction,
        _ moment: Moment
    ) throws(JournalFault) -> Run? {
        guard let found = try journal.run(run, known: known), found[call] != nil else {
            return nil
        }
        var editor = RunEditor(found)
        performAlways(.delivered(call), Facts(), &editor, by: moment.host, at: moment.now)
        try editor.save(Drafts(moment.entropy), in: journal, at: moment.now)
        return editor.run
    }

    /// For commands about a call that is known to be in the run: no rule turns them down.
    func performAlways(
        _ command: Command, _ facts: Facts, _ editor: inout RunEditor,
        by actor: Actor, at now: Instant
    ) {
        do {
            try editor.perform(command, facts, by: actor, at: now)
        } catch {
            preconditionFailure("No rule turns this command down: \(error.message)")
        }
    }
}

extension AttemptReport {
    fileprivate func committed(_ drafts: inout Drafts) -> Report {
        switch outcome {
        case .succeeded(let value):
            let (payload, withheld) = drafts.result(value, resultClass, malformed: isMalformed)
            return .succeeded(payload, withheld)
        case .succeededTooLarge(let byteCount):
            return .succeeded(drafts.tooLarge(byteCount, resultClass), .tooLarge)
        case .failed(let failure):
            let error = drafts.downstreamText(.error, failure.message, resultClass)
            return .failed(failure.kind, error)
        case .voided:
            let why = "It was withdrawn before it happened, and cannot happen any more."
            return .failed(.fatal, drafts.text(.error, why))
        case .unknown(let reason):
            return .unknown(drafts.downstreamText(.error, reason, resultClass))
        }
    }
}

extension JournalLookup {
    /// The attempt that `owner` has under way; nil where it has none.
    func attempt(
        of call: Call, in run: Run, claimedBy owner: OwnerID, arguments: JSONObject? = nil
    ) throws(JournalFault) -> Attempt? {
        guard case .running(owner, _) = call.phase else { return nil }
        var stored = arguments
        if stored == nil { stored = try value(call.arguments)?.objectValue }
        guard let stored else {
            throw JournalFault(
                .corrupt, "The arguments of \(call.id) are gone although it has not ended.")
        }
        return Attempt(
            basis: run, call: call.id, number: call.attempts, owner: owner, tool: call.tool,
            manifest: call.manifest, delivery: call.delivery, arguments: stored,
            timeoutMs: call.timeoutMs, approval: try decision(on: call.approval))
    }
}

extension JournalLookup {
    /// The decision as `none` and mappings see it: `{decision, by, reason, at}`.
    fileprivate func decision(on approval: Approval?) throws(JournalFault) -> JSONValue? {
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
