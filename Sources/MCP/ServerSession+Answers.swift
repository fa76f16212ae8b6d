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
        if let acknowledged = acknowledgement(of: request, answer) { return acknowledged }
        let outcome = encode(answer, to: request)
        switch (outcome, request.question) {
        case (.failure, _): abandon(request, handle)
        case (.success, .subscribe(let uri)): subscriptions.confirm(uri, by: handle)
        case (.success, .listen), (.success, .toolList), (.success, .toolCall),
            (.success, .content), (.success, .task):
            break
        }
        let withdrawn = withdrawQuestion(of: handle, "the call is answered")
        let sent = reply(outcome, to: request.id, in: request.batch)
        return withdrawn + sent + (request.batch.map { settle($0) } ?? [])
    }

    private func encode(
        _ answer: SessionAnswer, to request: InFlightRequest
    ) -> Result<JSONObject, ErrorAnswer> {
        let encoder = encoder(request.version)
        let abilities = request.abilities
        let question = request.question
        switch answer {
        case .tools(let tools):
            guard case .toolList(let after) = question else { break }
            return .success(encoder.toolList(tools, after: after))
        case .toolResult(let result):
            guard question == .toolCall else { break }
            return .success(encoder.toolResult(result))
        case .unknownTool(let name):
            guard question == .toolCall else { break }
            return .failure(.unknownTool(name))
        case .inputRequired(let asked, let state):
            guard question == .toolCall else { break }
            return .success(encoder.inputRequired(asked, state: state, for: abilities))
        case .task(let task):
            if question == .toolCall {
                return .success(encoder.createdTask(task, for: abilities))
            }
            guard case .task(.get) = question else { break }
            return .success(encoder.task(task, for: abilities))
        case .acknowledged, .unknownTask:
            guard case .task(let asked) = question else { break }
            if answer == .unknownTask { return .failure(.unknownTask()) }
            if case .get = asked { break }
            return .success(encoder.empty())
        case .resources, .resource, .resourceNotFound, .prompt, .completion, .invalidCursor:
            guard case .content(let asked) = question else { break }
            return encode(answer, to: asked, encoder)
        case .watching:
            guard case .subscribe = question else { break }
            return .success(encoder.empty())
        case .watchingTasks: break
        case .invalidParams(let why): return .failure(.invalidParams(why))
        case .internalError(let why): return .failure(.internalError(why))
        }
        preconditionFailure("a request is answered with what it asked for, or an error")
    }

    private func encode(
        _ answer: SessionAnswer, to asked: ContentRequest, _ encoder: ResultEncoder
    ) -> Result<JSONObject, ErrorAnswer> {
        switch (answer, asked) {
        case (.resources(let page), .resourceList): .success(encoder.resources(page))
        case (.invalidCursor, .resourceList): .failure(.invalidCursor())
        case (.resource(let content), .resource(let uri)):
            .success(encoder.content(content, of: uri))
        case (.resourceNotFound, .resource(let uri)):
            .failure(.resourceNotFound(uri, encoder.version))
        case (.prompt(let content), .prompt): .success(encoder.prompt(content))
        case (.completion(let completion), .completion):
            .success(encoder.completion(completion))
        case _: preconditionFailure("content is answered with what was asked for")
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
