// The small protocol behind which every way of reaching a system stands. No kind is named here.

package import Engine
package import JSON
import Synchronization

/// A way to one system, made from one manifest, ready to try calls.
package protocol Connector: Sendable {
    /// Tries the effect once. May block its thread: the host calls it on threads kept for that.
    /// Ends within the attempt's time-out, and soon after `stop` is raised. Never throws: what
    /// went wrong is an outcome, with the class of section 5.3.
    func execute(_ attempt: Attempt, stop: StopSignal) async -> AttemptOutcome

    /// What a call with these arguments would send, for people and for a call that is not executed;
    /// nil where that cannot be said beforehand. Opens nothing and reads no secret.
    /// - Parameters:
    ///   - arguments: with what is sensitive in them masked: nothing else is ever shown.
    ///   - call: nil where it has no id yet.
    func preview(_ arguments: JSONObject, call: CallID?) -> JSONValue?
}

extension Connector {
    package func preview(_ arguments: JSONObject, call: CallID?) -> JSONValue? { nil }
}

/// One kind of connector (`sql`, `command`, `none`): reads its part of manifests.
package protocol ConnectorKind: Sendable {
    /// The word after `kind:` in a manifest.
    var name: String { get }
    /// Reads and checks `spec`, the manifest's whole `connector` object. Opens nothing.
    func connector(
        for spec: JSONObject, of tool: ConnectorContext
    ) throws(SpecProblem) -> any Connector
}

/// What a connector may know of the manifest and the host it is made for.
package struct ConnectorContext: Sendable {
    package let tool: ToolName
    package let delivery: Delivery
    /// The manifest's input and output schemas as JSON (output nil where it has none).
    package let input: JSONValue
    package let output: JSONValue?
    /// The folder that relative paths of the manifest are relative to.
    package let folder: String
    /// Databases of the config by name: absolute paths of SQLite files.
    package let databases: [String: String]
    /// Secrets of the config by name.
    package let secrets: [String: SecretSource]
    /// Where connectors may keep lock files: beside the journal.
    package let stateFolder: String
    /// The sentence of the manifest for a record that is not there.
    package let notFound: String?

    package init(
        tool: ToolName, delivery: Delivery, input: JSONValue, output: JSONValue?, folder: String,
        databases: [String: String], secrets: [String: SecretSource], stateFolder: String,
        notFound: String?
    ) {
        self.tool = tool
        self.delivery = delivery
        self.input = input
        self.output = output
        self.folder = folder
        self.databases = databases
        self.secrets = secrets
        self.stateFolder = stateFolder
        self.notFound = notFound
    }
}

/// Where a secret comes from; read when it is needed, never kept.
package enum SecretSource: Hashable, Sendable {
    case environment(String)
    /// A file only its owner may read (0600).
    case file(String)
    case command([String])
}

/// Something wrong in a part of a manifest: where, and what to do.
package struct SpecProblem: Error, Sendable {
    /// Relative to the part that was read (for a connector: its `connector` object).
    package let pointer: JSONPointer
    package let message: String

    package init(_ pointer: JSONPointer, _ message: String) {
        self.pointer = pointer
        self.message = message
    }
}

/// A request to stop, raised once, heard by whoever is at work on an attempt.
package final class StopSignal: Sendable {
    private struct State {
        var isRaised = false
        var handlers: [@Sendable () -> Void] = []
    }
    private let state = Mutex(State())

    package init() {}

    package var isRaised: Bool { state.withLock { $0.isRaised } }

    /// Runs `handler` when the signal is raised; at once where it was already.
    package func onRaise(_ handler: @escaping @Sendable () -> Void) {
        let isLate = state.withLock { state in
            if !state.isRaised { state.handlers.append(handler) }
            return state.isRaised
        }
        if isLate { handler() }
    }

    package func raise() {
        let handlers = state.withLock { state in
            defer { state.handlers = [] }
            guard !state.isRaised else { return [@Sendable () -> Void]() }
            state.isRaised = true
            return state.handlers
        }
        for handler in handlers { handler() }
    }
}
