// What a policy says of one call, in words and as a document.

import Engine
package import JSON
import Proofs

extension PolicyAnswer {
    package func text(_ style: TextStyle) -> String {
        var lines = [style.tinted(headline, .bold)]
        lines += refusals.map { "  because \($0.shownInLine)" }
        if !refusals.isEmpty { lines.append("  what the rules say all the same: \(verdict)") }
        if let reason { lines.append("  why: \(reason.shownInLine)") }
        lines.append("  decided by: " + ruling.rules.map(\.shownInLine).joined(separator: ", "))
        lines.append(
            "  mode: \(mode.rawValue) (profile \(policy.mode.rawValue), tool "
                + "\(question.tool.manifest.tool.mode.rawValue))")
        for demand in demands { lines += demand.lines.map { "  \($0)" } }
        lines.append("  policy: \(policy.digest.hex)")
        if rules.isEmpty { return (lines + ["  the config has no rules"]).joined(separator: "\n") }
        lines += ["", style.tinted("rules", .bold)]
        return (lines + rules.map { "  " + $0.line }).joined(separator: "\n")
    }

    private var headline: String {
        let caller = question.caller
        let what = refusals.isEmpty ? verdict : "is refused before any rule is asked"
        return "\(question.tool.name) for profile \(caller.profile.shownInLine), on behalf of "
            + "\(caller.person.shownInLine): \(what)"
    }

    private var verdict: String {
        switch ruling.outcome.verdict {
        case .deny: "is denied"
        case .approve: "waits for a yes"
        case .shadow: "is checked and recorded, and not executed"
        case .allow: "is allowed"
        }
    }

    package var document: JSONValue {
        var document: JSONObject = [
            "tool": .string(question.tool.name.text), "profile": .string(question.caller.profile),
            "on_behalf_of": .string(question.caller.person),
            "verdict": .string(ruling.outcome.verdict.rawValue),
            "rules": .array(ruling.rules.map { .string($0) }),
            "mode": .string(mode.rawValue), "policy": .string(policy.digest.hex),
            "considered": .array(rules.map(\.document)),
            "asked": .array(demands.map(\.document)),
            "refusals": .array(refusals.map { .string($0) }),
            "document": question.subject.document ?? .null,
        ]
        if let reason { document["reason"] = .string(reason) }
        return .object(document)
    }
}

extension ConsideredRule {
    var line: String {
        let name = "“\(rule.name.shownInLine)” (\(rule.then.words))"
        let because = why.map { ": \($0.shownInLine)" } ?? ""
        return switch answer {
        case .matches: "matches          \(name)"
        case .misses: "does not match   \(name)\(because)"
        case .undecided: "cannot be told   \(name)\(because)"
        }
    }

    var document: JSONValue {
        let matches: JSONValue =
            switch answer {
            case .matches: true
            case .misses: false
            case .undecided: nil
            }
        return [
            "rule": .string(rule.name), "matches": matches,
            "verdict": .string(rule.then.verdict.rawValue), "why": .text(why),
        ]
    }
}

extension Consequence {
    fileprivate var words: String {
        switch self {
        case .deny(let reason): "deny: \(reason.shownInLine)"
        case .approve: "ask for a yes"
        case .shadow: "shadow"
        case .allow: "allow"
        }
    }
}

extension Demand {
    /// Who is asked, and what becomes of it without an answer.
    var lines: [String] {
        let name = rule.name == ApprovalRule.manifest ? "the manifest" : "“\(rule.name)”"
        var lines = ["\(name.shownInLine) asks:"]
        for (index, step) in steps.enumerated() {
            let turn = steps.count == 1 ? "" : index == 0 ? "first " : "then "
            lines.append("  \(turn)\(step.words)")
        }
        lines.append("  within \(Span.words(ms: rule.decideWithinMs)); \(rule.clockWords)")
        return lines
    }

    var document: JSONValue {
        var document: JSONObject = [
            "rule": .string(rule.name),
            "stages": .array(steps.map(\.document)),
            "decide_within_ms": .integer(Int(rule.decideWithinMs)),
            "execute_within_ms": .integer(Int(rule.executeWithinMs)),
            "on_silence": .string(rule.onSilence.rawValue),
        ]
        document["remind_after_ms"] = rule.remindAfterMs.map { .integer(Int($0)) }
        document["escalate_after_ms"] = rule.escalateAfterMs.map { .integer(Int($0)) }
        if !rule.escalateTo.isEmpty {
            document["escalate_to"] = .array(rule.escalateTo.map { .string($0) })
        }
        return .object(document)
    }
}

extension Demand.Step {
    fileprivate var words: String {
        switch by {
        case .requester: return "whoever the agent works for, as a confirmation"
        case .named(let names):
            let who = names.map(\.shownInLine).joined(separator: " or ")
            let some = people.isEmpty ? "nobody" : people.map(\.shownInLine).joined(separator: ", ")
            let not = excluded.map(\.shownInLine).joined(separator: ", ")
            return "\(count) of \(who): \(some)"
                + (not.isEmpty ? "" : "; not \(not), for whom the agent works")
        }
    }

    fileprivate var document: JSONValue {
        let names: [String] =
            switch by {
            case .requester: ["requester"]
            case .named(let names): names
            }
        return [
            "by": .array(names.map { .string($0) }), "count": .integer(count),
            "people": .array(people.map { .string($0) }),
            "excluded": .array(excluded.map { .string($0) }),
        ]
    }
}

extension ApprovalRule {
    /// What happens where nobody answers, and who is asked besides.
    var clockWords: String {
        let silence =
            switch onSilence {
            case .deny: "silence is a no"
            case .escalate: "silence asks others for as long again, and is a no then"
            case .abort: "silence aborts the run and undoes what it did"
            case .approve: "silence is a yes where it can be undone"
            }
        guard let escalateAfterMs, !escalateTo.isEmpty else { return silence }
        return "after \(Span.words(ms: escalateAfterMs)) "
            + escalateTo.map(\.shownInLine).joined(separator: " and ") + " too; \(silence)"
    }
}
