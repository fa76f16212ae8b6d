// What a yes takes: who must give it, how many of them, in which order and by when (DESIGN
// section 7). Whether it has been given is decided in Approvals/.

/// Who may give a yes.
package enum Approvers: Hashable, Sendable {
    /// The person the agent works for, or the account its host runs under: a confirmation.
    case requester
    /// Approvers by their roles or names.
    case named([String])
}

/// A group that must have said yes before the next is asked.
package struct Stage: Hashable, Sendable {
    package let by: Approvers
    /// How many different people.
    package let count: Int

    package init(by: Approvers, count: Int) {
        precondition(count >= 1, "A stage asks at least one person.")
        self.by = by
        self.count = count
    }
}

/// What follows where nobody has decided in time.
package enum Silence: String, Sendable, CaseIterable {
    case deny
    /// Others are asked for as long again, and then it is a denial.
    case escalate
    /// The call's run is aborted, and what it did undone.
    case abort
    /// A yes, for reversible actions only.
    case approve
}

package struct ApprovalRule: Hashable, Sendable {
    /// Of the rule that asks; `manifest` where the tool's own manifest does.
    package let name: String
    /// At least one.
    package let stages: [Stage]
    package let decideWithinMs: Int64
    package let executeWithinMs: Int64
    /// How long after it was asked, and after each reminder, people are reminded; nil: never.
    package let remindAfterMs: Int64?
    /// How long after it was asked others are asked too; nil: never.
    package let escalateAfterMs: Int64?
    /// Roles or names of those others.
    package let escalateTo: [String]
    package let onSilence: Silence
    /// Whether a denial aborts the run and undoes what it did.
    package let abortsWhenDenied: Bool

    package static let defaultDecideWithinMs: Int64 = 86_400_000
    package static let defaultExecuteWithinMs: Int64 = 3_600_000
    package static let manifest = "manifest"

    package init(
        name: String, stages: [Stage], decideWithinMs: Int64 = defaultDecideWithinMs,
        executeWithinMs: Int64 = defaultExecuteWithinMs, remindAfterMs: Int64? = nil,
        escalateAfterMs: Int64? = nil, escalateTo: [String] = [], onSilence: Silence = .deny,
        abortsWhenDenied: Bool = false
    ) {
        precondition(!stages.isEmpty, "An approval has at least one stage.")
        self.name = name
        self.stages = stages
        self.decideWithinMs = decideWithinMs
        self.executeWithinMs = executeWithinMs
        self.remindAfterMs = remindAfterMs
        self.escalateAfterMs = escalateAfterMs
        self.escalateTo = escalateTo
        self.onSilence = onSilence
        self.abortsWhenDenied = abortsWhenDenied
    }

    /// The requester's own confirmation.
    package static func confirmation(
        name: String, decideWithinMs: Int64 = defaultDecideWithinMs,
        executeWithinMs: Int64 = defaultExecuteWithinMs
    ) -> ApprovalRule {
        ApprovalRule(
            name: name, stages: [Stage(by: .requester, count: 1)],
            decideWithinMs: decideWithinMs, executeWithinMs: executeWithinMs)
    }

    /// Whether the requester alone is asked, so that their own client may ask them.
    package var isConfirmation: Bool {
        stages.count == 1 && stages[0] == Stage(by: .requester, count: 1)
    }
}
