// The official example messages of 2026-07-28 beyond tools: read as a client would send them, and
// written as the specification shows them. Skipped, with the reason, where they are not there.

import JSON
import MCP
import Testing

@Suite(.enabled(if: Examples.areThere))
struct OfficialContentTests {
    /// Offers what the examples talk of.
    private func pipe() throws -> Pipe {
        let prompt = try example("ListPromptsResultResponse/list-prompts-result-response.json")
        let template = try example(
            "ListResourceTemplatesResultResponse/list-resource-templates-result-response.json")
        let offer = ServerOffer(
            resources: try (template["resourceTemplates"]?.arrayValue ?? []).map(self.template),
            prompts: try (prompt["prompts"]?.arrayValue ?? []).map(listing))
        var pipe = Pipe()
        pipe.session = ServerSession(
            identity: ServerIdentity(name: "holdfast", version: "0.1.0"), offer: offer)
        return pipe
    }

    /// The result in an example of a response.
    private func example(_ path: String) throws -> JSONValue {
        try #require(try Examples.read(path)["result"])
    }

    private func text(_ value: JSONValue, _ name: String) throws -> String {
        try #require(value[name]?.stringValue)
    }

    private func template(_ value: JSONValue) throws -> ResourceTemplate {
        let uri = try text(value, "uriTemplate")
        let variable = uri.drop { $0 != "{" }.dropFirst().dropLast()
        return ResourceTemplate(
            prefix: String(uri.prefix { $0 != "{" }), variable: String(variable),
            name: try text(value, "name"), title: try text(value, "title"),
            description: try text(value, "description"), mimeType: try text(value, "mimeType"))
    }

    private func listing(_ value: JSONValue) throws -> PromptListing {
        let arguments = try (value["arguments"]?.arrayValue ?? []).map { argument in
            PromptListing.Argument(
                name: try text(argument, "name"), title: argument["title"]?.stringValue,
                description: try text(argument, "description"),
                isRequired: argument["required"] == true)
        }
        return PromptListing(
            name: try text(value, "name"), title: try text(value, "title"),
            description: try text(value, "description"), arguments: arguments)
    }

    private func resource(_ value: JSONValue) throws -> ResourceListing {
        ResourceListing(
            uri: try #require(ResourceURI(try text(value, "uri"))), name: try text(value, "name"),
            title: value["title"]?.stringValue, description: value["description"]?.stringValue,
            mimeType: try text(value, "mimeType"))
    }

    /// A message without what is ours to choose (how long it may be cached, by whom, who we are,
    /// where the next page begins) and what we never send (icons).
    private func bare(_ value: JSONValue) -> JSONValue {
        let ours = [
            "ttlMs", "cacheScope", "icons", "nextCursor",
            "io.modelcontextprotocol/serverInfo",
        ]
        switch value {
        case .null, .bool, .number, .string: return value
        case .array(let elements): return .array(elements.map(bare))
        case .object(let members):
            var kept = JSONObject(
                members.filter { !ours.contains($0.name) }.map { ($0.name, bare($0.value)) })
            if kept["_meta"]?.objectValue?.isEmpty == true { kept["_meta"] = nil }
            return .object(kept)
        }
    }

    @Test func listsAreReadAndWrittenInTheExamplesForm() throws {
        var pipe = try pipe()
        for (folder, file) in [
            ("ListPrompts", "list-prompts"),
            ("ListResourceTemplates", "list-resource-templates"),
        ] {
            pipe.client(
                try Examples.read("\(folder)Request/\(file)-request.json").compactBytes())
            let response = try Examples.read(
                "\(folder)ResultResponse/\(file)-result-response.json")
            let sent = pipe.next()
            #expect(bare(try #require(sent)) == bare(response))
        }
        pipe.client(
            try Examples.read("ListResourcesRequest/list-resources-request.json").compactBytes())
        let response = try Examples.read(
            "ListResourcesResultResponse/list-resources-result-response.json")
        let listed = try (response["result"]?["resources"]?.arrayValue ?? []).map(resource)
        let handle = try pipe.asked(.resourceList(after: nil))
        pipe.answer(handle, .resources(ResourcePage(listed, next: PagePosition("3"))))
        let sent = pipe.next()
        #expect(sent?["result"]?["nextCursor"]?.stringValue?.isEmpty == false)
        #expect(bare(try #require(sent)) == bare(response))
        pipe.silence()
    }

    /// All of them, also those of what is not served: the judge of our lines knows them all.
    @Test func everyExampleIsInTheSchemaItIsAnExampleOf() throws {
        let paths = try Examples.paths()
        #expect(paths.count > 100)
        for path in paths {
            let definition = String(path.prefix { $0 != "/" })
            let faults = try Schemas.faults(
                in: try Examples.read(path), as: definition, of: .v2026_07_28)
            #expect(faults == [], "\(path)")
        }
    }

    @Test func aCursorOfAnExampleIsNotOurs() throws {
        var pipe = Pipe()
        let params = try Examples.read("PaginatedRequestParams/list-with-cursor.json")
        let request: JSONValue = [
            "jsonrpc": "2.0", "id": 1, "method": "resources/list", "params": params,
        ]
        pipe.client(request.compactBytes())
        let error = pipe.error(-32602, id: 1)
        let example = try Examples.read("InvalidParamsError/invalid-cursor.json")
        let words = try #require(example["message"]?.stringValue)
        #expect(error?["message"]?.stringValue?.hasPrefix(words) == true)
        pipe.silence()
    }

    @Test func aResourceIsReadAsInTheExample() throws {
        var pipe = try pipe()
        pipe.client(
            try Examples.read("ReadResourceRequest/read-resource-request.json").compactBytes())
        let response = try Examples.read(
            "ReadResourceResultResponse/read-resource-result-response.json")
        let content = try #require(response["result"]?["contents"]?.arrayValue?.first)
        let uri = try #require(ResourceURI(try text(content, "uri")))
        pipe.answer(
            try pipe.asked(.resource(uri)),
            .resource(
                ResourceContent(
                    mimeType: try text(content, "mimeType"), text: try text(content, "text"))))
        let sent = pipe.next()
        #expect(bare(try #require(sent)) == bare(response))
        pipe.silence()
    }

    @Test func aPromptIsGottenAsInTheExample() throws {
        var pipe = try pipe()
        let request = try Examples.read("GetPromptRequest/get-prompt-request.json")
        pipe.client(request.compactBytes())
        let response = try Examples.read("GetPromptResultResponse/get-prompt-result-response.json")
        let code = try text(request["params"]?["arguments"] ?? .null, "code")
        let asked = PromptRequest(name: "code_review", arguments: ["code": code])
        let messages = response["result"]?["messages"]?.arrayValue ?? []
        let texts = messages.compactMap { $0["content"]?["text"]?.stringValue }
        let description = response["result"]?["description"]?.stringValue
        pipe.answer(
            try pipe.asked(.prompt(asked)),
            .prompt(PromptContent(description: description, userTexts: texts)))
        let sent = pipe.next()
        #expect(bare(try #require(sent)) == bare(response))
        pipe.client(Say.modern("1", "prompts/get", #","name":"invalid_prompt_name""#))
        let unknown = try Examples.read("InvalidParamsError/unknown-prompt.json")
        #expect(pipe.error(-32602, id: 1) == unknown)
        pipe.silence()
    }

    @Test func completionsAreReadAndWrittenAsInTheExamples() throws {
        var pipe = Pipe()
        var prompt = Offer.resume
        prompt.name = "code_review"
        prompt.arguments = ["language", "framework"].map { name in
            PromptListing.Argument(name: name, title: nil, description: "", isRequired: false)
        }
        pipe.session = ServerSession(
            identity: ServerIdentity(name: "holdfast", version: "0.1.0"),
            offer: ServerOffer(resources: [], prompts: [prompt]))
        pipe.client(
            try Examples.read("CompleteRequest/completion-request.json").compactBytes())
        let response = try Examples.read(
            "CompleteResultResponse/completion-result-response.json")
        let language = CompletionRequest.of(
            .prompt(name: "code_review", argument: "language"), "py")
        pipe.answer(
            try pipe.asked(.completion(language)),
            .completion(Completion(values: ["flask"], total: 1)))
        let sent = pipe.next()
        #expect(bare(try #require(sent)) == response)
        let params = try Examples.read(
            "CompleteRequestParams/prompt-argument-completion-with-context.json")
        let request: JSONValue = [
            "jsonrpc": "2.0", "id": 1, "method": "completion/complete", "params": params,
        ]
        pipe.client(request.compactBytes())
        let framework = CompletionRequest.of(
            .prompt(name: "code_review", argument: "framework"), "fla")
        let many = Completion(values: ["python", "pytorch", "pyside"], total: 10)
        pipe.answer(try pipe.asked(.completion(framework)), .completion(many))
        let example = try Examples.read(
            "CompleteResult/multiple-completion-values-with-more-available.json")
        let told = pipe.next()
        #expect(bare(told?["result"] ?? .null) == example)
        pipe.silence()
    }

    @Test func aSubscriptionLivesAsInTheExamples() throws {
        var pipe = Pipe()
        let file = ResourceTemplate(
            prefix: "file:///project/", variable: "path", name: "f", title: "F",
            description: "Files.", mimeType: "text/plain")
        pipe.session = ServerSession(
            identity: ServerIdentity(name: "holdfast", version: "0.1.0"),
            offer: ServerOffer(resources: [file], prompts: []))
        pipe.client(
            try Examples.read("SubscriptionsListenRequest/listen-for-list-changes.json")
                .compactBytes())
        pipe.answer(try pipe.asked(.watch(.toolsAndResources)), .watching)
        let acknowledged = "SubscriptionsAcknowledgedNotification/listen-acknowledged.json"
        pipe.server(try Examples.read(acknowledged))
        pipe.change(.tools)
        pipe.server(
            try Examples.read("ToolListChangedNotification/tools-list-changed.json"))
        let uri = try #require(ResourceURI("file:///project/config.json"))
        pipe.change(.resource(uri))
        var updated = try Examples.read(
            "ResourceUpdatedNotification/file-resource-updated-notification.json")
        let params = updated["params"]?.objectValue.map { params in
            var params = params
            params["uri"] = .string(uri.text)
            return JSONValue.object(params)
        }
        updated = [
            "jsonrpc": "2.0", "method": updated["method"] ?? .null, "params": params ?? .null,
        ]
        pipe.server(updated)
        pipe.take(pipe.session.endSubscriptions())
        let closed = try Examples.read(
            "SubscriptionsListenResultResponse/listen-closed-response.json")
        let sent = pipe.next()
        #expect(bare(try #require(sent)) == closed)
        pipe.silence()
    }

    @Test func aListenForTheListIsToldAsInTheExample() throws {
        var pipe = Pipe()
        let wanted = #","notifications":{"resourcesListChanged":true}"#
        pipe.client(Say.modern("\"listen-1\"", "subscriptions/listen", wanted))
        pipe.answer(try pipe.asked(.watch(.resources)), .watching)
        _ = pipe.next()
        pipe.change(.resourceList)
        pipe.server(
            try Examples.read("ResourceListChangedNotification/resources-list-changed.json"))
        pipe.silence()
    }

    @Test func whatIsPromisedIsPutAsInTheExamples() throws {
        var pipe = Pipe()
        pipe.client(Say.modern("1", "server/discover"))
        let ours = pipe.next()?["result"]?["capabilities"]
        for name in [
            "tools-list-changed-notifications", "resources-all-notifications",
            "prompts-minimum-baseline-support", "completions-minimum-baseline-support",
        ] {
            let example = try Examples.read("ServerCapabilities/\(name).json")
            let member = try #require(example.objectValue?.members.first)
            #expect(ours?[member.name] == member.value)
        }
        // Beside these there is the extension, which has no example.
        #expect(ours?.objectValue?.count == 5)
        pipe.silence()
    }
}
