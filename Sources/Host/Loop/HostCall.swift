// One request to call a tool, however it came in, and how its caller may ask it to stop.

package import Engine
package import JSON
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

    package init(
        tool: String, arguments: JSONObject, runID: String? = nil, givenKey: String? = nil,
        traceparent: String? = nil, isByPerson: Bool = false
    ) {
        self.tool = tool
        self.arguments = arguments
        self.runID = runID
        self.givenKey = givenKey
        self.traceparent = traceparent
        self.isByPerson = isByPerson
    }
}

/// Connects a request that is under way with a request to stop it.
package final class CallControl: Sendable {
    private struct Standing {
        var submission: Submission?
        var deadlineMs: Int64?
        var isAnswered = false
    }
    private let standing = Mutex(Standing())
    let stop = StopSignal()

    package init() {}

    /// What the request has become, once it is in the journal.
    var submission: Submission? { standing.withLock(\.submission) }
    package var callID: CallID? { submission?.view.call.id }

    /// - Parameter deadlineMs: when, by the steady clock, its client's patience ends.
    func become(_ submission: Submission, until deadlineMs: Int64) {
        standing.withLock {
            $0.submission = submission
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
    /// The host's own fault before anything was done: the journal could not be used.
    case fault(JournalFault)
    /// The same after the call was accepted, as it stood then: what came of it could not be told.
    case unrecorded(JournalFault, CallView)
}

package struct CallAnswer: Sendable {
    package let view: CallView
    package let isReplay: Bool
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
            .argumentNotExact, .approvalIsOver, .mayNotDecide, .nothingToSettle:
            nil
        }
    }
}

extension HostAnswer {
    /// What went wrong with the journal, for the operator; nil where nothing did.
    var fault: JournalFault? {
        switch self {
        case .fault(let fault), .unrecorded(let fault, _): fault
        case .call, .host, .refused, .unknownTool: nil
        }
    }
}
