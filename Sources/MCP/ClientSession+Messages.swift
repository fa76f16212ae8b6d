// What the server sends: answers to our requests, requests of its own, notifications.

import JSON

extension ClientSession {
    /// Whether the server may ask anything at all: in the stateless era it may not.
    var mayAnswer: Bool {
        switch phase {
        case .new, .discovering, .shakingHands, .refused: true
        case .ready(let agreement): agreement.version.isStateless == false
        case .over: false
        }
    }

    mutating func takeResponse(_ response: InboundResponse) -> [ClientEffect] {
        guard let id = response.id else {
            // Where nothing but the probe can have been meant, it was.
            if case .discovering = phase { return takeDiscovery(response.outcome) }
            return [.note(.answerIgnored(reason: Self.withoutID(response.outcome)))]
        }
        guard let sent = RequestHandle(answering: id), requests.hasSent(sent) else {
            return [.note(.answerIgnored(reason: "no request had this id"))]
        }
        switch phase {
        case .discovering(let probe, _) where probe == sent:
            return takeDiscovery(response.outcome)
        case .shakingHands(let hello, let asked, let late) where hello == sent:
            return takeHandshake(response.outcome, asked: asked, late: late)
        case .shakingHands(_, _, let late?) where late.request == sent,
            .refused(_, let late) where late.request == sent:
            return takeLateDiscovery(response.outcome)
        case .ready(let agreement):
            guard let request = requests.finish(sent) else { return [.note(.late)] }
            return takeAnswer(response.outcome, to: request, agreement.version)
        case .new, .discovering, .shakingHands, .refused, .over: return [.note(.late)]
        }
    }

    private static func withoutID(_ outcome: InboundResponse.Outcome) -> String {
        switch outcome {
        case .result: "it has no id"
        case .error(let error):
            "it has no id: error \(error.code), \(error.message.clipped())"
        case .malformed(let reason): "it has no id, and \(reason)"
        }
    }

    private mutating func takeAnswer(
        _ outcome: InboundResponse.Outcome, to request: PendingRequest, _ version: ProtocolVersion
    ) -> [ClientEffect] {
        switch outcome {
        case .error(let error): return [.failed(request.handle, .error(error))]
        case .malformed(let reason): return [.failed(request.handle, .malformed(reason: reason))]
        case .result(let result):
            do throws(MalformedAnswer) {
                switch request.question {
                case .toolCall:
                    return [try Self.answer(request.handle, AnsweredCall(result, by: version))]
                case .toolList(let gathering):
                    return try takePage(result, gathering, request, version)
                }
            } catch {
                return [.failed(request.handle, .malformed(reason: error.reason))]
            }
        }
    }

    private static func answer(_ handle: RequestHandle, _ answer: AnsweredCall) -> ClientEffect {
        switch answer {
        case .complete(let result): .result(handle, result)
        case .inputRequired(let asked): .inputRequired(handle, asked)
        }
    }

    private mutating func takePage(
        _ result: JSONObject, _ gathering: ToolGathering, _ request: PendingRequest,
        _ version: ProtocolVersion
    ) throws(MalformedAnswer) -> [ClientEffect] {
        var gathering = gathering
        if let cursor = try gathering.add(result) {
            var next = request
            next.question = .toolList(gathering)
            return askPage(after: cursor, next, sentAs: requests.mint(), version)
        }
        return (gathering.leftOut.map { [.note($0)] } ?? [])
            + [.tools(request.handle, gathering.list)]
    }

    /// Of what a server may ask its client, nothing was offered; being there is all that it may
    /// want to know.
    func takeRequest(
        _ request: InboundRequest, _ replies: inout [JSONValue]
    ) -> [ClientEffect] {
        guard mayAnswer else {
            return [.note(.requestIgnored(method: request.method.clipped()))]
        }
        if Method(rawValue: request.method) == .ping {
            replies.append(Outbound.response(.success([:]), to: request.id))
            return []
        }
        replies.append(
            Outbound.response(.failure(.unknownMethod(request.method)), to: request.id))
        return [.note(.requestRefused(method: request.method.clipped()))]
    }

    mutating func takeNotification(_ method: String, _ params: JSONObject) -> [ClientEffect] {
        switch method {
        case "notifications/progress": return takeProgress(params)
        case "notifications/tools/list_changed": return agreement == nil ? [] : [.toolsChanged]
        case _: return [.note(.notificationIgnored(method: method.clipped()))]
        }
    }

    private mutating func takeProgress(_ params: JSONObject) -> [ClientEffect] {
        guard let id = params[MetaKey.progressToken].flatMap(RequestID.init),
            let sent = RequestHandle(answering: id),
            let progress = params["progress"].flatMap(Self.progressNumber),
            let handle = requests.advance(sent, to: progress)
        else { return [.note(.notificationIgnored(method: "notifications/progress"))] }
        let report = ProgressReport(
            progress: progress, total: params["total"].flatMap(Self.progressNumber),
            message: params["message"]?.stringValue?.clipped(to: MCPLimits.errorCharacters))
        return [.progress(handle, report)]
    }

    private static func progressNumber(_ value: JSONValue) -> JSONNumber? {
        guard let number = value.numberValue, number.lexeme.utf8.count <= MCPLimits.tokenBytes
        else { return nil }
        return number
    }
}

extension ClientNote {
    /// Nothing says how long ago it was over: that would have to be remembered for ever.
    static let late = answerIgnored(reason: "its request is over or was cancelled")
}
