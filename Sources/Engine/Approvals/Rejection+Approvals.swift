// What people and models are told where an approval, a decision or a grant cannot be.

extension Rejection {
    var approvalMessage: String {
        switch self {
        case .approvalIsOver(let approval, let state):
            "\(approval) can no longer be decided: it is \(state.rawValue)."
        case .mayNotDecide(let approval, let person, let may):
            "\(person) may not decide \(approval). It asks "
                + may.joined(separator: " or ") + "."
        case .ownRequest(let approval, let person):
            "\(person) may not decide \(approval): whoever asks, and whoever the agent works for, "
                + "does not approve it too. Have somebody else decide."
        case .unknownKey(let approval):
            "The key that signed the decision on \(approval) is no approver's. Add its public "
                + "line to `approvers` in the config, or use another key."
        case .signatureUnusable(let approval, let why):
            "The signed decision on \(approval) cannot be used: \(why). Look at the approval "
                + "again and sign it anew."
        case .decidedAlready(let approval, let person):
            "\(person) has said yes to \(approval) already; one person counts once. Others must "
                + "decide now."
        case .notYetAsked(let approval, let person):
            "\(approval) does not ask \(person) yet: an earlier stage is not done. "
                + "`holdfast approvals` says who is asked now."
        case .nothingToWithdraw(let approval, let person):
            "\(person) has said no yes to \(approval) that could be taken back."
        case .askedTooOften(let tool, let until):
            "People have said no to \(tool) \(Limits.denialsPerWindow) times within the hour. "
                + "Nothing was done, and nobody is asked again before \(until). Do not look for "
                + "another way; tell the user."
        case .partGivenBack(let call):
            "\(call) gave back what it took of its limits when it failed, and others may have used "
                + "it since. Settle it with --failed, and have the agent call again."
        case .undoNotAllowed(let tool, let why):
            "\(tool) may not be used to undo anything: \(why). What it should undo stands until a "
                + "person settles it."
        case .unknownGrant(let id):
            "There is no grant \(id) here. `holdfast grants list` lists them."
        case .grantIsOver(let grant): "\(grant) does not stand any more."
        case .grantUnusable(let why): "This grant cannot be asked for: \(why)."
        case .unknownRun, .unknownCall, .unknownApproval, .runEnded, .runNeedsAttention,
            .runAborting, .runQuarantined, .halted, .toolUnavailable, .deadlineUnusable,
            .deadlinePassed, .doneSince, .senderMayLive, .pinnedOtherwise, .notHalted,
            .notQuarantined, .wouldRepeat, .runIsFull, .callsUnfinished, .idempotencyConflict,
            .keyUnusable, .textTooLong, .argumentsTooLarge, .argumentNotExact,
            .overLimit, .amountUnusable, .nothingToSettle:
            preconditionFailure("Only approvals, decisions and grants are told of here.")
        }
    }
}
