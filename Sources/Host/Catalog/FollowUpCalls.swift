// What a manifest makes of the calls it names: with which arguments a probe or an undo is called.
// Pure; who calls, and when, is the host's and the engine's. What a probe's answer means is in
// FollowUpVerdicts.swift.

package import Engine
package import JSON

/// What the pointers of `verify`, `after`, `refresh` and `compensate` lead to (DESIGN section 13,
/// "Mapping roots").
package struct FollowUpRoots: Hashable, Sendable {
    package let call: CallID
    package let arguments: JSONObject
    /// The call's own result; nil where it has none that can be read.
    package let result: JSONValue?

    package init(call: CallID, arguments: JSONObject, result: JSONValue?) {
        self.call = call
        self.arguments = arguments
        self.result = result
    }

    package init(_ probe: Probe) {
        self.init(call: probe.call, arguments: probe.arguments, result: probe.result)
    }

    package init(_ undo: Undo) {
        self.init(call: undo.call, arguments: undo.arguments, result: undo.result)
    }

    /// - Parameter result: what stands at `/result`; nil: that root is not there.
    func values(result: JSONValue?) -> JSONValue {
        var values: JSONObject = [
            "arguments": .object(arguments), "call": ["id": .string(call.text)],
        ]
        values["result"] = result
        return .object(values)
    }
}

/// A call to be made for another. Its arguments are not held against its tool's schema yet: the
/// tool is another one's manifest.
package struct FollowUpCall: Hashable, Sendable {
    package let tool: ToolName
    package let arguments: JSONObject
}

/// Why a call that a manifest names cannot be made, for people.
package struct FollowUpProblem: Error, Hashable, Sendable {
    package let message: String
}

extension Manifest {
    /// The read to be made for one call of this tool.
    package func probeCall(
        for purpose: Probe.Purpose, _ roots: FollowUpRoots
    ) throws(FollowUpProblem) -> FollowUpCall {
        switch purpose {
        case .verify: try made(verify?.call, purpose.rawValue, roots.values(result: nil))
        case .readBack: try made(after?.call, purpose.rawValue, roots.values(result: roots.result))
        case .refresh: try made(refresh?.call, purpose.rawValue, roots.values(result: nil))
        }
    }

    /// The write that undoes one call of this tool.
    package func undoCall(_ roots: FollowUpRoots) throws(FollowUpProblem) -> FollowUpCall {
        try made(compensate, "compensate", roots.values(result: roots.result))
    }

    private func made(
        _ call: NamedCall?, _ key: String, _ values: JSONValue
    ) throws(FollowUpProblem) -> FollowUpCall {
        guard let call else {
            throw FollowUpProblem(message: "The manifest of \(name) names no `\(key)`.")
        }
        let rendered = try rendered(call.arguments, "\(key).arguments", values)
        guard let arguments = rendered.objectValue else {
            throw FollowUpProblem(
                message: "`\(key).arguments` of \(name) came to \(rendered.kindName) and not to a "
                    + "map of arguments; correct the manifest.")
        }
        return FollowUpCall(tool: call.tool, arguments: arguments)
    }

    /// An argument that the call did not have is null, as in its own connector. A result that does
    /// not hold what was expected of it is no value at all: nothing is undone or settled by it.
    func rendered(
        _ template: ValueTemplate, _ place: String, _ values: JSONValue
    ) throws(FollowUpProblem) -> JSONValue {
        let missing = template.pointers.first {
            $0.tokens.first == "result" && $0.resolve(in: values) == nil
        }
        if let missing {
            throw FollowUpProblem(
                message: "`\(place)` of \(name) needs \(missing), which is not there.")
        }
        do throws(TemplateError) {
            return try template.render(values)
        } catch {
            throw FollowUpProblem(message: "`\(place)` of \(name): \(error.message).")
        }
    }
}
