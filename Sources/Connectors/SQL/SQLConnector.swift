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

    /// `{database, statements: [{statement, parameters}]}`, each with the parameters it names.
    func preview(_ arguments: JSONObject, call: CallID?) -> JSONValue? {
        let roots = CallRoots.values(previewing: arguments, call: call)
        do throws(AttemptFailure) {
            var values: JSONObject = [:]
            for parameter in spec.parameters {
                values[parameter.name] = try parameter.value.value(for: roots)
            }
            let statements = spec.statements.map { statement -> JSONValue in
                let names = SQLText(statement).parameters
                let members = names.compactMap { name in values[name].map { (name, $0) } }
                return [
                    "statement": .string(statement), "parameters": .object(JSONObject(members)),
                ]
            }
            return ["database": .string(spec.database), "statements": .array(statements)]
        } catch {
            return nil  // The call itself will be told what it lacks.
        }
    }
}
