// Approvals in words: what will happen, to what, why, and what if not, in that order and before
// any id. What an agent wrote stands in quotes, with nothing in it that a terminal would obey.

import Engine
import JSON
import Proofs

package enum ApprovalListText {
    package static func text(_ approvals: [ApprovalEntry], _ style: TextStyle) -> String {
        approvals.map { $0.text(style) }.joined(separator: "\n\n")
    }
}

extension ApprovalEntry {
    package func text(_ style: TextStyle) -> String {
        var lines = [style.tinted(headline, .bold)]
        func add(_ head: String, _ text: String) {
            lines.append(style.tinted(head.padded(to: 9), .dim) + text)
        }
        for (index, line) in target.enumerated() { add(index == 0 ? "with" : "", line) }
        add("why", why)
        if let consequence { add("if not", consequence) }
        add(
            "asked",
            "\(Span.words(from: now, to: askedAt)) by an agent of profile "
                + "\(caller.profile.shownInLine), on behalf of \(caller.person.shownInLine)")
        if let purpose, purpose != reason { add("run", purpose.quoted()) }
        for (index, line) in done.enumerated() { add(index == 0 ? "so far" : "", line) }
        add("rule", approval.rule == "manifest" ? "the tool's manifest" : approval.rule.shownInLine)
        add("digest", "sha256:\(approval.action.hex)")
        if let undoing { add("undoes", "\(undoing.call) of \(undoing.tool)") }
        if state == .pending {
            add("decide", "holdfast approve \(approval.id)")
            add("", "holdfast deny \(approval.id) --reason …")
        } else {
            add("ids", "\(approval.id) of \(call)")
        }
        return lines.joined(separator: "\n")
    }

    /// What follows from a yes, for whoever has just said it.
    package var afterwards: String {
        "Approved. A live host of profile \(caller.profile.shownInLine) starts it within a second; "
            + "where none lives: holdfast worker --once. What came of it: holdfast show \(call)"
    }

    private var headline: String {
        let name = manifest?.title.map { "\($0.shownInLine) (\(tool))" } ?? tool.text
        return ["\(name): \(effect)", standing].filter { !$0.isEmpty }.joined(separator: " ")
    }

    private var effect: String {
        guard let manifest else { return "its manifest is gone." }
        if manifest.isDecisionOnly {
            return "your answer is told to the agent; nothing else happens."
        }
        switch manifest.reversibility {
        case .reversible: return "it runs once you say yes, and can be undone."
        case .partial: return "it runs once you say yes, and can be undone in part only."
        case .irreversible: return "it runs once you say yes, and CANNOT BE UNDONE."
        case nil: return "it runs once you say yes, and changes nothing."
        }
    }

    private var standing: String {
        switch state {
        case .pending: ""
        case .approved: "Approved by \(decider)\(because); it has not run yet."
        case .spent: "Approved by \(decider)\(because), and started."
        case .denied:
            "It did not run: denied by \(decider)\(because)."
        case .expired where approval.decidedBy == nil: "It did not run: nobody said yes in time."
        case .expired: "It was approved by \(decider), and was not done by \(executeEnd)."
        case .withdrawn: "Withdrawn."
        }
    }

    private var why: String {
        guard let undoing else {
            return reason.map { "\($0.quoted()) (the agent's own words)" } ?? "no reason was given"
        }
        let ending = undoing.ending
        let who = ending.cause == .deadline ? "its deadline" : ending.by.shownInLine
        return "it undoes \(undoing.tool), for the run is aborted by \(who)"
            + (undoing.reason.map { ": \($0.quoted())" } ?? "")
    }

    private var because: String { decisionReason.map { " (\($0.quoted()))" } ?? "" }

    private var target: [String] {
        guard let arguments else { return ["(its arguments have been erased)"] }
        guard let object = arguments.objectValue else { return [arguments.compactText] }
        if object.members.isEmpty { return ["no arguments"] }
        return object.members.map { "\($0.name.shownInLine): \($0.value.inLine)" }
    }

    /// What the run has done besides.
    private var done: [String] {
        guard let soFar else { return [] }
        if soFar.sentences.isEmpty { return ["nothing else was done in this run"] }
        let lines = soFar.sentences.map(\.shownInLine)
        if soFar.earlierCount == 0 { return lines }
        return ["\(soFar.earlierCount) more before these:"] + lines
    }

    private var consequence: String? {
        switch state {
        case .pending:
            "it does not run"
                + (undoing.map { ": \($0.afterNo)" } ?? "")
                + ". No answer by \(approval.decideBy) "
                + "(\(Span.words(from: now, to: approval.decideBy))) is a no"
        case .approved:
            "it does not run unless a host starts it by "
                + executeEnd
        case .spent, .denied, .expired, .withdrawn: nil
        }
    }
}

extension JSONValue {
    /// On one line, with nothing in it that a terminal would obey.
    var inLine: String {
        switch self {
        case .string(let text): text.quoted()
        case .null, .bool, .number: compactText
        case .array, .object: compactText.shownInLine
        }
    }
}
