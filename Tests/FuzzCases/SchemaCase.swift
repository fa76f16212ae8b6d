// The schema compiler and the validator: whatever schema and value meet, both end in bounded time;
// a refusal has words; the quick answer and the thorough one agree; and `not` means not.

import Glibc
import JSON
import JSONSchema

enum SchemaCase {
    private static let limits: SchemaLimits = {
        var limits = SchemaLimits.standard
        limits.schemaCount = 2_000
        limits.validationSteps = 50_000
        return limits
    }()

    /// Far above what these limits allow on a slow machine in a debug build.
    private static let mostSeconds = 5.0

    static func run(_ start: Chance) throws(FuzzFinding) {
        var chance = start
        let isFromSuite = Samples.schemas.isEmpty == false && chance.once(in: 2)
        var document: JSONValue
        var value: JSONValue
        if isFromSuite {
            let sample = chance.pick(Samples.schemas)
            document = sample.schema
            value = sample.value
            for _ in 0..<chance.below(4) { document = Generate.mutated(document, &chance) }
            if chance.once(in: 2) { value = Generate.mutated(value, &chance) }
        } else {
            document = RandomSchema.make(&chance)
            value = Generate.value(&chance)
        }
        let startedAt = secondsOfThread()
        try check(document, value, assertFormats: chance.once(in: 2))
        let seconds = secondsOfThread() - startedAt
        try must(seconds < mostSeconds, "took \(seconds) s: \(document) on \(value)")
    }

    private static func check(
        _ document: JSONValue, _ value: JSONValue, assertFormats: Bool
    ) throws(FuzzFinding) {
        switch compiled(document, assertFormats) {
        case .failure(let error):
            try must(error.message.count > 10, "refused without words: \(document)")
            try must(error.message.contains("\n") == false, "lines: \(error.message)")
        case .success(let schema):
            let fits = schema.isValid(value)
            let violations = schema.validate(value)
            try must(
                violations.isEmpty == fits, "two answers: \(document) on \(value): \(violations)")
            try must(
                violations.count <= limits.violations + 1,
                "too many words: \(document) on \(value)")
            for violation in violations {
                try must(violation.message.contains(": "), "no words: \(violation.message)")
                try must(
                    violation.message.contains("\n") == false, "lines: \(violation.message)")
            }
            _ = schema.sensitivePointers(in: value)
            try negated(document, value, fits, violations, assertFormats)
        }
    }

    /// Wrapped in `not`, a schema gives the other answer, unless the work ran out on the way or the
    /// schema refers to places, which are others now.
    private static func negated(
        _ document: JSONValue, _ value: JSONValue, _ fits: Bool, _ violations: [SchemaViolation],
        _ assertFormats: Bool
    ) throws(FuzzFinding) {
        let ranOut = violations.contains {
            $0.message.contains(" steps to check") || $0.message.contains("go deeper than")
        }
        if ranOut || document.compactText.contains("\"$") { return }
        guard case .success(let not) = compiled(["not": document], assertFormats) else {
            throw FuzzFinding("not refused, but refused under not: \(document)")
        }
        try must(not.isValid(value) == !fits, "not is not not: \(document) on \(value)")
    }

    private static func compiled(
        _ document: JSONValue, _ assertFormats: Bool
    ) -> Result<CompiledSchema, SchemaError> {
        Result { () throws(SchemaError) in
            try CompiledSchema(
                compiling: document, limits: limits, assertFormats: assertFormats)
        }
    }

    private static func secondsOfThread() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

/// Schemas made of the keywords, mostly used as they are meant.
enum RandomSchema {
    static func make(_ chance: inout Chance, depth: Int = 4) -> JSONValue {
        if depth == 0 || chance.once(in: 8) { return .bool(chance.once(in: 2)) }
        var schema = JSONObject()
        for _ in 0..<1 + chance.below(4) { add(to: &schema, &chance, depth) }
        return .object(schema)
    }

    private static let counts = [
        "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties",
        "minContains", "maxContains",
    ]
    private static let bounds = [
        "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
    ]
    private static let single = [
        "items", "contains", "not", "if", "then", "else", "additionalProperties", "propertyNames",
        "unevaluatedItems", "unevaluatedProperties",
    ]
    private static let lists = ["allOf", "anyOf", "oneOf", "prefixItems"]
    private static let maps = ["properties", "patternProperties", "dependentSchemas", "$defs"]
    private static let types = [
        "string", "integer", "number", "boolean", "null", "array", "object", "strng",
    ]
    private static let patterns = [
        "", "^a", "(a+)+$", "^(a|a)*$", "[^\\d]", "\\p{L}{2,3}", "(", "a{9}{9}", "(a{200}){200}",
    ]
    private static let references = [
        "#", "#/$defs/a", "#a", "#/properties/a", "https://example.org/x", "#/%25", "", "a#b",
    ]

    private static func add(to schema: inout JSONObject, _ chance: inout Chance, _ depth: Int) {
        switch chance.below(12) {
        case 0: schema["type"] = .string(chance.pick(types))
        case 1: schema[chance.pick(counts)] = .integer(chance.below(4))
        case 2: schema[chance.pick(bounds)] = .number(Generate.number(&chance))
        case 3: schema["pattern"] = .string(chance.pick(patterns))
        case 4, 5: schema[chance.pick(single)] = make(&chance, depth: depth - 1)
        case 6:
            let count = 1 + chance.below(3)
            schema[chance.pick(lists)] = .array(
                (0..<count).map { _ in make(&chance, depth: depth - 1) })
        case 7, 8:
            var members = JSONObject()
            for _ in 0..<chance.below(4) {
                members[Generate.text(&chance)] = make(&chance, depth: depth - 1)
            }
            schema[chance.pick(maps)] = .object(members)
        case 9: schema["enum"] = [Generate.value(&chance, depth: 2), "a", 1]
        case 10: addReference(to: &schema, &chance)
        case _:
            schema["required"] = ["a", .string(Generate.text(&chance))]
            schema["uniqueItems"] = .bool(chance.once(in: 2))
            schema["format"] = .string(chance.pick(["date-time", "uri", "ipv6", "regex", "email"]))
            if chance.once(in: 3) { schema["x-sensitivity"] = "secret" }
        }
    }

    private static func addReference(to schema: inout JSONObject, _ chance: inout Chance) {
        let name = chance.pick(["$ref", "$dynamicRef", "$anchor", "$dynamicAnchor", "$id"])
        let isAnchor = name.hasSuffix("nchor")
        schema[name] = .string(isAnchor ? "a" : chance.pick(references))
    }
}
