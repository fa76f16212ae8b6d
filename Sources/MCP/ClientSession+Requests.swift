// What the host asks of the server: the list of its tools, a call, the end of a request.

import JSON

extension ClientSession {
    /// Asks for all tools, page by page. Ends in `tools` or `failed`.
    package mutating func listTools() throws(NotSent) -> (RequestHandle, [ClientEffect]) {
        let version = try readyVersion()
        let id = requests.mint()
        let request = PendingRequest(handle: id, question: .toolList(ToolGathering()))
        return (id, askPage(after: nil, request, sentAs: id, version))
    }

    /// Calls a tool. Ends in `result`, `inputRequired` or `failed`.
    package mutating func callTool(
        _ call: OutboundCall
    ) throws(NotSent) -> (RequestHandle, [ClientEffect]) {
        let version = try readyVersion()
        let id = requests.mint()
        let line = Outbound.line(
            Outbound.request(RequestID(id), Method.callTool.rawValue, params(call, id, version)))
        guard line.count - 1 <= MCPLimits.lineBytes else {
            throw .tooLarge(bytes: line.count - 1)
        }
        requests.wait(
            for: PendingRequest(
                handle: id, question: .toolCall(wantsProgress: call.wantsProgress)),
            sentAs: id)
        return (id, [.send(line)])
    }

    /// Asks the server to stop, which is no claim that it had not acted. What it may still say
    /// about the request reaches nobody. Nothing happens where the request is over already.
    package mutating func cancel(_ handle: RequestHandle, reason: String?) -> [ClientEffect] {
        guard let id = requests.withdraw(handle) else { return [] }
        var params: JSONObject = ["requestId": RequestID(id).value]
        params["reason"] = reason.map {
            .string($0.clipped(to: MCPLimits.reasonCharacters))
        }
        return [.send(Outbound.line(Outbound.notification("notifications/cancelled", params)))]
    }

    private func readyVersion() throws(NotSent) -> ProtocolVersion {
        switch phase {
        case .new, .discovering, .shakingHands, .refused: throw .notReady
        case .over: throw .ended
        case .ready(let agreement):
            guard requests.isFull == false else { throw .tooManyInFlight }
            return agreement.version
        }
    }

    /// Asks for the page of the tool list after `cursor`, or for the first.
    mutating func askPage(
        after cursor: String?, _ request: PendingRequest, sentAs id: RequestHandle,
        _ version: ProtocolVersion
    ) -> [ClientEffect] {
        requests.wait(for: request, sentAs: id)
        var params = base(version, meta: [:])
        params["cursor"] = cursor.map(JSONValue.string)
        let message = Outbound.request(RequestID(id), Method.listTools.rawValue, params)
        return [.send(Outbound.line(message))]
    }

    private func params(
        _ call: OutboundCall, _ id: RequestHandle, _ version: ProtocolVersion
    ) -> JSONObject {
        var meta = call.meta
        for reserved in MetaKey.claims + [MetaKey.progressToken] { meta[reserved] = nil }
        if call.wantsProgress { meta[MetaKey.progressToken] = RequestID(id).value }
        var params = base(version, meta: meta)
        params["name"] = .string(call.name)
        params["arguments"] = .object(call.arguments)
        if let input = call.input, version.isStateless {
            params["inputResponses"] = .object(input.responses)
            params["requestState"] = input.requestState.map(JSONValue.string)
        }
        return params
    }

    /// Params with nothing but `_meta`, and without that where it would be empty.
    private func base(_ version: ProtocolVersion, meta: JSONObject) -> JSONObject {
        var meta = meta
        if version.isStateless {
            for member in statelessMeta(version) { meta[member.name] = member.value }
        }
        return meta.isEmpty ? [:] : ["_meta": .object(meta)]
    }
}
