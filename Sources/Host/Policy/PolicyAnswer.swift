// What a policy says of one call, rule by rule: which match, why the others do not, who would be
// asked. Words and documents are beside.

package import Engine
import JSON
import JSONSchema

package struct PolicyAnswer: Sendable {
    let question: PolicyQuestion
    let policy: Policy
    package let ruling: Ruling
    let rules: [ConsideredRule]
    /// Why a host would refuse the call before any rule is asked.
    let refusals: [String]

    init(_ question: PolicyQuestion, _ policy: Policy) {
        self.question = question
        self.policy = policy
        let subject = question.subject
        ruling = policy.ruling(on: subject)
        refusals = question.refusals
        guard let document = subject.document else {
            preconditionFailure("A call that is put by hand has its arguments.")
        }
        rules = policy.matches(document).map { ConsideredRule($0, document) }
    }

    /// The narrower of what the profile and the tool allow at all.
    var mode: Mode { policy.mode.narrowed(by: question.tool.manifest.tool.mode) }

    /// Why it is denied; nil where it is not.
    var reason: String? {
        if case .deny(let reason) = ruling.outcome { reason } else { nil }
    }

    /// Whose yes would be asked for.
    var demands: [Demand] {
        guard case .hold(let rules) = ruling.outcome else { return [] }
        return rules.map { Demand($0, policy.directory, question.caller) }
    }
}

/// A rule beside a call.
struct ConsideredRule: Sendable {
    let rule: Rule
    let answer: RuleMatch.Answer
    /// The first thing that its condition finds wrong; nil where it matches.
    let why: String?

    init(_ match: RuleMatch, _ document: JSONValue) {
        rule = match.rule
        answer = match.answer
        why =
            match.answer == .matches
            ? nil : match.rule.when.validate(document).first.map(\.message)
    }
}

/// What a yes takes, with the people who could give it.
struct Demand: Sendable {
    struct Step: Sendable {
        let by: Approvers
        let count: Int
        /// By name, in the order of the config; empty where the requester confirms.
        let people: [String]
        /// Who is meant too and may not: the person behind the agent.
        let excluded: [String]
    }

    let rule: ApprovalRule
    let steps: [Step]

    init(_ rule: ApprovalRule, _ directory: Directory, _ caller: Caller) {
        self.rule = rule
        steps = rule.stages.map { stage in
            switch stage.by {
            case .requester:
                return Step(by: stage.by, count: stage.count, people: [], excluded: [])
            case .named(let names):
                let meant = directory.whoever(names)
                return Step(
                    by: stage.by, count: stage.count,
                    people: meant.filter { !$0.isBehind(caller) }.map(\.name),
                    excluded: meant.filter { $0.isBehind(caller) }.map(\.name))
            }
        }
    }
}
