// A grant as somebody asks for it in a file (schemas/grant.schema.json). Reading alone; whether it
// may be asked for, and whom it asks, is beside and in the engine.

import Engine
import JSON
import JSONSchema

enum GrantKeys {
    static let template = KeyTable(
        [
            "tool", "profile", "on_behalf_of", "arguments", "count", "sum", "expires_in",
            "reason",
        ])
    static let sum = KeyTable(["of", "max"])
    static let batch = KeyTable(["approvals", "reason"])
}

struct GrantWish: Sendable {
    enum Terms: Sendable {
        case templated(GrantTerms.Template)
        case batch([ApprovalID])
    }

    let terms: Terms
    let reason: String

    static let maxCount = Limits.callsPerRun

    static func read(_ path: String, in surroundings: Surroundings) throws(Ending) -> GrantWish {
        try HandedFile.read(path, in: surroundings) { GrantWish($0, &$1) }
    }

    /// - Returns: nil with a finding, or more, where it is no such document.
    init?(_ value: JSONValue, _ findings: inout Findings) {
        let isBatch = value["approvals"] != nil
        let keys = isBatch ? GrantKeys.batch : GrantKeys.template
        guard let root = Part(value, at: .root, keys: keys, &findings) else { return nil }
        _ = root.required("reason", &findings)
        let reason = root.text("reason", &findings)
        if reason?.isEmpty == true { findings.add(root.place("reason"), "is empty; say why") }
        let terms = isBatch ? GrantWish.batch(root, &findings) : GrantWish.template(root, &findings)
        guard let reason, let terms else { return nil }
        self.terms = terms
        self.reason = reason
    }

    private static func batch(_ root: Part, _ findings: inout Findings) -> Terms? {
        guard let list = root.required("approvals", &findings) else { return nil }
        let texts = Part.texts(list, at: root.place("approvals"), &findings)
        if texts.isEmpty { findings.add(root.place("approvals"), "names no approval") }
        var ids: [ApprovalID] = []
        for (text, place) in texts {
            if let id = ApprovalID(text) {
                ids.append(id)
            } else {
                findings.add(place, "`\(text)` is no approval's id; they begin with apr_")
            }
        }
        return ids.isEmpty ? nil : .batch(ids)
    }

    private static func template(_ root: Part, _ findings: inout Findings) -> Terms? {
        for key in ["tool", "profile", "arguments", "count", "expires_in"] {
            _ = root.required(key, &findings)
        }
        let tool = root.text("tool", &findings)
        let profile = root.text("profile", &findings)
        let person = root.text("on_behalf_of", &findings)
        let count = root.count("count", 1...maxCount, &findings)
        let standsMs = root.duration("expires_in", &findings)
        if let schema = root.object["arguments"] {
            do {
                _ = try CompiledSchema(compiling: schema)
            } catch {
                findings.add(root.place("arguments").appending(error.pointer), error.message)
            }
        }
        let sum = sum(root, &findings)
        guard let tool, let profile, let count, let standsMs,
            let arguments = root.object["arguments"]
        else { return nil }
        return .templated(
            GrantTerms.Template(
                tool: ToolName(tool), profile: profile, person: person, arguments: arguments,
                count: count, sum: sum, standsMs: standsMs))
    }

    private static func sum(_ root: Part, _ findings: inout Findings) -> GrantTerms.Sum? {
        guard let part = root.part("sum", keys: GrantKeys.sum, &findings) else { return nil }
        for key in ["of", "max"] { _ = part.required(key, &findings) }
        let max = part.amount("max", &findings)
        guard let text = part.text("of", &findings) else { return nil }
        do {
            let pointer = try JSONPointer(parsing: text)
            return max.map { GrantTerms.Sum(of: pointer, max: $0) }
        } catch {
            findings.add(
                part.place("of"),
                "`\(text)` is no JSON Pointer into the arguments; write it as in /amount")
            return nil
        }
    }
}
