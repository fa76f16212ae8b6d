// What the engine asks to be done, and what it is told of it. Plain values both ways.

package import JSON

/// One try at a call's effect, claimed by one owner. Its intent is on disk.
package struct Attempt: Hashable, Sendable {
    package var run: RunID { basis.id }
    /// Goes downstream as the key: the same for all attempts of a call.
    package let call: CallID
    /// Counted from one; a later attempt fences an earlier one.
    package let number: Int
    package let owner: OwnerID
    package let tool: ToolName
    package let manifest: ManifestDigest
    package let delivery: Delivery
    /// Valid by the manifest's input schema; without the host's own arguments.
    package let arguments: JSONObject
    package let timeoutMs: Int64
    /// The decision this attempt rests on: `{decision, by, reason, at}`; nil where none was asked.
    package let approval: JSONValue?
    /// The run as it was when the attempt was claimed: where it has not changed when the outcome
    /// is recorded, it need not be read again.
    package let basis: Run

    package init(
        basis: Run, call: CallID, number: Int, owner: OwnerID, tool: ToolName,
        manifest: ManifestDigest, delivery: Delivery, arguments: JSONObject, timeoutMs: Int64,
        approval: JSONValue?
    ) {
        self.basis = basis
        self.call = call
        self.number = number
        self.owner = owner
        self.tool = tool
        self.manifest = manifest
        self.delivery = delivery
        self.arguments = arguments
        self.timeoutMs = timeoutMs
        self.approval = approval
    }
}

/// What came of an attempt, as its connector saw it.
extension Attempt {
    /// The same with the run as it was saved.
    func resting(on run: Run) -> Attempt {
        Attempt(
            basis: run, call: call, number: number, owner: owner, tool: tool,
            manifest: manifest, delivery: delivery, arguments: arguments, timeoutMs: timeoutMs,
            approval: approval)
    }
}

package enum AttemptOutcome: Hashable, Sendable {
    case succeeded(JSONValue)
    /// It happened, but its answer was too large to be read.
    case succeededTooLarge(byteCount: Int)
    /// Surely not applied.
    case failed(Failure)
    /// May or may not have happened; `reason` is for people.
    case unknown(reason: String)
}

/// A failure that surely had no effect (or, for `stale`, none of this attempt's making).
package struct Failure: Hashable, Sendable {
    package let kind: FailureClass
    /// What happened and what to do now, for the model and for people; may hold downstream text.
    package let message: String

    package init(_ kind: FailureClass, _ message: String) {
        self.kind = kind
        self.message = message
    }
}
