// The published schema of each revision, by which every line that a session sends in these tests is
// judged. Where they are not beside the project nothing is judged, and that is said once. No test
// lives here.

import Foundation
import JSON
import JSONSchema
import MCP
import Synchronization
import Testing

enum Schemas {
    static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "../shared/data/mcp").standardized

    static let areThere: Bool = {
        let found = FileManager.default.fileExists(atPath: file(.v2026_07_28).path)
        if found == false { print("skipped: no schemas of MCP at \(folder.path)") }
        return found
    }()

    private static func file(_ version: ProtocolVersion) -> URL {
        folder.appending(path: "schema-\(version.rawValue).json")
    }

    private static let compiled = Mutex<[URL: CompiledSchema]>([:])

    /// What is wrong with `value` as a `definition` of the tasks extension.
    static func faults(in value: JSONValue, asTasks definition: String) throws -> [String] {
        try schema(folder.appending(path: "tasks-extension.json"))
            .validate(.object([definition: value])).map { "tasks: \($0.message)" }
    }

    /// What is wrong with `value` as a `definition` of `version`.
    static func faults(
        in value: JSONValue, as definition: String, of version: ProtocolVersion
    ) throws -> [String] {
        let schema = try schema(file(version))
        return schema.validate(.object([definition: value]))
            .map { "\(version.rawValue): \($0.message)" }
    }

    /// One schema for all definitions: an object whose members must each be what they are named.
    private static func schema(_ file: URL) throws -> CompiledSchema {
        try compiled.withLock { compiled in
            if let known = compiled[file] { return known }
            let document = try JSONParser.parse([UInt8](Data(contentsOf: file)))
            let found = document["$defs"] ?? renamed(document["definitions"] ?? .null)
            let definitions = try #require(found.objectValue)
            let members = definitions.map { definition -> (String, JSONValue) in
                (definition.name, ["$ref": .string("#/$defs/\(definition.name)")])
            }
            let schema = try CompiledSchema(
                compiling: [
                    "$defs": .object(definitions), "properties": .object(JSONObject(members)),
                    // A definition that is not there must not pass for one that fits.
                    "additionalProperties": false,
                ])
            compiled[file] = schema
            return schema
        }
    }

    /// Draft-07 kept its definitions elsewhere. What these documents use of it means the same in
    /// Draft 2020-12 otherwise.
    private static func renamed(_ value: JSONValue) -> JSONValue {
        switch value {
        case .null, .bool, .number: value
        case .string(let text):
            .string(
                text.hasPrefix("#/definitions/")
                    ? text.replacingOccurrences(of: "#/definitions/", with: "#/$defs/") : text)
        case .array(let elements): .array(elements.map(renamed))
        case .object(let members):
            .object(JSONObject(members.map { ($0.name, renamed($0.value)) }))
        }
    }
}

/// What a client has said, as far as it decides how what it hears must look.
struct Expectations {
    /// Settled by the handshake.
    private(set) var agreed: ProtocolVersion?
    /// By id, oldest first: an id may be used again once it is free, and is by some tests before.
    private var asked: [RequestID: [(method: String, version: ProtocolVersion?)]] = [:]
    /// Lines that were judged so far.
    private(set) var judgedCount = 0

    private static let results = [
        "initialize": "InitializeResult", "ping": "EmptyResult",
        "server/discover": "DiscoverResult", "tools/list": "ListToolsResult",
        "tools/call": "CallToolResult", "resources/list": "ListResourcesResult",
        "resources/templates/list": "ListResourceTemplatesResult",
        "resources/read": "ReadResourceResult", "resources/subscribe": "EmptyResult",
        "resources/unsubscribe": "EmptyResult", "prompts/list": "ListPromptsResult",
        "prompts/get": "GetPromptResult", "completion/complete": "CompleteResult",
        "subscriptions/listen": "SubscriptionsListenResult",
    ]
    private static let notifications = [
        "notifications/progress": "ProgressNotification",
        "notifications/tools/list_changed": "ToolListChangedNotification",
        "notifications/resources/list_changed": "ResourceListChangedNotification",
        "notifications/resources/updated": "ResourceUpdatedNotification",
        "notifications/subscriptions/acknowledged": "SubscriptionsAcknowledgedNotification",
        "notifications/cancelled": "CancelledNotification",
    ]
    /// Those that the tasks extension defines.
    private static let taskResults = [
        "tasks/get": "GetTaskResult", "tasks/update": "UpdateTaskResult",
        "tasks/cancel": "CancelTaskResult",
    ]
    /// Those of 2026-07-28; each is a whole message or the error in it.
    private static let errors = [
        -32700: "ParseError", -32600: "InvalidRequestError", -32601: "MethodNotFoundError",
        -32602: "InvalidParamsError", -32603: "InternalError",
    ]

    mutating func note(client line: [UInt8]) {
        let limits = JSONLimits(maxBytes: 1 << 26, maxDepth: 256, maxNodes: 1 << 21)
        // What is no JSON expects nothing.
        guard let message = try? JSONParser.parse(line, limits: limits) else { return }
        for each in message.arrayValue ?? [message] { note(each) }
    }

    private mutating func note(_ message: JSONValue) {
        guard let id = message["id"].flatMap(RequestID.init),
            let method = message["method"]?.stringValue
        else { return }
        let meta = message["params"]?["_meta"]?.objectValue
        let isClaim = meta?.names.contains { $0.hasPrefix("io.modelcontextprotocol/") } == true
            || ["server/discover", "subscriptions/listen", "tasks/update"].contains(method)
        asked[id, default: []].append((method, isClaim ? .v2026_07_28 : agreed))
    }

    mutating func judge(_ bytes: [UInt8], _ location: SourceLocation = #_sourceLocation) {
        guard Schemas.areThere else { return }
        judgedCount += 1
        do {
            let message = try JSONParser.parse(Array(bytes.dropLast()))
            if let elements = message.arrayValue {
                expect(agreed == .v2025_03_26, "a batch went out", location)
                for element in elements { try judge(element, location) }
            } else {
                try judge(message, location)
            }
        } catch {
            Issue.record("\(error)", sourceLocation: location)
        }
    }

    private mutating func judge(_ message: JSONValue, _ location: SourceLocation) throws {
        if let method = message["method"]?.stringValue {
            let isTagged = message["params"]?["_meta"]?[Self.subscriptionID] != nil
            let version = isTagged ? .v2026_07_28 : agreed ?? .v2026_07_28
            if method == "notifications/tasks" {
                let faults = try Schemas.faults(in: message, asTasks: "TaskStatusNotification")
                return expect(faults.isEmpty, faults.joined(separator: "\n"), location)
            }
            if method == "elicitation/create" {
                try check(message, "ElicitRequest", version, location)
                return try check(message, "ServerRequest", version, location)
            }
            let name = try #require(Self.notifications[method], "\(method) is never sent")
            try check(message, name, version, location)
            try check(message, "ServerNotification", version, location)
            try check(message, "JSONRPCMessage", version, location)
        } else if message["error"] != nil {
            try judge(error: message, location)
        } else {
            try judge(result: message, location)
        }
    }

    private mutating func judge(result message: JSONValue, _ location: SourceLocation) throws {
        let id = try #require(message["id"].flatMap(RequestID.init))
        let result = message["result"] ?? .null
        var faults = ["nobody asked for it"]
        for (method, version) in (asked[id] ?? []).reversed() where !faults.isEmpty {
            let type = result["resultType"]?.stringValue
            if let name = Self.taskResults[method] ?? (type == "task" ? "CreateTaskResult" : nil) {
                faults = try Schemas.faults(in: result, asTasks: name)
                continue
            }
            guard let known = Self.results[method] else { continue }
            let name = type == "input_required" ? "InputRequiredResult" : known
            if method == "initialize" {
                agreed = result["protocolVersion"]?.stringValue.flatMap(ProtocolVersion.init)
            }
            // Only ping is served before anything is agreed.
            let version = version ?? agreed ?? .v2025_11_25
            faults = try Schemas.faults(in: result, as: name, of: version)
                + Schemas.faults(in: result, as: "ServerResult", of: version)
                + Schemas.faults(in: message, as: "JSONRPCMessage", of: version)
        }
        expect(faults.isEmpty, "\(faults.joined(separator: "\n")) in \(message)", location)
    }

    private func judge(error message: JSONValue, _ location: SourceLocation) throws {
        let id = message["id"].flatMap(RequestID.init)
        let version = id.flatMap { asked[$0]?.last?.version } ?? agreed ?? .v2026_07_28
        var members = message.objectValue ?? [:]
        // The one thing that no schema before 2025-11-25 has: nobody's request was answered.
        if id == nil, version < .v2025_11_25 { members["id"] = 0 }
        let name = version < .v2025_11_25 ? "JSONRPCError" : "JSONRPCErrorResponse"
        try check(.object(members), name, version, location)
        guard version == .v2026_07_28 else { return }
        let code = message["error"]?["code"]?.intValue ?? 0
        if code == -32022 {
            return try check(message, "UnsupportedProtocolVersionError", version, location)
        }
        if code == -32021 {
            return try check(message, "MissingRequiredClientCapabilityError", version, location)
        }
        let special = try #require(Self.errors[code], "\(code) is no code of 2026-07-28")
        try check(message["error"] ?? .null, special, version, location)
    }

    private func check(
        _ value: JSONValue, _ definition: String, _ version: ProtocolVersion,
        _ location: SourceLocation
    ) throws {
        let faults = try Schemas.faults(in: value, as: definition, of: version)
        expect(faults.isEmpty, "\(faults.joined(separator: "\n")) in \(value)", location)
    }

    private func expect(_ isSo: Bool, _ words: String, _ location: SourceLocation) {
        if isSo == false { Issue.record(Comment(rawValue: words), sourceLocation: location) }
    }

    private static let subscriptionID = "io.modelcontextprotocol/subscriptionId"
}
