// Who has said what of an approval, who is still needed, and what a decision is made in view of, in
// words.

import Engine
import JSON

extension DecisionEntry {
    func words(_ now: Instant) -> String {
        let who = decision.by.shownInLine
        let said =
            switch decision.word {
            case .approve: "yes"
            case .deny: "no"
            case .withdraw: "takes the yes back"
            }
        let how = decision.identity.words(of: decision.by)
        return "\(who): \(said)\(how), \(Span.words(from: now, to: decision.at))"
            + (reason.map { ": \($0.quoted(upTo: 200))" } ?? "")
    }
}

extension NeededYes {
    /// For example `2 of finance or lead: lena, tom`.
    var words: String {
        let turn = open.index == 0 ? "" : " (stage \(open.index + 1))"
        switch open.stage.by {
        case .requester:
            return "a confirmation by "
                + people.map(\.shownInLine).joined(separator: " or ") + turn
        case .named(let names):
            let who = (names + open.escalatedTo).map(\.shownInLine).joined(separator: " or ")
            let some =
                people.isEmpty
                ? "nobody is left who may" : people.map(\.shownInLine).joined(separator: ", ")
            return "\(open.missing) of \(who)\(turn): \(some)"
        }
    }

    var document: JSONValue {
        let names: [String] =
            switch open.stage.by {
            case .requester: ["requester"]
            case .named(let names): names + open.escalatedTo
            }
        return [
            "rule": .string(open.rule), "stage": .integer(open.index),
            "missing": .integer(open.missing), "by": .array(names.map { .string($0) }),
            "people": .array(people.map { .string($0) }),
        ]
    }
}

extension Approval {
    /// What a no does besides.
    var afterDenial: String {
        demands.contains(where: \.abortsWhenDenied)
            ? ", and the run is aborted and what it did undone" : ""
    }

    /// What follows where nobody answers: the strictest of what the rules say.
    var afterSilence: String {
        let ways = demands.map(\.onSilence)
        if ways.contains(.abort) { return "the run is aborted and what it did undone" }
        if ways.contains(.deny) { return "a no" }
        if ways.contains(.escalate) {
            return isPassedOn ? "a no" : "others are asked for as long again, and then it is a no"
        }
        return "A YES, for its rule says so"
    }
}

extension ApprovalRule {
    var source: String { name == ApprovalRule.manifest ? "the tool's manifest" : name.shownInLine }
}

extension Drift {
    var words: String {
        switch self {
        case .clock: "the time to execute it had passed"
        case .policy: "the rules, or what the manifest asks, have changed since"
        case .arguments: "the record that it is about has changed, and its arguments with it"
        case .approvers: "somebody who had said yes may not any more"
        case .grant: "the grant that it rested on does not stand any more"
        }
    }
}

extension DoneSoFar {
    var lines: [String] {
        if sentences.isEmpty { return ["nothing else was done in this run"] }
        let lines = sentences.map(\.shownInLine)
        return earlierCount == 0 ? lines : ["\(earlierCount) more before these:"] + lines
    }
}

extension ApprovalContext {
    /// What would be sent, part by part, as much of it as a list has room for.
    var sent: [String] {
        let lines = (preview?.unfolded ?? []).map { line in
            line.unicodeScalars.count > JSONValue.shownCharacters
                ? String(
                    String.UnicodeScalarView(
                        line.unicodeScalars.prefix(JSONValue.shownCharacters))) + " …" : line
        }
        guard lines.count > ApprovalContext.sentLines else { return lines }
        let more = lines.count - ApprovalContext.sentLines
        return lines.prefix(ApprovalContext.sentLines)
            + ["… \(more) more \(more == 1 ? "line" : "lines"): holdfast approvals --json"]
    }

    static let sentLines = 24

    /// What the run has touched, for whoever has to trust its words; nil where nothing.
    var warning: String? {
        let parts = taint.map { label in
            switch label {
            case .untrusted: "has read what strangers wrote, so that its words may be theirs"
            case .private: "has read what is not for everybody"
            case .external: "has changed something outside"
            }
        }
        guard let last = parts.last else { return nil }
        let first = parts.dropLast().joined(separator: ", ")
        return "this run " + (first.isEmpty ? last : "\(first), and \(last)")
    }
}

extension JSONValue {
    /// A line for each part, below its name. The lines of a text stay lines behind a bar, so that
    /// none of them passes for one of ours.
    fileprivate var unfolded: [String] {
        switch self {
        case .null, .bool, .number: [compactText]
        case .string(let text) where text.contains("\n"):
            (text.hasSuffix("\n") ? text.dropLast() : text[...])
                .split(separator: "\n", omittingEmptySubsequences: false)
                .map { "| " + String($0).shownInLine }
        case .string(let text): [text.visibleLiteral]
        case .array(let elements) where elements.allSatisfy(\.isFlat): [compactText.shownInLine]
        case .array(let elements):
            elements.flatMap { element in
                element.unfolded.enumerated().map { ($0 == 0 ? "- " : "  ") + $1 }
            }
        case .object(let object) where object.members.isEmpty: ["{}"]
        case .object(let object):
            object.members.flatMap { member in
                let (name, inner) = (member.name.shownInLine, member.value.unfolded)
                return member.value.isFlat || inner.count == 1
                    ? ["\(name): \(inner.joined())"] : ["\(name):"] + inner.map { "  " + $0 }
            }
        }
    }

    private var isFlat: Bool {
        switch self {
        case .null, .bool, .number: true
        case .string(let text): !text.contains("\n")
        case .array, .object: false
        }
    }
}

extension SimilarCall {
    func lines(_ now: Instant) -> [String] {
        let place = isOfRun ? "the one of this run" : "the last one of this profile"
        let when = Span.words(from: now, to: at)
        guard !differences.isEmpty else { return ["the same as \(place), \(when)"] }
        return ["\(place), \(when), in:"]
            + differences.map { difference in
                let was = difference.was?.inLine ?? "(nothing)"
                return "  \(difference.place.shownInLine): \(was) then, "
                    + (difference.now?.inLine ?? "(nothing)") + " now"
            }
    }

    var document: JSONValue {
        [
            "call_id": .string(call.text), "at": .string(at.description),
            "same_run": .bool(isOfRun),
            "differences": .array(
                differences.map {
                    ["path": .string($0.place), "was": $0.was ?? .null, "now": $0.now ?? .null]
                }),
        ]
    }
}

extension ToolLimits {
    /// What one call takes of limits, in words; what is left of them is the budgets' to say.
    func words(_ arguments: JSONValue?) -> [String] {
        var lines: [String] = []
        if cost != .zero { lines.append("\(cost) units of the budget") }
        if let amount, let value = arguments.flatMap(amount.of.resolve) {
            lines.append(
                "\(value.inLine) of at most \(amount.max) in \(Span.words(ms: amount.perMs))")
        }
        return lines
    }
}
