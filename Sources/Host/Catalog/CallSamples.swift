// Calls that nobody makes, for finding out what rules do: of every tool, with arguments from its
// schema and the values that a condition names. Always the same for the same files.

import Engine
import JSON
import JSONSchema

struct CallSamples {
    private let manifest: Manifest
    private let profiles: [String]
    private let base: JSONObject

    /// - Parameter profiles: those that may call the tool.
    init(_ manifest: Manifest, profiles: [String]) {
        self.manifest = manifest
        self.profiles = profiles
        var arguments: JSONObject = [:]
        for (name, schema) in CallSamples.properties(of: manifest.input) {
            arguments[name] = CallSamples.values(of: schema, named: []).first ?? "text"
        }
        base = manifest.tool.sampleDocument(arguments)
    }

    /// The tool by its schema alone: everything given, then one argument after another changed or
    /// left out.
    func plain(_ most: Int) -> [JSONValue] {
        var documents: [JSONValue] = profiles.map { set("profile", .string($0)) }
        if documents.isEmpty { documents = [.object(base)] }
        for (name, schema) in CallSamples.properties(of: manifest.input) {
            let place = JSONPointer(tokens: ["arguments", name])
            for value in CallSamples.values(of: schema, named: []).dropFirst() {
                documents.append(.object(base).setting(place, to: value))
            }
            if !isRequired(place) { documents.append(.object(base).setting(place, to: nil)) }
        }
        return Array(documents.prefix(most))
    }

    /// The places that a condition speaks of, with every combination of values that it names, as
    /// far as the call can have them.
    /// - Returns: with them, whether there would have been more.
    func varied(
        by condition: ConditionSamples, _ most: Int
    ) -> (documents: [JSONValue], isCut: Bool) {
        var choices: [(place: JSONPointer, values: [JSONValue?])] = []
        for (place, values) in condition.places {
            let possible = possible(values, at: place)
            if !possible.isEmpty { choices.append((place, possible)) }
        }
        var count = 1
        for choice in choices {
            count = min(count * choice.values.count, CatalogLimits.maxCombinations)
        }
        let documents = (0..<min(count, most)).map { index in
            // Where there are more than are tried, those tried are spread over all.
            var rest = count <= most ? index : index * 7_919 % count
            var document = JSONValue.object(base)
            for choice in choices {
                let (next, pick) = rest.quotientAndRemainder(dividingBy: choice.values.count)
                document = document.setting(choice.place, to: choice.values[pick])
                rest = next
            }
            return document
        }
        return (documents, count > most)
    }

    private func set(_ name: String, _ value: JSONValue) -> JSONValue {
        var document = base
        document[name] = value
        return .object(document)
    }

    private func isRequired(_ place: JSONPointer) -> Bool {
        let tokens = Array(place.tokens.dropFirst())
        guard let last = tokens.last,
            let parent = SchemaPaths.schema(at: tokens.dropLast(), in: manifest.input)
        else { return false }
        return parent["required"]?.arrayValue?.contains(.string(last)) == true
    }

    /// Of `values`, and of what the place's own schema adds, those that a call can have there; nil
    /// among them: nothing.
    private func possible(_ values: [JSONValue], at place: JSONPointer) -> [JSONValue?] {
        switch place.tokens.first {
        case "arguments" where place.tokens.count > 1:
            let tokens = place.tokens.dropFirst()
            if case .undeclared = SchemaPaths.look(tokens, in: manifest.input) { return [] }
            let schema = SchemaPaths.schema(at: tokens, in: manifest.input) ?? true
            let given: [JSONValue?] = CallSamples.values(of: schema, named: values)
            return isRequired(place) ? given : given + [nil]
        case "profile": return profiles.map { .string($0) }
        case "on_behalf_of":
            return (values + ["somebody"]).filter { $0.stringValue?.isEmpty == false }
        case "run", "time":
            guard let schema = CallSamples.circumstances.reach(place.tokens) else { return [] }
            return CallSamples.values(of: schema, named: values)
        case _: return []
        }
    }

    /// What a run and a moment can be; every count may be any.
    private static let circumstances: JSONValue = {
        let count: JSONValue = ["type": "integer", "minimum": 0]
        let labels = Label.allCases.map { JSONValue.string($0.rawValue) }
        return [
            "properties": [
                "run": [
                    "properties": [
                        "calls": count, "writes": count, "failed": count, "denied": count,
                        "tools": ["additionalProperties": count],
                        "taint": [
                            "type": "array", "items": ["enum": .array(labels)],
                            "enum": .array(CallSamples.taints(labels)),
                        ],
                    ]
                ],
                "time": [
                    "properties": [
                        "hour": ["type": "integer", "minimum": 0, "maximum": 23],
                        "minute": ["type": "integer", "minimum": 0, "maximum": 59],
                        "weekday": ["enum": .array(RuleShape.weekdays.map { .string($0) })],
                        "date": ["type": "string"], "at": ["type": "string"],
                    ]
                ],
            ]
        ]
    }()

    /// Every set of labels.
    private static func taints(_ labels: [JSONValue]) -> [JSONValue] {
        (0..<(1 << labels.count)).map { bits in
            .array(labels.indices.filter { bits & (1 << $0) != 0 }.map { labels[$0] })
        }
    }

    private static func properties(of schema: JSONValue) -> [(name: String, schema: JSONValue)] {
        (schema["properties"]?.objectValue?.members ?? []).map { ($0.name, $0.value) }
    }

    /// Values that fit `schema`: those named elsewhere first, then those it suggests itself.
    private static func values(of schema: JSONValue, named: [JSONValue]) -> [JSONValue] {
        var samples = ValueSamples()
        for value in named { samples.add(value) }
        if let object = schema.objectValue {
            samples.addNamed(by: object)
            if object.contains("properties") { samples.add(whole(object, depth: 0)) }
        }
        do {
            let compiled = try CompiledSchema(compiling: schema)
            return samples.values.filter(compiled.isValid)
        } catch {
            // It leads to other places of the tool's schema: all are taken.
            return samples.values
        }
    }

    /// An object with all that is declared in it.
    private static func whole(_ schema: JSONObject, depth: Int) -> JSONValue {
        var object: JSONObject = [:]
        for (name, inner) in properties(of: .object(schema)) {
            if let nested = inner.objectValue, nested.contains("properties") {
                guard depth < CatalogLimits.maxSampleDepth else { continue }
                object[name] = whole(nested, depth: depth + 1)
            } else {
                object[name] = values(of: inner, named: []).first ?? "text"
            }
        }
        return .object(object)
    }
}

extension JSONValue {
    /// This with another value at `place`, or none; itself where there is no way there.
    fileprivate func setting(_ place: JSONPointer, to value: JSONValue?) -> JSONValue {
        guard let first = place.tokens.first, var object = objectValue else { return self }
        let rest = JSONPointer(tokens: Array(place.tokens.dropFirst()))
        if rest.tokens.isEmpty {
            object[first] = value
        } else if let inner = object[first] {
            object[first] = inner.setting(rest, to: value)
        }
        return .object(object)
    }

    /// The schema of a place, where members of any name may have one too.
    fileprivate func reach(_ tokens: [String]) -> JSONValue? {
        var schema = self
        for token in tokens {
            guard
                let next = schema["properties"]?[token] ?? schema["additionalProperties"]
            else { return nil }
            schema = next
        }
        return schema
    }
}
