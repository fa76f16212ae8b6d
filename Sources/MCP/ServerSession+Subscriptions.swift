// Subscriptions of both eras on their way: opened, acknowledged, told, ended. Who wants what is
// kept in Subscriptions.swift.

import JSON

extension ServerSession {
    /// What to look out for, so that a host where nobody listens looks at nothing.
    package var watched: WatchedResources { subscriptions.watched }

    /// Says to those who asked for it that something has changed, and to nobody else.
    package func changed(_ change: ServedChange) -> [SessionEffect] {
        var lines: [[UInt8]] = []
        if agreement != nil, subscriptions.tellsHandshake(change) {
            lines.append(Outbound.line(notification(change, under: nil, for: .none)))
        }
        for (id, abilities) in subscriptions.listeners(to: change) {
            lines.append(Outbound.line(notification(change, under: id, for: abilities)))
        }
        return lines.map(SessionEffect.send)
    }

    /// Ends every subscription from the server's side: its response is the last of it.
    package mutating func endSubscriptions() -> [SessionEffect] {
        let encoder = encoder(.v2026_07_28)
        return subscriptions.closeAll().flatMap { id in
            reply(.success(encoder.subscriptionEnd(id)), to: id, in: nil)
        }
    }

    mutating func listen(
        _ filter: SubscriptionFilter, id: RequestID, _ envelope: Envelope
    ) throws(ErrorAnswer) -> [SessionEffect] {
        if subscriptions.isFull { throw .tooManySubscriptions(limit: MCPLimits.subscriptions) }
        guard let watched = filter.watched else {
            subscriptions.open(id, filter)
            return acknowledge(id)
        }
        // Acknowledged once the host watches: what changes after that is surely told.
        let handle = try begin(.listen, id: id, envelope, in: nil)
        subscriptions.open(id, filter)
        return [.content(handle, .watch(watched))]
    }

    mutating func subscribe(
        to uri: ResourceURI, id: RequestID, _ envelope: Envelope, in batch: BatchNumber?
    ) throws(ErrorAnswer) -> [SessionEffect] {
        try subscriptions.checkRoom(for: uri)
        let handle = try begin(.subscribe(uri), id: id, envelope, in: batch)
        subscriptions.subscribe(uri, by: handle)
        return [.content(handle, .watch(WatchedKinds(hasResources: true)))]
    }

    /// What answers a request to listen, where the host watches from now on.
    mutating func acknowledgement(
        of request: InFlightRequest, _ answer: SessionAnswer
    ) -> [SessionEffect]? {
        guard request.question == .listen else { return nil }
        if case .watchingTasks(let own) = answer {
            subscriptions.keepTasks(own, of: request.id)
            return acknowledge(request.id)
        }
        return answer == .watching ? acknowledge(request.id) : nil
    }

    mutating func acknowledge(_ id: RequestID) -> [SessionEffect] {
        let filter = subscriptions.acknowledge(id)
        let message = Outbound.notification(
            "notifications/subscriptions/acknowledged",
            [
                "_meta": .object([MetaKey.subscriptionID: id.value]),
                "notifications": .object(filter.honoured),
            ])
        return [.send(Outbound.line(message))]
    }

    /// Takes back what a request had opened that was cancelled or could not be served.
    mutating func abandon(_ request: InFlightRequest, _ handle: RequestHandle) {
        switch request.question {
        case .listen: _ = subscriptions.close(request.id)
        case .subscribe(let uri): subscriptions.withdraw(uri, by: handle)
        case .toolList, .toolCall, .content, .task: break
        }
    }

    private func notification(
        _ change: ServedChange, under id: RequestID?, for abilities: ClientAbilities
    ) -> JSONValue {
        var params: JSONObject = [:]
        if let id { params["_meta"] = .object([MetaKey.subscriptionID: id.value]) }
        let method: String
        switch change {
        case .tools: method = "notifications/tools/list_changed"
        case .resourceList: method = "notifications/resources/list_changed"
        case .resource(let uri):
            method = "notifications/resources/updated"
            params["uri"] = .string(uri.text)
        case .task(let task):
            method = "notifications/tasks"
            for member in encoder(.v2026_07_28).detailed(task, for: abilities) {
                params[member.name] = member.value
            }
        }
        return Outbound.notification(method, params.isEmpty ? nil : params)
    }
}
