// The prompt that puts an agent back on its way after it was interrupted: what was done in a run,
// what is open, what to do now. It says what `run_status` says, as the user's first words.

import Engine
import JSON
import MCP

extension ToolHost {
    func resumption(
        of run: Run, _ reading: any JournalReading
    ) throws(JournalFault) -> PromptContent {
        let purpose = try reading.text(run.purpose)
        var done: [String] = []
        var open: [String] = []
        var idle: [String] = []
        for call in run.calls.suffix(HostLimits.toldCalls) {
            let name = "\(call.id) (\(call.tool))"
            if let wait = call.wait(in: run) {
                let until = wait.until.map { " until \($0)" } ?? ""
                open.append("\(name): \(call.status.rawValue), waits for \(wait.what)\(until)")
            } else if call.status == .succeeded {
                let did = try did(call, reading)
                if did != nil { noteReading(call, try provenance(of: call, reading)) }
                done.append(name + (did.map { ": " + $0.visibleLiteral } ?? ""))
            } else {
                idle.append("\(name): \(call.status.rawValue)")
            }
        }
        let leftOut = run.calls.count - HostLimits.toldCalls
        if leftOut > 0 {
            let calls = leftOut == 1 ? "1 older call" : "\(leftOut) older calls"
            done.insert("\(calls), not listed here", at: 0)
        }
        var lines = [
            "Take up run \(run.id) again: you were interrupted. It is \(run.state.rawValue), "
                + "begun \(run.createdAt).",
            "Its purpose, as it was recorded: \(purpose?.visibleLiteral ?? "none was given")", "",
        ]
        lines += Resumption.list("Done (do not do these again):", done)
        lines += Resumption.list("Open:", open)
        lines += Resumption.list("Ended without success:", idle)
        lines += ["What to do now:"] + Resumption.steps(run, hasOpen: !open.isEmpty)
        return PromptContent(
            description: "Where run \(run.id) stands and how to go on with it",
            userTexts: [lines.joined(separator: "\n")])
    }
}

private enum Resumption {
    static func list(_ title: String, _ items: [String]) -> [String] {
        [title] + (items.isEmpty ? ["- nothing"] : items.map { "- " + $0 }) + [""]
    }

    static func steps(_ run: Run, hasOpen: Bool) -> [String] {
        switch run.state {
        case .completed:
            return [
                "- The run has ended and takes no more calls. Report what was done. For anything "
                    + "else begin another run with run_begin."
            ]
        case .aborting, .aborted, .expired:
            return [
                "- The run is being undone, or has been, and takes no more calls. See with "
                    + "run_status what stands, and report it. For anything else begin another run "
                    + "with run_begin."
            ]
        case .open, .needsAttention, .quarantined:
            var steps: [String] = []
            if run.state == .needsAttention {
                steps.append(
                    "- Something in it needs a person. Tell the user which call, and that "
                        + "`holdfast resolve` settles it; until then only read.")
            }
            if run.state == .quarantined {
                steps.append(
                    "- An operator has stopped its writes. Tell the user; until that ends only "
                        + "read.")
            }
            if hasOpen {
                steps.append(
                    "- See what has become of each open call with call_status before you do "
                        + "anything that depends on it.")
            }
            steps.append(
                "- Go on with what the purpose still needs. Pass run_id \(run.id) with every "
                    + "call: repeating a call with the same arguments returns its recorded "
                    + "outcome and does nothing twice.")
            steps.append("- When the purpose is fulfilled, call run_complete.")
            return steps
        }
    }
}
