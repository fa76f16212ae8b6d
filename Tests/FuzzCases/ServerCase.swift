// A server's session under a client that says anything in any order: every request with an id that
// can be read is answered exactly once or was cancelled, and nothing stays in flight.

import JSON
import MCP

struct ServerCase {
    private var chance: Chance
    /// What the session asked its host.
    private enum Question {
        case tools, call
        case content(ContentRequest)
        case task(TaskRequest)
    }

    private static let template = ResourceTemplate(
        prefix: "r://", variable: "id", name: "r", title: "R", description: "d",
        mimeType: "application/json")
    private static let prompt = PromptListing(
        name: "p", title: "P", description: "d", arguments: [])

    private var session = ServerSession(
        identity: ServerIdentity(name: "s", version: "1"),
        offer: ServerOffer(resources: [template], prompts: [prompt]))
    private var nowMs: Int64 = 0
    private var waiting: [(handle: RequestHandle, question: Question)] = []
    /// Requests to listen: answered when their subscription ends, unless the client ended it.
    private var listens = 0
    private var finished: [RequestHandle] = []
    private var cancelled: Set<RequestHandle> = []
    private var asked: [RequestID: Int] = [:]
    private var answered: [RequestID: Int] = [:]
    private var hasBatches = false
    /// Questions that went to the client's user and are not answered; some are taken back.
    private var questions = 0
    private var calls: [RequestHandle: ToolCallRequest] = [:]
    private var said: [String] = []

    static func run(_ chance: Chance) throws(FuzzFinding) {
        var one = ServerCase(chance: chance)
        do throws(FuzzFinding) {
            try one.talk()
        } catch {
            throw FuzzFinding("\(error)\n" + one.said.joined(separator: "\n"))
        }
    }

    private init(chance: Chance) { self.chance = chance }

    private mutating func talk() throws(FuzzFinding) {
        for _ in 0..<chance.below(40) { try step() }
        while waiting.isEmpty == false { try answerOne() }
        try take(session.endSubscriptions())
        try must(session.inFlight == 0, "\(session.inFlight) still in flight")
        for (id, count) in answered {
            try must(count <= asked[id] ?? 0, "\(id) was answered \(count) times")
        }
        let expected = asked.values.reduce(0, +) - cancelled.count
        let got = answered.values.reduce(0, +)
        try must(
            (expected - listens...max(expected, 0)).contains(got),
            "\(got) answers, not \(expected), \(listens) of which listened")
    }

    private mutating func step() throws(FuzzFinding) {
        nowMs += Int64(chance.below(300))
        switch chance.below(8) {
        case 0: if waiting.isEmpty == false { try answerOne() }
        case 1:
            let handles = waiting.map(\.handle) + finished
            guard handles.isEmpty == false else { return }
            try take(
                session.progress(
                    chance.pick(handles), message: "m", progress: chance.below(5), total: nil))
        case 2 where chance.once(in: 4):
            let uri = chance.pick(ClientLines.uris)
            var changes: [ServedChange] = [.tools, .resourceList]
            if let uri = ResourceURI(uri) { changes.append(.resource(uri)) }
            changes.append(.task(Self.task("t")))
            try take(session.changed(chance.pick(changes)))
            try take(session.receiveOversized(nowMs: nowMs))
        case _: try receive(ClientLines.line(&chance))
        }
        try must(session.inFlight == waiting.count, "in flight: \(session.inFlight)")
    }

    private mutating func receive(_ line: [UInt8]) throws(FuzzFinding) {
        said.append(ParserCase.shown(line))
        for id in Wire.idsToAnswer(in: line, batches: hasBatches) { asked[id, default: 0] += 1 }
        listens += Wire.count(of: "subscriptions/listen", in: line)
        try take(session.receive(line, nowMs: nowMs))
    }

    private mutating func answerOne() throws(FuzzFinding) {
        let (handle, question) = waiting.remove(at: chance.below(waiting.count))
        finished.append(handle)
        said.append("answer \(handle.number)")
        let call = calls[handle]
        let answer: SessionAnswer =
            switch chance.below(6) {
            case 0: .internalError("e")
            case 1: .invalidParams("t")
            case 2 where call?.abilities.hasTasks == true: .task(Self.task("t"))
            case 3 where call?.abilities.showsForms == true && call?.version.isStateless == true:
                .inputRequired(MCP.Question(key: "k", form: Self.form), state: "s")
            case _: Self.answer(to: question)
            }
        let effects = session.answer(handle, with: answer)
        if cancelled.contains(handle) {
            // Its batch may be sent now, but not before the rest of it is answered.
            try must(effects.isEmpty, "a cancelled request was answered")
        }
        try take(effects)
    }

    private static func answer(to question: Question) -> SessionAnswer {
        switch question {
        case .tools: .tools([])
        case .call: .toolResult(ToolResult(textBlocks: ["\n"], isError: false))
        case .content(.resourceList): .resources(ResourcePage([], next: nil))
        case .content(.resource(let uri)):
            uri.text.hasSuffix("1")
                ? .resourceNotFound : .resource(ResourceContent(mimeType: "m", text: "\n"))
        case .content(.prompt): .prompt(PromptContent(description: "d", userTexts: ["\n"]))
        case .content(.completion): .completion(Completion(values: ["\n"], total: 1))
        case .content(.watch(let kinds)):
            kinds.tasks.isEmpty ? .watching : .watchingTasks(kinds.tasks)
        case .task(.get(let id)): .task(task(id.text))
        case .task(.update(_, let responses)):
            responses["k"] == nil ? .unknownTask : .acknowledged
        case .task(.cancel): .acknowledged
        }
    }

    private static let form = QuestionForm(
        message: "\n", schema: ["type": "object", "properties": [:]])

    private static func task(_ id: String) -> TaskView {
        guard let id = TaskID(id) else { preconditionFailure("a short text is an id") }
        return TaskView(
            id: id, standing: .inputRequired(MCP.Question(key: "k", form: form)), message: "\n",
            createdAt: "t", lastUpdatedAt: "t", pollIntervalMs: 1)
    }

    private mutating func take(_ effects: [SessionEffect]) throws(FuzzFinding) {
        for effect in effects {
            switch effect {
            case .send(let line): try sent(line)
            case .listTools(let handle): waiting.append((handle, .tools))
            case .callTool(let handle, let call):
                waiting.append((handle, .call))
                calls[handle] = call
                if chance.once(in: 2) { try take(session.ask(handle, Self.form)) }
            case .task(let handle, let request): waiting.append((handle, .task(request)))
            case .answered(let handle, _):
                try must(waiting.contains { $0.handle == handle }, "answers for what is over")
                try must(questions > 0, "answers what was not asked")
                questions -= 1
            case .content(let handle, let request): waiting.append((handle, .content(request)))
            case .cancel(let handle, _):
                try must(waiting.contains { $0.handle == handle }, "cancels what does not run")
                try must(cancelled.insert(handle).inserted, "cancels twice")
            case .note: break
            }
        }
    }

    private mutating func sent(_ line: [UInt8]) throws(FuzzFinding) {
        said.append("  → " + ParserCase.shown(Array(line.dropLast())))
        for message in try Wire.messages(in: line) {
            if message["method"] == "elicitation/create" {
                questions += 1
                continue
            }
            try must(
                message["method"] == nil || message["id"] == nil, "a server asks its client")
            if message["result"]?["protocolVersion"] == "2025-03-26" { hasBatches = true }
            guard let id = message["id"].flatMap(RequestID.init) else {
                try must(message["result"] == nil, "a result for nobody")
                continue
            }
            answered[id, default: 0] += 1
        }
    }
}

/// What clients of both eras say, rightly and wrongly.
private enum ClientLines {
    private static let ids: [JSONValue] = [1, 2, 3, "1", "a", nil, [1]]
    private static let methods = [
        "initialize", "ping", "server/discover", "tools/list", "tools/call", "tools/call",
        "resources/list", "", "notifications/cancelled", "resources/read", "resources/subscribe",
        "resources/unsubscribe", "resources/templates/list", "prompts/list", "prompts/get",
        "completion/complete", "subscriptions/listen", "subscriptions/listen", "tasks/get",
        "tasks/update", "tasks/cancel",
    ]
    private static let abilities: [JSONValue] = [
        [:], ["elicitation": [:]], ["extensions": ["io.modelcontextprotocol/tasks": [:]]],
        ["elicitation": ["form": [:]], "extensions": ["io.modelcontextprotocol/tasks": [:]]],
    ]
    static let uris = ["r://0", "r://1", "r://", "s://1"]
    private static let versions = ["2025-03-26", "2025-03-26", "2025-11-25", "2026-07-28", "9"]

    static func line(_ chance: inout Chance) -> [UInt8] {
        let value: JSONValue =
            chance.once(in: 6)
            ? .array((0..<chance.below(5)).map { _ in message(&chance) }) : message(&chance)
        let changed = chance.once(in: 4) ? Generate.mutated(value, &chance) : value
        let bytes = changed.compactBytes()
        return chance.once(in: 8) ? Generate.damaged(bytes, &chance) : bytes
    }

    private static func message(_ chance: inout Chance) -> JSONValue {
        switch chance.below(8) {
        case 0:
            return [
                "jsonrpc": "2.0", "method": "notifications/cancelled",
                "params": ["requestId": chance.pick(ids), "reason": "r"],
            ]
        case 1:
            let answer: JSONValue = ["action": .string(chance.pick(["accept", "decline", "x"]))]
            let id = chance.once(in: 2) ? .string("question-\(chance.below(4))") : chance.pick(ids)
            return ["jsonrpc": "2.0", "id": id, "result": answer]
        case 2: return ["jsonrpc": "2.0", "method": .string(chance.pick(methods))]
        case _:
            return [
                "jsonrpc": "2.0", "id": chance.pick(ids), "method": .string(chance.pick(methods)),
                "params": params(&chance),
            ]
        }
    }

    private static func params(_ chance: inout Chance) -> JSONValue {
        var params: JSONObject = [
            "name": chance.once(in: 2) ? "t" : "p", "arguments": ["a": 1],
            "uri": .string(chance.pick(uris)),
            "ref": ["type": "ref/prompt", "name": "p"],
            "argument": ["name": "a", "value": "b"],
            "notifications": [
                "toolsListChanged": true, "resourcesListChanged": .bool(chance.once(in: 2)),
                "resourceSubscriptions": [.string(chance.pick(uris))],
            ],
            "protocolVersion": .string(chance.pick(versions)),
            "capabilities": chance.pick(abilities), "taskId": "t",
            "inputResponses": ["k": ["action": "decline"]],
        ]
        if chance.once(in: 2) { params["requestState"] = chance.pick(["s", 1]) }
        if chance.once(in: 4) { params["notifications"] = ["taskIds": ["t"]] }
        var meta = JSONObject()
        if chance.once(in: 2) { meta["progressToken"] = chance.pick(ids) }
        if chance.once(in: 2) {
            meta["io.modelcontextprotocol/protocolVersion"] =
                chance.once(in: 4) ? .string(chance.pick(versions)) : "2026-07-28"
            meta["io.modelcontextprotocol/clientCapabilities"] = chance.pick(abilities)
        }
        params["_meta"] = .object(meta)
        return .object(params)
    }
}
