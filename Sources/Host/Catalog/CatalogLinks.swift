// What manifests say about one another: that the tools they name exist, are of the right kind,
// and take the arguments given.

import Engine
import JSON

struct CatalogLinks {
    let tools: [ToolName: Manifest]
    let refused: Set<String>

    func problems(of manifest: Manifest, in document: SourceDocument) -> [Problem] {
        var findings = Findings()
        if let verify = manifest.verify {
            check(verify.call, "verify", needsWrite: false, &findings)
            let place = JSONPointer(tokens: ["verify", "result"])
            if let result = verify.result { check(result, of: verify.call, at: place, &findings) }
        }
        if let compensate = manifest.compensate {
            check(compensate, "compensate", needsWrite: true, &findings)
        }
        if let after = manifest.after { check(after.call, "after", needsWrite: false, &findings) }
        if let refresh = manifest.refresh {
            check(refresh.call, "refresh", needsWrite: false, &findings)
            for field in refresh.set {
                let place = JSONPointer(tokens: ["refresh", "set", field.pointer.description])
                check(field.value, of: refresh.call, at: place, &findings)
            }
        }
        return findings.problems(in: document)
    }

    /// What is right but does less than its author may think.
    func warnings(of manifest: Manifest, in document: SourceDocument) -> [Problem] {
        var findings = Findings()
        if let undo = manifest.compensate, tools[undo.tool]?.compensate != nil {
            findings.add(
                JSONPointer(tokens: ["compensate", "tool"]),
                "`\(undo.tool)` names `compensate` itself, which does not run here: an undo is "
                    + "never undone itself")
        }
        return findings.problems(in: document)
    }

    /// A value made from the result of the tool that is called.
    private func check(
        _ value: ValueTemplate, of call: NamedCall, at place: JSONPointer,
        _ findings: inout Findings
    ) {
        guard let output = tools[call.tool]?.output else { return }
        for reference in value.references where reference.pointer.tokens.first == "result" {
            let rest = reference.pointer.tokens.dropFirst()
            guard case .undeclared(let token, let properties) = SchemaPaths.look(rest, in: output)
            else { continue }
            let hint =
                NearestName.of(token, among: properties).map { "did you mean \"\($0)\"?" }
                ?? "it declares no `\(token)`"
            findings.add(
                place.appending(reference.place),
                "`\(reference.pointer)` is not in the output of `\(call.tool)`; \(hint)")
        }
    }

    private func check(
        _ call: NamedCall, _ key: String, needsWrite: Bool, _ findings: inout Findings
    ) {
        let place = JSONPointer(tokens: [key])
        guard let target = tools[call.tool] else {
            findings.add(place.appending("tool"), missing(call.tool))
            return
        }
        guard target.isWrite == needsWrite else {
            findings.add(
                place.appending("tool"),
                needsWrite
                    ? "`\(call.tool)` is a read, which undoes nothing; name a write"
                    : "`\(call.tool)` is a write; `\(key)` may only name a read")
            return
        }
        checkArguments(call, target, at: place.appending("arguments"), &findings)
    }

    private func missing(_ tool: ToolName) -> String {
        if refused.contains(tool.text) {
            return "`\(tool)` is refused for problems of its own; mend its manifest first"
        }
        let names = tools.keys.map(\.text).sorted()
        return "there is no tool `\(tool)`; "
            + (NearestName.of(tool.text, among: names).map { "did you mean \"\($0)\"?" }
                ?? "add its manifest or name another")
    }

    private func checkArguments(
        _ call: NamedCall, _ target: Manifest, at place: JSONPointer,
        _ findings: inout Findings
    ) {
        guard let names = call.arguments.memberNames else { return }
        for name in names {
            guard case .undeclared(_, let properties) = SchemaPaths.look([name], in: target.input)
            else { continue }
            let hint =
                NearestName.of(name, among: properties).map { "did you mean \"\($0)\"?" }
                ?? "its arguments are \(properties.joined(separator: ", "))"
            findings.add(
                place.appending(name), "`\(target.name)` has no argument `\(name)`; \(hint)")
        }
        for required in target.input["required"]?.arrayValue ?? [] {
            guard let name = required.stringValue, !names.contains(name) else { continue }
            findings.add(place, "`\(target.name)` needs the argument `\(name)`; add it")
        }
    }
}
