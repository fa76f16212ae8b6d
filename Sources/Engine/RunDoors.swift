// Beginning and completing runs, and finding a run for the caller it belongs to.

import JSON
import Proofs

/// A run that an agent begins on purpose.
package struct BeginRequest: Sendable {
    package let caller: Caller
    package let purpose: String
    /// The same one from the same profile and person gives the same run.
    package let intentID: String?
    package let pins: [ToolPin]

    package init(caller: Caller, purpose: String, intentID: String?, pins: [ToolPin]) {
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
            purpose: purpose, intentID: intentID)
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
        var drafts = Drafts(moment.entropy)
        var editor = RunEditor(try ownRun(id, of: caller, in: journal))
        try rejecting { () throws(Rejection) in
            var reference: PayloadRef?
            if let summary { reference = try drafts.callerText(.summary, summary) }
            try editor.perform(
                .complete(summary: reference), by: Actor(.agent, caller.profile), at: moment.now)
        }
        return try faulting { () throws(JournalFault) in
            try editor.save(drafts, in: journal, at: moment.now)
            return editor.run
        }
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
