// Aborting runs: the order to abort, and the undo of one call after another, each a durable call of
// its own. Which call is next is the core's to say.

package import JSON
import Proofs

/// An order to abort a run.
package struct AbortOrder: Hashable, Sendable {
    package let cause: AbortCause
    package let by: String
    package let reason: String
    /// What cannot be settled or undone is left standing.
    package let isForced: Bool

    package init(cause: AbortCause, by: String, reason: String, isForced: Bool) {
        self.cause = cause
        self.by = by
        self.reason = reason
        self.isForced = isForced
    }
}

package struct Aborted: Sendable {
    package let run: Run
    package let next: Work?
}

/// An undo with what its host has found out: the tool, and what it is called with.
package struct UndoRequest: Sendable {
    package let undo: Undo
    package let tool: Tool
    /// Valid by the tool's input schema.
    package let arguments: JSONObject
    package let argumentsClass: PayloadRef.Class
    package let environment: String

    package init(
        undo: Undo, tool: Tool, arguments: JSONObject, argumentsClass: PayloadRef.Class,
        environment: String
    ) {
        self.undo = undo
        self.tool = tool
        self.arguments = arguments
        self.argumentsClass = argumentsClass
        self.environment = environment
    }
}

extension Doors {
    /// - Parameter caller: nil for an operator; an agent's own runs alone are found.
    /// - Parameter environments: whose undo the answer may hand out.
    package func abort(
        _ id: RunID, _ order: AbortOrder, for caller: Caller?, by actor: Actor,
        environments: [String], in journal: any JournalTransaction, _ moment: Moment
    ) throws(DoorError) -> Aborted {
        var drafts = Drafts(moment.entropy)
        let reason = try rejecting { () throws(Rejection) in
            try drafts.callerText(.reason, order.reason)
        }
        let run = try anyRun(id, for: caller, in: journal)
        // What an operator has stopped, only an operator undoes.
        if caller != nil, run.quarantine != nil { throw .rejected(.runQuarantined(id)) }
        var editor = RunEditor(run)
        try rejecting { () throws(Rejection) in
            try editor.perform(
                .abort(order.cause, by: order.by, isForced: order.isForced, reason: reason),
                by: actor, at: moment.now)
        }
        return try faulting { () throws(JournalFault) in
            let work = try journal.undo(in: editor.run, for: environments)
            try editor.save(drafts, in: journal, at: moment.now)
            return Aborted(run: editor.run, next: work?.resting(on: editor.run))
        }
    }

    /// Accepts the call that undoes another, and claims it. Where that has been done meanwhile, or
    /// something else is next, nothing happens.
    package func undo(
        _ request: UndoRequest, in journal: any JournalTransaction, _ moment: Moment
    ) throws(DoorError) -> Recorded {
        var drafts = Drafts(moment.entropy)
        let canonical = try rejecting { () throws(Rejection) in
            try request.arguments.canonicalArguments()
        }
        var editor = try editor(of: request.undo, in: journal)
        let id = CallID.mint(now: moment.now, entropy: &drafts.entropy)
        let new = try rejecting { () throws(Rejection) in
            try newCall(request, id, canonical, editor.run, &drafts, moment.now)
        }
        let isNew = try rejecting { () throws(Rejection) in
            try editor.perform(.accept(new), by: moment.host, at: moment.now)
        }
        return try faulting { () throws(JournalFault) in
            guard isNew, let call = editor.run[id] else {
                return try standing(of: request.undo, editor.run, in: journal)
            }
            let facts = try gather(about: call.tool, in: journal, chance: &drafts.entropy)
            let arguments = SubmitRequest.parsed(canonical)
            performAlways(
                .claim(id, owner: moment.owner, leaseUntil: moment.leaseUntil), facts, &editor,
                by: moment.host, at: moment.now)
            guard let claimed = editor.run[id] else {
                preconditionFailure("An accepted undo is in its run.")
            }
            try noteStart(of: claimed, formerly: 0, facts, in: journal, moment)
            let work = try journal.work(
                of: claimed, formerly: nil, in: editor.run, claimedBy: moment.owner,
                arguments: arguments)
            let index = try editor.save(drafts, in: journal, at: moment.now)
            return Recorded(
                view: try journal.viewWithIndex(of: claimed, in: editor.run, savedAs: index),
                next: work?.resting(on: editor.run))
        }
    }

    /// Notes that what undoes a call cannot be called: a person must look at it.
    package func undoImpossible(
        _ undo: Undo, reason: String, reasonClass: PayloadRef.Class = .plain,
        in journal: any JournalTransaction, _ moment: Moment
    ) throws(JournalFault) -> Recorded {
        var drafts = Drafts(moment.entropy)
        let why = drafts.downstreamText(.reason, reason, reasonClass)
        guard let run = try journal.run(undo.run, known: undo.basis) else {
            throw JournalFault(.corrupt, "\(undo.run) is to be undone and is not there.")
        }
        var editor = RunEditor(run)
        performAlways(
            .giveUpUndo(undo.call, reason: why), Facts(), &editor, by: moment.host,
            at: moment.now)
        try editor.save(drafts, in: journal, at: moment.now)
        return try standing(of: undo, editor.run, in: journal)
    }

    private func standing(
        of undo: Undo, _ run: Run, in journal: any JournalTransaction
    ) throws(JournalFault) -> Recorded {
        guard let call = run[undo.call] else {
            throw JournalFault(.corrupt, "\(undo.call) is to be undone and is not in its run.")
        }
        return Recorded(view: try journal.viewWithIndex(of: call, in: run), next: nil)
    }

    private func editor(
        of undo: Undo, in journal: any JournalTransaction
    ) throws(DoorError) -> RunEditor {
        let run = try faulting { () throws(JournalFault) in
            try journal.run(undo.run, known: undo.basis)
        }
        guard let run else { throw .rejected(.unknownRun(undo.run.text)) }
        return RunEditor(run)
    }

    // The key follows from the call that is undone: in all the journal there is one undo of it.
    private func newCall(
        _ request: UndoRequest, _ id: CallID, _ canonical: [UInt8], _ run: Run,
        _ drafts: inout Drafts, _ now: Instant
    ) throws(Rejection) -> NewCall {
        let arguments = drafts.payload(.arguments, canonical: canonical, request.argumentsClass)
        let tool = request.tool
        // Each try to undo after one that surely came to nothing is a call of its own.
        let tries = run.calls.filter { $0.undoes == request.undo.call }.count
        let material = Array("\(request.undo.call) \(tries)".utf8)
        let accepted = CallAccepted(
            call: id, tool: tool.name, manifest: tool.manifest, delivery: tool.delivery,
            reversibility: tool.reversibility, timeoutMs: tool.timeoutMs,
            key: CallKey(
                tag: keyed.tag("undo", material), source: .given,
                fingerprint: keyed.tag("fingerprint", canonical), windowMs: 0),
            environment: request.environment, traceparent: nil, arguments: arguments,
            origin: .undo(of: request.undo.call), followUps: tool.followUps.ofAnUndo)
        let demands = try demands(
            ofUndo: accepted, tool.approval, request.arguments, in: run, now)
        guard !demands.isEmpty else { return NewCall(accepted: accepted, ruled: .allow(nil)) }
        let asked = ApprovalRequested(
            demands: demands, for: tool.name, tool.manifest, arguments, of: run,
            by: rulebook?.policy.digest, &drafts.entropy, now)
        return NewCall(accepted: accepted, ruled: .hold(nil, asked))
    }
}

extension FollowUps {
    /// An undo is never undone itself, and no way ends at it.
    fileprivate var ofAnUndo: FollowUps {
        var mine = self
        mine.undo = nil
        mine.isPivot = false
        return mine
    }
}
