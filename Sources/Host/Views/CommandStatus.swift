// What a command's exit code says (DESIGN section 9): one function for every kind of ending.

package import Engine

package enum CommandStatus: Int32, Sendable, CaseIterable {
    case done = 0
    case failed = 1
    case usage = 64
    case badData = 65
    case unavailable = 69
    case ownFault = 70
    case unsettled = 74
    case pending = 75
    case denied = 77
    case badConfiguration = 78
}

extension CommandStatus {
    /// How a call stands.
    package init(_ phase: Phase) {
        switch phase {
        case .succeeded: self = .done
        case .compensated: self = .failed
        case .failed(let kind, _): self.init(kind)
        case .shadow: self = .done
        case .cancelled: self = .failed
        case .denied: self = .denied
        case .held, .ready, .running, .waiting, .verifying, .confirming, .compensating:
            self = .pending
        case .unknown, .needsAttention: self = .unsettled
        }
    }

    package init(_ failure: FailureClass) {
        switch failure {
        case .transient: self = .unavailable
        case .invalid: self = .badData
        case .permission: self = .denied
        case .stale, .fatal: self = .failed
        }
    }

    package init(_ rejection: Rejection) {
        switch rejection {
        case .unknownRun, .unknownCall, .unknownApproval, .idempotencyConflict, .keyUnusable,
            .textTooLong, .argumentsTooLarge, .argumentNotExact, .deadlineUnusable,
            .signatureUnusable, .unknownGrant, .grantUnusable, .amountUnusable:
            self = .badData
        case .runEnded, .runIsFull, .approvalIsOver, .nothingToSettle, .runAborting,
            .notHalted, .deadlinePassed, .doneSince, .senderMayLive, .pinnedOtherwise,
            .notQuarantined, .wouldRepeat, .decidedAlready, .notYetAsked, .nothingToWithdraw,
            .grantIsOver, .partGivenBack, .undoNotAllowed:
            self = .failed
        case .runNeedsAttention: self = .unsettled
        case .toolUnavailable: self = .unavailable
        case .halted, .runQuarantined, .overLimit: self = .denied
        case .callsUnfinished: self = .pending
        case .mayNotDecide, .ownRequest, .unknownKey, .askedTooOften: self = .denied
        }
    }

    /// The journal could not do its work. Only a lock that others held is likely to pass.
    package init(_ fault: JournalFault) {
        switch fault.code {
        case .locked: self = .unavailable
        case .full, .corrupt, .readOnly, .newer, .networkFileSystem, .conflict, .io:
            self = .ownFault
        }
    }
}

/// How a command ends before it has done what it was asked: an exit code and words for a person.
package struct Ending: Error, Sendable {
    package let status: CommandStatus
    /// For standard error; empty where all is said.
    package let message: String
    /// The same for a place where the program's name is clear.
    var words: String {
        let name = "holdfast: "
        return message.hasPrefix(name) ? String(message.dropFirst(name.count)) : message
    }

    package init(_ status: CommandStatus, _ message: String = "") {
        self.status = status
        self.message = message
    }

    package init(_ fault: JournalFault) {
        self.init(CommandStatus(fault), "holdfast: \(fault)")
    }

    package init(_ rejection: Rejection) {
        switch rejection {
        case .unknownRun(let id), .unknownCall(let id), .unknownApproval(let id):
            self = JournalViewer.nothing(id)
        case .runEnded, .runNeedsAttention, .runAborting, .runQuarantined, .halted,
            .toolUnavailable, .deadlineUnusable, .notHalted, .notQuarantined, .wouldRepeat,
            .deadlinePassed, .doneSince, .senderMayLive, .pinnedOtherwise, .runIsFull,
            .callsUnfinished, .idempotencyConflict, .keyUnusable, .textTooLong,
            .argumentsTooLarge, .argumentNotExact, .approvalIsOver, .mayNotDecide, .ownRequest,
            .unknownKey,
            .signatureUnusable, .decidedAlready, .notYetAsked, .nothingToWithdraw,
            .askedTooOften, .unknownGrant, .grantIsOver, .grantUnusable, .partGivenBack,
            .undoNotAllowed, .nothingToSettle,
            .overLimit, .amountUnusable:
            self.init(CommandStatus(rejection), "holdfast: \(rejection.message.shown)")
        }
    }

    init(_ error: DoorError) {
        switch error {
        case .rejected(let rejection): self.init(rejection)
        case .fault(let fault): self.init(fault)
        }
    }

    init(_ problem: Problem) {
        self.init(.badConfiguration, "holdfast: \(problem.description.shown)")
    }

    init(_ problems: Problems) {
        let lines = problems.all.map(\.description.shown)
        self.init(.badConfiguration, "holdfast: " + lines.joined(separator: "\n"))
    }
}

extension Ending {
    /// Runs `body`, whose faults end the command.
    static func ifFault<Answer>(
        _ body: () throws(JournalFault) -> Answer
    ) throws(Ending) -> Answer {
        do { return try body() } catch { throw Ending(error) }
    }
}
