// What a backtest has found, in words and as a document.

import Engine
package import JSON
import Proofs

extension Backtest {
    /// A line for each call that would come out otherwise, and for each that cannot be judged.
    package func text(_ style: TextStyle) -> String {
        var table = TextTable(["AT", "CALL", "TOOL", "PROFILE", "WAS", "WOULD BE", "BECAUSE"])
        for line in differing + erased {
            table.add([
                line.at.description, line.call.text, line.tool.text, line.caller.profile,
                line.was.words, line.wouldBe, line.now.because,
            ])
        }
        return differing.isEmpty && erased.isEmpty ? "" : table.text(style)
    }

    package var summary: String {
        let calls = judged == 1 ? "1 call" : "\(judged) calls"
        var words = "holdfast: \(calls) since \(since): "
        words += differing.isEmpty ? "none would come out otherwise" : "\(differing.count) differ"
        if !differing.isEmpty {
            let some =
                verdictChanges.map { "\($0.count) \($0.words)" }
                + peopleChanges.map { "\($0.count) with \($0.words)" }
            words += " (" + some.joined(separator: ", ") + ")"
        }
        if !erased.isEmpty {
            words += "; \(erased.count) more cannot be judged, for their arguments are erased"
        }
        return words
    }

    package var document: JSONValue {
        [
            "since": .string(since.description), "judged": .integer(judged),
            "differing": .array(differing.map(\.document)),
            "erased": .array(erased.map(\.document)),
            "changes": .object(
                JSONObject(
                    (verdictChanges + peopleChanges).map { ($0.words, .integer($0.count)) })),
        ]
    }

    /// How often each verdict would turn into another, by verdict.
    private var verdictChanges: [(words: String, count: Int)] {
        var found: [(words: String, count: Int)] = []
        for was in Verdict.allCases {
            for now in Verdict.allCases where now != was {
                let count = differing.count { $0.was.verdict == was && $0.now.verdict == now }
                if count > 0 { found.append(("\(was.rawValue) → \(now.rawValue)", count)) }
            }
        }
        return found
    }

    /// How often others would be asked, in order of time.
    private var peopleChanges: [(words: String, count: Int)] {
        var found: [(words: String, count: Int)] = []
        for others in differing.compactMap(\.otherPeople) {
            let words = "\(others.was) → \(others.now)"
            if let index = found.firstIndex(where: { $0.words == words }) {
                found[index].count += 1
            } else {
                found.append((words, 1))
            }
        }
        return found
    }
}

extension Backtest.Line {
    fileprivate var wouldBe: String {
        now.words + (asked.map { ": \($0)" } ?? "")
    }

    fileprivate var document: JSONValue {
        var before: JSONObject = ["verdict": .string(was.verdict.rawValue)]
        before["asked"] = was.asked.map { .string($0) }
        if case .ruled(let note) = was.by {
            before["rules"] = .array(note.rules.map { .string($0) })
            before["policy"] = .string(note.policy.hex)
        }
        var after: JSONObject = ["verdict": .text(now.verdict?.rawValue)]
        after["asked"] = asked.map { .string($0) }
        if case .ruling(let ruling) = now {
            after["rules"] = .array(ruling.rules.map { .string($0) })
            after["policy"] = .string(ruling.policy.hex)
        }
        if !now.because.isEmpty { after["reason"] = .string(now.because) }
        return [
            "call_id": .string(call.text), "run_id": .string(run.text),
            "tool": .string(tool.text), "profile": .string(caller.profile),
            "on_behalf_of": .string(caller.person), "at": .string(at.description),
            "was": .object(before), "would_be": .object(after),
        ]
    }
}

extension Backtest.Line.Was {
    fileprivate var words: String {
        let verdict =
            switch by {
            case .ruled(let note):
                "\(note.verdict.rawValue) by \(note.rules.joined(separator: ", "))"
            case .became(let verdict): "\(verdict.rawValue) (no ruling was recorded)"
            }
        return verdict + (asked.map { ": \($0)" } ?? "")
    }
}

extension Backtest.Line.Now {
    fileprivate var words: String {
        switch self {
        case .ruling(let ruling):
            "\(ruling.outcome.verdict.rawValue) by \(ruling.rules.joined(separator: ", "))"
        case .gone: "deny"
        case .erased: "cannot be judged"
        }
    }

    fileprivate var because: String {
        switch self {
        case .ruling(let ruling):
            if case .deny(let reason) = ruling.outcome { reason } else { "" }
        case .gone(let words): words
        case .erased: "its arguments have been erased"
        }
    }
}
