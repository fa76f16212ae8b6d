// What came of one call, for the terminal: the result, the receipt in a line, the exit code.

import Engine
import JSON

package struct CallReport: Sendable {
    package let answer: HostAnswer
    let caller: Caller
    /// How many manifests were refused: the tool may be among them.
    var refusedCount = 0

    /// The structured content of the result.
    package var json: String { document.map { JSONValue.object($0).prettyText } ?? "" }

    /// The result for people; empty where there is none.
    package var text: String {
        switch answer {
        case .call(let call):
            guard call.view.call.status == .succeeded, let result = call.view.result,
                call.view.withheld == nil
            else { return "" }
            return result.prettyText
        case .host(let content): return JSONValue.object(content).prettyText
        case .refused, .unknownTool, .notAsked, .fault, .unrecorded: return ""
        }
    }

    /// What happened and what to do, for standard error.
    package var message: String {
        switch answer {
        case .call(let call): receipt(call)
        case .host: ""
        case .refused(let refusal): "holdfast: \(refusal.message.shown)"
        case .unknownTool(let name):
            "holdfast: there is no tool \(name.visibleLiteral); `holdfast tools` lists them."
                + (refusedCount == 0 ? "" : " Manifests were refused; `holdfast check` says why.")
        case .notAsked: "holdfast: this answers nothing that was asked"
        case .fault(let fault), .unrecorded(let fault, _): "holdfast: \(fault)"
        }
    }

    package var status: CommandStatus {
        switch answer {
        case .call(let call): CommandStatus(call.view.call.phase)
        case .host: .done
        case .refused(let refusal): refusal.rejection.map(CommandStatus.init) ?? .badData
        case .unknownTool, .notAsked: .usage
        case .fault(let fault): CommandStatus(fault)
        case .unrecorded: .unsettled
        }
    }

    /// Whether the structured content says less than ``message``.
    package var needsWords: Bool { status != .done }

    private var document: JSONObject? {
        switch answer {
        case .call(let call): call.structured(for: caller)
        case .host(let content): content
        case .refused(let refusal): refusal.structured
        case .fault(let fault): fault.structured
        case .unrecorded(let fault, let view): fault.structured(after: view)
        case .unknownTool, .notAsked: nil
        }
    }

    private func receipt(_ answer: CallAnswer) -> String {
        let view = answer.view
        var line = "\(view.call.status.rawValue) · \(view.call.id) in \(view.run)"
        if answer.isReplay { line += " · replayed: nothing was done again" }
        guard view.call.status != .succeeded || view.withheld != nil else { return line }
        return line + "\n" + (view.wordsForPeople ?? view.words(caller)).shown
    }
}

extension CallView {
    /// What a person at a terminal can do about it; nil where that is what a model can do.
    fileprivate var wordsForPeople: String? {
        switch call.phase {
        case .held:
            guard let approval = call.approval else { return nil }
            return "It has not run: it needs a yes (\(approval.askedWords(caller))) until "
                + "\(approval.decideBy); no answer by then: \(approval.afterSilence).\n"
                + "Decide:      holdfast approve \(approval.id)\n"
                + "             holdfast deny \(approval.id) --reason …\n"
                + "Its outcome: holdfast show \(call.id), or the same call again"
        case .waiting(let until, _, _):
            return "It was tried and surely did not happen\(because). It is tried again at "
                + "\(until): a live host does it; where none lives: holdfast worker --once\n"
                + "Its outcome: holdfast show \(call.id)"
        case .ready, .running, .verifying, .confirming, .unknown(recoverAt: _?), .compensating:
            return "It has not ended yet. A live host goes on with it; where none lives: "
                + "holdfast worker --once\nIts outcome: holdfast show \(call.id)"
        case .needsAttention(.readBack), .needsAttention(.undoFailed),
            .needsAttention(.undoImpossible), .needsAttention(.lateSuccess):
            return nil
        case .unknown(recoverAt: nil), .needsAttention(.recoveryExhausted):
            return "Nobody knows whether it happened\(because). It is not safe to try it again. "
                + "Look in the system itself, then:\nholdfast resolve \(call.id) "
                + "--succeeded JSON | --failed CLASS | --retry  --reason …"
        case .failed(.transient, _) where call.attempts > 1:
            return "It was tried \(call.attempts) times and surely did not happen\(because). "
                + "Retries are used up; it may pass: the same call later starts anew."
        case .failed(.permission, _) where call.needsPerson:
            return "Its system does not permit it\(because). See to the permission, then:\n"
                + "holdfast resolve \(call.id) --retry | --failed permission  --reason …"
        case .succeeded, .failed, .denied, .cancelled, .shadow, .compensated: return nil
        }
    }
}
