// The kind `sql`: prepared statements of a manifest, run against a SQLite database in one
// transaction. No SQL is ever put together from values.

import Engine
package import Host
package import JSON

package struct SQLConnectorKind: ConnectorKind {
    package let name = "sql"
    private let pool = SQLPool()
    private let probe: @Sendable (ConnectorProbe) -> Void

    package init(probe: @escaping @Sendable (ConnectorProbe) -> Void = { _ in }) {
        self.probe = probe
    }

    package func connector(
        for spec: JSONObject, of tool: ConnectorContext
    ) throws(SpecProblem) -> any Connector {
        SQLConnector(
            spec: try SQLSpec(spec, of: tool), delivery: tool.delivery, pool: pool, probe: probe)
    }
}

struct SQLConnector: Connector {
    let spec: SQLSpec
    let delivery: Delivery
    let pool: SQLPool
    let probe: @Sendable (ConnectorProbe) -> Void

    func execute(_ attempt: Attempt, stop: StopSignal) async -> AttemptOutcome {
        var run = SQLRun(connector: self, attempt: attempt, stop: stop)
        do throws(AttemptFailure) {
            switch attempt.purpose {
            case .effect: try run.bindParameters()
            case .void:
                precondition(
                    delivery == .transactional,
                    "Only a call whose key is kept beside its effect is made impossible.")
            }
            return delivery.isWrite ? try run.write() : .succeeded(try run.read())
        } catch {
            return .failed(error.failure)
        }
    }
}
