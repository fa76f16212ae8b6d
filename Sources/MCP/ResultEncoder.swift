// Results as one protocol version knows them. Every decision of the kind "this field exists since"
// is made here and in ProtocolVersion.swift.

import JSON

struct ResultEncoder: Sendable {
    let version: ProtocolVersion
    let identity: ServerIdentity

    /// How long a client may keep what it was told. The tool list changes with the files behind
    /// it; who we are and what we offer changes with an upgrade; the journal at any moment.
    enum CacheMs {
        static let journal = 0
        static let toolList = 60_000
        static let offer = 3_600_000
    }

    /// Who may be given what a cache has kept.
    enum CacheScope: String {
        case everybody = "public"
        /// It depends on the profile that serves it.
        case ownProfile = "private"
    }

    func discovery() -> JSONObject {
        var result: JSONObject = [
            "supportedVersions": .array(ProtocolVersion.statelessNames.map(JSONValue.string)),
            "capabilities": capabilities,
        ]
        result["instructions"] = identity.instructions.map(JSONValue.string)
        return complete(result, cacheFor: CacheMs.offer, scope: .everybody)
    }

    func initialization() -> JSONObject {
        var result: JSONObject = [
            "protocolVersion": .string(version.rawValue),
            "capabilities": capabilities,
            "serverInfo": .object(serverInfo),
        ]
        result["instructions"] = identity.instructions.map(JSONValue.string)
        return result
    }

    /// What is promised. Prompts never change while a server lives, so of them no change is told.
    private var capabilities: JSONValue {
        var capabilities: JSONObject = [
            "tools": ["listChanged": true],
            "resources": ["subscribe": true, "listChanged": true], "prompts": [:],
        ]
        if version.hasCompletionsCapability { capabilities["completions"] = [:] }
        if version.isStateless { capabilities["extensions"] = [Extensions.tasks: [:]] }
        return .object(capabilities)
    }

    func empty() -> JSONObject { complete([:]) }

    /// Sorted by the bytes of the name, so that equal lists are equal texts to every cache, and
    /// a page goes on after the last name of the one before whatever has changed meanwhile.
    func toolList(_ tools: [ToolListing], after position: PagePosition?) -> JSONObject {
        let sorted = tools.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        let rest = sorted.drop { tool in
            guard let position else { return false }
            return position.text.utf8.lexicographicallyPrecedes(tool.name.utf8) == false
        }
        let page = rest.prefix(MCPLimits.toolsPerPage)
        var result: JSONObject = ["tools": .array(page.map { .object(tool($0)) })]
        if page.count < rest.count, let last = page.last {
            result["nextCursor"] = .string(PagePosition(last.name).cursor(of: .tools))
        }
        return complete(result, cacheFor: CacheMs.toolList, scope: .ownProfile)
    }

    func toolResult(_ result: ToolResult) -> JSONObject {
        let content = result.textBlocks.map { block -> JSONValue in
            ["type": "text", "text": .string(block)]
        }
        var encoded: JSONObject = ["content": .array(content)]
        if version.hasStructuredContent {
            encoded["structuredContent"] = result.structuredContent.map(JSONValue.object)
        }
        encoded["isError"] = .bool(result.isError)
        if result.meta.isEmpty == false { encoded["_meta"] = .object(result.meta) }
        return complete(encoded)
    }

    private func tool(_ tool: ToolListing) -> JSONObject {
        var encoded: JSONObject = ["name": .string(tool.name)]
        if version.hasTitles { encoded["title"] = tool.title.map(JSONValue.string) }
        encoded["description"] = .string(tool.description)
        encoded["inputSchema"] = tool.inputSchema
        if version.hasStructuredContent { encoded["outputSchema"] = tool.outputSchema }
        if version.hasToolAnnotations {
            encoded["annotations"] = .object(annotations(of: tool))
        }
        return encoded
    }

    private func annotations(of tool: ToolListing) -> JSONObject {
        var encoded: JSONObject = [:]
        // Before tools had a title of their own, this was where it went.
        if version.hasTitles == false { encoded["title"] = tool.title.map(JSONValue.string) }
        encoded["readOnlyHint"] = .bool(tool.annotations.readOnlyHint)
        encoded["destructiveHint"] = .bool(tool.annotations.destructiveHint)
        encoded["idempotentHint"] = .bool(tool.annotations.idempotentHint)
        encoded["openWorldHint"] = .bool(tool.annotations.openWorldHint)
        return encoded
    }

    private var serverInfo: JSONObject {
        var info: JSONObject = ["name": .string(identity.name)]
        if version.hasTitles { info["title"] = identity.title.map(JSONValue.string) }
        info["version"] = .string(identity.version)
        return info
    }

    /// Adds what every stateless result says about itself, and nothing to any other.
    func complete(_ result: JSONObject) -> JSONObject {
        guard version.isStateless else { return result }
        var result = result
        result["resultType"] = "complete"
        var meta = result["_meta"]?.objectValue ?? [:]
        meta[MetaKey.serverInfo] = .object(serverInfo)
        result["_meta"] = .object(meta)
        return result
    }

    func complete(
        _ result: JSONObject, cacheFor ttlMs: Int, scope: CacheScope
    ) -> JSONObject {
        var result = complete(result)
        guard version.isStateless else { return result }
        result["ttlMs"] = .integer(ttlMs)
        result["cacheScope"] = .string(scope.rawValue)
        return result
    }
}
