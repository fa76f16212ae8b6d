// From a host's answer to an MCP tool result: structured content with its receipt, and text blocks
// that lose nothing for clients that show the model only the first of them (DESIGN section 13).

package import Engine
package import JSON
package import MCP

extension HostAnswer {
    /// The answer as a session gives it to the client.
    package func sessionAnswer(to caller: Caller) -> SessionAnswer {
        switch self {
        case .unknownTool(let name): .unknownTool(name)
        case .call, .host, .refused, .fault, .unrecorded: .toolResult(result(for: caller))
        }
    }

    /// - Precondition: the answer is a result, not an error of the protocol.
    private func result(for caller: Caller) -> ToolResult {
        switch self {
        case .call(let answer):
            let content = answer.structured(for: caller)
            return ToolResult(
                textBlocks: answer.textBlocks(content, caller), structuredContent: content,
                isError: answer.view.call.status.isError, meta: answer.meta)
        case .host(let content):
            return ToolResult(
                textBlocks: [JSONValue.object(content).compactText], structuredContent: content,
                isError: false)
        case .refused(let refusal): return .failure(refusal.words, refusal.structured)
        case .fault(let fault): return .failure(fault.message, fault.structured)
        case .unrecorded(let fault, let view):
            return .failure(fault.message, fault.structured(after: view))
        case .unknownTool:
            preconditionFailure("Errors of the protocol have no tool result.")
        }
    }
}

extension ToolResult {
    /// What happened and what to do, and the receipt.
    fileprivate static func failure(_ words: String, _ content: JSONObject) -> ToolResult {
        ToolResult(
            textBlocks: [words + "\n" + JSONValue.object(content).compactText],
            structuredContent: content, isError: true)
    }
}

extension CallAnswer {
    fileprivate var meta: JSONObject {
        view.auditIndex.map { ["dev.holdfast/auditIndex": .integer($0)] } ?? [:]
    }

    /// The result's own members and the receipt.
    package func structured(for caller: Caller) -> JSONObject {
        var content = view.resultObject ?? [:]
        let receipt = Receipt(
            status: view.call.status, run: view.run, call: view.call.id, isReplay: isReplay,
            withheld: view.withheld, approval: view.call.approval, next: view.nextStep,
            message: view.call.status == .succeeded ? nil : words(caller))
        content[Manifest.reservedResult] = receipt.json
        return content
    }

    fileprivate func textBlocks(_ content: JSONObject, _ caller: Caller) -> [String] {
        let json = JSONValue.object(content).compactText
        guard view.call.status == .succeeded else {
            return [words(caller) + "\n" + json]
        }
        var remarks: [String] = []
        if view.withheld != nil { remarks.append(view.words(caller)) }
        if isReplay { remarks.append(replayed) }
        return remarks.isEmpty ? [json] : [json, remarks.joined(separator: " ")]
    }

    private func words(_ caller: Caller) -> String {
        view.words(caller) + (isReplay ? " " + replayed : "")
    }

    // Only what surely happened, and only once, may be done again on purpose.
    private var replayed: String {
        guard view.call.status == .succeeded else {
            return "This is the same call as \(view.call.id); nothing new was started."
        }
        return "This is the recorded outcome of \(view.call.id); nothing was done again. To "
            + "repeat the action on purpose, call again with a new idempotency_key."
    }
}

extension Refusal {
    package var structured: JSONObject {
        let receipt = Receipt(
            status: .failed, call: rejection?.holder, next: next, message: words)
        return [Manifest.reservedResult: receipt.json]
    }

    /// For a model: its code first, where it has one.
    fileprivate var words: String { (rejection.map { $0.code + ": " } ?? "") + message }
}

extension JournalFault {
    /// Nothing was done by the request.
    package var structured: JSONObject {
        [Manifest.reservedResult: Receipt(status: .failed, next: .wait, message: message).json]
    }

    /// The call had been accepted: what came of it is not known here.
    package func structured(after view: CallView) -> JSONObject {
        let receipt = Receipt(
            status: .unknown, run: view.run, call: view.call.id, next: .wait, message: message)
        return [Manifest.reservedResult: receipt.json]
    }
}

extension CallView {
    /// What `call_status` answers: `{call_id, tool, status, result?, error?, approval?, next}`.
    package var statusDocument: JSONObject {
        var document: JSONObject = [
            "call_id": .string(call.id.text), "run_id": .string(run.text),
            "tool": .string(call.tool.text), "status": .string(call.status.rawValue),
        ]
        if let withheld {
            document["withheld"] = .string(withheld.rawValue)
        } else if call.status == .succeeded {
            document["result"] = result
        } else if call.status != .pendingApproval {
            document["error"] = errorDocument
        }
        if let approval = call.approval { document["approval"] = approval.document }
        document["next"] = .string(nextStep.rawValue)
        return document
    }

    /// Why there is no result: `{class?, message}`; nil where nothing went wrong so far.
    package var errorDocument: JSONValue? {
        switch call.phase {
        case .waiting(_, let kind, _), .failed(let kind, _):
            ["class": .string(kind.rawValue), "message": .string(words(caller))]
        case .denied, .cancelled, .unknown, .needsAttention:
            ["message": .string(words(caller))]
        case .held, .ready, .running, .verifying, .confirming, .succeeded, .compensating,
            .compensated:
            nil
        }
    }
}

extension Approval {
    /// As `call_status` shows it.
    fileprivate var document: JSONValue {
        var document: JSONObject = [
            "approval_id": .string(id.text), "state": .string(state.rawValue),
            "decide_by": .string(decideBy.description),
        ]
        if let executeBy { document["execute_by"] = .string(executeBy.description) }
        if let decidedBy { document["by"] = .string(decidedBy) }
        return .object(document)
    }
}
