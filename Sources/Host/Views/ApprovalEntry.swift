// An approval with all that people are shown of it, as plain values. How they are written is in the
// files of documents and texts.

package import Engine
import JSON

package struct ApprovalEntry: Sendable {
    let approval: Approval
    let call: CallID
    let run: RunID
    let tool: ToolName
    let caller: Caller
    let arguments: JSONValue?
    let purpose: String?
    /// In order of time.
    let decisions: [DecisionEntry]
    /// Whose yes is still missing; empty where none is.
    let needed: [NeededYes]
    let manifest: ManifestFacts?
    /// Nil where nobody looks at the approval alone.
    let context: ApprovalContext?
    /// Nil where the call undoes nothing.
    var undoing: Undoing?
    /// What a yes would cover; nil where the call is no grant.
    var grant: GrantTerms?
    /// The moment of looking: a clock that has run out counts, noted or not.
    let now: Instant

    /// The agent's own words for it; never to be trusted.
    var reason: String? { arguments?["reason"]?.stringValue ?? purpose }

    var askedAt: Instant { approval.askedAt }
    var isGrant: Bool { tool == .grant }

    package var state: Approval.State { approval.state(at: now) }

    /// Why it came out as it did, in the words of who decided.
    var decisionReason: String? {
        decisions.last { $0.decision.reason == approval.reason && $0.reason != nil }?.reason
    }
}

extension Approval {
    /// A clock that has run out counts, whether a host has noted it or not.
    func state(at now: Instant) -> State {
        switch (state, executeBy) {
        case (.pending, _) where now >= decideBy && isOverInSilence: .expired
        case (.approved, let executeBy?) where now >= executeBy: .expired
        case (let state, _): state
        }
    }

    /// Whether nothing but a no, or an abort, comes of its clock running out.
    private var isOverInSilence: Bool {
        let ways = demands.map(\.onSilence)
        if ways.contains(.abort) || ways.contains(.deny) { return true }
        return ways.contains(.escalate) && isPassedOn
    }
}

/// What somebody has said, with their reason.
struct DecisionEntry: Sendable {
    let decision: Decision
    let reason: String?
}

/// A stage that is not done.
struct NeededYes: Sendable {
    let open: OpenStage
    /// Who could still say yes: approvers by name, in the order of the config, or whoever asks.
    let people: [String]

    init(_ open: OpenStage, _ approval: Approval, _ caller: Caller, _ directory: Directory) {
        self.open = open
        switch open.stage.by {
        case .requester:
            let (person, account) = (caller.person, caller.account)
            people = person.isSameText(as: account) ? [person] : [person, account]
        case .named(let names):
            let heard = approval.standingYeses.map(\.by)
            people = directory.whoever(names + open.escalatedTo)
                .filter { approver in
                    !approver.isBehind(caller)
                        && !heard.contains { $0.isSameText(as: approver.name) }
                }
                .map(\.name)
        }
    }
}

/// What a decision is made in view of: what would be sent, what the run has done and touched, how
/// it compares with what was done before.
struct ApprovalContext: Sendable {
    let soFar: DoneSoFar
    /// What the run's calls have touched.
    let taint: [Label]
    /// What would be sent; nil where that cannot be said beforehand.
    let preview: JSONValue?
    /// What the manifest demands as evidence, as the arguments have it.
    let evidence: [(place: String, value: JSONValue)]
    /// What it takes of budgets and limits, in words.
    let charge: [String]
    let similar: SimilarCall?
}

/// An earlier call of the same tool, by what is different now.
struct SimilarCall: Sendable {
    struct Difference: Sendable {
        let place: String
        let was: JSONValue?
        let now: JSONValue?
    }

    let call: CallID
    let at: Instant
    /// Whether it was of the same run.
    let isOfRun: Bool
    /// Sorted by place; empty where the arguments are the same.
    let differences: [Difference]
}

/// What the other calls of a run have done, for somebody who decides about one of them.
struct DoneSoFar: Sendable {
    /// The newest, oldest first, in their manifests' words.
    let sentences: [String]
    /// How many are older than those.
    let earlierCount: Int
}

/// What a call takes back, and for whom.
struct Undoing: Sendable {
    let call: CallID
    let tool: ToolName
    let ending: RunEnding
    /// Why the run is aborted, in the words of who ordered it.
    let reason: String?
}

/// What a manifest says about its effect, in short.
struct ManifestFacts: Sendable {
    let title: String?
    let reversibility: Reversibility?
    /// Whether the call is nothing but the decision itself.
    let isDecisionOnly: Bool

    init(_ manifest: Manifest) {
        title = manifest.title
        reversibility = manifest.tool.reversibility
        isDecisionOnly = manifest.connectorKind == "none"
    }
}
