// What operators have stopped, in words and as documents: what, by whom, since when, why, and how
// to let it go on.

package import Engine
package import JSON

/// What came of `halt` and `resume`.
package enum Halted: Sendable {
    case halted(StandingHalt, isNew: Bool, standing: [StandingHalt], warning: String?)
    case resumed(StandingHalt, standing: [StandingHalt])
    /// A run, as it stands now.
    case run(Run)
}

extension Halted {
    /// `{halts}`, or of a run `{run_id, state}`.
    package var document: JSONValue {
        switch self {
        case .halted(_, _, let standing, _), .resumed(_, let standing):
            ["halts": .array(standing.map(\.document))]
        case .run(let run): run.stateDocument
        }
    }

    package func text(_ style: TextStyle) -> String {
        switch self {
        case .halted(let mine, let isNew, let standing, _):
            let others = standing.filter { $0 != mine }
            let first = isNew
                ? "Halted: \(mine.words). Calls under way may end; nothing more is begun, in any "
                    + "process, until: \(mine.halt.scope.resumeCommand)"
                : "It was halted already: \(mine.words). \(mine.halt.scope.resumeCommand) ends it"
            return HaltText.lines(first, others)
        case .resumed(let mine, let standing):
            return HaltText.lines(
                "Resumed: \(mine.halt.scope.words), which \(mine.halt.by.shownInLine) had halted "
                    + "at \(mine.halt.at)\(mine.because). What waited for it goes on by itself.",
                standing)
        case .run(let run): return run.stateText
        }
    }

    /// For standard error.
    package var warning: String? {
        if case .halted(_, _, _, let warning) = self { warning } else { nil }
    }
}

/// What is halted, for whoever lists something else; empty where nothing is.
package enum HaltList {
    package static func text(_ halts: [StandingHalt]) -> String {
        halts.map { "holdfast: HALTED: \($0.words); \($0.halt.scope.resumeCommand) ends it" }
            .joined(separator: "\n")
    }
}

enum HaltText {
    /// What is halted, a line each; empty where nothing is.
    static func standing(_ halts: [StandingHalt]) -> String {
        halts.isEmpty
            ? "Nothing is halted."
            : halts.map { "Halted: \($0.words)" }.joined(separator: "\n")
    }

    fileprivate static func lines(_ first: String, _ others: [StandingHalt]) -> String {
        ([first] + others.map { "Halted too: \($0.words)" }).joined(separator: "\n")
    }
}

extension StandingHalt {
    /// `every tool, by ana since 2026-…: "why"`.
    var words: String {
        "\(halt.scope.words.shownInLine), by \(halt.by.shownInLine) since \(halt.at)\(because)"
    }

    fileprivate var because: String { reason.map { ": \($0.quoted(upTo: 200))" } ?? "" }

    package var document: JSONValue {
        var document: JSONObject = ["scope": .string(halt.scope.word)]
        switch halt.scope {
        case .everything: break
        case .tool(let tool): document["tool"] = .string(tool.text)
        case .profile(let profile): document["profile"] = .string(profile)
        }
        document["by"] = .string(halt.by)
        document["at"] = .string(halt.at.description)
        document["reason"] = .text(reason)
        return .object(document)
    }
}

extension HaltScope {
    fileprivate var word: String {
        switch self {
        case .everything: "everything"
        case .tool: "tool"
        case .profile: "profile"
        }
    }

    /// The command that ends a halt of this.
    var resumeCommand: String {
        switch self {
        case .everything: "holdfast resume --reason …"
        case .tool(let tool): "holdfast resume --tool \(tool.text.shownInLine) --reason …"
        case .profile(let name): "holdfast resume --profile \(name.shownInLine) --reason …"
        }
    }
}

extension Run {
    /// `{run_id, state}`, for orders that change nothing else.
    package var stateDocument: JSONValue {
        ["run_id": .string(id.text), "state": .string(state.rawValue)]
    }

    package var stateText: String {
        let first = "\(id) is \(state.rawValue)."
        switch state {
        case .quarantined:
            return first + " Its writes are stopped and its evidence kept; holdfast resume --run "
                + "\(id) --reason … lets them go on, holdfast abort \(id) --reason … undoes them"
        case .open, .completed, .aborting, .aborted, .expired, .needsAttention: return first
        }
    }
}
