// Whole conversations in each version, with every kind of message that a session sends. `Pipe`
// holds each line against the published schema of the version in force, here as in all the tests of
// this target; here it is made sure that no kind is left out, and that the judge is no fool.

import JSON
import JSONSchema
import MCP
import Testing

@Suite(.enabled(if: Schemas.areThere))
struct ConversationTests {
    /// A pipe and what was heard on it: methods of notifications, results by what was asked, codes.
    private struct Conversation {
        let version: ProtocolVersion
        var pipe: Pipe
        var heard: Set<String> = []
        private var next = 100

        init(_ version: ProtocolVersion) {
            self.version = version
            pipe = Pipe.speaking(version)
        }

        /// Sends a request and answers its question, where the session has one.
        mutating func ask(
            _ method: String, _ params: String = "", _ answer: SessionAnswer? = nil,
            meta: String = ""
        ) {
            next += 1
            let line =
                version == .v2026_07_28
                ? Say.modern("\(next)", method, params, meta: meta)
                : Say.plain(
                    "\(next)", method,
                    meta.isEmpty
                        ? "{\(params.dropFirst())}"
                        : #"{"_meta":{\#(meta.dropFirst())}\#(params)}"#)
            pipe.client(line)
            hear(method)
            guard let answer, let handle = handles.popLast() else { return }
            if method == "tools/call" {
                pipe.take(
                    pipe.session.progress(handle, message: "half-way", progress: 1, total: 2))
            }
            pipe.answer(handle, answer)
            hear(method)
        }

        var handles: [RequestHandle] = []

        mutating func hear(_ method: String = "") {
            for effect in pipe.waiting {
                switch effect {
                case .send(let bytes):
                    let message = Shape.message(bytes, #_sourceLocation)
                    if let code = message?["error"]?["code"]?.intValue { heard.insert("\(code)") }
                    if message?["result"] != nil { heard.insert(method) }
                    if let told = message?["method"]?.stringValue { heard.insert(told) }
                case .listTools(let handle), .callTool(let handle, _), .content(let handle, _),
                    .task(let handle, _):
                    handles.append(handle)
                case .answered, .cancel, .note: break
                }
            }
            pipe.waiting = []
        }
    }

    private func content(_ conversation: inout Conversation) {
        let tools: JSONValue = .string(String(repeating: "x", count: 300))
        conversation.ask("tools/list", "", .tools(Sample.tools))
        conversation.ask("tools/list", "", .tools([]))
        conversation.ask("tools/list", #","cursor":"x""#)
        let call = #","name":"t""#
        conversation.ask(
            "tools/call", call, .toolResult(Sample.result), meta: #","progressToken":"p""#)
        let failed = ToolResult(
            textBlocks: ["no"], structuredContent: ["why": tools], isError: true)
        conversation.ask("tools/call", call, .toolResult(failed), meta: #","progressToken":7"#)
        conversation.ask("tools/call", call, .unknownTool("t"))
        conversation.ask("tools/call", call, .internalError("disk full"))
        conversation.ask("resources/list", "", .resources(Offer.page))
        conversation.ask("resources/list", "", .resources(ResourcePage([], next: nil)))
        conversation.ask("resources/templates/list")
        let uri = #","uri":"holdfast://runs/run_1""#
        conversation.ask("resources/read", uri, .resource(Offer.content))
        conversation.ask("resources/read", uri, .resourceNotFound)
        conversation.ask("prompts/list")
        let prompt = #","name":"resume_run","arguments":{"run_id":"run_1"}"#
        conversation.ask("prompts/get", prompt, .prompt(Offer.prompt))
        conversation.ask(
            "prompts/get", prompt, .prompt(PromptContent(description: nil, userTexts: [])))
        let complete = #","ref":{"type":"ref/prompt","name":"resume_run"},"#
            + #""argument":{"name":"run_id","value":""}"#
        let values = (1...101).map { "v\($0)" }
        conversation.ask(
            "completion/complete", complete, .completion(Completion(values: values, total: 101)))
        conversation.ask(
            "completion/complete", complete, .completion(Completion(values: [], total: nil)))
    }

    private func changes(_ conversation: inout Conversation) {
        let uri = Offer.uri("run_1")
        for change in [ServedChange.tools, .resourceList, .resource(uri)] {
            conversation.pipe.change(change)
            conversation.hear()
        }
    }

    private static let served: Set<String> = [
        "tools/list", "tools/call", "resources/list", "resources/templates/list", "resources/read",
        "prompts/list", "prompts/get", "completion/complete", "notifications/progress",
        "notifications/tools/list_changed", "notifications/resources/list_changed",
        "notifications/resources/updated", "-32700", "-32600", "-32601", "-32602", "-32603",
    ]

    private func mistakes(_ conversation: inout Conversation) {
        for line in ["{", "[]", "7", #"{"jsonrpc":"2.0","id":5}"#, Say.plain("6", "no/such")] {
            conversation.pipe.client(line)
            conversation.hear()
        }
        conversation.ask("no/such")
    }

    @Test(arguments: ProtocolVersion.allCases.filter { $0 < .v2026_07_28 })
    func everythingAClientOfTheHandshakeHearsIsInItsSchema(_ version: ProtocolVersion) {
        var conversation = Conversation(version)
        conversation.ask("ping")
        content(&conversation)
        let uri = #","uri":"holdfast://runs/run_1""#
        conversation.ask("resources/subscribe", uri, .watching)
        changes(&conversation)
        conversation.ask("resources/unsubscribe", uri)
        mistakes(&conversation)
        if version == .v2025_03_26 {
            conversation.pipe.client("[\(Say.plain("1", "ping")),\(Say.plain("2", "no")),7]")
            conversation.hear()
        }
        let own: Set = ["ping", "resources/subscribe", "resources/unsubscribe", "-32002"]
        #expect(conversation.heard == Self.served.union(own))
        #expect(conversation.pipe.expectations.judgedCount > 30)
    }

    @Test func everythingAStatelessClientHearsIsInItsSchema() {
        var conversation = Conversation(.v2026_07_28)
        conversation.ask("server/discover")
        content(&conversation)
        let wanted = #","notifications":{"toolsListChanged":true,"resourcesListChanged":true,"#
            + #""resourceSubscriptions":["holdfast://runs/run_1"]}"#
        conversation.ask("subscriptions/listen", wanted, .watching)
        changes(&conversation)
        conversation.pipe.take(conversation.pipe.session.endSubscriptions())
        conversation.hear("subscriptions/listen")
        mistakes(&conversation)
        let future = #"{"_meta":{"io.modelcontextprotocol/protocolVersion":"2099-01-01"}}"#
        conversation.pipe.client(Say.plain("1", "tools/list", future))
        conversation.hear()
        let own: Set = [
            "server/discover", "subscriptions/listen", "-32022",
            "notifications/subscriptions/acknowledged",
        ]
        #expect(conversation.heard == Self.served.union(own))
        #expect(conversation.pipe.expectations.judgedCount > 30)
    }

    @Test(arguments: ProtocolVersion.allCases)
    func theJudgeFindsFault(_ version: ProtocolVersion) throws {
        func faults(_ value: JSONValue, _ definition: String) throws -> Int {
            try Schemas.faults(in: value, as: definition, of: version).count
        }
        let modern: JSONObject =
            version == .v2026_07_28
            ? ["resultType": "complete", "ttlMs": 0, "cacheScope": "private"] : [:]
        func result(_ more: JSONObject) -> JSONValue {
            var members = modern
            for member in more { members[member.name] = member.value }
            return .object(members)
        }
        #expect(try faults(result(["resources": []]), "ListResourcesResult") == 0)
        #expect(try faults(result([:]), "ListResourcesResult") > 0)
        #expect(try faults(result(["resources": [["uri": "x:y"]]]), "ListResourcesResult") > 0)
        #expect(try faults(result(["prompts": [["title": "x"]]]), "ListPromptsResult") > 0)
        #expect(try faults(result(["completion": [:]]), "CompleteResult") > 0)
        if version == .v2026_07_28 {
            let over: [JSONValue] = Array(repeating: "v", count: 101)
            let completion: JSONValue = ["values": .array(over)]
            #expect(try faults(result(["completion": completion]), "CompleteResult") > 0)
            #expect(try faults(["resources": []], "ListResourcesResult") > 0)
        }
        #expect(try faults(["method": "notifications/nonsense"], "ServerNotification") > 0)
        #expect(try faults([:], "NoSuchDefinition") > 0)
    }
}
