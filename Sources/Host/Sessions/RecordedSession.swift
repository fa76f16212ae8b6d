// A recorded session as values: its header, and everything that came to pass in one host's life in
// the order in which it did. How it is written and read is in SessionFormat.swift.

package import Engine
package import JSON

package struct RecordedSession: Sendable {
    package let header: SessionHeader
    package let lines: [SessionLine]
}

/// What it takes to build the same tools again.
package struct SessionHeader: Hashable, Sendable {
    /// The release that recorded it.
    package var holdfast: String
    package var recordedAt: Instant
    package var profile: String
    package var allow: [String]
    package var person: String
    package var leaseMs: Int64
    package var graceMs: Int64
    /// The contents of the manifests.
    package var manifests: [JSONValue]
}

package struct SessionLine: Hashable, Sendable {
    /// Since the recording began.
    package var atMs: Int64
    package var entry: SessionEntry
}

package enum SessionEntry: Hashable, Sendable {
    case client(ClientInput)
    case server(JSONValue)
    /// A tool was tried, and what came of it.
    case started(AttemptStart)
    case ended(AttemptEnd)
    /// A person's word on an approval that this session waited for.
    case decided(PersonDecision)
    /// From here on the manifests were these.
    case tools([JSONValue])
    /// Why the session cannot be played again.
    case unplayable(String)
    /// The recording is whole.
    case end
}

package enum ClientInput: Hashable, Sendable {
    case message(JSONValue)
    /// A line that is no JSON.
    case text(String)
    /// A line that is no text either.
    case bytes([UInt8])
    /// A line over the limit; what it said was never read.
    case oversized
    /// The client closed its end.
    case closed
}

package struct AttemptStart: Hashable, Sendable {
    package var call: String
    package var number: Int
    package var tool: String
    package var arguments: JSONObject
}

package struct AttemptEnd: Hashable, Sendable {
    package var call: String
    package var number: Int
    /// Probes of a call are numbered by themselves. Nil where it was recorded by a release that
    /// made none.
    package var tool: String?
    package var outcome: AttemptOutcome
}

package struct PersonDecision: Hashable, Sendable {
    package var approval: String
    package var decision: ApprovalDecision
    package var person: String
}
