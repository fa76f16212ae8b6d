// The shape of a Draft 2020-12 schema as a schema, in our own words and in one document, so that
// `$ref` to the standard's address works without a network. Compiling checks schemas by itself.
import JSON

enum MetaSchema {
    static let value = JSONValue.object(
        JSONObject([
            ("$id", .string(SchemaDialect.standardURI)),
            ("$schema", .string(SchemaDialect.standardURI)),
            ("$dynamicAnchor", "meta"),
            ("type", ["object", "boolean"]),
            ("properties", .object(JSONObject(properties))),
            ("$defs", .object(JSONObject(definitions))),
        ]))

    private static let schema: JSONValue = .object(
        JSONObject([("$dynamicRef", .string("#meta"))]))

    private static func kind(_ name: String) -> JSONValue {
        .object(JSONObject([("type", .string(name))]))
    }

    private static func reference(_ name: String) -> JSONValue {
        .object(JSONObject([("$ref", .string("#/$defs/" + name))]))
    }

    private static let definitions: [(String, JSONValue)] = [
        ("schemas", .object(JSONObject([("type", "array"), ("minItems", 1), ("items", schema)]))),
        ("named", .object(JSONObject([("type", "object"), ("additionalProperties", schema)]))),
        ("count", .object(JSONObject([("type", "integer"), ("minimum", 0)]))),
        ("names", .object(JSONObject([
            ("type", "array"), ("uniqueItems", true), ("items", kind("string")),
        ]))),
        ("types", .object(JSONObject([
            ("enum", ["array", "boolean", "integer", "null", "number", "object", "string"])
        ]))),
        ("address", .object(JSONObject([("type", "string"), ("format", "uri-reference")]))),
        ("anchor", .object(JSONObject([
            ("type", "string"), ("pattern", "^[A-Za-z_][-A-Za-z0-9._]*$"),
        ]))),
    ]

    private static let properties: [(String, JSONValue)] = annotations + applicators + assertions

    private static let annotations: [(String, JSONValue)] = [
        ("$id", .object(JSONObject([("$ref", "#/$defs/address"), ("pattern", "^[^#]*#?$")]))),
        ("$schema", kind("string")), ("$ref", reference("address")),
        ("$anchor", reference("anchor")), ("$dynamicRef", reference("address")),
        ("$dynamicAnchor", reference("anchor")), ("$comment", kind("string")),
        ("$vocabulary", .object(JSONObject([
            ("type", "object"), ("additionalProperties", kind("boolean")),
        ]))),
        ("$defs", reference("named")), ("title", kind("string")), ("description", kind("string")),
        ("default", true), ("examples", kind("array")), ("deprecated", kind("boolean")),
        ("readOnly", kind("boolean")), ("writeOnly", kind("boolean")), ("format", kind("string")),
        ("contentEncoding", kind("string")), ("contentMediaType", kind("string")),
        ("contentSchema", schema),
    ]

    private static let applicators: [(String, JSONValue)] =
        [
            "additionalProperties", "propertyNames", "items", "contains", "not", "if", "then",
            "else", "unevaluatedItems", "unevaluatedProperties",
        ].map { ($0, schema) }
        + ["allOf", "anyOf", "oneOf", "prefixItems"].map { ($0, reference("schemas")) }
        + ["properties", "patternProperties", "dependentSchemas"].map { ($0, reference("named")) }

    private static let assertions: [(String, JSONValue)] =
        [
            "maxLength", "minLength", "maxItems", "minItems", "maxContains", "minContains",
            "maxProperties", "minProperties",
        ].map { ($0, reference("count")) }
        + ["maximum", "minimum", "exclusiveMaximum", "exclusiveMinimum"]
        .map { ($0, kind("number")) }
        + [
            ("multipleOf", .object(JSONObject([("type", "number"), ("exclusiveMinimum", 0)]))),
            ("pattern", .object(JSONObject([("type", "string"), ("format", "regex")]))),
            ("uniqueItems", kind("boolean")), ("required", reference("names")),
            ("dependentRequired", .object(JSONObject([
                ("type", "object"), ("additionalProperties", reference("names")),
            ]))),
            ("const", true), ("enum", kind("array")),
            ("type", .object(JSONObject([
                ("anyOf", [reference("types"), .object(JSONObject([
                    ("type", "array"), ("items", reference("types")), ("minItems", 1),
                    ("uniqueItems", true),
                ]))])
            ]))),
        ]
}
