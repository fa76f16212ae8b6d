// Whether every keyword in a rule's condition is one: a schema lets a slip in a keyword pass, and a
// condition without it would hold for too much. What the names in it mean is judged elsewhere.

import JSON

enum RuleKeywords {
    private static let one = [
        "additionalProperties", "propertyNames", "items", "contains", "not", "if", "then", "else",
        "unevaluatedItems", "unevaluatedProperties", "contentSchema",
    ]
    private static let lists = ["allOf", "anyOf", "oneOf", "prefixItems"]
    private static let maps = ["properties", "patternProperties", "dependentSchemas", "$defs"]
    private static let plain = [
        "$id", "$schema", "$ref", "$anchor", "$dynamicRef", "$dynamicAnchor", "$comment",
        "$vocabulary", "title", "description", "default", "examples", "deprecated", "readOnly",
        "writeOnly", "format", "contentEncoding", "contentMediaType", "maxLength", "minLength",
        "maxItems", "minItems", "maxContains", "minContains", "maxProperties", "minProperties",
        "maximum", "minimum", "exclusiveMaximum", "exclusiveMinimum", "multipleOf", "pattern",
        "uniqueItems", "required", "dependentRequired", "const", "enum", "type",
    ]
    private static let all = plain + one + lists + maps

    /// Only where schemas are: under `const` and the like anything may stand.
    static func check(
        _ schema: JSONValue, at place: JSONPointer, _ findings: inout Findings
    ) {
        for member in schema.objectValue?.members ?? [] {
            let place = place.appending(member.name)
            if one.contains(member.name) {
                check(member.value, at: place, &findings)
            } else if lists.contains(member.name) {
                for (index, part) in (member.value.arrayValue ?? []).enumerated() {
                    check(part, at: place.appending(index: index), &findings)
                }
            } else if maps.contains(member.name) {
                for part in member.value.objectValue?.members ?? [] {
                    check(part.value, at: place.appending(part.name), &findings)
                }
            } else if !plain.contains(member.name) {
                let hint =
                    NearestName.of(member.name, among: all).map { "did you mean \"\($0)\"?" }
                    ?? "correct it or remove it"
                findings.add(
                    place, "JSON Schema has no keyword `\(member.name)`, so that it would not "
                        + "count; \(hint)")
            }
        }
    }
}
