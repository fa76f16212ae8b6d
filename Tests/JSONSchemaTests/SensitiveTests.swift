// Which parts of a value must be masked, whatever branch of the schema marks them.
import JSON
import JSONSchema
import Testing

struct SensitiveTests {
    private func places(_ text: String, _ value: JSONValue) throws -> [String] {
        try schema(text).sensitivePointers(in: value).map {
            "\($0.pointer) \($0.sensitivity.rawValue)"
        }
    }

    @Test func marksAreFoundThroughEveryKeyword() throws {
        let text = """
            {"properties": {"guest": {"$ref": "#/$defs/guest"},
               "cards": {"items": {"allOf": [{"x-sensitivity": "secret"}]}},
               "pair": {"prefixItems": [true, {"x-sensitivity": "personal"}]}},
             "patternProperties": {"_token$": {"x-sensitivity": "secret"}},
             "if": true, "else": {"properties": {"odd": {"x-sensitivity": "secret"}}},
             "$defs": {"guest": {"x-sensitivity": "personal", "properties": {
               "name": true, "passport": {"x-sensitivity": "secret"}}}}}
            """
        let value: JSONValue = [
            "guest": ["name": "Ada", "passport": "X1"], "cards": ["1", "2"], "pair": [1, 2],
            "api_token": "t", "odd": 1, "plain": 2,
        ]
        #expect(
            try places(text, value) == [
                "/guest personal", "/guest/passport secret", "/cards/0 secret", "/cards/1 secret",
                "/pair/1 personal", "/api_token secret", "/odd secret",
            ])
    }

    @Test func brokenValuesAreMaskedToo() throws {
        let text = #"{"properties": {"pin": {"type": "string", "x-sensitivity": "secret"}}}"#
        #expect(try places(text, ["pin": ["digits": 1]]) == ["/pin secret"])
    }

    @Test func theStricterMarkCounts() throws {
        let text = """
            {"allOf": [{"x-sensitivity": "personal"}, {"x-sensitivity": "secret"}]}
            """
        #expect(try places(text, 1) == [" secret"])
    }

    @Test func whatIsTooLargeToLookThroughIsSecretAsAWhole() throws {
        var limits = SchemaLimits()
        limits.validationSteps = 10
        let compiled = try schema(
            #"{"items": {"properties": {"a": {"x-sensitivity": "personal"}}}}"#, limits: limits)
        let value = JSONValue.array(Array(repeating: ["a": 1], count: 20))
        let found = compiled.sensitivePointers(in: value)
        #expect(found == [SensitivePlace(pointer: .root, sensitivity: .secret)])
    }

    @Test func withoutMarksNothingIsLookedAt() throws {
        #expect(try places(#"{"properties": {"a": true}}"#, ["a": 1]) == [])
    }
}
