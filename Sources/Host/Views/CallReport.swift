// What came of one call, for the terminal: the result, the receipt in a line, the exit code.

package import Engine
import JSON

package struct CallReport: Sendable {
    package let answer: HostAnswer
    let caller: Caller

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
        case .refused, .unknownTool, .fault: return ""
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
        case .fault(let fault): "holdfast: \(fault)"
        }
    }

    package var status: ExitStatus {
        switch answer {
        case .call(let call): ExitStatus(call.view.call.phase)
        case .host: .done
        case .refused(let refusal): refusal.rejection.map(ExitStatus.init) ?? .badData
        case .unknownTool: .usage
        case .fault(let fault): ExitStatus(fault)
        }
    }

    private var document: JSONObject? {
        switch answer {
        case .call(let call): call.structured
        case .host(let content): content
        case .refused(let refusal): refusal.structured
        case .unknownTool, .fault: nil
        }
    }

    private func receipt(_ answer: CallAnswer) -> String {
        let view = answer.view
        var line = "\(view.call.status.rawValue) · \(view.call.id) in \(view.run)"
        if answer.isReplay { line += " · replayed: nothing was done again" }
        guard view.call.status != .succeeded || view.withheld != nil else { return line }
        return line + "\n" + view.words(caller).shown
    }
}
