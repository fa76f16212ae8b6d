// Which vocabularies of Draft 2020-12 a schema uses. Other drafts are refused here by name.
import JSON

/// The groups of keywords that count; the others are notes without effect.
struct SchemaDialect: Sendable {
    var appliesSchemas = true
    var validates = true
    var appliesUnevaluated = true
    /// A dialect may demand that `format` is checked; nil leaves it to the caller.
    var assertsFormats: Bool?

    static let standard = SchemaDialect()
    static let standardURI = "https://json-schema.org/draft/2020-12/schema"
    private static let vocabularyPrefix = "https://json-schema.org/draft/2020-12/vocab/"

    /// The dialect that `$schema` names: the standard, or one that a schema of the registry makes
    /// from the standard's vocabularies.
    static func named(
        _ uri: String, registry: [String: JSONValue], at pointer: JSONPointer
    ) throws(SchemaError) -> SchemaDialect {
        let name = URIReference(uri).resource
        if name == standardURI { return standard }
        guard let schema = registry[name] else {
            throw SchemaError(
                pointer, "the dialect \"\(uri)\" is not supported; write the schema in Draft "
                    + "2020-12 and name \"\(standardURI)\", or leave $schema out")
        }
        guard let vocabularies = schema["$vocabulary"]?.objectValue else { return standard }
        var dialect = SchemaDialect(
            appliesSchemas: false, validates: false, appliesUnevaluated: false,
            assertsFormats: nil)
        for member in vocabularies {
            let isRequired = member.value.boolValue ?? true
            switch vocabulary(member.name) {
            case "core", "meta-data", "content", "format-annotation": break
            case "applicator": dialect.appliesSchemas = true
            case "validation": dialect.validates = true
            case "unevaluated": dialect.appliesUnevaluated = true
            case "format-assertion": dialect.assertsFormats = true
            case _:
                guard !isRequired else {
                    throw SchemaError(
                        pointer, "the dialect \"\(uri)\" requires the vocabulary "
                            + "\"\(member.name)\", which is not supported; use another dialect")
                }
            }
        }
        return dialect
    }

    private static func vocabulary(_ uri: String) -> String {
        uri.hasPrefix(vocabularyPrefix) ? String(uri.dropFirst(vocabularyPrefix.count)) : uri
    }
}
