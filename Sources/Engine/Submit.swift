// Transaction 1: a call is accepted, joined or replayed, and its first attempt claimed. The intent
// is in the journal before anybody acts on it.

package import JSON
import Proofs

/// A valid call, ready for the journal.
package struct SubmitRequest: Sendable {
    package var tool: Tool
    /// Valid by the tool's input schema, without the host's own arguments.
    package var arguments: JSONObject
    package var argumentsClass: PayloadRef.Class
    package var run: RunID?
    /// That run as the host last saw it committed: where it has not changed, it is not read again.
    package var known: Run?
    package var givenKey: String?
    package var caller: Caller
    package var environment: String
    package var traceparent: String?
    /// The tool and every tool its manifest names: what a run of its own pins.
    package var pins: [ToolPin]

    package init(
        tool: Tool, arguments: JSONObject, argumentsClass: PayloadRef.Class, run: RunID?,
        givenKey: String?, caller: Caller, environment: String, traceparent: String?,
        pins: [ToolPin]
    ) {
        self.tool = tool
        self.arguments = arguments
        self.argumentsClass = argumentsClass
        self.run = run
        self.givenKey = givenKey
        self.caller = caller
        self.environment = environment
        self.traceparent = traceparent
        self.pins = pins
    }
}

/// What came of a submission, and what to do next.
package struct Submission: Sendable {
    package let view: CallView
    /// To be done by the submitter, now.
    package let work: Work?
    /// Whether the call was there already: the answer is a replay, or the call is joined.
    package let isReplay: Bool
}

extension Doors {
    package func submit(
        _ request: SubmitRequest, in journal: any JournalTransaction, _ moment: Moment
    ) throws(DoorError) -> Submission {
        var drafts = Drafts(moment.entropy)
        let canonical = try rejecting { () throws(Rejection) in
            try request.arguments.canonicalArguments()
        }
        let key = try rejecting { () throws(Rejection) in try callKey(of: request) }
        if let existing = try faulting({ () throws(JournalFault) in
            try holder(of: key, request, in: journal, moment.now)
        }) {
            return try join(existing, key, request, drafts, in: journal, moment)
        }
        let agent = Actor(.agent, request.caller.profile)
        var editor = try open(request, &drafts, by: agent, in: journal, moment.now)
        let new = newCall(request, key, canonical, editor.run, &drafts, moment.now)
        let id = new.accepted.call
        let facts = try faulting { () throws(JournalFault) in
            try gather(about: new.accepted.tool, in: journal, chance: &drafts.entropy)
        }
        try rejecting { () throws(Rejection) in
            editor.pin(request.pins, by: agent, at: moment.now)
            let pin = editor.run.pins.last { $0.tool == request.tool.name }
            if let pin, pin.manifest != request.tool.manifest {
                throw .pinnedOtherwise(editor.run.id, pin.tool)
            }
            try editor.perform(.accept(new), facts, by: agent, at: moment.now)
            try editor.perform(
                .claim(id, owner: moment.owner, leaseUntil: moment.leaseUntil), facts,
                by: moment.host, at: moment.now)
        }
        try faulting { () throws(JournalFault) in
            try noteStart(of: editor.run[id], formerly: 0, facts, in: journal, moment)
        }
        // What is sent is what was recorded, digit for digit: later attempts read it back too.
        let sent = SubmitRequest.parsed(canonical)
        let known = (call: nil as Call?, arguments: sent as JSONObject?)
        return try finish(editor, id, known, drafts, in: journal, moment, false)
    }

    // The same call again: nothing new is accepted, but a call that waits for any host may as well
    // be started by this one.
    private func join(
        _ existing: Existing, _ key: CallKey?, _ request: SubmitRequest, _ made: Drafts,
        in journal: any JournalTransaction, _ moment: Moment
    ) throws(DoorError) -> Submission {
        var drafts = made
        var editor = RunEditor(existing.run)
        var facts = try faulting { () throws(JournalFault) in
            try gather(about: request.tool.name, in: journal, chance: &drafts.entropy)
        }
        facts.holder = existing.holder
        let accepted = CallAccepted(
            call: existing.holder.call, tool: request.tool.name,
            manifest: request.tool.manifest, delivery: request.tool.delivery,
            reversibility: request.tool.reversibility, timeoutMs: request.tool.timeoutMs,
            key: key, environment: request.environment, traceparent: request.traceparent,
            arguments: existing.call.arguments)
        try rejecting { () throws(Rejection) in
            try editor.perform(
                .accept(NewCall(accepted: accepted, approval: nil)), facts,
                by: moment.host, at: moment.now)
        }
        if existing.call.environment == request.environment {
            try rejecting { () throws(Rejection) in
                try editor.perform(
                    .claim(
                        existing.call.id, owner: moment.owner, leaseUntil: moment.leaseUntil),
                    facts, by: moment.host, at: moment.now)
            }
            try faulting { () throws(JournalFault) in
                try noteStart(
                    of: editor.run[existing.call.id], formerly: existing.call.attempts, facts,
                    in: journal, moment)
            }
        }
        // What is attempted is what was recorded (and perhaps approved), not what this request
        // says: ignored fields may differ.
        let known = (call: existing.call, arguments: nil as JSONObject?)
        return try finish(editor, existing.call.id, known, drafts, in: journal, moment, true)
    }

    private func finish(
        _ editor: RunEditor, _ id: CallID, _ known: (call: Call?, arguments: JSONObject?),
        _ drafts: Drafts,
        in journal: any JournalTransaction, _ moment: Moment, _ isReplay: Bool
    ) throws(DoorError) -> Submission {
        var editor = editor
        guard let call = editor.run[id] else {
            preconditionFailure("A submission's call is in its run.")
        }
        return try faulting { () throws(JournalFault) in
            let work = try journal.work(
                of: call, formerly: known.call, in: editor.run, claimedBy: moment.owner,
                arguments: known.arguments)
            let index = try editor.save(drafts, in: journal, at: moment.now)
            return Submission(
                view: try journal.viewWithIndex(of: call, in: editor.run, savedAs: index),
                work: work?.resting(on: editor.run), isReplay: isReplay)
        }
    }

    private func open(
        _ request: SubmitRequest, _ drafts: inout Drafts, by agent: Actor,
        in journal: any JournalTransaction, _ now: Instant
    ) throws(DoorError) -> RunEditor {
        guard let id = request.run else {
            let opened = RunOpened(
                caller: request.caller, isSingle: true, pins: request.pins, intent: nil,
                purpose: nil, intentID: nil)
            let id = RunID.mint(now: now, entropy: &drafts.entropy)
            return RunEditor(opening: opened, as: id, by: agent, at: now)
        }
        return RunEditor(
            try ownRun(id, of: request.caller, known: request.known, in: journal))
    }

    private func newCall(
        _ request: SubmitRequest, _ key: CallKey?, _ canonical: [UInt8], _ run: Run,
        _ drafts: inout Drafts, _ now: Instant
    ) -> NewCall {
        let id = run.calls.isEmpty
            ? CallID(firstOf: run.id) : CallID.mint(now: now, entropy: &drafts.entropy)
        let arguments = drafts.payload(
            .arguments, canonical: canonical, request.argumentsClass)
        let tool = request.tool
        let accepted = CallAccepted(
            call: id, tool: tool.name, manifest: tool.manifest, delivery: tool.delivery,
            reversibility: tool.reversibility, timeoutMs: tool.timeoutMs, key: key,
            environment: request.environment, traceparent: request.traceparent,
            arguments: arguments, followUps: tool.followUps)
        let approval = tool.approval.map {
            ApprovalRequested(
                rule: $0, for: tool.name, tool.manifest, arguments, of: run, &drafts.entropy,
                now)
        }
        return NewCall(accepted: accepted, approval: approval)
    }
}

extension JSONObject {
    /// What is recorded of a call's arguments, and sent.
    func canonicalArguments() throws(Rejection) -> [UInt8] {
        let bytes: [UInt8]
        do {
            bytes = try JSONValue.object(self).canonicalBytes()
        } catch {
            throw .argumentNotExact(pointer: error.pointer.description)
        }
        guard bytes.count <= Limits.payloadBytes else {
            throw .argumentsTooLarge(limitBytes: Limits.payloadBytes)
        }
        return bytes
    }
}

extension SubmitRequest {
    static func parsed(_ canonical: [UInt8]) -> JSONObject {
        do {
            if let object = try JSONParser.parse(canonical, limits: .snapshot).objectValue {
                return object
            }
            preconditionFailure("The canonical form of an object is an object.")
        } catch {
            preconditionFailure("The canonical form is JSON: \(error.message)")
        }
    }
}
