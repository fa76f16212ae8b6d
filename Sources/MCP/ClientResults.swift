// What servers answer, read into types. What the client does with it is not decided here.

import JSON

/// An answer that does not have the shape the protocol gives it.
struct MalformedAnswer: Error, Hashable, Sendable {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}

extension JSONObject {
    /// The member `name`, read; nil where it is missing, an error where it is of another kind.
    fileprivate func read<Kind>(
        _ name: String, _ expected: String, _ kind: (JSONValue) -> Kind?
    ) throws(MalformedAnswer) -> Kind? {
        guard let value = self[name] else { return nil }
        guard let read = kind(value) else {
            throw MalformedAnswer("\(name) must be \(expected), not \(value.kindName)")
        }
        return read
    }
}

/// What a server's result says of itself.
enum AnsweredCall: Sendable {
    case complete(CallResult)
    case inputRequired(InputRequest)

    init(_ result: JSONObject, by version: ProtocolVersion) throws(MalformedAnswer) {
        let type = version.isStateless ? try result.read("resultType", "text", \.stringValue) : nil
        switch type {
        // Some servers leave it out, which is to mean the same.
        case nil, "complete": self = .complete(try CallResult(result))
        case "input_required": self = .inputRequired(try InputRequest(result))
        case let other?:
            throw MalformedAnswer(
                "its resultType \"\(other.clipped())\" is none that was asked for")
        }
    }
}

extension CallResult {
    fileprivate init(_ result: JSONObject) throws(MalformedAnswer) {
        var blocks: [JSONObject] = []
        for block in try result.read("content", "a list", \.arrayValue) ?? [] {
            guard let members = block.objectValue, members["type"]?.stringValue != nil else {
                throw MalformedAnswer("a content block must be an object with a text type")
            }
            blocks.append(members)
        }
        content = blocks
        structuredContent = result["structuredContent"]
        isError = try result.read("isError", "true or false", \.boolValue) ?? false
        meta = try result.read("_meta", "an object", \.objectValue) ?? [:]
    }
}

extension InputRequest {
    fileprivate init(_ result: JSONObject) throws(MalformedAnswer) {
        let asked = try result.read("inputRequests", "an object", \.objectValue)
        requests = asked ?? [:]
        requestState = try result.read("requestState", "text", \.stringValue)
        if asked == nil, requestState == nil {
            throw MalformedAnswer("input is required, but neither what nor for which state")
        }
    }
}

extension ListedTool {
    init(_ value: JSONValue) throws(MalformedAnswer) {
        guard let members = value.objectValue else {
            throw MalformedAnswer("a tool must be an object, not \(value.kindName)")
        }
        guard let name = members["name"]?.stringValue, name.isEmpty == false else {
            throw MalformedAnswer("a tool has no name")
        }
        guard let input = members["inputSchema"]?.objectValue else {
            throw MalformedAnswer(
                "the tool \"\(name.clipped())\" has no inputSchema that is an object")
        }
        self.init(
            name: name, description: members["description"]?.stringValue, inputSchema: input,
            outputSchema: members["outputSchema"], definition: members)
    }
}

/// A list of tools that comes in pages.
struct ToolGathering: Sendable {
    private(set) var list = ToolList(tools: [], freshForMs: nil)
    private(set) var leftOut: ClientNote?
    private var leftOutCount = 0
    private var entries = 0
    private var bytes = 0
    private var pages = 0
    /// As JSON, whose texts are told apart byte by byte.
    private var names: Set<JSONValue> = []

    /// Adds a page and returns the cursor of the next, nil after the last.
    mutating func add(_ result: JSONObject) throws(MalformedAnswer) -> String? {
        pages += 1
        guard let page = try result.read("tools", "a list", \.arrayValue) else {
            throw MalformedAnswer("a page of the tool list has no tools")
        }
        entries += page.count
        guard entries <= MCPLimits.listedTools else {
            throw MalformedAnswer(
                "the tool list has more than \(MCPLimits.listedTools) tools")
        }
        bytes += page.reduce(0) { $0 + $1.compactBytes().count }
        guard bytes <= MCPLimits.toolListBytes else {
            throw MalformedAnswer("the tool list has more than \(MCPLimits.toolListBytes) bytes")
        }
        for value in page { add(value) }
        if let fresh = result["ttlMs"]?.intValue, fresh >= 0 {
            list.freshForMs = min(list.freshForMs ?? fresh, fresh)
        }
        return try nextCursor(result)
    }

    private func nextCursor(_ result: JSONObject) throws(MalformedAnswer) -> String? {
        // Null is not in the schema, but is how some servers say that there is none.
        guard result["nextCursor"] != .null,
            let cursor = try result.read("nextCursor", "text", \.stringValue)
        else { return nil }
        guard cursor.utf8.count <= MCPLimits.serverCursorBytes else {
            throw MalformedAnswer(
                "a cursor of the tool list has more than \(MCPLimits.serverCursorBytes) bytes")
        }
        guard pages < MCPLimits.toolPages else {
            throw MalformedAnswer("the tool list has more than \(MCPLimits.toolPages) pages")
        }
        return cursor
    }

    /// One broken entry must not hide the others.
    private mutating func add(_ value: JSONValue) {
        do throws(MalformedAnswer) {
            let tool = try ListedTool(value)
            guard names.insert(.string(tool.name)).inserted else {
                throw MalformedAnswer("two tools are named \"\(tool.name.clipped())\"")
            }
            list.tools.append(tool)
        } catch {
            leftOutCount += 1
            var reason = error.reason
            if case .toolsLeftOut(_, let first) = leftOut { reason = first }
            leftOut = .toolsLeftOut(count: leftOutCount, reason: reason)
        }
    }
}

extension ServerAgreement {
    /// Reads the result of `server/discover`.
    init(discovered result: JSONObject, version: ProtocolVersion) {
        self.init(
            result, version: version, server: result["_meta"]?[MetaKey.serverInfo])
    }

    /// Reads the result of `initialize`.
    init(initialized result: JSONObject, version: ProtocolVersion) {
        self.init(result, version: version, server: result["serverInfo"])
    }

    /// Nothing in here decides anything, so nothing in here is refused.
    private init(_ result: JSONObject, version: ProtocolVersion, server: JSONValue?) {
        self.init(
            version: version, server: server.flatMap(PeerInfo.init),
            capabilities: result["capabilities"]?.objectValue ?? [:],
            instructions: result["instructions"]?.stringValue)
    }
}
