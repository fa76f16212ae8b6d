// A JSON-RPC response read by its shape. Whose request it answers, and what a result must hold, is
// not decided here.

package import JSON

/// The error that a server answered with.
package struct ServerError: Hashable, Sendable {
    package let code: Int
    /// The server's own words, cut short. Nothing vouches for them.
    package let message: String
    package let data: JSONValue?
}

struct InboundResponse: Sendable {
    enum Outcome: Sendable {
        case result(JSONObject)
        case error(ServerError)
        /// It answers, but what it says cannot be read.
        case malformed(reason: String)
    }

    /// Nil where there is none to read: an error about an unreadable line has none.
    let id: RequestID?
    let outcome: Outcome

    /// Reads a message that has a result or an error, or both, and no method.
    init(_ members: JSONObject) {
        id = members["id"].flatMap(RequestID.init)
        outcome = Self.outcome(of: members)
    }

    private static func outcome(of members: JSONObject) -> Outcome {
        guard members["jsonrpc"] == .string("2.0") else {
            return .malformed(reason: "jsonrpc must be \"2.0\"")
        }
        switch (members["result"], members["error"]) {
        case (let result?, nil):
            guard let object = result.objectValue else {
                return .malformed(reason: "result must be an object, not \(result.kindName)")
            }
            return .result(object)
        case (nil, let error?):
            guard let read = ServerError(error) else {
                return .malformed(
                    reason: "error must be an object with an integer code and a text message")
            }
            return .error(read)
        case (_?, _?): return .malformed(reason: "it has both a result and an error")
        case (nil, nil): preconditionFailure("a message with neither is no response")
        }
    }
}

extension ServerError {
    fileprivate init?(_ value: JSONValue) {
        guard let code = value["code"]?.intValue, let message = value["message"]?.stringValue
        else { return nil }
        self.init(
            code: code, message: message.clipped(to: MCPLimits.errorCharacters),
            data: value["data"])
    }
}
