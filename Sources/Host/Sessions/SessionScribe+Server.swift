// What the host says, as it is written down: results by the schemas of the call they are of, its
// own words with names in them, and a doubt where an answer rests on what was not made here.

import Engine
import JSON
import JSONSchema

extension SessionScribe {
    /// Answered from the journal.
    private static let journalMethods = [
        "resources/list", "resources/read", "prompts/get", "completion/complete",
    ]
    private static let taskNotification = "notifications/tasks"
    /// Beside free text in those answers.
    private static let fixedFields: Set<String> = [
        "uri", "mimeType", "type", "name", "role", "resultType", "_meta", "nextCursor", "values",
    ]

    mutating func server(_ bytes: [UInt8]) -> [SessionEntry] {
        let message: JSONValue
        do {
            message = try JSONParser.parse(bytes, limits: .session)
        } catch {
            return [.unplayable("the server wrote what is too large to be recorded")]
        }
        return [.server(each(message) { $0.said($1) })]
    }

    private mutating func said(_ message: JSONValue) -> JSONValue {
        if let method = message["method"]?.stringValue {
            requireMade(in: message["params"] ?? .null)
            guard method == Self.taskNotification else { return message }
            return members(of: message) { scribe, member in
                member.name == "params" ? scribe.task(member.value) : member.value
            }
        }
        // The refusal of an id that is taken comes before anything else.
        let isRefusal = message["error"]?["code"]?.intValue == -32600
        let request = message["id"].flatMap { past.answered($0, isRefusal: isRefusal) }
        return members(of: message) { scribe, member in
            switch member.name {
            case "error": return scribe.error(member.value)
            case "result": return scribe.result(member.value, of: request)
            case "id": return scribe.fixed(member.value)
            case _: return member.value
            }
        }
    }

    private mutating func error(_ error: JSONValue) -> JSONValue {
        members(of: error) { scribe, member in
            member.name == "code" ? member.value : scribe.hostDocument(member.value)
        }
    }

    private mutating func result(_ result: JSONValue, of request: AskedRequest?) -> JSONValue {
        guard let request else {
            doubt("an answer came to what was not asked, as far as this recording knows")
            return tools.marksAnything ? mask.blanked(result) : result
        }
        if request.method == "tools/call" { return toolResult(result, of: request) }
        if request.method == "tasks/get" {
            requireMade(in: result)
            return task(result)
        }
        // The others say what the host is and what its manifests say, which stands in the header.
        guard Self.journalMethods.contains(request.method) else { return result }
        requireMade(in: result)
        return journaled(result)
    }

    /// A task's result is that of a call by a tool that nobody names here.
    private mutating func task(_ task: JSONValue) -> JSONValue {
        members(of: task) { scribe, member in
            switch member.name {
            case "result":
                guard scribe.tools.marksAnything else { return member.value }
                scribe.doubt("the result of a task cannot be looked through for what is marked")
                return scribe.mask.blanked(member.value)
            case "statusMessage": return scribe.hostDocument(member.value)
            case _: return member.value
            }
        }
    }

    private mutating func journaled(_ value: JSONValue) -> JSONValue {
        if let elements = value.arrayValue {
            var changed: [JSONValue] = []
            for element in elements { changed.append(journaled(element)) }
            return .array(changed)
        }
        if let text = value.stringValue { return .string(hostText(text)) }
        return members(of: value) { scribe, member in
            Self.fixedFields.contains(member.name) ? member.value : scribe.journaled(member.value)
        }
    }

    private mutating func requireMade(in value: JSONValue) {
        if let stranger = past.strangers(in: value).first { doubt(Self.rests(on: stranger)) }
    }

    private static func rests(on id: String) -> String {
        "an answer rests on what did not happen in this session: \(id) was there before it began, "
            + "or is another host's"
    }

    private mutating func toolResult(
        _ result: JSONValue, of request: AskedRequest
    ) -> JSONValue {
        if result["taskId"] != nil {
            doubt("a call was answered with a task, and what becomes of tasks is not played again")
        }
        let texts = (result["content"]?.arrayValue ?? []).compactMap { $0["text"]?.stringValue }
        let content =
            result["structuredContent"]
            ?? texts.lazy.compactMap { SessionMask.document(in: $0)?.value }.first
        let isOwn = content.map { notice($0, request) } ?? true
        return members(of: result) { scribe, member in
            switch member.name {
            case "structuredContent": return scribe.safe(member.value, of: request, isOwn)
            case "content":
                let blocks = member.value.arrayValue ?? []
                var changed: [JSONValue] = []
                for block in blocks {
                    guard let text = block["text"]?.stringValue else {
                        changed.append(scribe.fixed(block))
                        continue
                    }
                    let safe = scribe.block(text, of: request, isOwn)
                    changed.append(block.replacing(["text"], with: .string(safe)))
                }
                return .array(changed)
            case "statusMessage": return scribe.hostDocument(member.value)
            case _: return member.value
            }
        }
    }

    private mutating func block(
        _ text: String, of request: AskedRequest, _ isOwn: Bool
    ) -> String {
        guard let (start, document) = SessionMask.document(in: text) else { return words(text) }
        return words(String(text[..<start])) + safe(document, of: request, isOwn).compactText
    }

    /// - Parameter isOwn: else it is the result of a manifest that is not known here.
    private mutating func safe(
        _ content: JSONValue, of request: AskedRequest, _ isOwn: Bool
    ) -> JSONValue {
        let name = request.tool ?? ""
        guard HostTool(rawValue: name) == nil else {
            // What `call_status` tells is another tool's result.
            let told = content["tool"]?.stringValue
            let call = content["call_id"]?.stringValue
            return members(of: content) { scribe, member in
                member.name == "result"
                    ? scribe.outcome(member.value, of: told, call, isOwn)
                    : scribe.receiptOrWords(member)
            }
        }
        let receipt = content[Manifest.reservedResult]
        let call = receipt?["call_id"]?.stringValue
        var rest = content.objectValue ?? [:]
        rest[Manifest.reservedResult] = nil
        let safe = outcome(.object(rest), of: name, call, isOwn).objectValue ?? [:]
        var changed: JSONObject = [:]
        for member in safe.members { changed[member.name] = member.value }
        changed[Manifest.reservedResult] = receipt.map {
            receiptOrWords(.init(name: Manifest.reservedResult, value: $0))
        }
        return .object(changed)
    }

    private mutating func receiptOrWords(_ member: JSONObject.Member) -> JSONValue {
        guard member.name == Manifest.reservedResult else { return hostDocument(member.value) }
        return members(of: member.value) { scribe, member in
            member.name == "message" ? scribe.hostDocument(member.value) : member.value
        }
    }

    private mutating func outcome(
        _ result: JSONValue, of tool: String?, _ call: String?, _ isOwn: Bool
    ) -> JSONValue {
        guard isOwn else { return tools.marksAnything ? mask.blanked(result) : result }
        let schemas = call.flatMap { past.tried[$0]?.schemas?.output }
        let outputs = [schemas].compactMap { $0 } + (tool.map(tools.outputs) ?? [])
        return data(mask.masked(result, by: outputs))
    }
}

extension SessionScribe {
    /// What an answer says of runs and calls, and whether they are this session's.
    private mutating func notice(_ content: JSONValue, _ request: AskedRequest) -> Bool {
        let receipt = content[Manifest.reservedResult]
        let told = receipt ?? content
        let run = told["run_id"]?.stringValue
        let call = told["call_id"]?.stringValue
        let isHost = request.tool.flatMap(HostTool.init(rawValue:)) != nil
        let approval =
            (told["approval_id"] ?? content["approval"]?["approval_id"])?.stringValue
        if !isHost, receipt?["replayed"]?.boolValue != true, past.knowsRun(of: request), run != nil
        {
            for id in [run, call, approval] { past.make(id) }
        }
        if request.tool == HostTool.runBegin.rawValue, content["resumed"]?.boolValue == false {
            past.make(run)
        }
        let named = isHost && receipt == nil ? past.strangers(in: content) : []
        let strangers = [run, call].compactMap { $0 }.filter { !past.isMade($0) } + named
        if let stranger = strangers.first { doubt(Self.rests(on: stranger)) }
        if let call, let status = told["status"]?.stringValue {
            if status == CallStatus.pendingApproval.rawValue, let approval {
                hold(approval, of: call)
            }
            requireCause(of: status, call)
        }
        return strangers.isEmpty
    }

    /// A call comes to its end by an attempt of this session, or by what is not in it.
    private mutating func requireCause(of status: String, _ call: String) {
        let came = past.tried[call]?.outcome
        let isCaused =
            switch (status, came) {
            case (CallStatus.succeeded.rawValue, .toSuccess),
                (CallStatus.succeeded.rawValue, .toWhatWasFound):
                true
            case (CallStatus.succeeded.rawValue, _): false
            case (CallStatus.failed.rawValue, .toNothingKnown): false
            case _: true
            }
        guard !isCaused else { return }
        doubt(
            "an answer rests on what did not happen in this session: what came of \(call) was "
                + "found out by another host, or said by a person")
    }
}
