// A run and its calls with all that people are shown of them, as plain values. How they are
// written is in the files of documents and texts.

package import Engine
import JSON

package struct RunEntry: Sendable {
    package let run: Run
    let purpose: String?
    let summary: String?
    /// Why it is being aborted, in the words of who ordered it.
    var abortReason: String?
    var force: Force?
    var quarantineReason: String?
    package var calls: [CallEntry]
}

package struct CallEntry: Sendable {
    package let call: Call
    /// Masked by the manifest; nil where they were erased.
    let arguments: JSONValue?
    /// Masked by the manifest; nil where there is none, or it was erased.
    let result: JSONValue?
    let withheld: Withheld?
    /// Why there is no result, in the recorded words.
    let message: String?
    /// What was done, in the manifest's words.
    let did: String?
    let title: String?
    /// What reading its effect back found, masked like a result; nil where nothing was read.
    var found: JSONValue?
    /// Whether a person may have it tried again.
    var mayRetry = true
    /// What keeps it waiting although its time has come; nil where nothing does.
    var hold: Hold?
    var pin: Pin?
    let events: [EventEntry]
    let approval: ApprovalEntry?
}

/// Who said that what an abort cannot settle or undo is left standing, and why.
struct Force: Sendable {
    let by: String
    let at: Instant
    let reason: String?
}

/// What keeps a call from going on whatever its time.
enum Hold: Hashable, Sendable {
    case halt(StandingHalt)
    case quarantine(Quarantine, reason: String?)
    /// Its tool's system has failed again and again.
    case breaker(until: Instant)
}

/// The version of its tool that a call was accepted with, beside the one there is now.
struct Pin: Hashable, Sendable {
    let manifest: ManifestDigest
    /// Nil where the tool is gone.
    let current: ManifestDigest?

    var isChanged: Bool { current != manifest }
}

/// One record of the journal with the free texts that belong to it.
package struct EventEntry: Sendable {
    let record: Record
    let texts: [PayloadRef.Name: String]
}

package struct ApprovalEntry: Sendable {
    let approval: Approval
    let call: CallID
    let run: RunID
    let tool: ToolName
    let caller: Caller
    let arguments: JSONValue?
    let purpose: String?
    /// Why it was approved or denied, in the words of who decided.
    let decisionReason: String?
    let manifest: ManifestFacts?
    /// Nil where nobody looks at the approval alone.
    let soFar: DoneSoFar?
    /// Nil where the call undoes nothing.
    var undoing: Undoing?
    let askedAt: Instant
    /// The moment of looking: a clock that has run out counts, noted or not.
    let now: Instant

    /// The agent's own words for it; never to be trusted.
    var reason: String? { arguments?["reason"]?.stringValue ?? purpose }

    package var state: Approval.State {
        switch (approval.state, approval.executeBy) {
        case (.pending, _) where now >= approval.decideBy: .expired
        case (.approved, let executeBy?) where now >= executeBy: .expired
        case (let state, _): state
        }
    }
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
