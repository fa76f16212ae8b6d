// Resources, prompts and completions from request to result, in every version.

import JSON
import MCP
import Testing

struct ContentTests {
    private let run = Offer.uri("run_1")

    @Test(arguments: ProtocolVersion.allCases)
    func resourcesAreListedPageByPage(_ version: ProtocolVersion) throws {
        var pipe = Pipe.speaking(version)
        pipe.client(Say.request(version, "1", "resources/list"))
        pipe.answer(try pipe.asked(.resourceList(after: nil)), .resources(Offer.page))
        let sent = pipe.next()
        Shape.result(sent, of: version, cacheable: true)
        let listed = sent?["result"]?["resources"]?.arrayValue ?? []
        #expect(listed.map { $0["uri"]?.stringValue } == [
            "holdfast://runs/run_2", "holdfast://runs/run_1",
        ])
        let bare: JSONObject = [
            "uri": "holdfast://runs/run_1", "name": "run_1", "mimeType": "application/json",
        ]
        #expect(listed.last == .object(bare))
        let cursor = try #require(sent?["result"]?["nextCursor"]?.stringValue)
        pipe.client(Say.request(version, "2", "resources/list", #","cursor":"\#(cursor)""#))
        let handle = try pipe.asked(.resourceList(after: PagePosition("run_1")))
        pipe.answer(handle, .resources(ResourcePage([], next: nil)))
        let last = pipe.next()
        #expect(last?["result"]?["resources"] == [])
        #expect(last?["result"]?["nextCursor"] == nil)
        pipe.silence()
    }

    @Test func aPositionThatTheHostDoesNotKnowIsABadCursor() throws {
        var pipe = Pipe()
        pipe.client(Say.modern("1", "resources/list"))
        let made = ResourcePage([], next: PagePosition("what is this"))
        pipe.answer(try pipe.asked(.resourceList(after: nil)), .resources(made))
        let cursor = pipe.next()?["result"]?["nextCursor"]?.stringValue ?? ""
        pipe.client(Say.modern("2", "resources/list", #","cursor":"\#(cursor)""#))
        let handle = try pipe.asked(.resourceList(after: PagePosition("what is this")))
        pipe.answer(handle, .invalidCursor)
        pipe.error(-32602, id: 2, "Invalid cursor")
        pipe.silence()
    }

    @Test(arguments: ProtocolVersion.allCases)
    func templatesAndPromptsAreListedAtOnce(_ version: ProtocolVersion) {
        var pipe = Pipe.speaking(version)
        pipe.client(Say.request(version, "1", "resources/templates/list"))
        let templates = pipe.next()
        Shape.result(templates, of: version, cacheable: true)
        let uris = templates?["result"]?["resourceTemplates"]?.arrayValue?.map { $0["uriTemplate"] }
        #expect(uris == ["holdfast://runs/{id}", "holdfast://calls/{id}"])
        pipe.client(Say.request(version, "2", "prompts/list"))
        let prompts = pipe.next()
        Shape.result(prompts, of: version, cacheable: true)
        let prompt = prompts?["result"]?["prompts"]?.arrayValue?.first
        #expect(prompt?["name"] == "resume_run")
        #expect(prompt?["arguments"]?.arrayValue?.map { $0["required"] } == [true, false])
        if version >= .v2026_07_28 {
            #expect(prompts?["result"]?["cacheScope"] == "public")
            #expect(templates?["result"]?["cacheScope"] == "public")
        }
        pipe.silence()
    }

    @Test(arguments: ProtocolVersion.allCases)
    func aResourceIsReadOrIsNotThere(_ version: ProtocolVersion) throws {
        var pipe = Pipe.speaking(version)
        let params = #","uri":"holdfast://runs/run_1""#
        pipe.client(Say.request(version, "1", "resources/read", params))
        pipe.answer(try pipe.asked(.resource(run)), .resource(Offer.content))
        let sent = pipe.next()
        Shape.result(sent, of: version, cacheable: true)
        #expect(sent?["result"]?["contents"] == [
            [
                "uri": "holdfast://runs/run_1", "mimeType": "application/json",
                "text": #"{"run_id":"run_1"}"#,
            ]
        ])
        pipe.client(Say.request(version, "2", "resources/read", params))
        pipe.answer(try pipe.asked(.resource(run)), .resourceNotFound)
        let code = version >= .v2026_07_28 ? -32602 : -32002
        let error = pipe.error(code, id: 2, "holdfast://runs/run_1")
        #expect(error?["data"] == ["uri": "holdfast://runs/run_1"])
        pipe.silence()
    }

    /// What is no name of ours still reaches the host, which has nothing under it: there is one
    /// answer for all that is not there.
    @Test func everyURIIsTheHostsToFind() throws {
        var pipe = Pipe()
        pipe.client(Say.modern("1", "resources/read", #","uri":"file:///etc/passwd""#))
        let uri = try #require(ResourceURI("file:///etc/passwd"))
        pipe.answer(try pipe.asked(.resource(uri)), .resourceNotFound)
        pipe.error(-32602, id: 1, "Resource not found")
        pipe.silence()
    }

    @Test func aURIIsReadUpToTheLimit() throws {
        for version in [ProtocolVersion.v2026_07_28, .v2025_11_25] {
            var pipe = Pipe.speaking(version)
            let longest = "x:" + String(repeating: "u", count: MCPLimits.uriBytes - 2)
            pipe.client(Say.request(version, "1", "resources/read", #","uri":"\#(longest)""#))
            let uri = try #require(ResourceURI(longest))
            pipe.answer(try pipe.asked(.resource(uri)), .resource(Offer.content))
            _ = pipe.next()
            pipe.client(Say.request(version, "2", "resources/read", #","uri":"\#(longest)u""#))
            pipe.error(-32602, id: 2, "1024 bytes")
            pipe.silence()
        }
    }

    @Test(arguments: [
        ("resources/read", ""), ("resources/read", #","uri":7"#), ("resources/read", #","uri":"""#),
        ("resources/read", #","uri":"a b""#), ("resources/read", #","uri":"é""#),
        ("prompts/get", ""), ("prompts/get", #","name":7"#),
        ("prompts/get", #","name":"resume_run""#),
        ("prompts/get", #","name":"resume_run","arguments":[]"#),
        ("prompts/get", #","name":"resume_run","arguments":{"style":"s"}"#),
        ("prompts/get", #","name":"resume_run","arguments":{"run_id":7}"#),
        ("prompts/get", #","name":"resume_run","arguments":{"run_id":"r","more":"x"}"#),
        ("completion/complete", ""), ("completion/complete", #","ref":"resume_run""#),
        ("completion/complete", #","ref":{"type":"ref/tool","name":"t"},"argument":{"#
            + #""name":"a","value":""}"#),
        ("completion/complete", #","ref":{"type":"ref/prompt","name":"resume_run"}"#),
        ("completion/complete", #","ref":{"type":"ref/prompt","name":"resume_run"},"argument":{}"#),
        ("completion/complete", #","ref":{"type":"ref/prompt"},"argument":{"name":"run_id","#
            + #""value":""}"#),
        ("completion/complete", #","ref":{"type":"ref/prompt","name":"resume_run"},"argument":{"#
            + #""name":"run_id","value":7}"#),
        ("completion/complete", #","ref":{"type":"ref/prompt","name":"resume_run"},"argument":{"#
            + #""name":"run_id","value":""},"context":[]"#),
        ("completion/complete", #","ref":{"type":"ref/resource"},"argument":{"name":"id","#
            + #""value":""}"#),
    ])
    func paramsOfTheWrongShapeAreInvalidParams(_ method: String, _ params: String) {
        for version in ProtocolVersion.allCases {
            var pipe = Pipe.speaking(version)
            pipe.client(Say.request(version, "1", method, params))
            pipe.error(-32602, id: 1, method == "prompts/get" ? "" : "params.")
            pipe.silence()
            #expect(pipe.session.inFlight == 0)
        }
    }

    @Test(arguments: ProtocolVersion.allCases)
    func aPromptIsGotten(_ version: ProtocolVersion) throws {
        var pipe = Pipe.speaking(version)
        let params = #","name":"resume_run","arguments":{"run_id":"run_1"}"#
        pipe.client(Say.request(version, "1", "prompts/get", params))
        let request = PromptRequest.resume(["run_id": "run_1"])
        pipe.answer(try pipe.asked(.prompt(request)), .prompt(Offer.prompt))
        let sent = pipe.next()
        Shape.result(sent, of: version)
        #expect(sent?["result"]?["description"] == "Where run_1 stands")
        #expect(sent?["result"]?["messages"] == [
            ["role": "user", "content": ["type": "text", "text": "Go on."]]
        ])
        pipe.client(Say.request(version, "2", "prompts/get", params))
        pipe.answer(try pipe.asked(.prompt(request)), .invalidParams("There is no run run_1."))
        pipe.error(-32602, id: 2, "no run run_1")
        pipe.client(Say.request(version, "3", "prompts/get", #","name":"nope""#))
        pipe.error(-32602, id: 3, "Unknown prompt: nope")
        pipe.silence()
    }

    @Test(arguments: ProtocolVersion.allCases)
    func valuesAreCompletedForPromptsAndTemplates(_ version: ProtocolVersion) throws {
        var pipe = Pipe.speaking(version)
        let values = #""argument":{"name":"run_id","value":"run_0"},"context":{"arguments":{}}"#
        let prompt = #","ref":{"type":"ref/prompt","name":"resume_run"},"# + values
        pipe.client(Say.request(version, "1", "completion/complete", prompt))
        let asked = CompletionRequest.of(
            .prompt(name: "resume_run", argument: "run_id"), "run_0")
        let answer = Completion(values: ["run_02", "run_01"], total: 2)
        pipe.answer(try pipe.asked(.completion(asked)), .completion(answer))
        let sent = pipe.next()
        Shape.result(sent, of: version)
        #expect(sent?["result"]?["completion"]
            == ["values": ["run_02", "run_01"], "total": 2, "hasMore": false])
        let template = #","ref":{"type":"ref/resource","uri":"holdfast://calls/{id}"},"#
            + #""argument":{"name":"id","value":""}"#
        pipe.client(Say.request(version, "2", "completion/complete", template))
        let other = CompletionRequest.of(.resource(Offer.calls), "")
        pipe.answer(
            try pipe.asked(.completion(other)), .completion(Completion(values: [], total: nil)))
        #expect(pipe.next()?["result"]?["completion"] == ["values": [], "hasMore": true])
        pipe.silence()
    }

    @Test(arguments: [
        (#"{"type":"ref/prompt","name":"nope"}"#, "run_id", "Unknown prompt: nope"),
        (#"{"type":"ref/prompt","name":"resume_run"}"#, "id", "resume_run has no argument id"),
        (#"{"type":"ref/resource","uri":"holdfast://runs/run_1"}"#, "id", "Unknown resource"),
        (#"{"type":"ref/resource","uri":"holdfast://runs/{id}"}"#, "run_id", "no argument run_id"),
    ])
    func whatIsNotOfferedIsNotCompleted(_ reference: String, _ name: String, _ words: String) {
        var pipe = Pipe()
        let params = #","ref":\#(reference),"argument":{"name":"\#(name)","value":""}"#
        pipe.client(Say.modern("1", "completion/complete", params))
        pipe.error(-32602, id: 1, words)
        pipe.silence()
    }

    @Test func valuesAreOfferedUpToTheLimit() throws {
        let limit = MCPLimits.completionValues
        for count in [limit, limit + 1] {
            var pipe = Pipe()
            let params = #","ref":{"type":"ref/resource","uri":"holdfast://runs/{id}"},"#
                + #""argument":{"name":"id","value":""}"#
            pipe.client(Say.modern("1", "completion/complete", params))
            let handle = try pipe.asked(.completion(.of(.resource(Offer.runs), "")))
            let values = (1...count).map { "run_\($0)" }
            pipe.answer(handle, .completion(Completion(values: values, total: count)))
            let completion = pipe.next()?["result"]?["completion"]
            #expect(completion?["values"]?.arrayValue?.count == limit)
            #expect(completion?["total"] == .integer(count))
            #expect(completion?["hasMore"] == .bool(count > limit))
        }
    }

    @Test func questionsMayFailAndBeCancelledLikeCalls() throws {
        for version in [ProtocolVersion.v2026_07_28, .v2025_06_18] {
            var pipe = Pipe.speaking(version)
            let params = #","uri":"holdfast://runs/run_1""#
            pipe.client(Say.request(version, "1", "resources/read", params))
            pipe.answer(try pipe.asked(.resource(run)), .internalError("disk full"))
            pipe.error(-32603, id: 1, "disk full")
            pipe.client(Say.request(version, "2", "resources/read", params))
            let handle = try pipe.asked(.resource(run))
            pipe.client(Say.cancel("2"))
            pipe.cancelled(handle, reason: nil)
            pipe.answer(handle, .resource(Offer.content))
            pipe.silence()
            #expect(pipe.session.inFlight == 0)
        }
    }
}

extension PromptRequest {
    static func resume(_ arguments: [String: String]) -> PromptRequest {
        PromptRequest(name: "resume_run", arguments: arguments)
    }
}

extension CompletionRequest {
    static func of(_ subject: Subject, _ beginning: String) -> CompletionRequest {
        CompletionRequest(subject: subject, beginning: beginning)
    }
}
