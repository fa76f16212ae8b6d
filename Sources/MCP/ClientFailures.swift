// What can go wrong for a client, by what it means to the one who asked. No behaviour beyond words.

/// A request that was not sent: surely nothing has happened.
package enum NotSent: Error, Hashable, Sendable {
    /// The connection is not open yet.
    case notReady
    case ended
    case tooManyInFlight
    /// The request would be a line of more bytes than this side would accept itself.
    case tooLarge(bytes: Int)

    package var message: String {
        switch self {
        case .notReady: "the connection to the server is not open yet; wait until it is"
        case .ended: "the connection to the server has ended; open another one"
        case .tooManyInFlight:
            """
            \(MCPLimits.requestsInFlight) requests wait for this server already; send this one \
            when some of them are answered
            """
        case .tooLarge(let bytes):
            """
            the request takes \(bytes) bytes, and at most \(MCPLimits.lineBytes) are sent at \
            once; send less
            """
        }
    }
}

/// How a request that was sent ended without a result.
package enum RequestFailure: Hashable, Sendable {
    /// The server refused it.
    case error(ServerError)
    /// The server answered it, so it may well have acted, but not in a way that can be read.
    case malformed(reason: String)
    /// The connection ended before an answer came: whether the server acted is unknown.
    case connectionEnded

    package var message: String {
        switch self {
        case .error(let error):
            "the server refused the request with error \(error.code): \(error.message)"
        case .malformed(let reason): "the server's answer cannot be read: \(reason)"
        case .connectionEnded:
            """
            the connection ended before the server answered; whether the request took effect is \
            unknown
            """
        }
    }
}

/// Why a connection did not come about.
package enum OpeningFailure: Hashable, Sendable {
    /// The version that the server wants is none that we can shake hands for.
    case noCommonVersion(offered: String)
    case refused(ServerError)
    case malformed(reason: String)
    /// The server went away before it answered. Where that was the question it had not expected
    /// (`discovering`), a new process may be opened by `Opening.handshakeOnly`.
    case ended(discovering: Bool)

    package var message: String {
        switch self {
        case .noCommonVersion(let offered):
            """
            the server wants to speak MCP \(offered), and we speak \
            \(ProtocolVersion.allCases.map(\.rawValue).joined(separator: ", ")); use another \
            release of the server
            """
        case .refused(let error):
            "the server refused the handshake with error \(error.code): \(error.message)"
        case .malformed(let reason):
            "the server's answer to the handshake cannot be read: \(reason)"
        case .ended(true):
            """
            the server ended when it was asked what it speaks; it may be an older one that wants \
            a handshake first
            """
        case .ended(false): "the server ended before it answered the handshake"
        }
    }
}
