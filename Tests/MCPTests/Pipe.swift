// A client's end of the pipe for tests: one line a step, and every message that came out is either
// expected or a failure. No test lives here.

import JSON
import MCP
import Testing

/// A session and what came out of it so far. `notes` are for the operator and kept aside.
struct Pipe {
    var session = ServerSession(
        identity: ServerIdentity(
            name: "holdfast", title: "Holdfast", version: "0.1.0", instructions: "Be careful."),
        offer: Offer.all)
    var expectations = Expectations()
    var nowMs: Int64 = 0
    var waiting: [SessionEffect] = []
    var notes: [SessionNote] = []

    /// A pipe whose client has shaken hands for `version`.
    static func legacy(_ version: ProtocolVersion, capabilities: String = "{}") -> Pipe {
        var pipe = Pipe()
        let params = #"{"protocolVersion":"\#(version.rawValue)","capabilities":\#(capabilities),"#
            + #""clientInfo":{"name":"old","version":"1"}}"#
        pipe.client(#"{"jsonrpc":"2.0","id":"hello","method":"initialize","params":\#(params)}"#)
        pipe.client(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
        #expect(pipe.next()?["result"]?["protocolVersion"] == .string(version.rawValue))
        pipe.silence()
        return pipe
    }

    /// A pipe on which `version` is spoken.
    static func speaking(_ version: ProtocolVersion) -> Pipe {
        version == .v2026_07_28 ? Pipe() : legacy(version)
    }

    mutating func client(_ line: String) { client(Array(line.utf8)) }

    mutating func client(_ line: [UInt8]) {
        expectations.note(client: line)
        take(session.receive(line, nowMs: nowMs))
    }

    mutating func answer(_ handle: RequestHandle, _ answer: SessionAnswer) {
        take(session.answer(handle, with: answer))
    }

    mutating func change(_ change: ServedChange) { take(session.changed(change)) }

    /// Every line that comes out is held against the schema of its version.
    mutating func take(_ effects: [SessionEffect]) {
        for effect in effects {
            if case .note(let note) = effect { notes.append(note) } else { waiting.append(effect) }
            if case .send(let line) = effect { expectations.judge(line) }
        }
    }

    /// The next thing that came out, which has to be a well-formed line.
    mutating func next(sourceLocation: SourceLocation = #_sourceLocation) -> JSONValue? {
        guard case .send(let bytes) = takeNext() else {
            Issue.record("no line came out", sourceLocation: sourceLocation)
            return nil
        }
        return Shape.message(bytes, sourceLocation)
    }

    /// The next line's text, byte for byte.
    mutating func nextText() -> String? {
        guard case .send(let bytes) = takeNext() else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    mutating func server(_ expected: JSONValue, sourceLocation: SourceLocation = #_sourceLocation) {
        let got = next(sourceLocation: sourceLocation)
        #expect(got == expected, sourceLocation: sourceLocation)
    }

    /// The next line is an error with this code; its `id` is exactly `id`, nil for no id at all.
    @discardableResult
    mutating func error(
        _ code: Int, id: JSONValue?, _ fragment: String = "",
        sourceLocation: SourceLocation = #_sourceLocation
    ) -> JSONValue? {
        let got = next(sourceLocation: sourceLocation)
        #expect(got?["error"]?["code"] == .integer(code), sourceLocation: sourceLocation)
        #expect(got?["id"] == id, sourceLocation: sourceLocation)
        let message = got?["error"]?["message"]?.stringValue ?? ""
        #expect(message.contains(fragment), sourceLocation: sourceLocation)
        return got?["error"]
    }

    /// The next effect is a call for the host.
    mutating func call(
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> (handle: RequestHandle, request: ToolCallRequest) {
        let asked: (RequestHandle, ToolCallRequest)? =
            switch takeNext() {
            case .callTool(let handle, let request): (handle, request)
            case .send, .listTools, .content, .task, .answered, .cancel, .note, nil: nil
            }
        return try #require(asked, "a call reaches the host", sourceLocation: sourceLocation)
    }

    mutating func list(
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> RequestHandle {
        let asked: RequestHandle? =
            switch takeNext() {
            case .listTools(let handle): handle
            case .send, .callTool, .content, .task, .answered, .cancel, .note, nil: nil
            }
        return try #require(asked, "tools/list reaches the host", sourceLocation: sourceLocation)
    }

    /// The next effect is this question for the host.
    mutating func asked(
        _ expected: ContentRequest, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> RequestHandle {
        let asked: (handle: RequestHandle, request: ContentRequest)? =
            switch takeNext() {
            case .content(let handle, let request): (handle, request)
            case .send, .callTool, .listTools, .task, .answered, .cancel, .note, nil: nil
            }
        let found = try #require(
            asked, "a question reaches the host", sourceLocation: sourceLocation)
        #expect(found.request == expected, sourceLocation: sourceLocation)
        return found.handle
    }

    /// The next effect is this question about a task.
    mutating func asked(
        _ expected: TaskRequest, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> RequestHandle {
        let asked: (handle: RequestHandle, request: TaskRequest)? =
            switch takeNext() {
            case .task(let handle, let request): (handle, request)
            case .send, .callTool, .listTools, .content, .answered, .cancel, .note, nil: nil
            }
        let found = try #require(
            asked, "a question reaches the host", sourceLocation: sourceLocation)
        #expect(found.request == expected, sourceLocation: sourceLocation)
        return found.handle
    }

    /// The user's answer reaches the host.
    mutating func said(
        _ call: RequestHandle, _ answer: QuestionAnswer,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(takeNext() == .answered(call, answer), sourceLocation: sourceLocation)
    }

    mutating func cancelled(
        _ handle: RequestHandle, reason: String?, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(takeNext() == .cancel(handle, reason: reason), sourceLocation: sourceLocation)
    }

    /// Nothing else came out.
    func silence(sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(waiting.isEmpty, sourceLocation: sourceLocation)
    }

    private mutating func takeNext() -> SessionEffect? {
        waiting.isEmpty ? nil : waiting.removeFirst()
    }
}

/// Lines a client says.
enum Say {
    static let meta = meta(declaring: "{}")
    static let tasks = #"{"extensions":{"io.modelcontextprotocol/tasks":{}}}"#
    static let forms = #"{"elicitation":{"form":{}}}"#
    static let tasksAndForms =
        #"{"elicitation":{},"extensions":{"io.modelcontextprotocol/tasks":{}}}"#

    static func meta(declaring capabilities: String) -> String {
        #""io.modelcontextprotocol/protocolVersion":"2026-07-28","#
            + #""io.modelcontextprotocol/clientCapabilities":\#(capabilities)"#
    }

    /// A stateless request of a client that can do `capabilities`.
    static func able(
        _ capabilities: String, _ id: String, _ method: String, _ params: String = ""
    ) -> String {
        #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":{"_meta":{"#
            + #"\#(meta(declaring: capabilities))}\#(params)}}"#
    }

    /// A stateless request; `params` and `extraMeta` are members with a leading comma.
    static func modern(
        _ id: String, _ method: String, _ params: String = "", meta extraMeta: String = ""
    ) -> String {
        #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":{"_meta":{\#(meta)"#
            + #"\#(extraMeta)}\#(params)}}"#
    }

    /// A request in the way of `version`.
    static func request(
        _ version: ProtocolVersion, _ id: String, _ method: String, _ params: String = ""
    ) -> String {
        version == .v2026_07_28
            ? modern(id, method, params) : plain(id, method, "{\(params.dropFirst())}")
    }

    static func plain(_ id: String, _ method: String, _ params: String = "{}") -> String {
        #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":\#(params)}"#
    }

    static func cancel(_ id: String, _ more: String = "") -> String {
        #"{"jsonrpc":"2.0","method":"notifications/cancelled","#
            + #""params":{"requestId":\#(id)\#(more)}}"#
    }
}

/// Tools and results that say something in every field.
enum Sample {
    static let annotations = ToolAnnotations(
        readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false)

    static let tools = ["read_b", "read_a", "Read"].map { name in
        ToolListing(
            name: name, title: "Title of \(name)", description: "Reads.",
            inputSchema: ["type": "object", "properties": [:]],
            outputSchema: ["type": "object", "properties": ["n": ["type": "integer"]]],
            annotations: annotations)
    }

    static let result = ToolResult(
        textBlocks: [#"{"n":1}"#, "It was replayed."], structuredContent: ["n": 1],
        isError: false, meta: ["dev.holdfast/auditIndex": 7])
}

extension WatchedKinds {
    static let tools = WatchedKinds(hasTools: true)
    static let resources = WatchedKinds(hasResources: true)
    static let toolsAndResources = WatchedKinds(hasTools: true, hasResources: true)
}
