// What a model is told about a call that has no plain result, in words it can act on.

import Engine

extension CallView {
    /// What happened and what to do now.
    func words(_ caller: Caller) -> String {
        let tool = call.tool.text
        switch call.phase {
        case .succeeded: return succeeded
        case .failed(let kind, _): return failed(kind)
        case .denied: return denied
        case .shadow:
            return "\(tool) was checked and recorded, and NOT executed: this is a trial run "
                + "(shadow). Nothing was sent and nothing has changed"
                + (wouldSend == nil ? "" : "; would_send says what would have been sent")
                + ". Go on as if it had been done where that makes sense, and say so."
        case .cancelled:
            return "\(tool) was cancelled and did not run\(because)."
        case .held: return held
        case .waiting(let until, _, _):
            return "\(tool) was tried and surely did not happen\(because). It is tried again at "
                + "\(until), whether or not anybody waits. Do not send it again with other "
                + "arguments. Its outcome: call_status with call_id \(call.id), or the same call "
                + "again."
        case .confirming:
            return "\(tool) succeeded, and what it did is being read back. Do not send it again. "
                + "Its outcome: call_status with call_id \(call.id)."
        case .verifying(let probing) where probing.purpose == .verify:
            return "It is not known yet whether \(tool) happened\(because). It is being found "
                + "out. Do not assume either. Its outcome: call_status with call_id \(call.id)."
        case .compensating:
            return "\(tool) had succeeded, and is being undone, for its run is being aborted. Do "
                + "not repeat it. How that goes: run_status with run_id \(run)."
        case .compensated:
            return "\(tool) had succeeded and was undone when its run was aborted. Do not repeat "
                + "it in that run."
        case .ready where call.isQueued:
            return "\(tool) was not started yet: as many calls as may be are under way. It waits "
                + "its turn and is started then, whether or not anybody waits. Do not send it "
                + "again with other arguments. Its outcome: call_status with call_id \(call.id), "
                + "or the same call again."
        case .ready, .running, .verifying:
            return "\(tool) is still running. Do not send it again with other arguments. Its "
                + "outcome: call_status with call_id \(call.id)."
        case .unknown(recoverAt: _?):
            return "It is not known yet whether \(tool) happened\(because). It is being found "
                + "out. Do not assume either. Its outcome: call_status with call_id \(call.id)."
        case .unknown(recoverAt: nil):
            return "It is not known whether \(tool) happened\(because). It is not safe to try it "
                + "again: do not repeat it, with or without other arguments. Tell the user; a "
                + "person settles it with `holdfast resolve \(call.id)`."
        case .needsAttention(.recoveryExhausted):
            return "\(tool) was tried again and again and its outcome is still not known"
                + "\(because). Do not repeat it. Tell the user; a person settles it with "
                + "`holdfast resolve \(call.id)`."
        case .needsAttention(.readBack):
            return "\(tool) succeeded, but reading it back did not show what was meant. Do not "
                + "repeat it. Tell the user; `holdfast show \(call.id)` shows both, and a person "
                + "settles it with `holdfast resolve \(call.id)`."
        case .needsAttention(.undoFailed):
            return "\(tool) was to undo another call and could not\(because). What that call did "
                + "stands. Tell the user; a person settles it with `holdfast resolve \(call.id)`."
        case .needsAttention(.undoImpossible):
            return "\(tool) succeeded and cannot be undone\(because). What it did stands. Tell "
                + "the user; a person settles it with `holdfast resolve \(call.id)`."
        case .needsAttention(.lateSuccess):
            return "\(tool) had been given up, but its success arrived later: its effect stands. "
                + "Do not repeat it. Tell the user; a person settles it with "
                + "`holdfast resolve \(call.id)`."
        }
    }

    private var held: String {
        guard let approval = call.approval else { return "\(call.tool) waits for a yes." }
        return "\(call.tool) was not run yet: it needs a yes "
            + "(\(approval.askedWords(caller))), until \(approval.decideBy); no answer by then: "
            + "\(approval.afterSilence). Tell the user that `holdfast approve \(approval.id)` or "
            + "`holdfast deny \(approval.id) --reason …` decides it. Do not send it again with "
            + "other arguments. Its outcome: call_status with call_id \(call.id), or the same call "
            + "again."
    }

    /// The recorded words, for the end of a sentence that brings its own full stop.
    var because: String {
        guard let message, !message.isEmpty else { return "" }
        return ": " + (message.hasSuffix(".") ? String(message.dropLast()) : message)
    }

    private var succeeded: String {
        switch withheld {
        case .erased:
            "\(call.tool) succeeded. Its recorded result has been erased and cannot be shown."
        case .tooLarge:
            "\(call.tool) succeeded, but its result is too large to be handed out. Do not repeat "
                + "it; read what you need in smaller parts."
        case .malformed:
            "\(call.tool) succeeded, but its result is not what its manifest promises, so it is "
                + "withheld. Do not repeat it; tell the user that the tool's manifest or its "
                + "system needs a look."
        case nil: "\(call.tool) succeeded."
        }
    }

    private func failed(_ kind: FailureClass) -> String {
        let advice =
            switch kind {
            case .transient: "Nothing was done. It may pass: try again later."
            case .stale:
                "Nothing was done: the record changed meanwhile. Read it again, then decide."
            case .permission:
                "Nothing was done: the system does not permit it. Tell the user; do not retry."
            case .invalid: "Nothing was done. Correct the arguments and call again."
            case .fatal: "It cannot be done this way. Do not retry."
            }
        return "\(call.tool) failed (\(kind.rawValue))\(because).\n\(advice)"
    }

    private var denied: String {
        if call.approval == nil, let ruling = call.ruling, ruling.verdict == .deny {
            return "\(call.tool) was not run: the rules do not allow it"
                + " (\(ruling.rules.joined(separator: ", ")))\(because). Do not send it again "
                + "with altered arguments, and do not look for another way; tell the user."
        }
        switch (call.approval?.state, call.approval?.decidedBy) {
        case (.expired, let person?):
            return "\(call.tool) was approved by \(person), and was not done by "
                + (call.approval?.executeBy?.description ?? "its time")
                + ". Do not send it again with altered arguments; ask the user what to do."
        case (.expired, nil):
            return "\(call.tool) was not run: nobody approved it in time. Do not send it again "
                + "with "
                + "altered arguments; ask the user what to do."
        case (.denied, _), (.pending, _), (.approved, _), (.withdrawn, _), (.spent, _), (nil, _):
            return "\(call.tool) was not run: it was denied\(because). Do not send it again with "
                + "altered arguments; ask the user what to do."
        }
    }
}
