// The values that pass between a client's session and its host: asked, answered, to be done. No
// behaviour.

package import JSON

/// How a connection is opened.
package enum Opening: Hashable, Sendable {
    /// Ask `server/discover`, and shake hands where that is not understood.
    case discoverFirst
    /// Shake hands at once: for a server that was seen to end when it was asked anything else.
    case handshakeOnly
}

/// What opening the connection settled.
package struct ServerAgreement: Hashable, Sendable {
    package let version: ProtocolVersion
    /// Nil where the server did not say who it is.
    package let server: PeerInfo?
    /// As the server declared them; empty where it was found out by an error alone.
    package let capabilities: JSONObject
    package let instructions: String?
}

/// A `tools/call` to be sent.
package struct OutboundCall: Hashable, Sendable {
    package var name: String
    package var arguments: JSONObject
    /// Further members of `_meta`. The names that the protocol itself speaks with are left out.
    package var meta: JSONObject
    package var wantsProgress: Bool
    /// What an earlier answer asked for, where this is the same call again.
    package var input: CallInput?

    package init(
        name: String, arguments: JSONObject = [:], meta: JSONObject = [:],
        wantsProgress: Bool = false, input: CallInput? = nil
    ) {
        self.name = name
        self.arguments = arguments
        self.meta = meta
        self.wantsProgress = wantsProgress
        self.input = input
    }
}

/// The answers to an `InputRequest`, by its keys, and its state, byte for byte.
package struct CallInput: Hashable, Sendable {
    package var responses: JSONObject
    package var requestState: String?

    package init(responses: JSONObject = [:], requestState: String?) {
        self.responses = responses
        self.requestState = requestState
    }
}

/// What the host is to do, in this order.
package enum ClientEffect: Hashable, Sendable {
    /// Write these bytes: one whole line, its newline included.
    case send([UInt8])
    /// From here on tools may be listed and called.
    case ready(ServerAgreement)
    /// The connection cannot be used; close it.
    case unusable(OpeningFailure)
    /// The whole list, all its pages.
    case tools(RequestHandle, ToolList)
    case result(RequestHandle, CallResult)
    /// The server wants something before it goes on, and has forgotten the call: it goes on only
    /// where the same call is sent again with the answers.
    case inputRequired(RequestHandle, InputRequest)
    /// The request is over without a result.
    case failed(RequestHandle, RequestFailure)
    case progress(RequestHandle, ProgressReport)
    /// Lists of tools that were fetched before may be wrong now.
    case toolsChanged
    /// Something for the operator: nothing is to be done.
    case note(ClientNote)
}

/// The tools of a server, in its order.
package struct ToolList: Hashable, Sendable {
    package var tools: [ListedTool]
    /// How long the server says that the list may be kept; nil where it does not say.
    package var freshForMs: Int?
}

package struct ListedTool: Hashable, Sendable {
    package let name: String
    package let description: String?
    package let inputSchema: JSONObject
    package let outputSchema: JSONValue?
    /// All of it exactly as it came, names and schemas included.
    package let definition: JSONObject
}

/// What a call came to, exactly as the server said it.
package struct CallResult: Hashable, Sendable {
    /// Content blocks; each has a `type`, and nothing else is vouched for.
    package let content: [JSONObject]
    package let structuredContent: JSONValue?
    /// The tool itself says that it failed.
    package let isError: Bool
    package let meta: JSONObject
}

package struct InputRequest: Hashable, Sendable {
    /// By key, what is asked: a method and its params each.
    package let requests: JSONObject
    /// To be sent back as it is.
    package let requestState: String?
}

package struct ProgressReport: Hashable, Sendable {
    package let progress: JSONNumber
    package let total: JSONNumber?
    package let message: String?
}

/// What an operator may want to know of the traffic. Texts of the server in here are cut short but
/// otherwise as they came: escape them before they reach a terminal.
package enum ClientNote: Hashable, Sendable {
    /// A line was not JSON: often something that a program printed by mistake.
    case unparsable(reason: String)
    case oversized
    /// JSON, but no message of this protocol.
    case malformed(reason: String)
    /// `server/discover` was not understood, so the connection is opened by a handshake.
    case noDiscovery(reason: String)
    /// An answer to nothing that waits for one.
    case answerIgnored(reason: String)
    case notificationIgnored(method: String)
    /// The server asked for something that was not offered, and was told so.
    case requestRefused(method: String)
    /// The server asked where it must not, and was not answered.
    case requestIgnored(method: String)
    /// Entries of a list that are no usable tools, and what is wrong with the first of them.
    case toolsLeftOut(count: Int, reason: String)
}
