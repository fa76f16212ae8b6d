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
    /// Whether a person calls by hand.
    package var isByPerson = false
    /// What the caller has read before, in whatever run.
    package var sessionTaint: [Label] = []
    /// What would be sent; only where the call may come out as shadow.
    package var preview: JSONValue?

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
            return try join(existing, key, request, canonical, drafts, in: journal, moment)
        }
        let agent = Actor(.agent, request.caller.profile)
        var editor = try open(request, &drafts, by: agent, in: journal, moment.now)
        let charge = try rejecting { () throws(Rejection) in
            try self.charge(for: request, canonical, &drafts)
        }
        let request = try faulting { () throws(JournalFault) in
            try self.tainted(request, editor.run.caller, in: journal, moment.now)
        }
        var accepted = newCall(
            request, key, canonical, charge, editor.run, &drafts, moment.now)
        let id = accepted.call
        let ruled = ruled(request, accepted, in: editor.run, &drafts, moment.now)
        accepted.ruling = ruled.note
        let new = NewCall(accepted: accepted, ruled: ruled)
        var facts = try faulting { () throws(JournalFault) in
            var facts = try gather(
                about: accepted.tool, in: journal, chance: &drafts.entropy)
            try gather(
                about: new, request, &facts, in: journal, editor.run.caller, moment.now)
            return facts
        }
        facts.usage = try usage(for: request, canonical, in: journal, moment.now)
        facts.slots = try faulting { () throws(JournalFault) in
            try slots(
                for: Call(new.accepted, at: moment.now), of: request.caller.profile, in: journal)
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
            try countIdentical(facts.usage, in: journal)
        }
        // What is sent is what was recorded, digit for digit: later attempts read it back too.
        let sent = SubmitRequest.parsed(canonical)
        let known = (call: nil as Call?, arguments: sent as JSONObject?)
        return try finish(editor, id, known, drafts, in: journal, moment, false)
    }

    // The same call again: nothing new is accepted, but a call that waits for any host may as well
    // be started by this one.
    private func join(
        _ existing: Existing, _ key: CallKey?, _ request: SubmitRequest,
        _ canonical: [UInt8], _ made: Drafts, in journal: any JournalTransaction, _ moment: Moment
    ) throws(DoorError) -> Submission {
        var drafts = made
        var editor = RunEditor(existing.run)
        var facts = try faulting { () throws(JournalFault) in
            try gather(about: request.tool.name, in: journal, chance: &drafts.entropy)
        }
        facts.holder = existing.holder
        try faulting { () throws(JournalFault) in
            facts.usage = try usage(
                forReplayOf: existing, request, canonical, in: journal, moment.now)
            facts.slots = try slots(
                for: existing.call, of: existing.run.caller.profile, in: journal)
        }
        let accepted = CallAccepted(
            call: existing.holder.call, tool: request.tool.name,
            manifest: request.tool.manifest, delivery: request.tool.delivery,
            reversibility: request.tool.reversibility, timeoutMs: request.tool.timeoutMs,
            key: key, environment: request.environment, traceparent: request.traceparent,
            arguments: existing.call.arguments)
        try rejecting { () throws(Rejection) in
            try editor.perform(
                .accept(NewCall(accepted: accepted, ruled: .allow(nil))), facts,
                by: moment.host, at: moment.now)
        }
        try faulting { () throws(JournalFault) in
            try countIdentical(facts.usage, in: journal)
        }
        if existing.call.environment == request.environment {
            try faulting { () throws(JournalFault) in
                try judge(
                    existing.call, in: existing.run, &facts, &drafts, journal, moment.now)
            }
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
        _ request: SubmitRequest, _ key: CallKey?, _ canonical: [UInt8], _ charge: Charge?,
        _ run: Run, _ drafts: inout Drafts, _ now: Instant
    ) -> CallAccepted {
        let id = run.calls.isEmpty
            ? CallID(firstOf: run.id) : CallID.mint(now: now, entropy: &drafts.entropy)
        let arguments = drafts.payload(
            .arguments, canonical: canonical, request.argumentsClass)
        let tool = request.tool
        return CallAccepted(
            call: id, tool: tool.name, manifest: tool.manifest, delivery: tool.delivery,
            reversibility: tool.reversibility, timeoutMs: tool.timeoutMs, key: key,
            environment: request.environment, traceparent: request.traceparent,
            arguments: arguments, followUps: tool.followUps, charge: charge,
            isByPerson: request.isByPerson,
            labels: tool.labels, taint: request.sessionTaint.sorted())
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
