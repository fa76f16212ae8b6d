// The answers that say no: what was asked cannot be, and what to do instead. No fault of the world
// is among them.

/// Why a request was turned down. Nothing was recorded and no key was consumed.
package enum Rejection: Error, Hashable, Sendable {
    case unknownRun(String)
    case unknownCall(String)
    case unknownApproval(String)
    case runEnded(RunID)
    case runNeedsAttention(RunID)
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
    case nothingToSettle(CallID, CallStatus)
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
        case .runEnded(let run):
            "\(run) has ended and takes no more calls. Begin another with run_begin."
        case .runNeedsAttention(let run):
            "\(run) needs a person's attention and takes no writes until it is settled. "
                + "Tell the user; `holdfast show \(run)` says what is open."
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
        case .approvalIsOver(let approval, let state):
            "\(approval) can no longer be decided: it is \(state.rawValue)."
        case .mayNotDecide(let approval, let person, let may):
            "\(person) may not decide \(approval). It asks "
                + may.joined(separator: " or ") + "."
        case .nothingToSettle(let call, let status):
            "\(call) is \(status.rawValue): only a call that is unknown or needs attention can "
                + "be resolved."
        }
    }

    /// What a model should do with it.
    package var next: NextStep {
        switch self {
        case .unknownRun, .unknownCall, .unknownApproval, .keyUnusable, .textTooLong,
            .argumentsTooLarge, .argumentNotExact, .idempotencyConflict, .runIsFull, .runEnded:
            .fixArguments
        case .callsUnfinished: .wait
        case .runNeedsAttention, .mayNotDecide: .askHuman
        case .approvalIsOver, .nothingToSettle: .doNotRetry
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
        case .runIsFull: "run_is_full"
        case .callsUnfinished: "calls_unfinished"
        case .idempotencyConflict: "idempotency_conflict"
        case .keyUnusable: "key_unusable"
        case .textTooLong: "text_too_long"
        case .argumentsTooLarge: "arguments_too_large"
        case .argumentNotExact: "argument_not_exact"
        case .approvalIsOver: "approval_is_over"
        case .mayNotDecide: "may_not_decide"
        case .nothingToSettle: "nothing_to_settle"
        }
    }
}
