// What a policy says of one call: every rule that matches is weighed, the strongest verdict stands,
// what nothing allows is denied, and what cannot be judged is denied too.

package import JSON
import JSONSchema

/// How one rule fared against one call.
package struct RuleMatch: Sendable {
    package enum Answer: Hashable, Sendable {
        case matches, misses
        /// It takes too much work to find out.
        case undecided
    }
    package let rule: Rule
    package let answer: Answer
}

extension Policy {
    /// How every rule fares against a document, in the order of the config.
    package func matches(_ document: JSONValue) -> [RuleMatch] {
        rules.map { rule in
            let answer: RuleMatch.Answer =
                switch rule.when.verdict(on: document) {
                case true?: .matches
                case false?: .misses
                case nil: .undecided
                }
            return RuleMatch(rule: rule, answer: answer)
        }
    }

    package func ruling(on subject: PolicySubject) -> Ruling {
        if let refusal = refusal(of: subject) { return refusal }
        // Most calls of most configs: nothing to weigh.
        if rules.isEmpty { return weighed([], subject) }
        guard let document = subject.document else {
            return ruling(
                .deny(reason: "its arguments have been erased, so that no rule can be evaluated"),
                by: [Policy.byArguments])
        }
        let found = matches(document)
        let undecided = found.filter { $0.answer == .undecided }.map(\.rule.name)
        guard undecided.isEmpty else {
            return ruling(
                .deny(
                    reason: "whether the rule “\(undecided[0])” holds takes too much work to "
                        + "find out"),
                by: undecided)
        }
        return weighed(found.filter { $0.answer == .matches }.map(\.rule), subject)
    }

    /// Whether a call of such a tool may come out as shadow, so that what would be sent is wanted.
    package func mayShadow(_ tool: Tool) -> Bool {
        mode.narrowed(by: tool.mode) == .shadow || rules.contains { $0.then == .shadow }
    }

    /// Whether an agent of the profile is shown the tool at all.
    package func offers(_ tool: Tool) -> Bool {
        allow.contains(tool.name)
            && !(tool.delivery.isWrite && mode.narrowed(by: tool.mode) == .readOnly)
    }

    package static let byProfile = "profile"
    package static let byMode = "mode"
    package static let byMistake = "rules"
    package static let byArguments = "arguments"
    package static let byIrreversibility = "irreversible"

    // What no rule can change.
    private func refusal(of subject: PolicySubject) -> Ruling? {
        if !subject.isByPerson, !allow.contains(subject.tool) {
            return ruling(
                .deny(reason: "the profile does not offer this tool"), by: [Policy.byProfile])
        }
        // A rule that names what does not exist may be the one that would have said no.
        if let mistake {
            return ruling(
                .deny(
                    reason: "the rules have a mistake, and until it is mended nothing is let "
                        + "through: \(mistake)"),
                by: [Policy.byMistake])
        }
        let mode = mode.narrowed(by: subject.mode)
        if subject.delivery.isWrite, mode == .readOnly {
            return ruling(
                .deny(reason: "only reads are allowed (mode: read_only)"), by: [Policy.byMode])
        }
        return nil
    }

    private func weighed(_ matching: [Rule], _ subject: PolicySubject) -> Ruling {
        let denials = matching.filter { $0.then.verdict == .deny }
        for case .deny(let reason) in denials.map(\.then) {
            return ruling(.deny(reason: reason), by: denials.map(\.name))
        }
        var demands: [ApprovalRule] = []
        for case .approve(let rule) in matching.map(\.then) { demands.append(rule) }
        if let own = subject.approval { demands.append(own) }
        guard demands.count <= Limits.demandsPerCall else {
            return ruling(
                .deny(
                    reason: "more than \(Limits.demandsPerCall) rules ask for a yes; put them "
                        + "together"),
                by: demands.map(\.name))
        }
        let isWrite = subject.delivery.isWrite
        if isWrite, mode.narrowed(by: subject.mode) == .shadow {
            return ruling(.shadow, by: [Policy.byMode])
        }
        if !demands.isEmpty { return ruling(.hold(demands), by: demands.map(\.name)) }
        let shadows = matching.filter { $0.then.verdict == .shadow }
        if !shadows.isEmpty { return ruling(.shadow, by: shadows.map(\.name)) }
        if isWrite, subject.reversibility == .irreversible {
            return ruling(
                .deny(
                    reason: "it cannot be undone, and neither its manifest nor a rule asks a "
                        + "person for a yes to this call"),
                by: [Policy.byIrreversibility])
        }
        let allowing = matching.map(\.name)
        return ruling(.allow, by: allowing.isEmpty ? [Policy.byProfile] : allowing)
    }

    private func ruling(_ outcome: Ruling.Outcome, by rules: [String]) -> Ruling {
        Ruling(outcome, by: rules, policy: digest)
    }
}
