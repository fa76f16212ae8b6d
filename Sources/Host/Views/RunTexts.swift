// Runs and calls in words: what ran, what may have run, what waits for what until when, and what
// to do about it.

import Engine
import JSON

package enum RunListText {
    package static func text(_ runs: [RunEntry], _ style: TextStyle) -> String {
        if runs.isEmpty { return "" }
        var table = TextTable(["STATE", "RUN", "BEGUN", "FOR", "CALLS", "PURPOSE"])
        for entry in runs {
            table.add([
                entry.run.state.rawValue, entry.run.id.text, entry.run.createdAt.description,
                "\(entry.run.caller.profile)/\(entry.run.caller.person)",
                "\(entry.run.calls.count)", entry.purpose ?? entry.tools,
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

    /// The whole run at a glance.
    package func text(_ style: TextStyle) -> String {
        let caller = run.caller
        var lines = [
            style.tinted("\(run.id) is \(run.state.rawValue)", .bold),
            "profile \(caller.profile.shownInLine), on behalf of "
                + "\(caller.person.shownInLine), begun \(run.createdAt)",
        ]
        if let purpose { lines.append("purpose: \(purpose.quoted())") }
        if let summary { lines.append("came of it: \(summary.quoted())") }
        for group in Group.allCases {
            let members = calls.filter { Group($0.call) == group }
            guard !members.isEmpty else { continue }
            lines += ["", style.tinted("\(group.head) (\(members.count))", group.tint)]
            lines += members.flatMap { $0.lines(style) }
        }
        if calls.isEmpty { lines += ["", "No calls yet."] }
        return lines.joined(separator: "\n")
    }

    /// The run with all that is known of the one call in it.
    package func callText(_ style: TextStyle) -> String {
        guard let call = calls.first, calls.count == 1 else { return text(style) }
        return text(style) + "\n" + call.details(style)
    }

    private enum Group: CaseIterable {
        case person, waiting, done, undone

        init(_ call: Call) {
            switch call.phase {
            case .unknown(recoverAt: nil), .needsAttention: self = .person
            case .held, .ready, .running, .unknown(recoverAt: _?): self = .waiting
            case .succeeded: self = .done
            case .failed, .denied, .cancelled: self = .undone
            }
        }

        var head: String {
            switch self {
            case .person: "MAY HAVE HAPPENED, a person must find out"
            case .waiting: "WAITING"
            case .done: "DONE"
            case .undone: "DID NOT HAPPEN"
            }
        }

        var tint: TextStyle.Tint {
            switch self {
            case .person: .red
            case .waiting: .yellow
            case .done: .green
            case .undone: .dim
            }
        }
    }
}
