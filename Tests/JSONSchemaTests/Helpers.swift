// Short ways to compile and to ask, shared by the tests here. No expectations.
import JSON
import JSONSchema

/// A schema from its text; these tests write only texts that parse.
func schema(
    _ text: String, limits: SchemaLimits = .standard, assertFormats: Bool = true
) throws -> CompiledSchema {
    try CompiledSchema(
        compiling: try JSONParser.parse(text), limits: limits, assertFormats: assertFormats)
}

/// The messages about a value, in order.
func messages(
    _ text: String, _ value: String, limits: SchemaLimits = .standard
) throws -> [String] {
    try schema(text, limits: limits).validate(try JSONParser.parse(value)).map(\.message)
}

/// The message with which a schema is refused; nil where it is accepted.
func refusal(
    _ text: String, limits: SchemaLimits = .standard, registry: [String: JSONValue] = [:]
) throws -> String? {
    let document = try JSONParser.parse(text)
    do throws(SchemaError) {
        _ = try CompiledSchema(compiling: document, limits: limits, registry: registry)
        return nil
    } catch {
        return error.message
    }
}
