// Who wants to hear of what: the open `subscriptions/listen` of the stateless era, by id, and what
// the client that shook hands has asked to be told. Nothing is sent from here.

import JSON

/// What one `subscriptions/listen` asks for, as far as it is served.
struct SubscriptionFilter: Hashable, Sendable {
    private(set) var tools = false
    private(set) var resourceList = false
    /// In the order asked for, each once; nil where resources were not mentioned.
    private(set) var resources: [ResourceURI]?
    /// Likewise; those of others are taken out before anything is told.
    private(set) var tasks: [TaskID]?
    /// What whoever asked can be told of a task.
    let abilities: ClientAbilities

    private enum Name {
        static let tools = "toolsListChanged"
        static let resourceList = "resourcesListChanged"
        static let resources = "resourceSubscriptions"
        static let tasks = "taskIds"
    }

    /// What is not served is left out, known to the protocol or not: the acknowledgement says so.
    init(
        asked params: JSONObject, of offer: ServerOffer, by abilities: ClientAbilities
    ) throws(ErrorAnswer) {
        self.abilities = abilities
        guard let asked = params["notifications"]?.objectValue else {
            throw .invalidParams("params.notifications must be an object: what to be told of")
        }
        tools = try Self.flag(Name.tools, in: asked)
        resourceList = try Self.flag(Name.resourceList, in: asked)
        resources = try Self.names(
            Name.resources, of: "URIs", upTo: MCPLimits.subscribedResources, in: asked
        ) { text in
            ResourceURI(text).flatMap { offer.covers($0) ? $0 : nil }
        }
        tasks = try Self.names(
            Name.tasks, of: "task ids", upTo: MCPLimits.subscribedTasks, in: asked, TaskID.init)
        if tasks != nil, abilities.hasTasks == false { throw .tasksNotDeclared() }
    }

    /// Each once, in the order asked for, without those that cannot be; nil where none were named.
    private static func names<Value: Hashable>(
        _ name: String, of kind: String, upTo limit: Int, in asked: JSONObject,
        _ read: (String) -> Value?
    ) throws(ErrorAnswer) -> [Value]? {
        guard let given = asked[name] else { return nil }
        guard let elements = given.arrayValue else {
            throw .invalidParams("params.notifications.\(name) must be an array of \(kind)")
        }
        guard elements.count <= limit else {
            throw .invalidParams(
                "params.notifications.\(name) may hold \(limit) \(kind), not \(elements.count)")
        }
        var kept: [Value] = []
        for element in elements {
            guard let text = element.stringValue else {
                throw .invalidParams("params.notifications.\(name) must be an array of \(kind)")
            }
            if let value = read(text), kept.contains(value) == false { kept.append(value) }
        }
        return kept
    }

    mutating func keepTasks(_ own: [TaskID]) {
        tasks = tasks?.filter(own.contains)
    }

    private static func flag(
        _ name: String, in asked: JSONObject
    ) throws(ErrorAnswer) -> Bool {
        guard let value = asked[name] else { return false }
        guard let flag = value.boolValue else {
            throw .invalidParams("params.notifications.\(name) must be true or false")
        }
        return flag
    }

    /// What the host must look out for; nil where nothing that may change was asked for.
    var watched: WatchedKinds? {
        let kinds = WatchedKinds(
            hasTools: tools, hasResources: resourceList || resources?.isEmpty == false,
            tasks: tasks ?? [])
        return kinds == WatchedKinds() ? nil : kinds
    }

    func wants(_ change: ServedChange) -> Bool {
        switch change {
        case .tools: tools
        case .resourceList: resourceList
        case .resource(let uri): resources?.contains(uri) == true
        case .task(let task): tasks?.contains(task.id) == true
        }
    }

    /// As the acknowledgement repeats it: only what will be told.
    var honoured: JSONObject {
        var honoured: JSONObject = [:]
        if tools { honoured[Name.tools] = true }
        if resourceList { honoured[Name.resourceList] = true }
        honoured[Name.resources] = resources.map { .array($0.map { .string($0.text) }) }
        honoured[Name.tasks] = tasks.map { .array($0.map { .string($0.text) }) }
        return honoured
    }
}

struct SubscriptionTable: Sendable {
    private struct Listening: Sendable {
        let id: RequestID
        var filter: SubscriptionFilter
        /// Nothing may be told under an id before its acknowledgement.
        var isAcknowledged = false
    }

    /// In the order they were opened.
    private var listening: [Listening] = []
    /// On what a subscription of the client of the handshake rests.
    private struct Holding: Sendable {
        /// A request for it was answered.
        var isConfirmed = false
        /// The requests for it that are under way: it outlives whichever of them comes to nothing.
        var pending: Set<RequestHandle> = []

        var isEmpty: Bool { isConfirmed == false && pending.isEmpty }
    }

    /// What the client of the handshake subscribed to.
    private var handshake: [ResourceURI: Holding] = [:]
    /// Whether the client of the handshake has asked for the list of resources. One that never
    /// did has nothing that could be out of date.
    private var handshakeHasList = false

    func contains(_ id: RequestID) -> Bool { listening.contains { $0.id == id } }
    var isFull: Bool { listening.count >= MCPLimits.subscriptions }

    mutating func open(_ id: RequestID, _ filter: SubscriptionFilter) {
        precondition(contains(id) == false, "an id in use is refused before it gets here")
        listening.append(Listening(id: id, filter: filter))
    }

    /// What is not the caller's is not told to them.
    mutating func keepTasks(_ own: [TaskID], of id: RequestID) {
        guard let index = listening.firstIndex(where: { $0.id == id }) else { return }
        listening[index].filter.keepTasks(own)
    }

    /// From now on changes may be told under `id`.
    /// - Returns: what will be told.
    mutating func acknowledge(_ id: RequestID) -> SubscriptionFilter {
        guard let index = listening.firstIndex(where: { $0.id == id }) else {
            preconditionFailure("only an open subscription is acknowledged")
        }
        listening[index].isAcknowledged = true
        return listening[index].filter
    }

    /// - Returns: false where there is no such subscription.
    mutating func close(_ id: RequestID) -> Bool {
        guard let index = listening.firstIndex(where: { $0.id == id }) else { return false }
        listening.remove(at: index)
        return true
    }

    /// Closes all that were acknowledged and names them, oldest first.
    mutating func closeAll() -> [RequestID] {
        let ended = listening.filter(\.isAcknowledged).map(\.id)
        listening.removeAll(where: \.isAcknowledged)
        return ended
    }

    /// Under which ids a change is told, oldest first.
    func listeners(to change: ServedChange) -> [(id: RequestID, abilities: ClientAbilities)] {
        listening.filter { $0.isAcknowledged && $0.filter.wants(change) }
            .map { ($0.id, $0.filter.abilities) }
    }
}

extension SubscriptionTable {
    func checkRoom(for uri: ResourceURI) throws(ErrorAnswer) {
        guard handshake[uri] != nil || handshake.count < MCPLimits.subscribedResources else {
            throw .tooManySubscriptions(limit: MCPLimits.subscribedResources)
        }
    }

    mutating func subscribe(_ uri: ResourceURI, by request: RequestHandle) {
        handshake[uri, default: Holding()].pending.insert(request)
    }

    /// The request was answered: from now on the subscription stands by itself. Where it was given
    /// up in the meantime, it stays given up.
    mutating func confirm(_ uri: ResourceURI, by request: RequestHandle) {
        guard handshake[uri]?.pending.remove(request) != nil else { return }
        handshake[uri]?.isConfirmed = true
    }

    /// The request came to nothing; others may have asked for the same.
    mutating func withdraw(_ uri: ResourceURI, by request: RequestHandle) {
        handshake[uri]?.pending.remove(request)
        if handshake[uri]?.isEmpty == true { handshake[uri] = nil }
    }

    mutating func unsubscribe(_ uri: ResourceURI) { handshake[uri] = nil }

    mutating func noteListRequest() { handshakeHasList = true }

    /// Whether a client that shook hands is told of a change. It is told of changed tools unasked:
    /// that is what the capability promises it.
    func tellsHandshake(_ change: ServedChange) -> Bool {
        switch change {
        case .tools: true
        case .resourceList: handshakeHasList
        case .resource(let uri): handshake[uri] != nil
        case .task: false
        }
    }

    /// Everything that anybody waits for, acknowledged or about to be.
    var watched: WatchedResources {
        var watched = WatchedResources(
            includesList: handshakeHasList, uris: Set(handshake.keys))
        for each in listening {
            if each.filter.resourceList { watched.includesList = true }
            watched.uris.formUnion(each.filter.resources ?? [])
            watched.tasks.formUnion(each.filter.tasks ?? [])
        }
        return watched
    }
}
