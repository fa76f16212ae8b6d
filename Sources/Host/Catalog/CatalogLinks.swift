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
        }
        if let compensate = manifest.compensate {
            check(compensate, "compensate", needsWrite: true, &findings)
        }
        if let after = manifest.after { check(after.call, "after", needsWrite: false, &findings) }
        return findings.problems(in: document)
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
