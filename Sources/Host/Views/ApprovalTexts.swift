// Approvals in words: what will happen, to what, why, and what if not, in that order and before
// any id. What an agent wrote stands in quotes, with nothing in it that a terminal would obey.

import Engine
import JSON
import Proofs

package enum ApprovalListText {
    package static func text(_ approvals: [ApprovalEntry], _ style: TextStyle) -> String {
        approvals.map { $0.text(style, for: .list) }.joined(separator: "\n\n")
    }
}

extension ApprovalEntry {
    /// Where an approval is read.
    fileprivate enum Use {
        case list, decided
        /// By whoever is asked through their client and answers there.
        case question
    }

    /// For whoever has just decided, who has seen what is sent.
    package func text(_ style: TextStyle) -> String { text(style, for: .decided) }

    var question: String { text(.plain, for: .question) }

    fileprivate func text(_ style: TextStyle, for use: Use) -> String {
        let isQuestion = use == .question
        var lines = [style.tinted(headline, .bold)]
        func add(_ head: String, _ texts: [String]) {
            for (index, text) in texts.enumerated() {
                lines.append(style.tinted((index == 0 ? head : "").padded(to: 9), .dim) + text)
            }
        }
        // Who answers where they are asked has nowhere else to look.
        add("with", target(upTo: isQuestion ? .max : JSONValue.shownCharacters))
        // What goes by the clock is left out of what is asked, which must read the same each time.
        add("compare", isQuestion ? [] : context?.similar?.lines(now) ?? [])
        add("why", [why])
        add("evidence", context?.evidence.map { "\($0.place): \($0.value.inLine)" } ?? [])
        add("if not", consequence(withSpan: !isQuestion))
        add("beware", context?.warning.map { [$0] } ?? [])
        add("takes", context?.charge ?? [])
        add("run", purpose.flatMap { $0 == reason ? nil : [$0.quoted()] } ?? [])
        add("so far", context?.soFar.lines ?? [])
        add("again", again)
        add("said", isQuestion ? [] : decisions.map { $0.words(now) })
        add("needs", needed.map(\.words) + neededLater + passedOn)
        add("sends", use == .list ? context?.sent ?? [] : [])
        add(
            "asked",
            [
                (isQuestion ? "" : Span.words(from: now, to: askedAt) + " ") + "by \(requester)"
                    + (isGrant ? "" : ", on behalf of \(caller.person.shownInLine)")
            ])
        add("rule", approval.demands.map(\.source))
        if let undoing { add("undoes", ["\(undoing.call) of \(undoing.tool)"]) }
        // An answer on the spot is bound to what it answers, whatever it repeats.
        if isQuestion { return lines.joined(separator: "\n") }
        add("digest", [ActionDigest.text(approval.action)])
        if state == .pending {
            add("decide", ["holdfast approve \(approval.id)"])
            add("", ["holdfast deny \(approval.id) --reason …"])
            if isGrant { add("grant", [call.text]) }
        } else {
            add("ids", ["\(approval.id) of \(call)"])
        }
        return lines.joined(separator: "\n")
    }

    /// What will happen, or has.
    var headline: String {
        if let grant {
            return ["\(grant.name): your yes covers all of it.", standing]
                .filter { !$0.isEmpty }.joined(separator: " ")
        }
        let name = manifest?.title.map { "\($0.shownInLine) (\(tool))" } ?? tool.text
        return ["\(name): \(effect)", standing].filter { !$0.isEmpty }.joined(separator: " ")
    }

    private var requester: String {
        isGrant
            ? caller.account.shownInLine : "an agent of profile \(caller.profile.shownInLine)"
    }

    private var effect: String {
        guard let manifest else {
            return isGrant ? "its terms have been erased." : "its manifest is gone."
        }
        if manifest.isDecisionOnly {
            return "your answer is told to the agent; nothing else happens."
        }
        let when = isOneYes ? "once you say yes" : "once everybody below has said yes"
        switch manifest.reversibility {
        case .reversible: return "it runs \(when), and can be undone."
        case .partial: return "it runs \(when), and can be undone in part only."
        case .irreversible: return "it runs \(when), and CANNOT BE UNDONE."
        case nil: return "it runs \(when), and changes nothing."
        }
    }

    /// Whether no more than one yes is missing.
    private var isOneYes: Bool {
        neededLater.isEmpty && needed.count <= 1 && needed.allSatisfy { $0.open.missing == 1 }
    }

    private var standing: String {
        switch state {
        case .pending: ""
        case .approved where isGrant, .spent where isGrant: "Given by \(decider)\(because)."
        case .approved: "Approved by \(decider)\(because); it has not run yet."
        case .spent: "Approved by \(decider)\(because), and started."
        case .denied:
            "It did not run: denied by \(decider)\(because)."
        case .expired where approval.executeBy == nil: "It did not run: nobody said yes in time."
        case .expired: "It was approved by \(decider), and was not done by \(executeEnd)."
        case .withdrawn: "Withdrawn."
        }
    }

    private var why: String {
        guard let undoing else {
            let whose = isGrant ? "" : " (the agent's own words)"
            return reason.map { $0.quoted() + whose } ?? "no reason was given"
        }
        let ending = undoing.ending
        let who = ending.cause == .deadline ? "its deadline" : ending.by.shownInLine
        return "it undoes \(undoing.tool), for the run is aborted by \(who)"
            + (undoing.reason.map { ": \($0.quoted())" } ?? "")
    }

    private var because: String { decisionReason.map { " (\($0.quoted()))" } ?? "" }

    private func target(upTo limit: Int) -> [String] {
        if let grant { return grant.covers }
        guard let arguments else { return ["(its arguments have been erased)"] }
        guard let object = arguments.objectValue else { return [arguments.compactText] }
        if object.members.isEmpty { return ["no arguments"] }
        return object.members.map { "\($0.name.shownInLine): \($0.value.inLine(upTo: limit))" }
    }

    func consequence(withSpan: Bool) -> [String] {
        switch state {
        case .pending:
            let until = "\(approval.decideBy)"
                + (withSpan ? " (\(Span.words(from: now, to: approval.decideBy)))" : "")
            let no = (isGrant ? "each call is asked about by itself" : "it does not run")
                + (undoing.map { ": \($0.afterNo)" } ?? "")
            return [
                no + approval.afterDenial + ". No answer by \(until): \(approval.afterSilence)"
            ]
        case .approved: return ["it does not run unless a host starts it by " + executeEnd]
        case .spent, .denied, .expired, .withdrawn: return []
        }
    }

    private var again: [String] { approval.because.map { ["asked again: \($0.words)"] } ?? [] }

    private var passedOn: [String] {
        guard state == .pending else { return [] }
        var lines: [String] = []
        if approval.isEscalated {
            let others = approval.demands.flatMap(\.escalateTo).map(\.shownInLine)
            lines.append("nobody answered for long: \(others.joined(separator: ", ")) asked too")
        }
        if approval.reminders > 0 {
            let times = approval.reminders == 1 ? "once" : "\(approval.reminders) times"
            lines.append("reminded \(times)")
        }
        return lines
    }
}

extension JSONValue {
    /// So much of a text is enough for a list.
    static let shownCharacters = 600

    /// On one line, with nothing in it that a terminal would obey.
    var inLine: String { inLine(upTo: JSONValue.shownCharacters) }

    func inLine(upTo limit: Int) -> String {
        switch self {
        case .string(let text): text.quoted(upTo: limit)
        case .null, .bool, .number: compactText
        case .array, .object:
            compactText.unicodeScalars.count > limit
                ? String(String.UnicodeScalarView(compactText.unicodeScalars.prefix(limit)))
                    .shownInLine + " …"
                : compactText.shownInLine
        }
    }
}
