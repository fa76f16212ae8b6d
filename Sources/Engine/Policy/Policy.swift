// The policy of one profile, and what it says of one call: every rule that matches is weighed, the
// strongest verdict stands, and what nothing allows is denied.

package import Proofs

/// The policy in force for one profile. What is pinned by runs is never in it: it is always the
/// current one.
package struct Policy: Sendable {
    /// Of everything below, canonically: which policy a decision was made under.
    package let digest: Digest
    /// Tools that the profile may call.
    package let allow: [ToolName]
    package let mode: Mode
    package let rules: [Rule]
    package let allowance: Allowance
    package let directory: Directory
    /// What is wrong with the rules themselves: while anything is, nothing is let through.
    package private(set) var mistake: String?

    /// The same while its rules have a mistake.
    package func mistaken(_ mistake: String?) -> Policy {
        var copy = self
        copy.mistake = mistake
        return copy
    }

    package init(
        digest: Digest, allow: [ToolName], mode: Mode, rules: [Rule], allowance: Allowance,
        directory: Directory
    ) {
        self.digest = digest
        self.allow = allow
        self.mode = mode
        self.rules = rules
        self.allowance = allowance
        self.directory = directory
    }
}

/// A policy and the tools as their manifests are now: what they say of permission and patience is
/// never pinned.
package struct Rulebook: Sendable {
    package let policy: Policy
    package let tools: [ToolName: Tool]

    package init(policy: Policy, tools: [ToolName: Tool]) {
        self.policy = policy
        self.tools = tools
    }
}

extension Rulebook {
    /// For whoever decides and starts nothing: who the people are, and no more.
    package static func people(_ directory: Directory) -> Rulebook {
        Rulebook(
            policy: Policy(
                digest: Digest.sha256([]), allow: [], mode: .readOnly, rules: [],
                allowance: .unlimited, directory: directory),
            tools: [:])
    }
}

/// What a policy says of one call, and by which rules.
package struct Ruling: Hashable, Sendable {
    package enum Outcome: Hashable, Sendable {
        case deny(reason: String)
        /// Everybody whom any of the rules asks.
        case hold([ApprovalRule])
        case shadow
        case allow

        package var verdict: Verdict {
            switch self {
            case .deny: .deny
            case .hold: .approve
            case .shadow: .shadow
            case .allow: .allow
            }
        }
    }
    package let outcome: Outcome
    /// What decided, by name: rules that match and have this verdict, in the order of the config;
    /// `manifest`, `mode` and `profile` for what is no rule.
    package let rules: [String]
    package let policy: Digest

    package init(_ outcome: Outcome, by rules: [String], policy: Digest) {
        self.outcome = outcome
        self.rules = rules
        self.policy = policy
    }
}
