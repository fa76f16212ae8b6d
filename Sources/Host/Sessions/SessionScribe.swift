// From what happens in a host to the lines of its recording: masked, and with a word where what
// follows could not be played again.

import Engine
import JSON
import JSONSchema
import MCP

/// Something that happened, as it came by.
enum SessionEvent: Sendable {
    case client(FramedLine)
    case closed
    case server([UInt8])
    case started(Attempt)
    case ended(Attempt, AttemptOutcome)
    case tools(Catalog)
}

struct SessionScribe {
    /// An approval that the client was told to wait for.
    struct Held: Hashable {
        let approval: String
        let call: String
    }

    private var mask = SessionMask()
    /// The tools of requests under way, by the text of their ids.
    private var tools: [String: String] = [:]
    /// What the last attempt of a call came to, as far as this session made it.
    private var outcomes: [String: AttemptOutcome] = [:]
    private(set) var held: [Held] = []
    /// Why what is being written down could not be played again.
    private var doubts: [String] = []
    let manifest: (String) -> Manifest?

    init(manifest: @escaping (String) -> Manifest?) { self.manifest = manifest }

    mutating func entries(for event: SessionEvent) -> [SessionEntry] {
        let made = lines(for: event)
        defer { doubts = [] }
        return doubts.map { .unplayable($0) } + made
    }

    private mutating func lines(for event: SessionEvent) -> [SessionEntry] {
        switch event {
        case .client(.oversized): return [.client(.oversized)]
        case .client(.line(let bytes)): return client(bytes)
        case .closed: return [.client(.closed)]
        case .server(let bytes): return server(bytes)
        case .started(let attempt): return [.started(start(attempt))]
        case .ended(let attempt, let outcome): return [.ended(end(attempt, outcome))]
        case .tools(let catalog):
            return [.tools(catalog.tools.map(\.manifest.content))]
        }
    }

    /// What a person, or time, made of an approval; nil while it waits.
    mutating func entry(for held: Held, _ approval: Approval, reason: String?) -> SessionEntry? {
        let decision: ApprovalDecision
        switch approval.state {
        case .pending: return nil
        case .approved, .spent: decision = .approve(reason: reason)
        case .denied: decision = .deny(reason: reason ?? "")
        case .expired, .withdrawn:
            self.held.removeAll { $0 == held }
            return approval.state == .withdrawn
                ? nil
                : .unplayable(
                    "an approval ran out while this was recorded; time cannot be played again")
        }
        self.held.removeAll { $0 == held }
        return .decided(
            PersonDecision(
                approval: held.approval, decision: decision,
                person: approval.decidedBy ?? ""))
    }

    private mutating func client(_ bytes: [UInt8]) -> [SessionEntry] {
        do {
            let message = try JSONParser.parse(bytes, limits: .session)
            return [.client(.message(each(message) { $0.request($1) }))]
        } catch {
            guard let text = String(validating: bytes, as: UTF8.self) else {
                return [.client(.bytes(bytes))]
            }
            return [.client(.text(mask.scrubbed(text)))]
        }
    }

    /// The message, or the messages of a batch one by one in their array.
    private mutating func each(
        _ message: JSONValue, _ change: (inout SessionScribe, JSONValue) -> JSONValue
    ) -> JSONValue {
        guard let batch = message.arrayValue else { return change(&self, message) }
        var changed: [JSONValue] = []
        for element in batch { changed.append(change(&self, element)) }
        return .array(changed)
    }

    private mutating func request(_ message: JSONValue) -> JSONValue {
        guard message["method"]?.stringValue == "tools/call", let params = message["params"],
            let name = params["name"]?.stringValue
        else { return mask.scrubbed(message) }
        if let id = message["id"] { tools[id.compactText] = name }
        guard let arguments = params["arguments"] else { return mask.scrubbed(message) }
        let schema = manifest(name)?.inputSchema
        let safe = mask.masked(arguments, by: schema)
        if let schema, safe != arguments, schema.isValid(arguments.withoutHostArguments),
            !schema.isValid(safe.withoutHostArguments)
        {
            doubts.append(
                "a masked argument of \(name) is none that its schema takes; record with made-up "
                    + "values instead")
        }
        return mask.scrubbed(message.replacing(["params", "arguments"], with: safe))
    }

    private mutating func server(_ bytes: [UInt8]) -> [SessionEntry] {
        let message: JSONValue
        do {
            message = try JSONParser.parse(bytes, limits: .session)
        } catch {
            return [.unplayable("the server wrote what is too large to be recorded")]
        }
        return [.server(each(message) { $0.response($1) })]
    }

    private mutating func response(_ message: JSONValue) -> JSONValue {
        guard let id = message["id"], message["method"] == nil,
            let tool = tools.removeValue(forKey: id.compactText),
            let result = message["result"]
        else { return mask.scrubbed(message) }
        var masked = message
        if let content = result["structuredContent"] {
            notice(content)
            masked = masked.replacing(
                ["result", "structuredContent"], with: safe(content, of: tool))
        }
        let blocks = (result["content"]?.arrayValue ?? []).map { block -> JSONValue in
            guard let text = block["text"]?.stringValue else { return block }
            guard let (start, document) = SessionMask.document(in: text) else { return block }
            if result["structuredContent"] == nil { notice(document) }
            let safe = String(text[..<start]) + safe(document, of: tool).compactText
            return block.replacing(["text"], with: .string(safe))
        }
        if result["content"] != nil {
            masked = masked.replacing(["result", "content"], with: .array(blocks))
        }
        return mask.scrubbed(masked)
    }

    private mutating func safe(_ content: JSONValue, of tool: String) -> JSONValue {
        if HostTool(rawValue: tool) == nil {
            return mask.masked(content, by: manifest(tool)?.outputSchema)
        }
        // What `call_status` tells is another tool's result.
        guard let told = content["tool"]?.stringValue, let result = content["result"] else {
            return content
        }
        return content.replacing(
            ["result"], with: mask.masked(result, by: manifest(told)?.outputSchema))
    }

    /// What an answer says of a call.
    private mutating func notice(_ content: JSONValue) {
        let receipt = content[Manifest.reservedResult] ?? content
        guard let call = receipt["call_id"]?.stringValue,
            let status = receipt["status"]?.stringValue
        else { return }
        let approval = receipt["approval_id"] ?? content["approval"]?["approval_id"]
        if status == CallStatus.pendingApproval.rawValue, let approval = approval?.stringValue {
            let wanted = Held(approval: approval, call: call)
            if !held.contains(wanted) { held.append(wanted) }
        }
        guard status == CallStatus.succeeded.rawValue else { return }
        switch outcomes[call] {
        case .succeeded, .succeededTooLarge: break
        case nil, .failed, .unknown:
            doubts.append(
                "an answer rests on what did not happen in this session: \(call) was done "
                    + "before it began, by another host, or settled by a person")
        }
    }

    private mutating func start(_ attempt: Attempt) -> AttemptStart {
        let tool = attempt.tool.text
        let safe = mask.masked(
            .object(attempt.arguments), by: manifest(tool)?.inputSchema)
        return AttemptStart(
            call: attempt.call.text, number: attempt.number, tool: tool,
            arguments: mask.scrubbed(safe).objectValue ?? [:])
    }

    private mutating func end(_ attempt: Attempt, _ outcome: AttemptOutcome) -> AttemptEnd {
        outcomes[attempt.call.text] = outcome
        let safe: AttemptOutcome
        switch outcome {
        case .succeeded(let result):
            let schema = manifest(attempt.tool.text)?.outputSchema
            safe = .succeeded(mask.scrubbed(mask.masked(result, by: schema)))
        case .succeededTooLarge: safe = outcome
        case .failed(let failure):
            safe = .failed(Failure(failure.kind, mask.scrubbed(failure.message)))
        case .unknown(let reason): safe = .unknown(reason: mask.scrubbed(reason))
        }
        return AttemptEnd(call: attempt.call.text, number: attempt.number, outcome: safe)
    }
}

extension JSONValue {
    fileprivate var withoutHostArguments: JSONValue {
        guard var object = objectValue else { return self }
        for name in Manifest.reservedArguments { object[name] = nil }
        return .object(object)
    }
}
