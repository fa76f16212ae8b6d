// The values that pass between a session and its host: asked, answered, to be done. No behaviour.

package import JSON

/// Who the server says it is.
package struct ServerIdentity: Hashable, Sendable {
    package let name: String
    package let title: String?
    package let version: String
    package let instructions: String?

    package init(
        name: String, title: String? = nil, version: String, instructions: String? = nil
    ) {
        self.name = name
        self.title = title
        self.version = version
        self.instructions = instructions
    }
}

/// Who a side says it is. Nothing vouches for the other's word: for showing and logging only.
package struct PeerInfo: Hashable, Sendable {
    package let name: String
    package let version: String?

    package init(name: String, version: String? = nil) {
        self.name = name
        self.version = version
    }
}

/// What the host is to do, in this order.
package enum SessionEffect: Hashable, Sendable {
    /// Write these bytes: one whole line, its newline included.
    case send([UInt8])
    /// Answer with `.tools`.
    case listTools(RequestHandle)
    /// Answer with `.toolResult`, `.unknownTool` or an error; where the request can take it, with
    /// `.task` or `.inputRequired`.
    case callTool(RequestHandle, ToolCallRequest)
    /// Answer with what belongs to the question, or an error.
    case content(RequestHandle, ContentRequest)
    /// Answer with what belongs to the question, or an error.
    case task(RequestHandle, TaskRequest)
    /// What came of the question that the host put to the user of this call's client. The call
    /// still waits.
    case answered(RequestHandle, QuestionAnswer)
    /// The client asks to stop this request. It must still be answered, when its outcome is known;
    /// the client will not hear that answer.
    case cancel(RequestHandle, reason: String?)
    /// Something for the operator: nothing was asked of the host.
    case note(SessionNote)
}

/// A `tools/call` that passed every check the protocol makes. Whether the tool exists, may be
/// called, and accepts these arguments is the host's to say.
package struct ToolCallRequest: Hashable, Sendable {
    package var name: String
    package var arguments: JSONObject
    /// The whole `_meta` as it came.
    package var meta: JSONObject
    package var version: ProtocolVersion
    /// The client's id of the request, for the record; it identifies nothing across requests.
    package var requestID: RequestID
    package var wantsProgress: Bool
    package var clientInfo: PeerInfo?
    /// A `traceparent` of W3C shape.
    package var traceparent: String?
    package var runID: String?
    package var idempotencyKey: String?
    /// What this request may be answered with.
    package var abilities: ClientAbilities
    /// What it brings along where it repeats one that had asked for something.
    package var reply: InputReply?
}

/// A question about what is served besides tools. That it asks for something there might be has
/// been checked; whether there is, and for whom, is the host's to say.
package enum ContentRequest: Hashable, Sendable {
    /// Answer with `.resources`, or with `.invalidCursor` where the position is none.
    case resourceList(after: PagePosition?)
    /// Answer with `.resource` or `.resourceNotFound`.
    case resource(ResourceURI)
    /// Answer with `.prompt`, or with `.invalidParams` where an argument names nothing.
    case prompt(PromptRequest)
    /// Answer with `.completion`.
    case completion(CompletionRequest)
    /// Answer with `.watching` once every later change will be told; with `.watchingTasks` where
    /// tasks are among them.
    case watch(WatchedKinds)
}

/// What the host is to look out for before a subscription is acknowledged.
package struct WatchedKinds: Hashable, Sendable {
    package var hasTools: Bool
    package var hasResources: Bool
    /// Those of them that are the caller's are to be named in the answer.
    package var tasks: [TaskID]

    package init(hasTools: Bool = false, hasResources: Bool = false, tasks: [TaskID] = []) {
        self.hasTools = hasTools
        self.hasResources = hasResources
        self.tasks = tasks
    }
}

/// The host's answer to a request: exactly one for each handle, cancelled or not.
package enum SessionAnswer: Hashable, Sendable {
    case tools([ToolListing])
    case toolResult(ToolResult)
    /// Also for a tool that exists but may not be called: the two must look the same.
    case unknownTool(String)
    case resources(ResourcePage)
    case resource(ResourceContent)
    /// Also for a resource that exists but is another's.
    case resourceNotFound
    case prompt(PromptContent)
    case completion(Completion)
    case watching
    /// Of the tasks that were asked for, those that are the caller's own.
    case watchingTasks([TaskID])
    case task(TaskView)
    /// Also for a task that is another's.
    case unknownTask
    case acknowledged
    /// The call waits for its user's word. The state comes back with the answer.
    case inputRequired(Question, state: String)
    case invalidCursor
    case invalidParams(String)
    case internalError(String)
}

/// What an operator may want to know of the traffic. Texts of the client in here are cut short but
/// otherwise as they came: escape them before they reach a terminal.
package enum SessionNote: Hashable, Sendable {
    /// A line was not JSON. Answers to these are rationed, so not each is answered.
    case unparsable(reason: String, answered: Bool)
    case oversized(answered: Bool)
    /// JSON, but no message of this protocol.
    case malformed(reason: String)
    /// A request was answered with an error by the session itself.
    case refused(id: RequestID, method: String, code: Int, reason: String)
    /// It answers nothing that was asked.
    case responseIgnored
    case notificationIgnored(method: String)
    case cancelIgnored(reason: String)
}
