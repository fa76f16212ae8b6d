// Mistakes in schemas are found when a schema is compiled, each with its place and what to do.
import JSON
import JSONSchema
import Testing

struct SchemaErrorTests {
    private static let mistakes: [(String, String)] = [
        (#"{"type": "strng"}"#, #"/type: type must be one of string, integer"#),
        (#"{"type": "strng"}"#, #"did you mean "string"?"#),
        (#"{"properties": {"a": {"minLength": -1}}}"#,
            "/properties/a/minLength: minLength must be a whole number from 0 on, and this is -1"),
        (#"{"properties": []}"#, "/properties: properties must be an object"),
        (#"{"items": 3}"#, "/items: a schema is an object, true or false, and this is an integer"),
        (#"{"allOf": {}}"#, "/allOf: allOf must be a list of schemas"),
        (#"{"multipleOf": 0}"#, "multipleOf must be above 0"),
        (#"{"required": ["a", 1]}"#, "/required: required lists property names"),
        (#"{"pattern": "(?=a)"}"#, #"/pattern: the pattern "(?=a)" looks ahead"#),
        (#"{"patternProperties": {"(": true}}"#, "/patternProperties/(: the pattern"),
        (##"{"$ref": "#/$defs/a"}"##, "leads nowhere: there is nothing at \"/$defs/a\""),
        (##"{"$ref": "#tre", "$defs": {"a": {"$anchor": "tree"}}}"##, #"did you mean "tree"?"#),
        (#"{"$ref": "https://example.org/a"}"#, "nothing is fetched from elsewhere"),
        (#"{"$schema": "http://json-schema.org/draft-07/schema#"}"#, "/$schema: the dialect"),
        (#"{"x-sensitivity": "high"}"#, #"must be "secret" or "personal""#),
        (##"{"$ref": "#"}"##, "comes back to itself"),
        (##"{"allOf": [{"$ref": "#/$defs/a"}], "$defs": {"a": {"not": {"$ref": "#"}}}}"##,
            "comes back to itself"),
        ("5", "the schema: a schema is an object, true or false"),
    ]

    @Test(arguments: mistakes)
    func mistakesAreRefused(_ text: String, _ expected: String) throws {
        let message = try #require(try refusal(text))
        #expect(message.contains(expected), "\(message)")
    }

    @Test func recursionIntoTheValueIsFine() throws {
        let tree = try schema(##"{"type": "object", "additionalProperties": {"$ref": "#"}}"##)
        #expect(tree.isValid(["a": ["b": [:]]]))
        #expect(!tree.isValid(["a": ["b": 1]]))
    }

    @Test func documentsOfTheRegistryMayBeNamed() throws {
        let registry: [String: JSONValue] = ["https://example.org/a": ["type": "string"]]
        #expect(try refusal(#"{"$ref": "https://example.org/a"}"#, registry: registry) == nil)
    }

    @Test func formatsAreNotesUnlessAsserted() throws {
        let text = #"{"format": "date"}"#
        #expect(try !schema(text).isValid("today"))
        #expect(try schema(text, assertFormats: false).isValid("today"))
    }
}
