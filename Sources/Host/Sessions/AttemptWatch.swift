// Hearing of every attempt that connectors make, without changing one.

import Engine
import JSON

struct AttemptWatch: Sendable {
    let began: @Sendable (Attempt, AttemptSchemas?, StopSignal) -> Void
    let ended: @Sendable (Attempt, AttemptOutcome, AttemptSchemas?) -> Void
}

/// Any kind of connector, with each attempt told when it begins and when it has ended.
struct WatchedKind: ConnectorKind {
    let inner: any ConnectorKind
    let watch: AttemptWatch

    var name: String { inner.name }

    func connector(
        for spec: JSONObject, of tool: ConnectorContext
    ) throws(SpecProblem) -> any Connector {
        WatchedConnector(
            inner: try inner.connector(for: spec, of: tool), schemas: .of(tool), watch: watch)
    }
}

private struct WatchedConnector: Connector {
    let inner: any Connector
    /// Of the very manifest that it was made from, be it of today or pinned by an older run.
    let schemas: AttemptSchemas?
    let watch: AttemptWatch

    func execute(_ attempt: Attempt, stop: StopSignal) async -> AttemptOutcome {
        watch.began(attempt, schemas, stop)
        let outcome = await inner.execute(attempt, stop: stop)
        watch.ended(attempt, outcome, schemas)
        return outcome
    }
}
