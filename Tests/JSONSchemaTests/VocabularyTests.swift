// Dialects made of some of the standard's vocabularies, and references that would need a network.
import JSON
import JSONSchema
import Testing

struct VocabularyTests {
    private static let home = "https://example.org/dialect"
    private static let prefix = "https://json-schema.org/draft/2020-12/vocab/"

    /// A schema in a dialect that has these vocabularies; the value says whether one is required.
    private func compiled(
        _ keywords: JSONObject, with vocabularies: [(String, JSONValue)],
        assertFormats: Bool = false
    ) throws -> CompiledSchema {
        let dialect: JSONValue = [
            "$id": .string(Self.home),
            "$vocabulary": .object(
                JSONObject(vocabularies.map { (Self.prefix + $0.0, $0.1) })),
        ]
        var document = keywords
        document["$schema"] = .string(Self.home)
        return try CompiledSchema(
            compiling: .object(document), assertFormats: assertFormats,
            registry: [Self.home: dialect])
    }

    private let keywords: JSONObject = [
        "type": "object", "properties": ["a": ["type": "string"]],
        "unevaluatedProperties": false,
    ]

    @Test func withoutValidationOnlyTheShapeOfSchemasCounts() throws {
        let schema = try compiled(keywords, with: [("applicator", true), ("unevaluated", true)])
        #expect(schema.isValid(5))
        #expect(schema.isValid(["a": 5]))
        #expect(!schema.isValid(["b": 5]))
    }

    @Test func withoutApplicatorsNothingInsideIsLookedAt() throws {
        let schema = try compiled(keywords, with: [("validation", true)])
        #expect(!schema.isValid(5))
        #expect(schema.isValid(["a": 5, "b": 5]))
    }

    @Test func withoutUnevaluatedNothingIsLeftOver() throws {
        let schema = try compiled(keywords, with: [("validation", true), ("applicator", true)])
        #expect(!schema.isValid(["a": 5]))
        #expect(schema.isValid(["a": "x", "b": 5]))
    }

    @Test(arguments: [true, false])
    func formatAssertionHoldsWhateverTheCallerSays(_ isRequired: Bool) throws {
        let format: JSONObject = ["format": "date"]
        let asserted = try compiled(format, with: [("format-assertion", .bool(isRequired))])
        #expect(!asserted.isValid("today") && asserted.isValid("2025-03-31"))
        let noted = try compiled(format, with: [("format-annotation", .bool(isRequired))])
        #expect(noted.isValid("today"))
        let asked = try compiled(
            format, with: [("format-annotation", true)], assertFormats: true)
        #expect(!asked.isValid("today"))
    }

    @Test func anUnknownVocabularyIsRefusedOnlyWhereItIsRequired() throws {
        _ = try compiled(keywords, with: [("validation", true), ("new", false)])
        let error = #expect(throws: SchemaError.self) {
            try compiled(keywords, with: [("validation", true), ("new", true)])
        }
        let message = error?.message ?? ""
        #expect(message.contains("vocab/new\", which is not supported"), "\(message)")
    }

    @Test func anInnerResourceMayHaveItsOwnDialect() throws {
        let inner: JSONValue = [
            "$id": "https://example.org/inner", "$schema": .string(Self.home), "type": "string",
        ]
        let dialect: JSONValue = [
            "$id": .string(Self.home),
            "$vocabulary": .object([Self.prefix + "applicator": true]),
        ]
        let schema = try CompiledSchema(
            compiling: ["type": "object", "properties": ["a": inner]],
            registry: [Self.home: dialect])
        #expect(schema.isValid(["a": 5]))
        #expect(!schema.isValid(5))
    }

    @Test(arguments: [
        "https://example.org/a", "http://127.0.0.1:1/a#/b", "file:///etc/passwd", "other.json",
        "//example.org/a", "urn:example:a", "https://json-schema.org/draft/2020-12/meta/core",
    ])
    func nothingIsFetched(_ address: String) throws {
        for keyword in ["$ref", "$dynamicRef"] {
            let message = try refusal(#"{"properties": {"a": {"\#(keyword)": "\#(address)"}}}"#)
            #expect(
                message == "/properties/a/\(keyword): \"\(address)\" is not in this document, and "
                    + "nothing is fetched from elsewhere; copy the schema into $defs and refer to "
                    + "\"#/$defs/NAME\"")
        }
    }
}
