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
        case .notAsked:
            .invalidParams(
                "params.requestState is none that waits for an answer to this call with these "
                    + "arguments: it is altered, of another call, answered already, or over. "
                    + "Nothing was done. Make the call without it to learn how it stands")
        case .call, .host, .refused, .fault, .unrecorded: .toolResult(result(for: caller))
        }
    }

    /// - Precondition: the answer is a result, not an error of the protocol.
    private func result(for caller: Caller) -> ToolResult {
        switch self {
        case .call(let answer):
            return answer.toolResult(for: caller)
        case .host(let content):
            let json = JSONValue.object(content).compactText
            let isFromOutside = content["origin"] != nil
            return ToolResult(
                textBlocks: isFromOutside ? [json, Provenance.words(content["stripped"])] : [json],
                structuredContent: content, isError: false)
        case .refused(let refusal): return .failure(refusal.words, refusal.structured)
        case .fault(let fault): return .failure(fault.message, fault.structured)
        case .unrecorded(let fault, let view):
            return .failure(fault.message, fault.structured(after: view))
        case .unknownTool, .notAsked:
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
    func toolResult(for caller: Caller) -> ToolResult {
        let told = told(to: caller)
        return ToolResult(
            textBlocks: textBlocks(told), structuredContent: told.content,
            isError: view.call.status.isError, meta: meta)
    }

    private var meta: JSONObject {
        view.auditIndex.map { ["dev.holdfast/auditIndex": .integer($0)] } ?? [:]
    }

    /// The result's own members and the receipt.
    package func structured(for caller: Caller) -> JSONObject { told(to: caller).content }

    private struct Told {
        let content: JSONObject
        /// Nil on success.
        let words: String?
        let strippedCount: Int
    }

    private func told(to caller: Caller) -> Told {
        let result = provenance.stripped(view.resultObject ?? [:])
        let words =
            view.call.status == .succeeded ? nil : provenance.stripped(words(caller))
        let count = result.count + (words?.count ?? 0)
        let receipt = Receipt(
            status: view.call.status, run: view.run, call: view.call.id, isReplay: isReplay,
            withheld: view.withheld, approval: view.call.approval, next: view.nextStep,
            wouldSend: view.wouldSend, isFromOutside: isFromOutside, strippedCount: count,
            message: words?.value)
        var content = result.value
        content[Manifest.reservedResult] = receipt.json
        return Told(content: content, words: words?.value, strippedCount: count)
    }

    /// What was never attempted has brought nothing in.
    private var isFromOutside: Bool { provenance.isFromOutside && view.call.attempts > 0 }

    private func textBlocks(_ told: Told) -> [String] {
        let json = JSONValue.object(told.content).compactText
        if let words = told.words { return [words + "\n" + json] }
        var remarks: [String] = []
        if view.withheld != nil { remarks.append(view.words(view.caller)) }
        if isReplay { remarks.append(replayed) }
        if isFromOutside, view.withheld == nil {
            let count = told.strippedCount
            remarks.append(Provenance.words(count == 0 ? nil : .integer(count)))
        }
        return remarks.isEmpty ? [json] : [json, remarks.joined(separator: " ")]
    }

    private func words(_ caller: Caller) -> String {
        var sentences = [view.words(caller)]
        if let asking { sentences.append(asking.words) }
        if isReplay { sentences.append(replayed) }
        return sentences.joined(separator: " ")
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
            status: rejection?.status ?? .failed, call: rejection?.holder, next: next,
            message: words)
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
        } else if let wouldSend {
            document["would_send"] = wouldSend
        } else if call.status != .pendingApproval {
            document["error"] = errorDocument
        }
        if let approval = call.approval { document["approval"] = approval.document }
        document["next"] = .string(nextStep.rawValue)
        return document
    }

    /// What a call that was not executed would have sent, as it was recorded.
    var wouldSend: JSONValue? { call.status == .shadow ? result : nil }

    /// Why there is no result: `{class?, message}`; nil where nothing went wrong so far.
    package var errorDocument: JSONValue? {
        switch call.phase {
        case .waiting(_, let kind, _), .failed(let kind, _):
            ["class": .string(kind.rawValue), "message": .string(words(caller))]
        case .denied, .cancelled, .unknown, .needsAttention:
            ["message": .string(words(caller))]
        case .held, .ready, .running, .verifying, .confirming, .succeeded, .shadow,
            .compensating, .compensated:
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
