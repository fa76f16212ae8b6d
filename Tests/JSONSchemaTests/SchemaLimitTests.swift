// Each limit at its edge and one past it.
import JSON
import JSONSchema
import Testing

struct SchemaLimitTests {
    private func limits(_ change: (inout SchemaLimits) -> Void) -> SchemaLimits {
        var limits = SchemaLimits()
        change(&limits)
        return limits
    }

    @Test func stepsOfAValidation() throws {
        // One step for the list, one for each item.
        let text = #"{"items": {"type": "integer"}}"#
        let limits = limits { $0.validationSteps = 11 }
        let ten = "[" + Array(repeating: "1", count: 10).joined(separator: ",") + "]"
        let eleven = "[" + Array(repeating: "1", count: 11).joined(separator: ",") + "]"
        #expect(try messages(text, ten, limits: limits) == [])
        #expect(
            try messages(text, eleven, limits: limits) == [
                "the value: takes more than 11 steps to check; send less at once, "
                    + "or texts and lists that are shorter"
            ])
    }

    @Test func negationDoesNotHideExhaustion() throws {
        let limits = limits { $0.validationSteps = 3 }
        let compiled = try schema(#"{"not": {"items": {"type": "string"}}}"#, limits: limits)
        #expect(!compiled.isValid(["a", "b", "c"]))
    }

    @Test func stepsOfPatternsCount() throws {
        let text = #"{"pattern": "^(a+)+$"}"#
        let value = JSONValue.string(String(repeating: "a", count: 50_000) + "!")
        #expect(try schema(text).validate(value).map(\.schema.description) == ["/pattern"])
        let tight = limits { $0.validationSteps = 10_000 }
        #expect(try schema(text, limits: tight).validate(value)[0].message.contains("10000 steps"))
    }

    @Test func depthOfAValidation() throws {
        let text = ##"{"items": {"$ref": "#"}}"##
        // Each level of nesting costs two schemas: the items and what they refer to.
        let limits = limits { $0.validationDepth = 9 }
        #expect(try messages(text, "[[[[1]]]]", limits: limits) == [])
        #expect(try messages(text, "[[[[[1]]]]]", limits: limits).count == 1)
    }

    @Test func theDeepestParsedValueFitsTheStandardDepth() throws {
        let depth = JSONLimits.standard.maxDepth - 1
        let value = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        #expect(try messages(##"{"items": {"$ref": "#"}}"##, value) == [])
    }

    @Test func numberOfViolations() throws {
        let limits = limits { $0.violations = 3 }
        let text = #"{"items": {"type": "string"}}"#
        #expect(try messages(text, "[1, 2, 3]", limits: limits).count == 3)
        #expect(try messages(text, "[1, 2, 3, 4]", limits: limits).count == 3)
    }

    @Test func depthOfASchema() throws {
        let limits = limits { $0.schemaDepth = 2 }
        #expect(try refusal(#"{"not": {"not": {}}}"#, limits: limits) == nil)
        #expect(
            try refusal(#"{"not": {"not": {"not": {}}}}"#, limits: limits)?
                .contains("nest deeper than 2") == true)
    }

    @Test func numberOfSchemas() throws {
        let limits = limits { $0.schemaCount = 3 }
        #expect(try refusal(#"{"allOf": [true, true]}"#, limits: limits) == nil)
        #expect(
            try refusal(#"{"allOf": [true, true, true]}"#, limits: limits)?
                .contains("more than 3 schemas") == true)
    }

    @Test func patternSizes() throws {
        let length = limits { $0.patternLength = 3 }
        #expect(try refusal(#"{"pattern": "abc"}"#, limits: length) == nil)
        #expect(try refusal(#"{"pattern": "abcd"}"#, limits: length) != nil)
        let depth = limits { $0.patternDepth = 2 }
        #expect(try refusal(#"{"pattern": "(a)"}"#, limits: depth) == nil)
        #expect(try refusal(#"{"pattern": "((a))"}"#, limits: depth) != nil)
        // Three letters and the match.
        let size = limits { $0.patternInstructions = 4 }
        #expect(try refusal(#"{"pattern": "a{3}"}"#, limits: size) == nil)
        #expect(try refusal(#"{"pattern": "a{4}"}"#, limits: size) != nil)
        let all = limits { $0.allPatternInstructions = 4 }
        #expect(try refusal(#"{"pattern": "a", "not": {"pattern": "b"}}"#, limits: all) == nil)
        #expect(try refusal(#"{"pattern": "a", "not": {"pattern": "bc"}}"#, limits: all) != nil)
    }

    @Test func digitsOfADivisor() throws {
        let limits = limits { $0.divisorDigits = 3 }
        #expect(try refusal(#"{"multipleOf": 0.0123}"#, limits: limits) == nil)
        #expect(try refusal(#"{"multipleOf": 0.01234}"#, limits: limits) != nil)
    }

    @Test func manyEqualNamesOrItemsStayCheap() throws {
        let items = (0..<20_000).map { JSONValue.integer($0) }
        #expect(try schema(#"{"uniqueItems": true}"#).isValid(.array(items)))
        #expect(try !schema(#"{"uniqueItems": true}"#).isValid(.array(items + [.integer(7)])))
    }
}
