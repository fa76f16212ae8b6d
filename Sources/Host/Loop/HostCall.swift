// One request to call a tool, however it came in, and how its caller may ask it to stop.

package import Engine
package import JSON
package import MCP
import Synchronization

/// A call as a client or a person asks for it, nothing of it checked yet.
package struct HostCall: Sendable {
    package var tool: String
    package var arguments: JSONObject
    /// What a framework sets through `_meta`; the arguments of the same meaning win.
    package var runID: String?
    package var givenKey: String?
    package var traceparent: String?
    /// Whether a person asks: tools that agents may not use can then be called.
    package var isByPerson: Bool
    /// What its client brings back with the repetition of a call that had asked for something.
    package var reply: InputReply?

    package init(
        tool: String, arguments: JSONObject, runID: String? = nil, givenKey: String? = nil,
        traceparent: String? = nil, isByPerson: Bool = false, reply: InputReply? = nil
    ) {
        self.tool = tool
        self.arguments = arguments
        self.runID = runID
        self.givenKey = givenKey
        self.traceparent = traceparent
        self.isByPerson = isByPerson
        self.reply = reply
    }
}

/// Connects a request that is under way with a request to stop it.
package final class CallControl: Sendable {
    /// What a request has become, as it stood when it came into the journal.
    struct Accepted {
        let view: CallView
        let isReplay: Bool
    }

    private struct Standing {
        var accepted: Accepted?
        var deadlineMs: Int64?
        var question: OpenQuestion?
        var isAnswered = false
    }
    private let standing = Mutex(Standing())
    let stop = StopSignal()

    /// How its client can be answered.
    let way: ClientWay

    package init(_ way: ClientWay = .plain) { self.way = way }

    /// Nil before it is in the journal.
    var accepted: Accepted? { standing.withLock(\.accepted) }
    package var callID: CallID? { accepted?.view.call.id }

    /// - Parameter deadlineMs: when, by the steady clock, its client's patience ends.
    func become(_ view: CallView, isReplay: Bool, until deadlineMs: Int64) {
        standing.withLock {
            $0.accepted = Accepted(view: view, isReplay: isReplay)
            $0.deadlineMs = deadlineMs
        }
    }

    /// When, by the steady clock, its client's patience ends.
    var deadlineMs: Int64 { standing.withLock { $0.deadlineMs ?? 0 } }
    func wait(until deadlineMs: Int64) { standing.withLock { $0.deadlineMs = deadlineMs } }

    /// What the client's user was asked while it waits.
    var question: OpenQuestion? { standing.withLock(\.question) }

    func ask(_ question: OpenQuestion, until deadlineMs: Int64) {
        standing.withLock {
            $0.question = question
            $0.deadlineMs = deadlineMs
        }
    }

    /// The question could not be put, and nobody waits for its answer.
    func withdrawQuestion(waitingUntil deadlineMs: Int64) {
        standing.withLock {
            $0.question = nil
            $0.deadlineMs = deadlineMs
        }
    }

    func isOverdue(at nowMs: Int64) -> Bool {
        standing.withLock { standing in
            guard let deadlineMs = standing.deadlineMs else { return false }
            return !standing.isAnswered && nowMs >= deadlineMs
        }
    }

    /// The right to answer the request, given once.
    func takeAnswer() -> Bool {
        standing.withLock { standing in
            defer { standing.isAnswered = true }
            return !standing.isAnswered
        }
    }
}

/// What a host answers to a request.
package enum HostAnswer: Sendable {
    /// A call of a manifest's tool, as it stands.
    case call(CallAnswer)
    /// What one of the host's own tools says.
    case host(JSONObject)
    /// Turned down before it was a call.
    case refused(Refusal)
    case unknownTool(String)
    /// It repeats a call with an answer to what was not asked, or was answered before.
    case notAsked
    /// The host's own fault before anything was done: the journal could not be used.
    case fault(JournalFault)
    /// The same after the call was accepted, as it stood then: what came of it could not be told.
    case unrecorded(JournalFault, CallView)
}

package struct CallAnswer: Sendable {
    package let view: CallView
    package let isReplay: Bool
    let provenance: Provenance
    /// What came of asking the client's user, where the call still waits for a yes.
    let asking: AskingEnd?

    init(view: CallView, isReplay: Bool, provenance: Provenance, asking: AskingEnd? = nil) {
        self.view = view
        self.isReplay = isReplay
        self.provenance = provenance
        self.asking = view.call.status == .pendingApproval ? asking : nil
    }
}

/// A no with its reason, before anything was recorded.
package struct Refusal: Sendable {
    package let message: String
    package let next: NextStep
    /// What the exit code follows; nil for data that is wrong.
    package let rejection: Rejection?
}

extension Refusal {
    init(_ rejection: Rejection) {
        self.init(message: rejection.message, next: rejection.next, rejection: rejection)
    }
}

extension Rejection {
    /// The call that already holds the key; nil for every other rejection.
    var holder: CallID? {
        switch self {
        case .idempotencyConflict(let call, _): call
        case .unknownRun, .unknownCall, .unknownApproval, .runEnded, .runNeedsAttention,
            .runAborting, .runQuarantined, .halted, .toolUnavailable, .deadlineUnusable,
            .notHalted, .deadlinePassed, .doneSince, .senderMayLive, .pinnedOtherwise,
            .notQuarantined, .wouldRepeat, .runIsFull, .callsUnfinished, .keyUnusable,
            .textTooLong, .argumentsTooLarge,
            .argumentNotExact, .approvalIsOver, .mayNotDecide, .ownRequest, .unknownKey,
            .signatureUnusable, .decidedAlready, .notYetAsked, .nothingToWithdraw,
            .askedTooOften, .unknownGrant, .grantIsOver, .grantUnusable, .partGivenBack,
            .undoNotAllowed, .nothingToSettle,
            .overLimit, .amountUnusable:
            nil
        }
    }
}

extension Rejection {
    /// How what was turned down is said to stand: over a limit it is denied.
    var status: CallStatus { if case .overLimit = self { .denied } else { .failed } }
}

extension HostAnswer {
    /// What went wrong with the journal, for the operator; nil where nothing did.
    var fault: JournalFault? {
        switch self {
        case .fault(let fault), .unrecorded(let fault, _): fault
        case .call, .host, .refused, .unknownTool, .notAsked: nil
        }
    }
}
