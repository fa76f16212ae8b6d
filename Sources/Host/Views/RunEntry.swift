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
