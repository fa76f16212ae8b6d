// Runs in words: what ran, what may have run, what waits for what until when, and what to do about
// it.

import Engine
import JSON

package enum RunListText {
    package static func text(_ runs: [RunEntry], _ style: TextStyle) -> String {
        if runs.isEmpty { return "" }
        var table = TextTable(["STATE", "RUN", "BEGUN", "FOR", "CALLS", "PURPOSE", "NEXT"])
        for entry in runs {
            table.add([
                entry.run.state.rawValue, entry.run.id.text, entry.run.createdAt.description,
                "\(entry.run.caller.profile)/\(entry.run.caller.person)",
                "\(entry.run.calls.count)", entry.purpose ?? entry.tools, entry.nextStep ?? "",
            ])
        }
        return table.text(style)
    }
}

extension RunEntry {
    /// What stands for the purpose of a run that has none: the one call that it is.
    fileprivate var tools: String {
        let names = run.calls.prefix(3).map(\.tool.text).joined(separator: ", ")
        return run.calls.count > 3 ? names + ", …" : names
    }

    /// What a person is to do about it; nil where nobody is asked.
    var nextStep: String? {
        if run.quarantine != nil {
            return "holdfast resume --run \(run.id) --reason … or holdfast abort \(run.id) "
                + "--reason …"
        }
        let steps = calls.filter(\.asksPerson).compactMap { call in
            call.nextStep.map { "\(call.call.tool) \(call.reason): \($0)" }
        }
        guard let first = steps.first else { return nil }
        return steps.count == 1
            ? first : first + " (and \(steps.count - 1) more: holdfast show \(run.id))"
    }

    /// The whole run at a glance.
    package func text(_ style: TextStyle) -> String {
        var text = heads(style)
        let aftermath = Aftermath(run, calls)
        let shown = calls.filter { !aftermath.isBelow($0.call) }
        let grouped = Dictionary(grouping: shown) { CallGroup($0.call, in: aftermath) }
        for group in CallGroup.allCases {
            let members = grouped[group, default: []]
            guard !members.isEmpty else { continue }
            text += ["", style.tinted("\(group.head) (\(members.count))", group.tint)]
            text += members.flatMap { lines(of: $0, aftermath, style) }
        }
        if calls.isEmpty, run.id != .journal { text += ["", "No calls yet."] }
        return text.joined(separator: "\n")
    }

    /// The run with all that is known of the one call in it.
    package func callText(_ style: TextStyle) -> String {
        guard let call = calls.first, calls.count == 1 else { return text(style) }
        return text(style) + "\n" + call.details(style)
    }

    private func heads(_ style: TextStyle) -> [String] {
        let caller = run.caller
        var lines = [style.tinted("\(run.id) is \(run.state.rawValue)", .bold)]
        if run.id == .journal {
            lines.append("In it stands what concerns the whole journal: halts and their ends.")
        } else {
            lines.append(
                "profile \(caller.profile.shownInLine), on behalf of "
                    + "\(caller.person.shownInLine), begun \(run.createdAt)")
        }
        if let purpose { lines.append("purpose: \(purpose.quoted())") }
        if let summary { lines.append("came of it: \(summary.quoted())") }
        if let deadline = run.deadline { lines.append(line(of: deadline)) }
        lines += orders
        lines += run.halts.map { halt in
            "halted: \(halt.scope.words.shownInLine), by \(halt.by.shownInLine) since \(halt.at)"
        }
        return lines + changedTools
    }

    private func line(of deadline: Instant) -> String {
        let isOver = run.ending != nil || run.state == .completed
        return "deadline: \(deadline)"
            + (isOver ? "" : "; what it did is undone then, unless it has completed")
    }

    /// What operators and clocks have ordered of it.
    private var orders: [String] {
        var lines: [String] = []
        if let quarantine = run.quarantine {
            let why = quarantineReason.map { ": \($0.quoted())" } ?? ""
            lines.append(
                "quarantined by \(quarantine.by.shownInLine) at \(quarantine.at)\(why); its writes "
                    + "are stopped")
            lines.append("  → " + (nextStep ?? ""))
        }
        if let ending = run.ending {
            let why = abortReason.map { ": \($0.quoted())" } ?? ""
            let who = ending.cause == .deadline ? "its deadline" : ending.by.shownInLine
            lines.append("aborted by \(who) at \(ending.startedAt)\(why)")
            if let force {
                lines.append(
                    "forced by \(force.by.shownInLine) at \(force.at)"
                        + (force.reason.map { ": \($0.quoted())" } ?? "")
                        + "; what cannot be settled or undone is left standing")
            }
            lines.append(
                ending.endedAt.map { "the abort ended at \($0)" }
                    ?? "the abort goes on until nothing below waits")
        }
        return lines
    }

    private var changedTools: [String] {
        var told: Set<ToolName> = []
        return calls.compactMap { call in
            guard !call.call.hasEnded || run.state == .open, let pin = call.pin,
                let words = pin.words(call.call.tool), told.insert(call.call.tool).inserted
            else { return nil }
            return words
        }
    }

    private func lines(
        of entry: CallEntry, _ aftermath: Aftermath, _ style: TextStyle
    ) -> [String] {
        let call = entry.call
        let more =
            aftermath.left[call.id].map { "; not undone, for \($0.words)" }
            ?? (aftermath.isToUndo(call) ? "; is undone next, after what came later" : "")
        let below = aftermath.undos[call.id, default: []]
        return entry.lines(more, style)
            + below.flatMap { undo in undo.lines("", style).map { "    " + $0 } }
    }
}
