// The official example messages of 2026-07-28 for the tools path: read as a client would send them,
// and written as the specification shows them. Skipped, with the reason, where they are not there.

import Foundation
import JSON
import MCP
import Testing

enum Examples {
    static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "../shared/data/mcp/examples-2026-07-28").standardized

    static var areThere: Bool {
        let found = FileManager.default.fileExists(atPath: folder.path)
        if found == false { print("skipped: no official examples at \(folder.path)") }
        return found
    }

    /// Every example as `Definition/name.json`.
    static func paths() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".json") }.sorted()
    }

    static func read(_ path: String) throws -> JSONValue {
        let data = try Data(contentsOf: folder.appending(path: path))
        return try JSONParser.parse([UInt8](data))
    }
}

@Suite(.enabled(if: Examples.areThere))
struct OfficialExamplesTests {
    private let serverInfo = "io.modelcontextprotocol/serverInfo"

    @Test func discoverIsAnsweredInTheExamplesForm() throws {
        var pipe = Pipe()
        let request = "DiscoverRequest/server-discover-request.json"
        pipe.client(try Examples.read(request).compactBytes())
        let example = try Examples.read("DiscoverResultResponse/discover-result-response.json")
        let sent = pipe.next()
        let ours = try #require(sent)
        #expect(ours["id"] == example["id"])
        var names = Set(example["result"]?.objectValue?.names ?? [])
        names.insert("instructions")
        #expect(Set(ours["result"]?.objectValue?.names ?? []) == names)
        for name in ["resultType", "supportedVersions", "ttlMs", "cacheScope"] {
            #expect(ours["result"]?[name] == example["result"]?[name])
        }
        pipe.silence()
    }

    @Test func aListIsReadAndWrittenInTheExamplesForm() throws {
        var pipe = Pipe()
        pipe.client(try Examples.read("ListToolsRequest/list-tools-request.json").compactBytes())
        let example = try Examples.read("ListToolsResultResponse/list-tools-result-response.json")
        let tools = example["result"]?["tools"]?.arrayValue ?? []
        pipe.answer(try pipe.list(), .tools(try tools.map(listing)))
        let sent = pipe.next()
        let ours = try #require(sent)
        #expect(ours["id"] == example["id"])
        let written = ours["result"]?["tools"]?.arrayValue ?? []
        #expect(written.map(bare) == tools.map(bare))
        pipe.silence()
    }

    @Test(arguments: [
        "with-no-parameters", "with-default-2020-12-input-schema",
        "with-explicit-draft-07-input-schema", "with-output-schema-for-structured-content",
        "tool-with-array-output-schema", "tool-with-composition-input-schema",
    ])
    func everyToolSurvivesToTheWire(_ name: String) throws {
        let example = try Examples.read("Tool/\(name).json")
        var pipe = Pipe()
        pipe.client(Say.modern("1", "tools/list"))
        pipe.answer(try pipe.list(), .tools([try listing(example)]))
        let sent = pipe.next()
        let written = try #require(sent?["result"]?["tools"]?.arrayValue?.first)
        #expect(bare(written) == bare(example))
    }

    @Test func aCallIsReadAndItsResultWrittenAsInTheExample() throws {
        let request = try Examples.read("CallToolRequest/call-tool-request.json")
        let example = try Examples.read("CallToolResultResponse/call-tool-result-response.json")
        var pipe = Pipe()
        pipe.client(request.compactBytes())
        let call = try pipe.call()
        #expect(call.request.name == "get_weather")
        #expect(call.request.arguments == ["location": "New York"])
        #expect(call.request.clientInfo == PeerInfo(name: "ExampleClient", version: "1.0.0"))
        #expect(.object(call.request.meta) == request["params"]?["_meta"])
        let text = example["result"]?["content"]?.arrayValue?.first?["text"]?.stringValue ?? ""
        pipe.answer(call.handle, .toolResult(ToolResult(textBlocks: [text], isError: false)))
        let sent = pipe.next()
        #expect(withoutServerInfo(try #require(sent)) == example)
        pipe.silence()
    }

    @Test(arguments: ["invalid-tool-input-error", "result-with-structured-content"])
    func resultsAreWrittenAsInTheExample(_ name: String) throws {
        let example = try Examples.read("CallToolResult/\(name).json")
        var pipe = Pipe()
        pipe.client(Say.modern("1", "tools/call", #","name":"t""#))
        let content = example["content"]?.arrayValue ?? []
        let result = ToolResult(
            textBlocks: content.compactMap { $0["text"]?.stringValue },
            structuredContent: example["structuredContent"]?.objectValue,
            isError: example["isError"] == true)
        pipe.answer(try pipe.call().handle, .toolResult(result))
        let sent = pipe.next()
        var ours = withoutServerInfo(try #require(sent))["result"]?.objectValue ?? [:]
        // We always say isError; where the example leaves it out it means false.
        if example["isError"] == nil, ours["isError"] == false { ours["isError"] = nil }
        #expect(.object(ours) == example)
    }

    @Test func progressIsToldAsInTheExample() throws {
        let params = try Examples.read(
            "CallToolRequestParams/tool-call-params-with-progress-token.json")
        var pipe = Pipe()
        let request: JSONValue = [
            "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params,
        ]
        pipe.client(request.compactBytes())
        let handle = try pipe.call().handle
        pipe.take(
            pipe.session.progress(
                handle, message: "Reticulating splines...", progress: 50, total: 100))
        pipe.server(try Examples.read("ProgressNotification/progress-message.json"))
        pipe.silence()
    }

    @Test func theCancellationIsUnderstood() throws {
        var pipe = Pipe()
        pipe.client(Say.modern("\"123\"", "tools/call", #","name":"t""#))
        let handle = try pipe.call().handle
        let example = "CancelledNotification/user-requested-cancellation.json"
        pipe.client(try Examples.read(example).compactBytes())
        pipe.cancelled(handle, reason: "User requested cancellation")
        pipe.silence()
    }

    @Test func errorsHaveTheExamplesForm() throws {
        let unknown = try Examples.read("InvalidParamsError/unknown-tool.json")
        var pipe = Pipe()
        pipe.client(Say.modern("1", "tools/call", #","name":"invalid_tool_name""#))
        pipe.answer(try pipe.call().handle, .unknownTool("invalid_tool_name"))
        #expect(pipe.error(-32602, id: 1) == unknown)
        let version = try Examples.read("UnsupportedProtocolVersionError/unsupported-version.json")
        let meta = #"{"io.modelcontextprotocol/protocolVersion":"1900-01-01"}"#
        pipe.client(Say.plain("1", "tools/list", #"{"_meta":\#(meta)}"#))
        let ours = pipe.error(-32022, id: 1)
        #expect(ours?["message"] == version["error"]?["message"])
        #expect(ours?["data"]?["requested"] == version["error"]?["data"]?["requested"])
        pipe.silence()
    }

    @Test func aQuestionIsPutAsInTheExample() throws {
        let example = try Examples.read("ElicitRequest/elicitation-request.json")
        let form = QuestionForm(
            message: try #require(example["params"]?["message"]?.stringValue),
            schema: try #require(example["params"]?["requestedSchema"]))
        var pipe = Pipe()
        pipe.client(Say.able(Say.forms, "1", "tools/call", #","name":"t""#))
        let question = Question(key: "github_login", form: form)
        pipe.answer(try pipe.call().handle, .inputRequired(question, state: "s"))
        #expect(pipe.next()?["result"]?["inputRequests"] == ["github_login": example])
        var older = Pipe.legacy(.v2025_11_25, capabilities: Say.forms)
        older.client(Say.plain("1", "tools/call", #"{"name":"t"}"#))
        older.take(older.session.ask(try older.call().handle, form))
        let asked = older.next()
        #expect(asked?["method"] == example["method"] && asked?["params"] == example["params"])
    }

    @Test func answersAreUnderstoodAsInTheExamples() throws {
        let path = "InputResponses/elicitation-and-sampling-input-responses.json"
        let responses = InputResponses(try #require(try Examples.read(path).objectValue))
        #expect(responses["github_login"] == .accepted(["name": "octocat"]))
        #expect(
            responses["capital_of_france"]
                == .unusable(reason: "action must be accept, decline or cancel"))
    }

    @Test func aMissingCapabilityIsNamedInTheExamplesForm() throws {
        let path = "MissingRequiredClientCapabilityError/missing-elicitation-capability.json"
        let example = try Examples.read(path)
        var pipe = Pipe()
        pipe.client(Say.modern("1", "tasks/get", #","taskId":"t""#))
        let ours = pipe.next()
        #expect(ours?["error"]?["code"] == example["error"]?["code"])
        let names = ours?["error"]?["data"]?.objectValue?.names
        #expect(names == example["error"]?["data"]?.objectValue?.names)
    }

    private func listing(_ tool: JSONValue) throws -> ToolListing {
        ToolListing(
            name: try #require(tool["name"]?.stringValue), title: tool["title"]?.stringValue,
            description: try #require(tool["description"]?.stringValue),
            inputSchema: try #require(tool["inputSchema"]), outputSchema: tool["outputSchema"],
            annotations: Sample.annotations)
    }

    /// A tool without what we always say (annotations) and what we never do (icons).
    private func bare(_ tool: JSONValue) -> JSONObject {
        var members = tool.objectValue ?? [:]
        members["annotations"] = nil
        members["icons"] = nil
        return members
    }

    private func withoutServerInfo(_ message: JSONValue) -> JSONValue {
        var members = message.objectValue ?? [:]
        var result = members["result"]?.objectValue ?? [:]
        #expect(result["_meta"]?[serverInfo] != nil)
        result["_meta"] = nil
        members["result"] = .object(result)
        return .object(members)
    }
}
