// An approval as the fold of its events: whose yes is asked for, who has said what, and until when.
// Who counts is judged in Jury.swift.

package import Proofs

package struct Approval: Hashable, Sendable {
    package enum State: String, Sendable, CaseIterable {
        case pending, approved, denied, expired, withdrawn, spent
    }
    package let id: ApprovalID
    /// Every one of them must be met; at least one.
    package let demands: [ApprovalRule]
    /// What a yes is bound to.
    package let action: Digest
    package let askedAt: Instant
    package var decideBy: Instant
    package let executeWithinMs: Int64
    /// Why it is asked anew; nil the first time.
    package let because: Drift?
    /// The policy that asks; nil where none was asked.
    package let policy: Digest?
    package var state: State
    package var executeBy: Instant?
    /// In order of time.
    package var decisions: [Decision] = []
    package var isEscalated = false
    /// Whether the time to decide has been given once more.
    package var isPassedOn = false
    package var reminders = 0
    package var remindedAt: Instant?

    /// The names of the rules that ask.
    package var rule: String { demands.map(\.name).joined(separator: ", ") }

    /// Whether nobody but the requester is asked, so that their own client may ask them.
    package var isConfirmation: Bool { demands.allSatisfy(\.isConfirmation) }

    /// What the outcome rests on: every yes, or the one no.
    package var deciding: [Decision] {
        switch state {
        case .denied: decisions.last { $0.word == .deny }.map { [$0] } ?? []
        case .pending, .approved, .expired, .withdrawn, .spent: standingYeses
        }
    }

    package var decidedBy: String? {
        let names = deciding.map(\.by)
        return names.isEmpty ? nil : names.joined(separator: ", ")
    }
    package var decidedAt: Instant? { deciding.last?.at }
    package var reason: PayloadRef? { deciding.compactMap(\.reason).last }

    /// Every yes that has not been taken back, in order of time.
    package var standingYeses: [Decision] {
        var yeses: [Decision] = []
        for decision in decisions {
            switch decision.word {
            case .approve: yeses.append(decision)
            case .withdraw: yeses.removeAll { $0.by.isSame(as: decision.by) }
            case .deny: break
            }
        }
        return yeses
    }

    var restsOnGrant: Bool {
        standingYeses.contains { yes in
            if case .grant = yes.identity { true } else { false }
        }
    }

    /// When others are asked too; nil where nobody is, or they have been.
    var escalateAt: Instant? {
        guard !isEscalated else { return nil }
        return demands.compactMap { rule in rule.escalateAfterMs.map { askedAt + $0 } }.min()
    }

    var remindAt: Instant? {
        guard reminders < Limits.reminders else { return nil }
        let since = remindedAt ?? askedAt
        return demands.compactMap { rule in rule.remindAfterMs.map { since + $0 } }.min()
    }

    /// When it must be looked at next while it is pending.
    var nextTimer: Instant {
        [decideBy, escalateAt, remindAt].compactMap { $0 }.min() ?? decideBy
    }
}

/// A grant that was given.
package struct GrantState: Hashable, Sendable {
    package let until: Instant
    /// By whom and when it was taken back.
    package var revoked: Revocation?

    package struct Revocation: Hashable, Sendable {
        package let by: String
        package let reason: PayloadRef
        package let at: Instant
    }
}
