// A table of cases for `holdfast policy test`: calls, and what the policy must say of each
// (schemas/policy-test.schema.json). Reading alone; they are tried beside.

import Engine
import JSON

struct PolicyTable: Sendable {
    let cases: [PolicyCase]

    static let longest = 10_000

    static func read(_ path: String, in surroundings: Surroundings) throws(Ending) -> PolicyTable {
        try HandedFile.read(path, in: surroundings) { PolicyTable(cases: cases($0, &$1)) }
    }

    static func cases(_ value: JSONValue, _ findings: inout Findings) -> [PolicyCase] {
        guard let root = Part(value, at: .root, keys: PolicyTableKeys.root, &findings),
            let list = root.required("cases", &findings)
        else { return [] }
        guard let elements = list.arrayValue, !elements.isEmpty else {
            findings.add(root.place("cases"), "must be a list of at least one case")
            return []
        }
        guard elements.count <= longest else {
            findings.add(
                root.place("cases"), "has \(elements.count) cases, more than \(longest)")
            return []
        }
        var names: Set<String> = []
        return elements.enumerated().compactMap { index, element in
            let place = root.place("cases").appending(index: index)
            guard let part = Part(element, at: place, keys: PolicyTableKeys.oneCase, &findings),
                let found = PolicyCase(part, &findings)
            else { return nil }
            if !names.insert(found.name).inserted {
                findings.add(part.place("name"), "another case has this name; rename one")
            }
            return found
        }
    }
}

enum PolicyTableKeys {
    static let root = KeyTable(["cases"])
    static let oneCase = KeyTable(
        ["name", "tool", "arguments", "profile", "on_behalf_of", "run", "at", "expect"])
    static let run = KeyTable(["calls", "writes", "failed", "denied", "tools", "taint"])
    static let expect = KeyTable(["verdict", "rules"])
}

struct PolicyCase: Sendable {
    let name: String
    let tool: String
    let arguments: JSONObject
    /// Nil: the config's own choice, as for a host.
    let profile: String?
    let person: String?
    let run: RunSoFar
    /// Nil: now.
    let at: Instant?
    let verdict: Verdict
    /// Nil where any may decide.
    let rules: [String]?

    init?(_ part: Part, _ findings: inout Findings) {
        for key in ["name", "tool", "expect"] { _ = part.required(key, &findings) }
        let arguments = part.part("arguments", keys: nil, &findings)?.object ?? [:]
        let profile = part.text("profile", &findings)
        let person = part.text("on_behalf_of", &findings)
        let run = RunSoFar(part.part("run", keys: PolicyTableKeys.run, &findings), &findings)
        var at: Instant?
        if let text = part.text("at", &findings) {
            at = Instant(text)
            if at == nil {
                findings.add(
                    part.place("at"),
                    "`\(text)` is not a time; write it in UTC, as in 2026-07-28T09:30:00.000Z")
            }
        }
        let expect = part.part("expect", keys: PolicyTableKeys.expect, &findings)
        if let expect { _ = expect.required("verdict", &findings) }
        let rules = expect.flatMap { expect in
            expect.object["rules"].map { Part.texts($0, at: expect.place("rules"), &findings) }
        }
        guard let name = part.text("name", &findings), let tool = part.text("tool", &findings),
            let verdict = expect?.word("verdict", Verdict.self, &findings)
        else { return nil }
        self.name = name
        self.tool = tool
        self.arguments = arguments
        self.profile = profile
        self.person = person
        self.run = run
        self.at = at
        self.verdict = verdict
        self.rules = rules?.map(\.text)
    }
}

extension RunSoFar {
    /// What a case says of its run; nothing where it says nothing.
    fileprivate init(_ part: Part?, _ findings: inout Findings) {
        self.init()
        guard let part else { return }
        func count(_ name: String, in part: Part) -> Int {
            guard let value = part.object[name] else { return 0 }
            if let count = value.intValue, count >= 0 { return count }
            findings.add(part.place(name), "must be a whole number of at least 0")
            return 0
        }
        calls = count("calls", in: part)
        writes = count("writes", in: part)
        failed = count("failed", in: part)
        denied = count("denied", in: part)
        if let each = part.part("tools", keys: nil, &findings) {
            tools = each.object.names.map { (ToolName($0), count($0, in: each)) }
                .sorted { $0.tool < $1.tool }
        }
        guard let words = part.object["taint"] else { return }
        for (text, place) in Part.texts(words, at: part.place("taint"), &findings) {
            if let label = Label(rawValue: text) {
                taint.append(label)
            } else {
                let all = Label.allCases.map(\.rawValue).joined(separator: ", ")
                findings.add(place, "`\(text)` is no label; they are \(all)")
            }
        }
        taint.sort()
    }
}
