// Every limit this target puts on what a client may send. No rule lives here, only numbers.

/// The bounds on input from the other side of the pipe. Each is tested at the limit and one past.
package enum MCPLimits {
    /// The longest line that is read; a longer one is discarded to its end and answered.
    package static let lineBytes = 10 * 1024 * 1024
    /// How deep a message may nest. Real messages stay under 20; schemas in them under 60.
    package static let messageDepth = 128
    /// Values in one message, each of which costs more memory than bytes.
    package static let messageValues = 500_000
    /// The longest request id, progress token or progress number: they are kept while a call runs.
    package static let tokenBytes = 1024
    /// Requests that wait for the host's answer, cancelled ones included, before new ones are shed.
    package static let requestsInFlight = 1024
    /// Messages in one 2025-03-26 batch.
    package static let batchMessages = 100
    /// Open `subscriptions/listen` at once.
    package static let subscriptions = 64
    /// Resources that one subscription may name, and a client of the handshake in all.
    package static let subscribedResources = 256
    /// The longest URI of a resource: ours have some sixty bytes.
    package static let uriBytes = 1024
    /// The longest handle of a task: ours have some forty bytes.
    package static let taskIDBytes = 256
    /// The longest `requestState` that is read: ours have some eighty bytes.
    package static let requestStateBytes = 1024
    /// Tasks that one subscription may name.
    package static let subscribedTasks = 256
    /// The longest cursor that is read: twice the position it holds.
    package static let cursorBytes = 1024
    /// Tools on one page of the list: a usual catalog is one page.
    package static let toolsPerPage = 250
    /// Values a completion may offer (the protocol's own limit).
    package static let completionValues = 100
    /// How much of a client's own text (method, tool name, version) an error repeats.
    package static let echoedCharacters = 256
    /// How much of a cancellation's reason is passed on.
    package static let reasonCharacters = 1024
    /// How much of the other side's own name and version is kept.
    package static let peerInfoCharacters = 256
    /// How much of a server's error message is passed on.
    package static let errorCharacters = 4096
    /// How long a server may take to answer `server/discover`, where nobody says otherwise.
    package static let probeTimeoutMs: Int64 = 10_000
    /// Pages of one tool list, and tools in all of them, before a server's list is given up.
    package static let toolPages = 100
    package static let listedTools = 10_000
    /// Bytes of one tool list in all its pages, as compact JSON.
    package static let toolListBytes = 16 * 1024 * 1024
    /// The longest cursor that is sent back for the next page.
    package static let serverCursorBytes = 16_384
    /// The longest `traceparent`: version 00 has 55 bytes, later ones may add fields.
    package static let traceparentBytes = 256
    /// Unreadable lines that are answered at once; after these, one answer an interval.
    package static let unreadableAnswersAtOnce = 8
    package static let unreadableAnswerIntervalMs: Int64 = 1000
}
