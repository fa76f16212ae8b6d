// The requests that wait for the host's answer, found by handle and by the client's id. Nothing is
// sent from here.

/// A request handed to the host.
struct InFlightRequest: Sendable {
    enum Question: Hashable, Sendable {
        case toolList(after: PagePosition?)
        case toolCall
        case content(ContentRequest)
        case task(TaskRequest)
        case listen
        case subscribe(ResourceURI)
    }

    let id: RequestID
    let question: Question
    let version: ProtocolVersion
    let abilities: ClientAbilities
    let progressToken: ProgressToken?
    let batch: BatchNumber?
    var lastProgress: Int?
    /// The client has been promised silence. The id stays taken until the host has answered, so
    /// that the end of this request can never be read as the end of another.
    var isCancelled = false
}

struct InFlightTable: Sendable {
    private var requests: [RequestHandle: InFlightRequest] = [:]
    private var handles: [RequestID: RequestHandle] = [:]
    private var minted = 0

    var count: Int { requests.count }
    var isFull: Bool { requests.count >= MCPLimits.requestsInFlight }

    func handle(of id: RequestID) -> RequestHandle? { handles[id] }

    /// The request, where its client still waits for it.
    func waiting(_ handle: RequestHandle) -> InFlightRequest? {
        requests[handle].flatMap { $0.isCancelled ? nil : $0 }
    }

    mutating func begin(_ request: InFlightRequest) -> RequestHandle {
        precondition(handles[request.id] == nil, "an id in flight is refused before it gets here")
        minted += 1
        let handle = RequestHandle(number: minted)
        requests[handle] = request
        handles[request.id] = handle
        return handle
    }

    mutating func finish(_ handle: RequestHandle) -> InFlightRequest {
        guard let request = requests.removeValue(forKey: handle) else {
            preconditionFailure("request \(handle.number) was answered twice, or never asked")
        }
        handles[request.id] = nil
        return request
    }

    /// Marks a request cancelled and returns it; nil where it already was.
    mutating func cancel(_ handle: RequestHandle) -> InFlightRequest? {
        guard let request = requests[handle], request.isCancelled == false else { return nil }
        requests[handle]?.isCancelled = true
        return request
    }

    /// Notes that `progress` is being told and returns the request; nil where it must not be: the
    /// request is over or cancelled, or its progress has been this far before.
    mutating func advance(_ handle: RequestHandle, to progress: Int) -> InFlightRequest? {
        guard let request = requests[handle], request.isCancelled == false else { return nil }
        if let last = request.lastProgress, progress <= last { return nil }
        requests[handle]?.lastProgress = progress
        return request
    }
}
