// From what a client sent to a call that may be journaled: the host's own arguments taken off, the
// rest held against the tool's input schema.

import Engine
import JSON
import JSONSchema

struct CallRefusal: Error {
    let refusal: Refusal

    init(_ message: String) {
        refusal = Refusal(message: message, next: .fixArguments, rejection: nil)
    }

    init(_ rejection: Rejection) {
        refusal = Refusal(rejection)
    }
}

extension ToolHost {
    func check(
        _ request: HostCall, for tool: CatalogTool, in catalog: Catalog
    ) throws(CallRefusal) -> SubmitRequest {
        let manifest = tool.manifest
        var arguments = request.arguments
        let runText = try taken("run_id", from: &arguments) ?? request.runID
        var key: String?
        if manifest.isWrite {
            key = try taken("idempotency_key", from: &arguments) ?? request.givenKey
        }
        let value = JSONValue.object(arguments)
        if let place = value.firstNumberBeyondCanonical() {
            throw CallRefusal(Rejection.argumentNotExact(pointer: place.description))
        }
        let violations = manifest.inputSchema.validate(value)
        guard violations.isEmpty else {
            let lines = violations.map(\.message)
            throw CallRefusal(
                "The arguments of \(manifest.name) are not right; nothing was done. "
                    + lines.joined(separator: "; ") + ". Correct them and call again.")
        }
        var run: RunID?
        if let runText {
            guard let id = RunID(runText) else { throw CallRefusal(.noRun(named: runText)) }
            run = id
        }
        return SubmitRequest(
            tool: manifest.tool, arguments: arguments,
            argumentsClass: manifest.inputSchema.payloadClass(of: value), run: run,
            givenKey: key, caller: caller, environment: "", traceparent: request.traceparent,
            pins: catalog.pins(of: [tool]))
    }

    private func taken(
        _ name: String, from arguments: inout JSONObject
    ) throws(CallRefusal) -> String? {
        guard let value = arguments[name] else { return nil }
        arguments[name] = nil
        switch value {
        case .string(let text): return text
        case .null: return nil
        case .bool, .number, .array, .object:
            throw CallRefusal(
                "/\(name): must be text, but \(value.aKind) is there. Nothing was done.")
        }
    }
}

extension Rejection {
    /// There is no such run; of a text that is none, only the beginning is repeated.
    static func noRun(named text: String) -> Rejection {
        .unknownRun(text.cut(toBytes: HostLimits.echoedIDBytes))
    }
}

extension JSONValue {
    /// The kind's name with its article.
    var aKind: String {
        switch self {
        case .null: kindName
        case .number(let number): (number.isWhole ? "an " : "a ") + kindName
        case .bool, .string: "a " + kindName
        case .array, .object: "an " + kindName
        }
    }
}
