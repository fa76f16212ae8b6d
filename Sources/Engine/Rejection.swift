// The answers that say no: what was asked cannot be, and what to do instead. No fault of the world
// is among them.

/// Why a request was turned down. Nothing was recorded and no key was consumed.
package enum Rejection: Error, Hashable, Sendable {
    case unknownRun(String)
    case unknownCall(String)
    case unknownApproval(String)
    case runEnded(RunID)
    case runNeedsAttention(RunID)
    case runAborting(RunID)
    case runQuarantined(RunID)
    case halted(StandingHalt)
    /// Its system has failed again and again; nothing is sent before `until`.
    case toolUnavailable(ToolName, until: Instant)
    case deadlineUnusable(String)
    case deadlinePassed(RunID, Instant)
    /// Another call holds the key that this one gave up.
    case doneSince(CallID, by: CallID)
    /// Something of an attempt may still be sent.
    case senderMayLive(CallID, attempt: Int, OwnerID)
    /// The run has pinned another version of the tool meanwhile.
    case pinnedOtherwise(RunID, ToolName)
    case notHalted(HaltScope)
    case notQuarantined(RunID)
    /// It is known to have happened: another try would do it twice.
    case wouldRepeat(CallID)
    case runIsFull(RunID)
    case callsUnfinished(RunID, [CallID])
    /// The key is held by `call`, whose arguments differ in `fields`.
    case idempotencyConflict(call: CallID, fields: [String])
    case keyUnusable(String)
    case textTooLong(field: String, limitBytes: Int)
    case argumentsTooLarge(limitBytes: Int)
    /// A number at `pointer` has no canonical form.
    case argumentNotExact(pointer: String)
    case approvalIsOver(ApprovalID, Approval.State)
    case mayNotDecide(ApprovalID, person: String, may: [String])
    /// Nobody approves what they, or the agent that works for them, have asked for.
    case ownRequest(ApprovalID, person: String)
    case unknownKey(ApprovalID)
    case signatureUnusable(ApprovalID, String)
    case decidedAlready(ApprovalID, person: String)
    /// Others must have said yes before.
    case notYetAsked(ApprovalID, person: String)
    case nothingToWithdraw(ApprovalID, person: String)
    case askedTooOften(ToolName, until: Instant)
    /// It took part of a limit and gave that back when it failed.
    case partGivenBack(CallID)
    /// A rule does not let the host undo with this tool.
    case undoNotAllowed(ToolName, String)
    case unknownGrant(String)
    case grantIsOver(CallID)
    case grantUnusable(String)
    case nothingToSettle(CallID, CallStatus)
    case overLimit(OverLimit)
    /// What a tool's limit sums cannot be counted; `why` follows the pointer.
    case amountUnusable(ToolName, pointer: String, why: String)
}

extension Rejection {
    /// What happened, to what, and what to do now.
    package var message: String {
        switch self {
        case .unknownRun(let id):
            "There is no run \(id) here. Use a run_id that run_begin returned, or leave it out."
        case .unknownCall(let id):
            "There is no call \(id) here. Use a call_id from a result's receipt."
        case .unknownApproval(let id):
            "There is no approval \(id) here. `holdfast approvals --all` lists them."
        case .runEnded, .runNeedsAttention, .runAborting, .runQuarantined, .halted,
            .deadlinePassed, .doneSince, .senderMayLive, .pinnedOtherwise, .notHalted,
            .notQuarantined, .wouldRepeat:
            stopMessage
        case .approvalIsOver, .mayNotDecide, .ownRequest, .unknownKey, .signatureUnusable,
            .decidedAlready, .notYetAsked, .nothingToWithdraw, .askedTooOften, .unknownGrant,
            .grantIsOver, .grantUnusable, .partGivenBack, .undoNotAllowed:
            approvalMessage
        case .toolUnavailable(let tool, let until):
            "\(tool) is not tried now: its system has failed again and again. Nothing was done. "
                + "Try again after \(until)."
        case .deadlineUnusable(let text):
            "\(text) is no deadline. Write a whole number and ms, s, m, h or d, as in 2h; at most "
                + "400d."
        case .runIsFull(let run):
            "\(run) holds \(Limits.callsPerRun) calls, the most one run may. Begin another."
        case .callsUnfinished(let run, let calls):
            "\(run) cannot complete while calls of it are unfinished: "
                + calls.map(\.text).joined(separator: ", ")
                + ". Wait for them, cancel them, or have them settled."
        case .idempotencyConflict(let call, let fields):
            "The same idempotency key was used by \(call) with other arguments (they differ in "
                + fields.joined(separator: ", ") + "). Nothing was done. Send the same "
                + "arguments to get its outcome, or set a new idempotency_key to act anew. "
                + "For the tool's author: idempotency.ignore leaves fields out."
        case .keyUnusable(let why): "This idempotency_key cannot be used: \(why)."
        case .textTooLong(let field, let limit):
            "\(field) is longer than \(limit) bytes. Send a shorter one."
        case .argumentsTooLarge(let limit):
            "The arguments are larger than \(limit) bytes. Send less at once."
        case .argumentNotExact(let pointer):
            "\(pointer): the number cannot be kept exactly. Send it as text."
        case .nothingToSettle(let call, let status):
            "\(call) is \(status.rawValue): only a call that is unknown or needs attention can "
                + "be resolved."
        case .overLimit(let over): over.message
        case .amountUnusable(let tool, let pointer, let why):
            "\(pointer) \(why): what \(tool) may take is limited, so it must be a number from 0 "
                + "up with at most six decimals. Nothing was done. Correct it and call again."
        }
    }

    /// Of what has stopped or ended, or must not be done again.
    private var stopMessage: String {
        switch self {
        case .runEnded(let run):
            "\(run) has ended and takes no more calls. Begin another with run_begin."
        case .runNeedsAttention(let run):
            "\(run) needs a person's attention and takes no writes until it is settled. "
                + "Tell the user; `holdfast show \(run)` says what is open."
        case .runAborting(let run):
            "\(run) is being aborted and takes no more calls: what it did is being undone. "
                + "run_status says what stands."
        case .runQuarantined(let run):
            "\(run) is quarantined: an operator has stopped its writes. It accepts reads. Tell "
                + "the user; `holdfast show \(run)` says who and why, and `holdfast resume --run "
                + "\(run) --reason …` ends it."
        case .halted(let standing):
            "\(standing.halt.by) has halted \(standing.halt.scope.words)"
                + (standing.reason.map { ": \($0)" } ?? "")
                + ". Nothing was done. Do not look for another way; tell the user. `holdfast "
                + "resume` ends it."
        case .deadlinePassed(let run, let deadline):
            "\(run) had until \(deadline) and takes no more calls: what it did is undone. Begin "
                + "another with run_begin."
        case .doneSince(let call, let other):
            "\(other) has done the same since \(call) failed: another try would do it twice. "
                + "Settle \(call) with --failed."
        case .senderMayLive(let call, let attempt, let owner):
            "Attempt \(attempt) of \(call) may still be sent by \(owner), a host that is frozen "
                + "and not gone, or by what it has started. End that process first (`holdfast "
                + "worker --once` then notes that it is gone), or settle it with --succeeded where "
                + "you see that it happened."
        case .pinnedOtherwise(let run, let tool):
            "\(run) has been bound to another version of \(tool) at this moment. Nothing was "
                + "done; call again."
        case .notHalted(let scope): "\(scope.words) is not halted, so there is nothing to resume."
        case .notQuarantined(let run): "\(run) is not quarantined, so there is nothing to resume."
        case .wouldRepeat(let call):
            "\(call) is known to have happened: another try would do it twice. Settle it with "
                + "--succeeded, or undo it by hand and settle it with --failed."
        case .unknownRun, .unknownCall, .unknownApproval, .toolUnavailable, .deadlineUnusable,
            .runIsFull, .callsUnfinished, .idempotencyConflict, .keyUnusable, .textTooLong,
            .argumentsTooLarge, .argumentNotExact, .approvalIsOver, .mayNotDecide, .ownRequest,
            .unknownKey, .signatureUnusable, .decidedAlready, .notYetAsked, .nothingToWithdraw,
            .askedTooOften, .unknownGrant, .grantIsOver, .grantUnusable, .partGivenBack,
            .undoNotAllowed, .nothingToSettle,
            .overLimit, .amountUnusable:
            preconditionFailure("Only what has stopped or ended is told here.")
        }
    }

    /// What a model should do with it.
    package var next: NextStep {
        switch self {
        case .unknownRun, .unknownCall, .unknownApproval, .keyUnusable, .textTooLong,
            .argumentsTooLarge, .argumentNotExact, .deadlineUnusable, .idempotencyConflict,
            .runIsFull, .runEnded, .grantUnusable, .unknownGrant,
            .amountUnusable:
            .fixArguments
        case .overLimit(let over): over.next
        case .callsUnfinished, .toolUnavailable, .pinnedOtherwise, .notYetAsked: .wait
        case .runNeedsAttention, .mayNotDecide, .ownRequest, .unknownKey, .signatureUnusable,
            .askedTooOften, .runQuarantined, .halted: .askHuman
        case .approvalIsOver, .nothingToSettle, .runAborting, .deadlinePassed, .doneSince,
            .senderMayLive, .notHalted, .notQuarantined, .decidedAlready, .nothingToWithdraw,
            .grantIsOver, .wouldRepeat, .partGivenBack, .undoNotAllowed:
            .doNotRetry
        }
    }

    /// The word that a model or a script tells rejections apart by.
    package var code: String {
        switch self {
        case .unknownRun: "unknown_run"
        case .unknownCall: "unknown_call"
        case .unknownApproval: "unknown_approval"
        case .runEnded: "run_ended"
        case .runNeedsAttention: "run_needs_attention"
        case .runAborting: "run_aborting"
        case .runQuarantined: "run_quarantined"
        case .halted: "halted"
        case .toolUnavailable: "tool_unavailable"
        case .deadlineUnusable: "deadline_unusable"
        case .deadlinePassed: "deadline_passed"
        case .doneSince: "done_since"
        case .senderMayLive: "sender_may_live"
        case .pinnedOtherwise: "pinned_otherwise"
        case .notHalted: "not_halted"
        case .notQuarantined: "not_quarantined"
        case .wouldRepeat: "would_repeat"
        case .runIsFull: "run_is_full"
        case .callsUnfinished: "calls_unfinished"
        case .idempotencyConflict: "idempotency_conflict"
        case .keyUnusable: "key_unusable"
        case .textTooLong: "text_too_long"
        case .argumentsTooLarge: "arguments_too_large"
        case .argumentNotExact: "argument_not_exact"
        case .approvalIsOver: "approval_is_over"
        case .mayNotDecide: "may_not_decide"
        case .ownRequest: "own_request"
        case .unknownKey: "unknown_key"
        case .signatureUnusable: "signature_unusable"
        case .decidedAlready: "decided_already"
        case .notYetAsked: "not_yet_asked"
        case .nothingToWithdraw: "nothing_to_withdraw"
        case .partGivenBack: "part_given_back"
        case .undoNotAllowed: "undo_not_allowed"
        case .askedTooOften: "asked_too_often"
        case .unknownGrant: "unknown_grant"
        case .grantIsOver: "grant_is_over"
        case .grantUnusable: "grant_unusable"
        case .nothingToSettle: "nothing_to_settle"
        case .overLimit(let over): over.code
        case .amountUnusable: "amount_unusable"
        }
    }
}
