// The kind `none`: no system at all. The call is its own approval, and its result says so.

import Engine
package import Host
package import JSON

package struct NoneConnectorKind: ConnectorKind {
    package let name = "none"

    package init() {}

    package func connector(
        for spec: JSONObject, of tool: ConnectorContext
    ) throws(SpecProblem) -> any Connector {
        let reader = try SpecReader(spec, of: tool, keys: ["kind", "result"])
        let pointer = JSONPointer(tokens: ["result"])
        let result = try reader.template(
            spec["result"] ?? [:], at: pointer, hasApproval: true)
        // `$from` alone may give an object; text or a list never does.
        guard result.memberNames != nil || spec["result"]?["$from"] != nil else {
            throw SpecProblem(pointer, "a result is a map of keys; write one, such as { }")
        }
        return NoneConnector(result: result)
    }
}

struct NoneConnector: Connector {
    let result: ValueTemplate

    func execute(_ attempt: Attempt, stop: StopSignal) async -> AttemptOutcome {
        attempt.mustBeForTheEffect(of: "none")
        do throws(AttemptFailure) {
            return .succeeded(try result.value(for: CallRoots.values(of: attempt)))
        } catch {
            return .failed(error.failure)
        }
    }

    /// Nothing is sent anywhere; this is what the caller is told.
    func preview(_ arguments: JSONObject, call: CallID?) -> JSONValue? {
        do throws(AttemptFailure) {
            let roots = CallRoots.values(previewing: arguments, call: call)
            return ["result": try result.value(for: roots)]
        } catch {
            return nil  // The call itself will be told what it lacks.
        }
    }
}
