// Requests and notifications taken in: duplicates refused, what can be answered at once answered,
// the rest handed to the host. What a request means is decided in Routing.swift.

import JSON

extension ServerSession {
    mutating func take(_ request: InboundRequest, in batch: BatchNumber?) -> [SessionEffect] {
        do throws(ErrorAnswer) {
            if requests.handle(of: request.id) != nil || subscriptions.contains(request.id)
                || batches.holdsAnswer(to: request.id)
            {
                throw .invalidRequest(
                    "a request with this id is not answered yet, and goes on; use an id once")
            }
            if batch != nil, request.claimsStateless {
                throw .invalidRequest("2026-07-28 has no batches; send one message a line")
            }
            let route = try Router(agreement: agreement, offer: offer).route(request)
            return try perform(route, id: request.id, in: batch)
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
        case .listTools(let after, let envelope):
            let question = InFlightRequest.Question.toolList(after: after)
            return [.listTools(try begin(question, id: id, envelope, in: batch))]
        case .callTool(let call, let envelope):
            return [.callTool(try begin(.toolCall, id: id, envelope, in: batch), call)]
        case .listTemplates(let envelope):
            let result = encoder(envelope.version).templates(offer.resources)
            return reply(.success(result), to: id, in: batch)
        case .listPrompts(let envelope):
            let result = encoder(envelope.version).prompts(offer.prompts)
            return reply(.success(result), to: id, in: batch)
        case .content(let content, let envelope):
            let handle = try begin(.content(content), id: id, envelope, in: batch)
            if case .resourceList = content, envelope.version.isStateless == false {
                subscriptions.noteListRequest()
            }
            return [.content(handle, content)]
        case .task(let task, let envelope):
            return [.task(try begin(.task(task), id: id, envelope, in: batch), task)]
        case .listen(let filter, let envelope): return try listen(filter, id: id, envelope)
        case .subscribe(let uri, let envelope):
            return try subscribe(to: uri, id: id, envelope, in: batch)
        case .unsubscribe(let uri, let envelope):
            subscriptions.unsubscribe(uri)
            return reply(.success(encoder(envelope.version).empty()), to: id, in: batch)
        }
    }

    mutating func begin(
        _ question: InFlightRequest.Question, id: RequestID, _ envelope: Envelope,
        in batch: BatchNumber?
    ) throws(ErrorAnswer) -> RequestHandle {
        if requests.isFull { throw .tooManyInFlight() }
        if let batch { batches.wait(in: batch) }
        return requests.begin(
            InFlightRequest(
                id: id, question: question, version: envelope.version,
                abilities: envelope.abilities,
                progressToken: envelope.meta.progressToken, batch: batch))
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
        // Nobody else has to do with an open subscription: it ends with this line.
        if requests.handle(of: id) == nil, subscriptions.close(id) { return [] }
        guard let handle = requests.handle(of: id), let request = requests.cancel(handle) else {
            return [.note(.cancelIgnored(reason: "no such request is running"))]
        }
        abandon(request, handle)
        let reason = params["reason"]?.stringValue?.clipped(to: MCPLimits.reasonCharacters)
        let effect = SessionEffect.cancel(handle, reason: reason)
        // The rest of its batch no longer has this one to wait for.
        let withdrawn = withdrawQuestion(of: handle, "the call was cancelled")
        return withdrawn + [effect] + (request.batch.map { settle($0) } ?? [])
    }
}
