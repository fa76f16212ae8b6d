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
        let sent = reply(encode(answer, to: request), to: request.id, in: request.batch)
        return sent + (request.batch.map { settle($0) } ?? [])
    }

    private func encode(
        _ answer: SessionAnswer, to request: InFlightRequest
    ) -> Result<JSONObject, ErrorAnswer> {
        let encoder = encoder(request.version)
        switch answer {
        case .tools(let tools):
            precondition(request.question == .toolList, "only tools/list is answered with tools")
            return .success(encoder.toolList(tools))
        case .toolResult(let result):
            precondition(request.question == .toolCall, "only tools/call has a tool result")
            return .success(encoder.toolResult(result))
        case .unknownTool(let name): return .failure(.unknownTool(name))
        case .invalidParams(let why): return .failure(.invalidParams(why))
        case .internalError(let why): return .failure(.internalError(why))
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

    /// Announces a changed tool list to a client that shook hands. A stateless client asks again
    /// when its copy is too old.
    package func toolsChanged() -> [SessionEffect] {
        guard agreement != nil else { return [] }
        return [.send(Outbound.line(Outbound.notification("notifications/tools/list_changed")))]
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
