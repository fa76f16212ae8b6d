// What the engine asks to be done, and what it is told of it. Plain values both ways.

package import JSON

/// Something to be done now, outside every transaction. What it may do is on disk.
package enum Work: Hashable, Sendable {
    case attempt(Attempt)
    /// A read that belongs to a call: whether it happened, what it left, what it should start from.
    case probe(Probe)
    /// To find out what the undo of a call is to be called with, and to submit it.
    case undo(Undo)
}

/// One try at a call's effect, claimed by one owner. Its intent is on disk.
package struct Attempt: Hashable, Sendable {
    package enum Purpose: String, Sendable, CaseIterable {
        case effect
        /// The effect must not happen any more: the key is taken by a void row, unless the effect
        /// is there already (`transactional` only).
        case void
    }
    package var run: RunID { basis.id }
    /// Goes downstream as the key: the same for all attempts of a call.
    package let call: CallID
    /// Counted from one; a later attempt fences an earlier one.
    package let number: Int
    package let purpose: Purpose
    package let owner: OwnerID
    package let tool: ToolName
    package let manifest: ManifestDigest
    package let delivery: Delivery
    /// Valid by the manifest's input schema; without the host's own arguments.
    package let arguments: JSONObject
    package private(set) var timeoutMs: Int64
    /// The decision this attempt rests on: `{decision, by, reason, at}`; nil where none was asked.
    package let approval: JSONValue?
    /// The run as it was when the attempt was claimed: where it has not changed when the outcome
    /// is recorded, it need not be read again.
    package internal(set) var basis: Run

    package init(
        basis: Run, call: CallID, number: Int, purpose: Purpose = .effect, owner: OwnerID,
        tool: ToolName, manifest: ManifestDigest, delivery: Delivery, arguments: JSONObject,
        timeoutMs: Int64, approval: JSONValue?
    ) {
        self.basis = basis
        self.call = call
        self.number = number
        self.purpose = purpose
        self.owner = owner
        self.tool = tool
        self.manifest = manifest
        self.delivery = delivery
        self.arguments = arguments
        self.timeoutMs = timeoutMs
        self.approval = approval
    }

    /// The same with as much time as its tool is given now: patience is never pinned.
    package func within(timeoutMs: Int64) -> Attempt {
        var copy = self
        copy.timeoutMs = timeoutMs
        return copy
    }
}

/// What came of an attempt, as its connector saw it.
package enum AttemptOutcome: Hashable, Sendable {
    case succeeded(JSONValue)
    /// It happened, but its answer was too large to be read.
    case succeededTooLarge(byteCount: Int)
    /// Surely not applied.
    case failed(Failure)
    /// The answer to an attempt with purpose `void`: the effect is not there, and no attempt of
    /// this call can bring it about any more.
    case voided
    /// May or may not have happened; `reason` is for people. Nothing of it can be sent any more.
    case unknown(reason: String)
}

/// A failure that surely had no effect (or, for `stale`, none of this attempt's making).
package struct Failure: Hashable, Sendable {
    package let kind: FailureClass
    /// What happened and what to do now, for the model and for people; may hold downstream text.
    package let message: String
    /// How long downstream asked to be left alone; only with `transient`.
    package let retryAfterMs: Int64?
    /// The host kept it back for reasons of its own: it says nothing of the system downstream.
    package let isHostsOwn: Bool

    package init(
        _ kind: FailureClass, _ message: String, retryAfterMs: Int64? = nil,
        isHostsOwn: Bool = false
    ) {
        self.kind = kind
        self.message = message
        self.retryAfterMs = retryAfterMs
        self.isHostsOwn = isHostsOwn
    }

    /// Nothing was sent, for a reason that lies with this host.
    package static func unsent(_ message: String) -> Failure {
        Failure(.transient, message, isHostsOwn: true)
    }
}

/// A read that a manifest names, made for a call by one owner.
package struct Probe: Hashable, Sendable {
    package enum Purpose: String, Sendable, CaseIterable {
        /// Whether an unknown attempt happened.
        case verify
        /// Whether what was written is there.
        case readBack = "after"
        /// What a stale call should start from instead.
        case refresh
    }
    package var run: RunID { basis.id }
    package internal(set) var basis: Run
    package let call: CallID
    /// Counted from one over all probes of the call.
    package let number: Int
    package let purpose: Purpose
    package let owner: OwnerID
    /// The call's own tool and manifest, which names the probe's.
    package let tool: ToolName
    package let manifest: ManifestDigest
    package let arguments: JSONObject
    /// The call's result, for a read-back; nil where it has none that can be read.
    package let result: JSONValue?

    package init(
        basis: Run, call: CallID, number: Int, purpose: Purpose, owner: OwnerID, tool: ToolName,
        manifest: ManifestDigest, arguments: JSONObject, result: JSONValue?
    ) {
        self.basis = basis
        self.call = call
        self.number = number
        self.purpose = purpose
        self.owner = owner
        self.tool = tool
        self.manifest = manifest
        self.arguments = arguments
        self.result = result
    }
}

/// What a probe came to.
package enum ProbeOutcome: Hashable, Sendable {
    /// `verify`: the effect is there; the result is the call's own.
    case found(JSONValue)
    /// `verify`: the probe succeeded and the effect is not there.
    case absent
    /// `after`: what is there is what was meant.
    case confirmed
    /// `after`: something else is there.
    case differs(JSONValue)
    /// `refresh`: the arguments to try with.
    case renewed(JSONObject)
    /// It could not be told; `reason` is for people.
    case unsure(reason: String)
}

/// A call whose effect is to be undone, its run being aborted.
package struct Undo: Hashable, Sendable {
    package var run: RunID { basis.id }
    package internal(set) var basis: Run
    package let call: CallID
    package let tool: ToolName
    package let manifest: ManifestDigest
    /// The tool that undoes it, of the version that the run pins.
    package let undoTool: ToolName
    package let arguments: JSONObject
    /// Nil where it cannot be read any more.
    package let result: JSONValue?

    package init(
        basis: Run, call: CallID, tool: ToolName, manifest: ManifestDigest, undoTool: ToolName,
        arguments: JSONObject, result: JSONValue?
    ) {
        self.basis = basis
        self.call = call
        self.tool = tool
        self.manifest = manifest
        self.undoTool = undoTool
        self.arguments = arguments
        self.result = result
    }
}
