// The errors a request can be answered with: code, sentence, data. Who gets one is not said here.

import JSON

enum ErrorCode: Int, Sendable {
    case parseError = -32700
    case invalidRequest = -32600
    case methodNotFound = -32601
    case invalidParams = -32602
    case internalError = -32603
    /// What was asked needs something of the client that it has not declared.
    case missingCapability = -32021
    /// Only where the version has it: later ones say `invalidParams`.
    case resourceNotFound = -32002
    case unsupportedVersion = -32022
}

/// A refusal of one message, thrown by the checks and sent to the client.
struct ErrorAnswer: Error, Hashable, Sendable {
    let code: ErrorCode
    let message: String
    var data: JSONObject?

    private init(_ code: ErrorCode, _ message: String, data: JSONObject? = nil) {
        self.code = code
        self.message = message
        self.data = data
    }

    var value: JSONValue {
        var members: JSONObject = [
            "code": .integer(code.rawValue), "message": .string(message),
        ]
        members["data"] = data.map(JSONValue.object)
        return .object(members)
    }
}

extension ErrorAnswer {
    static func parseError(_ why: String) -> Self { Self(.parseError, "Parse error: \(why)") }

    static func invalidRequest(_ why: String) -> Self {
        Self(.invalidRequest, "Invalid request: \(why)")
    }

    static func unknownMethod(_ method: String) -> Self {
        Self(.methodNotFound, "Method not found: \(method.clipped())")
    }

    static func invalidParams(_ why: String) -> Self { Self(.invalidParams, why) }

    static func unknownTool(_ name: String) -> Self {
        Self(.invalidParams, "Unknown tool: \(name.clipped())")
    }

    static func unknownPrompt(_ name: String) -> Self {
        Self(.invalidParams, "Unknown prompt: \(name.clipped())")
    }

    static func unknownArgument(_ name: String, of owner: String) -> Self {
        Self(.invalidParams, "\(owner) has no argument \(name.clipped())")
    }

    /// Also for a task that exists but is another's: the two must look the same.
    static func unknownTask() -> Self {
        Self(
            .invalidParams,
            "Unknown task: params.taskId names none of yours; take it from a task that was given")
    }

    /// What is about tasks is for those who say that they take them, and say so each time.
    static func tasksNotDeclared() -> Self {
        Self(
            .missingCapability,
            """
            This needs the extension \(Extensions.tasks): declare it in \
            params._meta["\(MetaKey.clientCapabilities)"].extensions of the same request
            """,
            data: ["requiredCapabilities": .object(ClientAbilities.tasksRequired)])
    }

    static func invalidCursor() -> Self {
        Self(
            .invalidParams,
            "Invalid cursor: it is none that this list gave out; ask without one to begin anew")
    }

    /// Also for a resource that exists but is another's: the two must look the same.
    static func resourceNotFound(_ uri: ResourceURI, _ version: ProtocolVersion) -> Self {
        Self(
            version.hasResourceNotFound ? .resourceNotFound : .invalidParams,
            "Resource not found: \(uri.text.clipped())", data: ["uri": .string(uri.text)])
    }

    static func internalError(_ why: String) -> Self { Self(.internalError, why) }

    static func unsupportedVersion(_ requested: String) -> Self {
        Self(
            .unsupportedVersion, "Unsupported protocol version",
            data: [
                "supported": supportedVersions, "requested": .string(requested.clipped()),
            ])
    }

    /// A request outside both ways in: it has no stateless `_meta`, and no handshake came before.
    static func neitherMetaNorHandshake() -> Self {
        Self(
            .invalidParams,
            """
            params._meta is missing \(MetaKey.protocolVersion) and \(MetaKey.clientCapabilities). \
            Either send both with every request (2026-07-28), or send `initialize` first \
            (2025-11-25 and earlier)
            """,
            data: ["supported": supportedVersions])
    }

    static func tooManyInFlight() -> Self {
        Self(
            .internalError,
            """
            Too many requests in flight (limit \(MCPLimits.requestsInFlight)); this one was not \
            started. Retry later
            """)
    }

    static func tooManySubscriptions(limit: Int) -> Self {
        Self(
            .internalError,
            """
            Too many subscriptions (limit \(limit)); this one was not opened. End one that is no \
            longer needed, then ask again
            """)
    }

    private static var supportedVersions: JSONValue {
        .array(ProtocolVersion.statelessNames.map(JSONValue.string))
    }
}

extension String {
    /// Enough of a client's text to recognise it by, however long it is.
    func clipped(to count: Int = MCPLimits.echoedCharacters) -> String {
        let scalars = unicodeScalars
        guard let end = scalars.index(
            scalars.startIndex, offsetBy: count, limitedBy: scalars.endIndex)
        else { return self }
        return end == scalars.endIndex ? self : String(scalars[..<end]) + "…"
    }
}
