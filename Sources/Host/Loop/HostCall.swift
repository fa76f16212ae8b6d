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
    private let call = Mutex<CallID?>(nil)
    let stop = StopSignal()

    package init() {}

    /// The call that the request has become, once it is in the journal.
    package var callID: CallID? { call.withLock { $0 } }

    func become(_ id: CallID) { call.withLock { $0 = id } }
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
    /// The host's own fault: the journal could not be used.
    case fault(JournalFault)
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
