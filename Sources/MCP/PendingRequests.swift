// The client's requests that wait for the server's answer, found by what was sent as their id.
// Nothing is sent from here.

import JSON

struct PendingRequest: Sendable {
    enum Question: Sendable {
        /// One page of the list that is being gathered.
        case toolList(ToolGathering)
        case toolCall(wantsProgress: Bool)
    }

    /// The name its asker knows it by: for a list the id of its first page, for a call its id.
    let handle: RequestHandle
    var question: Question
    var lastProgress: JSONNumber?
}

struct PendingTable: Sendable {
    private var requests: [RequestHandle: PendingRequest] = [:]
    private var minted = 0

    var count: Int { requests.count }
    var isFull: Bool { requests.count >= MCPLimits.requestsInFlight }

    /// The handles that wait, oldest first.
    var handles: [RequestHandle] { requests.values.map(\.handle).sorted() }

    /// A name that no request of this session had before.
    mutating func mint() -> RequestHandle {
        minted += 1
        return RequestHandle(number: minted)
    }

    /// Whether a request under this id was ever sent.
    func hasSent(_ id: RequestHandle) -> Bool { id.number >= 1 && id.number <= minted }

    mutating func wait(for request: PendingRequest, sentAs id: RequestHandle) {
        precondition(requests[id] == nil, "an id is minted once")
        requests[id] = request
    }

    mutating func finish(_ id: RequestHandle) -> PendingRequest? {
        requests.removeValue(forKey: id)
    }

    mutating func forgetAll() { requests = [:] }

    /// Takes out the request its asker knows as `handle` and returns the id it was sent under.
    mutating func withdraw(_ handle: RequestHandle) -> RequestHandle? {
        guard let id = requests.first(where: { $0.value.handle == handle })?.key else {
            return nil
        }
        requests[id] = nil
        return id
    }

    /// Notes that the server is as far as `progress` and returns the asker's handle; nil where
    /// nobody asked, or where that is no further than before.
    mutating func advance(_ id: RequestHandle, to progress: JSONNumber) -> RequestHandle? {
        guard let request = requests[id], case .toolCall(true) = request.question else {
            return nil
        }
        if let last = request.lastProgress, progress <= last { return nil }
        requests[id]?.lastProgress = progress
        return request.handle
    }
}

extension RequestHandle {
    /// The handle that a server's answer or progress names; nil for what we never send.
    init?(answering id: RequestID) {
        guard let number = id.value.intValue else { return nil }
        self.init(number: number)
    }
}
