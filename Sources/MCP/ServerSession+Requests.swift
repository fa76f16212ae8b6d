// Requests and notifications taken in: duplicates refused, what can be answered at once answered,
// the rest handed to the host. What a request means is decided in Routing.swift.

import JSON

extension ServerSession {
    mutating func take(_ request: InboundRequest, in batch: BatchNumber?) -> [SessionEffect] {
        do throws(ErrorAnswer) {
            if requests.handle(of: request.id) != nil || batches.holdsAnswer(to: request.id) {
                throw .invalidRequest(
                    "a request with this id is not answered yet, and goes on; use an id once")
            }
            if batch != nil, request.claimsStateless {
                throw .invalidRequest("2026-07-28 has no batches; send one message a line")
            }
            return try perform(
                Router(agreement: agreement).route(request), id: request.id, in: batch)
        } catch {
            let note = SessionNote.refused(
                id: request.id, method: request.method.clipped(), code: error.code.rawValue,
                reason: error.message)
            return [.note(note)] + reply(.failure(error), to: request.id, in: batch)
        }
    }

    private mutating func perform(
        _ route: Route, id: RequestID, in batch: BatchNumber?
    ) throws(ErrorAnswer) -> [SessionEffect] {
        switch route {
        case .initialize(let agreed):
            agreement = agreed
            return reply(.success(encoder(agreed.version).initialization()), to: id, in: batch)
        case .ping:
            let version = agreement?.version ?? .latestLegacy
            return reply(.success(encoder(version).empty()), to: id, in: batch)
        case .discover:
            return reply(.success(encoder(.v2026_07_28).discovery()), to: id, in: batch)
        case .listTools(let version, let meta):
            return [
                .listTools(try begin(.toolList, id: id, version: version, meta, in: batch))
            ]
        case .callTool(let call, let meta):
            let handle = try begin(.toolCall, id: id, version: call.version, meta, in: batch)
            return [.callTool(handle, call)]
        }
    }

    private mutating func begin(
        _ question: InFlightRequest.Question, id: RequestID, version: ProtocolVersion,
        _ meta: RequestMeta, in batch: BatchNumber?
    ) throws(ErrorAnswer) -> RequestHandle {
        if requests.isFull { throw .tooManyInFlight() }
        if let batch { batches.wait(in: batch) }
        return requests.begin(
            InFlightRequest(
                id: id, question: question, version: version, progressToken: meta.progressToken,
                batch: batch))
    }

    /// Notifications are never answered, right or wrong.
    mutating func takeNotification(_ method: String, _ params: JSONObject?) -> [SessionEffect] {
        switch method {
        case "notifications/cancelled": return cancel(params ?? [:])
        // Requests are served with or without it: nothing is to be learned from it.
        case "notifications/initialized": return []
        case _: return [.note(.notificationIgnored(method: method.clipped()))]
        }
    }

    private mutating func cancel(_ params: JSONObject) -> [SessionEffect] {
        guard let id = params["requestId"].flatMap(RequestID.init) else {
            return [.note(.cancelIgnored(reason: "requestId is missing or no request id"))]
        }
        guard let handle = requests.handle(of: id), let request = requests.cancel(handle) else {
            return [.note(.cancelIgnored(reason: "no such request is running"))]
        }
        let reason = params["reason"]?.stringValue?.clipped(to: MCPLimits.reasonCharacters)
        let effect = SessionEffect.cancel(handle, reason: reason)
        // The rest of its batch no longer has this one to wait for.
        return [effect] + (request.batch.map { settle($0) } ?? [])
    }
}
