// Whether the names in a rule's condition exist: tools, arguments, profiles, the parts of a call
// and their words. A rule with a slip in a name would hold for nothing, or for everything.

import Engine
import JSON

struct RuleNames {
    let tools: [String: Manifest]
    /// Names of manifests that have problems of their own.
    let refused: Set<String>
    let profiles: [String]
    private(set) var findings = Findings()

    init(tools: [Manifest], refused: Set<String>, profiles: [String]) {
        self.tools = Dictionary(uniqueKeysWithValues: tools.map { ($0.name.text, $0) })
        self.refused = refused
        self.profiles = profiles
    }

    mutating func check(_ rule: ConfiguredRule) {
        check(
            rule.when, .document(profiles: profiles), at: rule.place.appending("when"),
            scope: nil)
    }

    /// - Parameter scope: the tools that the condition speaks of here; nil: any.
    private mutating func check(
        _ schema: JSONValue, _ shape: RuleShape, at place: JSONPointer, scope: [String]?
    ) {
        guard let object = schema.objectValue else { return }
        let scope = RuleNames.named(in: schema, shape) ?? scope
        checkMembers(of: object, shape, at: place, scope: scope)
        checkElements(of: object, shape, at: place, scope: scope)
        checkWords(of: object, shape, at: place)
        for key in ["allOf", "anyOf", "oneOf"] {
            for (index, part) in (object[key]?.arrayValue ?? []).enumerated() {
                let place = place.appending(key).appending(index: index)
                check(part, shape, at: place, scope: scope)
            }
        }
        for key in ["not", "if", "then", "else"] {
            guard let part = object[key] else { continue }
            check(part, shape, at: place.appending(key), scope: scope)
        }
    }

    private mutating func checkMembers(
        of object: JSONObject, _ shape: RuleShape, at place: JSONPointer, scope: [String]?
    ) {
        for member in object["properties"]?.objectValue?.members ?? [] {
            let place = place.appending("properties").appending(member.name)
            guard let inner = inner(member.name, of: shape, at: place, scope) else { continue }
            check(member.value, inner, at: place, scope: scope)
        }
        for (index, name) in (object["required"]?.arrayValue ?? []).enumerated() {
            guard let name = name.stringValue else { continue }
            let place = place.appending("required").appending(index: index)
            _ = inner(name, of: shape, at: place, scope)
        }
    }

    private mutating func checkElements(
        of object: JSONObject, _ shape: RuleShape, at place: JSONPointer, scope: [String]?
    ) {
        let element: RuleShape
        switch shape {
        case .list(let inner): element = inner
        case .arguments(let tokens) where !tokens.isEmpty: element = .arguments(tokens + ["0"])
        case .arguments, .members, .word, .tool, .toolMap, .anything: return
        }
        for key in ["items", "contains"] {
            guard let part = object[key] else { continue }
            check(part, element, at: place.appending(key), scope: scope)
        }
    }

    private mutating func checkWords(
        of object: JSONObject, _ shape: RuleShape, at place: JSONPointer
    ) {
        for (value, place) in RuleNames.constants(of: object, at: place) {
            guard let text = value.stringValue else { continue }
            switch shape {
            case .tool: checkTool(text, at: place)
            case .word(let words, let kind) where !words.contains(text):
                let hint =
                    NearestName.of(text, among: words).map { "did you mean \"\($0)\"?" }
                    ?? "write one of \(words.joined(separator: ", "))"
                findings.add(place, "there is no \(kind) `\(text)`; \(hint)")
            case .word, .members, .list, .toolMap, .arguments, .anything: break
            }
        }
    }

    private mutating func checkTool(_ name: String, at place: JSONPointer) {
        guard tools[name] == nil, !refused.contains(name) else { return }
        findings.add(place, CatalogLoader.unknown(name, among: Array(tools.keys)))
    }

    /// The shape of a member; nil, with a finding, where there is none of this name.
    private mutating func inner(
        _ name: String, of shape: RuleShape, at place: JSONPointer, _ scope: [String]?
    ) -> RuleShape? {
        switch shape {
        case .members(let members):
            if let member = members.first(where: { $0.name == name }) { return member.shape }
            let names = members.map(\.name)
            let hint =
                NearestName.of(name, among: names).map { "did you mean \"\($0)\"?" }
                ?? "there are \(names.joined(separator: ", "))"
            findings.add(place, "no call has a `\(name)` here; \(hint)")
            return nil
        case .toolMap:
            checkTool(name, at: place)
            return .anything
        case .arguments(let tokens):
            return checkArgument(tokens + [name], at: place, scope)
                ? .arguments(tokens + [name]) : nil
        case .list, .word, .tool, .anything: return .anything
        }
    }

    private mutating func checkArgument(
        _ tokens: [String], at place: JSONPointer, _ scope: [String]?
    ) -> Bool {
        let names = scope ?? tools.keys.sorted()
        let known = names.compactMap { tools[$0] }
        // Of a tool that is not there nothing can be said, and that is told elsewhere.
        guard known.count == names.count, !known.isEmpty else { return true }
        if scope == nil, !refused.isEmpty { return true }
        var unknown = ""
        var properties: [String] = []
        for tool in known {
            guard case .undeclared(let token, let others) = SchemaPaths.look(tokens, in: tool.input)
            else { return true }
            unknown = token
            properties += others
        }
        let whose =
            scope == nil
            ? "no tool has"
            : names.count == 1
                ? "`\(names[0])` has no" : "none of \(names.joined(separator: ", ")) has"
        let article = scope?.count == 1 ? "" : " an"
        let choices = Array(Set(properties)).sorted()
        let hint =
            NearestName.of(unknown, among: choices).map { "did you mean \"\($0)\"?" }
            ?? (choices.count > 12 || choices.isEmpty
                ? "name one of its arguments or remove it"
                : "the arguments here are \(choices.joined(separator: ", "))")
        findings.add(place, "\(whose)\(article) argument `\(unknown)`; \(hint)")
        return false
    }

    /// The tools that a condition names as those it speaks of, where it does.
    private static func named(in schema: JSONValue, _ shape: RuleShape) -> [String]? {
        guard case .members(let members) = shape, members.first?.name == "tool" else { return nil }
        var names: [String] = []
        for part in [schema] + (schema["allOf"]?.arrayValue ?? []) {
            guard let tool = part["properties"]?["tool"] else { continue }
            for choice in [tool] + (tool["anyOf"]?.arrayValue ?? [])
                + (tool["oneOf"]?.arrayValue ?? [])
            {
                names += (choice.objectValue.map { constants(of: $0, at: .root) } ?? [])
                    .compactMap(\.value.stringValue)
            }
        }
        return names.isEmpty ? nil : Array(Set(names)).sorted()
    }

    private static func constants(
        of object: JSONObject, at place: JSONPointer
    ) -> [(value: JSONValue, place: JSONPointer)] {
        var constants: [(value: JSONValue, place: JSONPointer)] = []
        if let value = object["const"] { constants.append((value, place.appending("const"))) }
        for (index, value) in (object["enum"]?.arrayValue ?? []).enumerated() {
            constants.append((value, place.appending("enum").appending(index: index)))
        }
        return constants
    }
}
