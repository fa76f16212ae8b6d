// What goes out: the host's answers, progress, announcements, and the lines they are written as.

import JSON

extension ServerSession {
    /// Takes the host's one answer to a request. Says nothing where the client has cancelled it.
    package mutating func answer(
        _ handle: RequestHandle, with answer: SessionAnswer
    ) -> [SessionEffect] {
        let request = requests.finish(handle)
        // The promise of silence covers the response too, however the request ended.
        guard request.isCancelled == false else { return [] }
        if request.question == .listen, answer == .watching { return acknowledge(request.id) }
        let outcome = encode(answer, to: request)
        switch (outcome, request.question) {
        case (.failure, _): abandon(request, handle)
        case (.success, .subscribe(let uri)): subscriptions.confirm(uri, by: handle)
        case (.success, .listen), (.success, .toolList), (.success, .toolCall),
            (.success, .content):
            break
        }
        let sent = reply(outcome, to: request.id, in: request.batch)
        return sent + (request.batch.map { settle($0) } ?? [])
    }

    private func encode(
        _ answer: SessionAnswer, to request: InFlightRequest
    ) -> Result<JSONObject, ErrorAnswer> {
        let encoder = encoder(request.version)
        switch (answer, request.question) {
        case (.tools(let tools), .toolList(let after)):
            return .success(encoder.toolList(tools, after: after))
        case (.toolResult(let result), .toolCall): return .success(encoder.toolResult(result))
        case (.unknownTool(let name), .toolCall): return .failure(.unknownTool(name))
        case (.resources(let page), .content(.resourceList)):
            return .success(encoder.resources(page))
        case (.invalidCursor, .content(.resourceList)): return .failure(.invalidCursor())
        case (.resource(let content), .content(.resource(let uri))):
            return .success(encoder.content(content, of: uri))
        case (.resourceNotFound, .content(.resource(let uri))):
            return .failure(.resourceNotFound(uri, request.version))
        case (.prompt(let content), .content(.prompt)): return .success(encoder.prompt(content))
        case (.completion(let completion), .content(.completion)):
            return .success(encoder.completion(completion))
        case (.watching, .subscribe): return .success(encoder.empty())
        case (.invalidParams(let why), _): return .failure(.invalidParams(why))
        case (.internalError(let why), _): return .failure(.internalError(why))
        case (.tools, _), (.toolResult, _), (.unknownTool, _), (.resources, _), (.resource, _),
            (.resourceNotFound, _), (.prompt, _), (.completion, _), (.watching, _),
            (.invalidCursor, _):
            preconditionFailure("a request is answered with what it asked for, or an error")
        }
    }

    /// Tells how far a request is, where its client asked for that. Steps that do not lead on are
    /// left out, and so are steps that come after the end.
    package mutating func progress(
        _ handle: RequestHandle, message: String?, progress: Int, total: Int?
    ) -> [SessionEffect] {
        guard let request = requests.advance(handle, to: progress),
            let token = request.progressToken
        else { return [] }
        var params: JSONObject = [
            "progressToken": token.value, "progress": .integer(progress),
        ]
        params["total"] = total.map(JSONValue.integer)
        if request.version.hasProgressMessage {
            params["message"] = message.map(JSONValue.string)
        }
        return [.send(Outbound.line(Outbound.notification("notifications/progress", params)))]
    }

    func encoder(_ version: ProtocolVersion) -> ResultEncoder {
        ResultEncoder(version: version, identity: identity)
    }

    /// Sends a response, or adds it to its batch. Only an error to an unreadable id has none.
    mutating func reply(
        _ outcome: Result<JSONObject, ErrorAnswer>, to id: RequestID?, in batch: BatchNumber?
    ) -> [SessionEffect] {
        let response = Outbound.response(outcome, to: id)
        guard let batch else { return [.send(Outbound.line(response))] }
        batches.add(response, to: id, in: batch)
        return []
    }

    mutating func settle(_ batch: BatchNumber) -> [SessionEffect] {
        batches.settle(batch).map { [.send(Outbound.line($0))] } ?? []
    }

    /// An error that belongs to no request: it carries no id, in any version.
    static func unreadable(_ error: ErrorAnswer) -> [UInt8] {
        Outbound.line(Outbound.response(.failure(error), to: nil))
    }
}
