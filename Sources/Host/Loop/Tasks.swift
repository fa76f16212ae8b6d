// Calls as tasks: a task is a call under another name, kept where the call is kept, so that any
// process can tell of it. Its handle is the call's id.

import Engine
import JSON
import MCP

extension ToolHost {
    /// Answers a request about a task from the journal. Blocks.
    func answer(_ request: TaskRequest) -> (answer: SessionAnswer, fault: JournalFault?) {
        do throws(DoorError) {
            let open = try opened()
            switch request {
            case .get(let id):
                let task = try faulting { () throws(JournalFault) in
                    try open.journal.read { reading throws(JournalFault) in
                        try self.task(id, reading)
                    }
                }
                return (task.map(SessionAnswer.task) ?? .unknownTask, nil)
            case .cancel(let id):
                guard let call = CallID(id.text) else { return (.unknownTask, nil) }
                try cancel(call, reason: nil, in: open)
                return (.acknowledged, nil)
            case .update(let id, let responses):
                return (try update(id, responses, in: open), nil)
            }
        } catch {
            switch error {
            // There is one rejection: the call is not this caller's.
            case .rejected: return (.unknownTask, nil)
            case .fault(let fault): return (.internalError(fault.message), fault)
            }
        }
    }

    private func update(
        _ id: TaskID, _ responses: InputResponses, in open: OpenJournal
    ) throws(DoorError) -> SessionAnswer {
        let found = try faulting { () throws(JournalFault) in
            try open.journal.read { reading throws(JournalFault) in
                try asked(id, reading)
            }
        }
        guard let (view, key) = found else { return .unknownTask }
        // What answers no open question is not heard: the protocol's own rule.
        guard let key, let approval = view.call.approval?.id, let answer = responses[key] else {
            return .acknowledged
        }
        guard let word = ConfirmationWord(answer) else {
            return .invalidParams(
                "params.inputResponses[\"\(key)\"] must be {action: decline}, {action: cancel}, or "
                    + "{action: accept, content: {\(ConfirmationWord.field): true or false}}; "
                    + "nothing was decided")
        }
        do throws(DoorError) {
            _ = try confirm(view.call.id, approval, word, by: .key(key), in: open)
        } catch {
            switch error {
            // Its time has passed, which the task tells.
            case .rejected: break
            case .fault: throw error
            }
        }
        return .acknowledged
    }

    /// A task of this caller, with the key of its open question.
    private func asked(
        _ id: TaskID, _ reading: any JournalReading
    ) throws(JournalFault) -> (view: CallView, key: String?)? {
        guard let view = try ownCall(id, reading) else { return nil }
        return (view, try question(of: view, reading)?.key)
    }

    private func ownCall(
        _ id: TaskID, _ reading: any JournalReading
    ) throws(JournalFault) -> CallView? {
        guard let call = CallID(id.text), let view = try reading.view(of: call),
            view.caller.owns(caller)
        else { return nil }
        return view
    }

    /// Which of these are this caller's.
    func ownTasks(
        _ ids: [TaskID], _ reading: any JournalReading
    ) throws(JournalFault) -> [TaskID] {
        var own: [TaskID] = []
        for id in ids where try ownCall(id, reading) != nil { own.append(id) }
        return own
    }

    /// The task as it stands; nil where this caller has none of that name.
    func task(
        _ id: TaskID, _ reading: any JournalReading
    ) throws(JournalFault) -> TaskView? {
        guard let view = try ownCall(id, reading) else { return nil }
        return try task(of: view, reading)
    }

    func task(
        of view: CallView, _ reading: any JournalReading
    ) throws(JournalFault) -> TaskView {
        let call = view.call
        guard let id = TaskID(call.id.text) else {
            preconditionFailure("The id of a call is short.")
        }
        // What becomes of it is read by a model, as any answer is.
        let provenance = try provenance(of: call, reading)
        noteReading(call, provenance)
        let standing: TaskView.Standing
        if call.goesOn {
            let question = try question(of: view, reading)
            standing = question.map(TaskView.Standing.inputRequired) ?? .working
        } else if case .cancelled = call.phase {
            standing = .cancelled
        } else {
            let answer = CallAnswer(view: view, isReplay: false, provenance: provenance)
            standing = .completed(answer.toolResult(for: caller))
        }
        return TaskView(
            id: id, standing: standing,
            message: call.status == .succeeded
                ? nil : provenance.stripped(view.words(caller)).value,
            createdAt: call.acceptedAt.description, lastUpdatedAt: call.movedAt.description,
            pollIntervalMs: HostLimits.taskPollMs)
    }

    private func question(
        of view: CallView, _ reading: any JournalReading
    ) throws(JournalFault) -> Question? {
        guard let (approval, form) = try question(about: view, reading) else { return nil }
        let record = try ConfirmationRecord.of(approval, in: reading)
        guard !record.isDismissed else { return nil }
        return Question(key: record.key(of: approval), form: form)
    }
}

extension Call {
    /// Whether more is to come without anybody settling it. A task that has ended stays ended,
    /// also while what it did is undone.
    var goesOn: Bool {
        switch phase {
        case .held, .ready, .running, .waiting, .verifying, .confirming, .unknown(recoverAt: _?):
            true
        case .unknown(recoverAt: nil), .succeeded, .failed, .denied, .cancelled, .shadow,
            .compensating, .compensated, .needsAttention:
            false
        }
    }

    /// When it last changed, as far as that shows.
    fileprivate var movedAt: Instant {
        let times = [acceptedAt, approval?.decidedAt, waitsSince, quietAt, endedAt]
        return times.compactMap { $0 }.max() ?? acceptedAt
    }
}
