// A rule of policy as a config writes it: a condition that is a JSON Schema, and what follows where
// it holds. How rules are weighed against each other is in Policy.swift.

package import JSONSchema

/// Strongest first: of all that match, the first in this order is what happens.
package enum Verdict: String, Sendable, CaseIterable {
    case deny
    /// The call is held until people have said yes.
    case approve
    /// Checked and recorded, and not executed.
    case shadow
    case allow
}

/// What may be done at all, whatever the rules say.
package enum Mode: String, Sendable, CaseIterable {
    case full
    /// No write, not even on paper.
    case readOnly = "read_only"
    /// Writes are checked and recorded, and not executed.
    case shadow

    /// The narrower of the two.
    package func narrowed(by other: Mode) -> Mode {
        switch (self, other) {
        case (.readOnly, _), (_, .readOnly): .readOnly
        case (.shadow, _), (_, .shadow): .shadow
        case (.full, .full): .full
        }
    }
}

/// What follows where a rule's condition holds.
package enum Consequence: Hashable, Sendable {
    case deny(reason: String)
    case approve(ApprovalRule)
    case shadow
    case allow

    package var verdict: Verdict {
        switch self {
        case .deny: .deny
        case .approve: .approve
        case .shadow: .shadow
        case .allow: .allow
        }
    }
}

package struct Rule: Sendable {
    package let name: String
    /// Holds where the call's document satisfies it; see ``PolicyDocument``.
    package let when: CompiledSchema
    package let then: Consequence

    package init(name: String, when: CompiledSchema, then: Consequence) {
        self.name = name
        self.when = when
        self.then = then
    }
}
