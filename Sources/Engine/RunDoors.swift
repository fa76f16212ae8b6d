// Beginning, completing and stopping runs, and finding a run for the caller it belongs to.

import JSON
import Proofs

/// A run that an agent begins on purpose.
package struct BeginRequest: Sendable {
    package let caller: Caller
    package let purpose: String
    /// The same one from the same profile and person gives the same run.
    package let intentID: String?
    package let pins: [ToolPin]
    /// After how long it is aborted; nil: never.
    package let deadlineMs: Int64?

    package init(
        caller: Caller, purpose: String, intentID: String?, pins: [ToolPin],
        deadlineMs: Int64? = nil
    ) {
        self.deadlineMs = deadlineMs
        self.caller = caller
        self.purpose = purpose
        self.intentID = intentID
        self.pins = pins
    }
}

package struct Begun: Sendable {
    package let run: Run
    /// Whether the run was there before.
    package let isResumed: Bool
}

extension Doors {
    package func begin(
        _ request: BeginRequest, in journal: any JournalTransaction, _ moment: Moment
    ) throws(DoorError) -> Begun {
        var drafts = Drafts(moment.entropy)
        let intent = try rejecting { () throws(Rejection) in try intentTag(request) }
        if let intent {
            let known = try faulting { () throws(JournalFault) in
                try intended(intent, in: journal)
            }
            if let known { return Begun(run: known, isResumed: true) }
        }
        let purpose = try rejecting { () throws(Rejection) in
            try drafts.callerText(.purpose, request.purpose)
        }
        let intentID = request.intentID.map { drafts.text(.intentID, $0) }
        let opened = RunOpened(
            caller: request.caller, isSingle: false, pins: request.pins, intent: intent,
            purpose: purpose, intentID: intentID,
            deadline: request.deadlineMs.map { moment.now + $0 })
        let id = RunID.mint(now: moment.now, entropy: &drafts.entropy)
        var editor = RunEditor(
            opening: opened, as: id, by: Actor(.agent, request.caller.profile), at: moment.now)
        return try faulting { () throws(JournalFault) in
            try editor.save(drafts, in: journal, at: moment.now)
            if let intent {
                try journal.setKey(Index.intent(intent), to: Array(id.text.utf8))
            }
            return Begun(run: editor.run, isResumed: false)
        }
    }

    package func complete(
        _ id: RunID, summary: String?, for caller: Caller, in journal: any JournalTransaction,
        _ moment: Moment
    ) throws(DoorError) -> Run {
        try complete(
            try ownRun(id, of: caller, in: journal), summary,
            by: Actor(.agent, caller.profile), journal, moment)
    }

    /// The same by an operator, of anybody's run.
    package func complete(
        _ id: RunID, summary: String?, by person: String, in journal: any JournalTransaction,
        _ moment: Moment
    ) throws(DoorError) -> Run {
        try complete(
            try anyRun(id, for: nil, in: journal), summary, by: Actor(.person, person), journal,
            moment)
    }

    private func complete(
        _ run: Run, _ summary: String?, by actor: Actor, _ journal: any JournalTransaction,
        _ moment: Moment
    ) throws(DoorError) -> Run {
        var drafts = Drafts(moment.entropy)
        var editor = RunEditor(run)
        try rejecting { () throws(Rejection) in
            var reference: PayloadRef?
            if let summary { reference = try drafts.callerText(.summary, summary) }
            try editor.perform(.complete(summary: reference), by: actor, at: moment.now)
        }
        return try faulting { () throws(JournalFault) in
            try editor.save(drafts, in: journal, at: moment.now)
            return editor.run
        }
    }

    /// Stops a run's writes and keeps its evidence; `release` lets them go on.
    package func quarantine(
        _ id: RunID, reason: String, by person: String, in journal: any JournalTransaction,
        _ moment: Moment
    ) throws(DoorError) -> Run {
        try order(id, reason, person, journal, moment) { .quarantine(by: person, reason: $0) }
    }

    package func release(
        _ id: RunID, reason: String, by person: String, in journal: any JournalTransaction,
        _ moment: Moment
    ) throws(DoorError) -> Run {
        try order(id, reason, person, journal, moment) { .release(by: person, reason: $0) }
    }

    private func order(
        _ id: RunID, _ reason: String, _ person: String, _ journal: any JournalTransaction,
        _ moment: Moment, _ command: (PayloadRef) -> Command
    ) throws(DoorError) -> Run {
        var drafts = Drafts(moment.entropy)
        var editor = RunEditor(try anyRun(id, for: nil, in: journal))
        try rejecting { () throws(Rejection) in
            let why = try drafts.callerText(.reason, reason)
            try editor.perform(command(why), by: Actor(.person, person), at: moment.now)
        }
        return try faulting { () throws(JournalFault) in
            try editor.save(drafts, in: journal, at: moment.now)
            return editor.run
        }
    }

    /// The run; where a caller asks, only its own are there. The journal's own is nobody's.
    func anyRun(
        _ id: RunID, for caller: Caller?, in journal: any JournalTransaction
    ) throws(DoorError) -> Run {
        if let caller { return try ownRun(id, of: caller, in: journal) }
        let run = try faulting { () throws(JournalFault) in try journal.run(id) }
        guard let run, id != .journal else { throw .rejected(.unknownRun(id.text)) }
        return run
    }

    /// The run, where it is the caller's own; another's is answered like one that is not there.
    func ownRun(
        _ id: RunID, of caller: Caller, known: Run? = nil, in journal: any JournalTransaction
    ) throws(DoorError) -> Run {
        let run = try faulting { () throws(JournalFault) in try journal.run(id, known: known) }
        guard let run, run.caller.owns(caller) else { throw .rejected(.unknownRun(id.text)) }
        return run
    }

    private func intentTag(_ request: BeginRequest) throws(Rejection) -> KeyedTag? {
        guard let intent = request.intentID else { return nil }
        guard !intent.isEmpty else { throw .keyUnusable("intent_id is empty") }
        guard intent.utf8.count <= Limits.givenKeyBytes else {
            throw .textTooLong(field: "intent_id", limitBytes: Limits.givenKeyBytes)
        }
        let scope: JSONValue = [
            .string(request.caller.profile), .string(request.caller.person), .string(intent),
        ]
        return keyed.tag("intent", scope.compactBytes())
    }

    private func intended(
        _ intent: KeyedTag, in journal: any JournalTransaction
    ) throws(JournalFault) -> Run? {
        guard let bytes = try journal.key(Index.intent(intent)) else { return nil }
        guard let id = RunID(String(decoding: bytes, as: UTF8.self)), let run = try journal.run(id)
        else {
            throw JournalFault(.corrupt, "An intent of the journal names a run that is not there.")
        }
        return run
    }
}

extension Caller {
    /// The word under which the journal finds what is this caller's.
    package var group: String {
        JSONValue.array([.string(profile), .string(person)]).compactText
    }

    /// Whether what belongs to this caller is `other`'s too: the same profile and person.
    package func owns(_ other: Caller) -> Bool {
        profile.utf8.elementsEqual(other.profile.utf8)
            && person.utf8.elementsEqual(other.person.utf8)
    }
}
