// What a call came to, as its client can take it: a result, a handle for what goes on, or a
// question for its user; and the repeated requests that bring the answer to one.

import Engine
import JSON
import MCP

extension ToolHost {
    /// The answer to a call, by what its request declared.
    /// - Returns: also what went wrong with the journal, for the operator.
    func sessionAnswer(
        to outcome: HostAnswer, _ way: ClientWay
    ) -> (answer: SessionAnswer, fault: JournalFault?) {
        let plain = outcome.sessionAnswer(to: caller)
        guard case .call(let answer) = outcome, case .repeating(let abilities) = way,
            answer.asking == nil, answer.view.call.goesOn, let open = opener.current
        else { return (plain, nil) }
        do throws(DoorError) {
            if abilities.hasTasks {
                return (.task(try createdTask(answer.view, abilities, in: open)), nil)
            }
            guard abilities.showsForms, !isEnding else { return (plain, nil) }
            let found = try faulting { () throws(JournalFault) in
                try open.journal.read { reading throws(JournalFault) in
                    try question(about: answer.view, reading)
                }
            }
            guard let (approval, form) = found else { return (plain, nil) }
            let ticket = try ticket(for: approval, in: open)
            return (
                .inputRequired(
                    // The state says what is meant; the key only has to be the same each time.
                    Question(key: ConfirmationWord.field, form: form),
                    state: ticket.description), nil
            )
        } catch {
            switch error {
            case .rejected: preconditionFailure("Nothing is asked that could be turned down.")
            case .fault(let fault):
                let told = HostAnswer.unrecorded(
                    fault.afterSubmitting(answer.view.call), answer.view)
                return (told.sessionAnswer(to: caller), fault)
            }
        }
    }

    // The call is in the journal, flushed, since it was accepted.
    private func createdTask(
        _ view: CallView, _ abilities: ClientAbilities, in open: OpenJournal
    ) throws(DoorError) -> TaskView {
        if abilities.showsForms, view.call.mayBeConfirmedByClient, let approval = view.call.approval
        {
            try askAnew(approval.id, in: open)
        }
        return try faulting { () throws(JournalFault) in
            try open.journal.read { reading throws(JournalFault) in
                try task(of: view, reading)
            }
        }
    }

    /// Answers a call that was made once more with its user's word.
    func answer(
        _ reply: InputReply, to valid: SubmitRequest, _ manifest: Manifest, _ control: CallControl
    ) async throws(DoorError) -> HostAnswer {
        let open = try opened()
        guard let ticket = QuestionTicket(reply.requestState),
            let (view, patienceMs) = try asked(ticket, valid, manifest, in: open)
        else { return .notAsked }
        control.become(view, isReplay: false, until: clock.steadyMs() + patienceMs)
        if control.stop.isRaised, let fault = cancel(control, reason: nil) { throw .fault(fault) }
        // Somebody else has decided: what was asked is settled, and this is how.
        guard view.call.mayBeConfirmedByClient, !control.stop.isRaised else {
            return .call(try await settled(view, control, in: open))
        }
        guard let answer = reply.responses[ConfirmationWord.field],
            let word = ConfirmationWord(answer)
        // It is asked once more: nothing was said that could be heard.
        else { return .call(try told(view, in: open)) }
        let end: ConfirmationEnd
        do throws(DoorError) {
            end = try confirm(
                view.call.id, ticket.approval, word, by: .ticket(ticket), in: open)
        } catch {
            switch error {
            case .rejected(let rejection): return .refused(Refusal(rejection))
            case .fault: throw error
            }
        }
        switch end {
        case .notAsked: return .notAsked
        case .dismissed(let view):
            return .call(try told(view, .dismissed, in: open))
        case .decided(let view): return .call(try await settled(view, control, in: open))
        }
    }

    private func settled(
        _ view: CallView, _ control: CallControl, in open: OpenJournal
    ) async throws(DoorError) -> CallAnswer {
        let outcome = try await outcome(of: view, in: open) { control.deadlineMs }
        return try told(outcome, in: open)
    }

    private func told(
        _ view: CallView, _ asking: AskingEnd? = nil, in open: OpenJournal
    ) throws(DoorError) -> CallAnswer {
        try faulting { () throws(JournalFault) in
            try answer(view, isReplay: false, in: open, asking: asking)
        }
    }

    /// The call that was asked about, where it is the one that is repeated and the ticket holds.
    private func asked(
        _ ticket: QuestionTicket, _ valid: SubmitRequest, _ manifest: Manifest,
        in open: OpenJournal
    ) throws(DoorError) -> (view: CallView, patienceMs: Int64)? {
        try faulting { () throws(JournalFault) in
            try open.journal.read { reading throws(JournalFault) in
                guard let place = try reading.place(of: ticket.approval),
                    let view = try reading.view(of: place.call), view.caller.owns(caller),
                    view.call.approval?.id == ticket.approval, view.call.tool == valid.tool.name,
                    valid.run == nil || valid.run == view.run,
                    try reading.value(view.call.arguments)?.isSame(as: valid.arguments) == true,
                    try ConfirmationRecord.of(ticket.approval, in: reading).holds(ticket)
                else { return nil }
                return (view, manifest.waitMs ?? HostLimits.defaultWaitMs)
            }
        }
    }
}

extension JSONValue {
    /// By the canonical form, which is what is recorded of arguments.
    fileprivate func isSame(as arguments: JSONObject) -> Bool {
        do {
            return try canonicalBytes() == JSONValue.object(arguments).canonicalBytes()
        } catch {
            return false  // What has no canonical form was never recorded.
        }
    }
}
