// What people and models read when a value does not fit: exact sentences.
import JSON
import JSONSchema
import Testing

struct MessageTests {
    private static let task = """
        {"type": "object", "additionalProperties": false, "required": ["booking_id", "title"],
         "properties": {
           "booking_id": {"type": "string", "pattern": "^B-[0-9]+$"},
           "title": {"type": "string", "minLength": 3, "maxLength": 20},
           "priority": {"enum": ["low", "normal", "high"]},
           "due": {"type": "string", "format": "date"},
           "count": {"type": "integer", "minimum": 1, "multipleOf": 0.5},
           "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 2,
                    "uniqueItems": true}}}
        """

    private static let members: [(String, String)] = [
        (#""priority": "hgih""#,
            #"/priority: "hgih" is not one of "low", "normal", "high"; did you mean "high"?"#),
        (#""priority": 5"#, #"/priority: 5 is not one of "low", "normal", "high""#),
        (#""due": "31.3.2025""#, #"/due: "31.3.2025" is not a date such as 2025-03-31"#),
        (#""count": "5""#,
            #"/count: "5" is a string; expected an integer; send it without quotes"#),
        (#""count": 1.5"#,
            "/count: 1.5 is a number; expected an integer; the nearest are 1 and 2"),
        (#""count": 0"#, "/count: 0 is below the minimum of 1"),
        (#""count": null"#, "/count: found null; expected an integer"),
        (#""tags": "[\"a\"]""#,
            #"/tags: "[\"a\"]" is a string; expected an array; "#
                + "send it as JSON, not as text that holds JSON"),
        (#""tags": ["a", 1]"#, "/tags/1: 1 is an integer; expected a string"),
        (#""tags": ["a", "a"]"#,
            "/tags/1: is the same as item 0, and items must differ; remove one of them"),
        (#""tags": ["a", "b", "c"]"#, "/tags: has 3 items; at most 2 are allowed"),
        (#""Due_": 1"#, #"/Due_: unknown property; did you mean "due"?"#),
        (#""quite_other": 1"#,
            #"/quite_other: unknown property; allowed are "booking_id", "title", "priority", "#
                + #""due", "count" and "tags""#),
    ]

    @Test(arguments: members)
    func oneProblemOneSentence(_ member: String, _ expected: String) throws {
        let value = #"{"booking_id": "B-1", "title": "Call", \#(member)}"#
        #expect(try messages(Self.task, value) == [expected])
    }

    @Test func everyProblemIsReportedWithItsPlaces() throws {
        let value = try JSONParser.parse(#"{"titel": "Call", "booking_id": 7}"#)
        let violations = try schema(Self.task).validate(value)
        #expect(
            violations.map(\.message) == [
                #"/titel: unknown property; did you mean "title"?"#,
                "/booking_id: 7 is an integer; expected a string",
                "/title: required but missing",
            ])
        #expect(violations.map(\.instance.description) == ["/titel", "/booking_id", "/title"])
        #expect(
            violations.map(\.schema.description) == [
                "/additionalProperties", "/properties/booking_id/type", "/required",
            ])
    }

    private static let keywords: [(String, String, String)] = [
        (#"{"type": "object"}"#, "[1]", "the value: found an array of 1 item; expected an object"),
        (#"{"const": 1}"#, "2", "the value: 2 is not 1, the only value allowed"),
        (#"{"multipleOf": 0.01}"#, "0.015", "the value: 0.015 is not a multiple of 0.01"),
        (#"{"multipleOf": 5}"#, "-7",
            "the value: -7 is not a multiple of 5; the nearest are -10 and -5"),
        (#"{"enum": [5, 10, 20]}"#, "14",
            "the value: 14 is not one of 5, 10, 20; the nearest is 10"),
        (#"{"enum": ["5", "10"]}"#, "10",
            #"the value: 10 is not one of "5", "10"; did you mean "10"?"#),
        (#"{"enum": [5, true, null]}"#, #""true""#,
            #"the value: "true" is not one of 5, true, null; did you mean true?"#),
        (#"{"oneOf": [{"const": "lobby", "title": "L"}, {"const": "garden", "title": "G"}]}"#,
            #""gardn""#,
            #"the value: "gardn" is not one of "lobby", "garden"; did you mean "garden"?"#),
        (#"{"anyOf": [{"enum": [1, 2]}, {"const": 9}]}"#, "8",
            "the value: 8 is not one of 1, 2, 9; the nearest is 9"),
        (#"{"propertyNames": {"enum": ["title", "note"]}}"#, #"{"titel": 1}"#,
            #"/titel: this property name is not allowed: "titel" is not one of "title", "note"; "#
                + #"did you mean "title"?"#),
        (#"{"type": "integer"}"#, "10000000000000000.5",
            "the value: 10000000000000000.5 is a number; expected an integer"),
        (#"{"exclusiveMinimum": 0}"#, "0",
            "the value: 0 is not allowed; it must be greater than 0"),
        (#"{"minLength": 2}"#, #""a""#,
            "the value: is 1 character long; at least 2 are needed"),
        (#"{"pattern": "^a"}"#, #""b""#, #"the value: "b" does not match the pattern ^a"#),
        (#"{"items": false}"#, "[1]", "/0: no items are allowed here; send an empty array"),
        (#"{"prefixItems": [true], "items": false}"#, "[1, 2, 3]",
            "/1: only 1 item is allowed; remove the rest"),
        (#"{"properties": {"a": false}}"#, #"{"a": 1}"#, "/a: is not allowed here; remove it"),
        (#"{"contains": {"const": 1}}"#, "[2]",
            "the value: none of its 1 item equal 1; one must"),
        (#"{"dependentRequired": {"a": ["b"]}}"#, #"{"a": 1}"#,
            #"/b: required together with "a" but missing"#),
        (#"{"propertyNames": {"pattern": "^x"}}"#, #"{"y": 1}"#,
            #"/y: this property name is not allowed: "y" does not match the pattern ^x"#),
        (#"{"not": {"required": ["a", "b"]}}"#, #"{"a": 1, "b": 2}"#,
            #"the value: is one of the values that have "a" and "b", "#
                + "which are not allowed here; change it"),
        (#"{"anyOf": [{"type": "string"}, {"type": "null"}]}"#, "1",
            "the value: 1 is an integer; expected a string or null"),
        (#"{"anyOf": [{"type": "string", "maxLength": 1}, {"type": "null"}]}"#, #""ab""#,
            "the value: is 2 characters long; at most 1 is allowed"),
        (#"{"oneOf": [{"minimum": 1}, {"maximum": 5}]}"#, "3",
            "the value: fits forms 1 and 2 of the 2 allowed, and must fit exactly one; "
                + "leave out what belongs to the others"),
        (#"{"anyOf": [{"minimum": 5}, {"multipleOf": 2}]}"#, "3",
            "the value: fits none of the 2 allowed forms: (1) 3 is below the minimum of 5; "
                + "(2) 3 is not a multiple of 2; the nearest are 2 and 4"),
        (##"{"$ref": "#/$defs/a", "unevaluatedProperties": false, "##
            + #""$defs": {"a": {"properties": {"title": true}}}}"#, #"{"titl": 1}"#,
            #"/titl: unknown property; did you mean "title"?"#),
    ]

    @Test(arguments: keywords)
    func eachKeywordSaysWhatItWants(_ text: String, _ value: String, _ expected: String) throws {
        #expect(try messages(text, value) == [expected])
    }

    @Test func aTagChoosesTheFormThatWasMeant() throws {
        let text = """
            {"oneOf": [
              {"properties": {"kind": {"const": "mail"}, "to": {"type": "string"}},
               "required": ["kind", "to"]},
              {"properties": {"kind": {"const": "call"}, "number": {"type": "string"}},
               "required": ["kind", "number"]}]}
            """
        #expect(try messages(text, #"{"kind": "call"}"#) == ["/number: required but missing"])
    }

    @Test func longValuesAndStrangeNamesStayShort() throws {
        let long = String(repeating: "x", count: 500)
        let found = try messages(#"{"type": "integer"}"#, "\"\(long)\"")
        let shown = String(repeating: "x", count: 60)
        #expect(
            found == [
                "the value: \"\(shown)…\" (500 characters) is a string; expected an integer"
            ])
        let name = try messages(#"{"additionalProperties": false}"#, #"{"a\nb/c": 1}"#)
        #expect(name == [#"/a\nb~1c: unknown property; none are allowed here, remove it"#])
    }

    @Test func wordsOfASchemaDoNotBreakLinesOrHide() throws {
        let text = #"{"pattern": "^a\n\u001B2J\u202E$"}"#
        #expect(
            try messages(text, #""b""#) == [
                #"the value: "b" does not match the pattern ^a\u000a\u001b2J\u202e$"#
            ])
        let refused = try refusal(#"{"$ref": "a\nb"}"#)
        #expect(refused?.contains(#""a\u000ab" is not in this document"#) == true)
        #expect(refused?.contains("\n") == false)
    }

    @Test func secretValuesAreNeverShown() throws {
        let text = """
            {"properties": {"pin": {"$ref": "#/$defs/pin"}, "login": {
               "x-sensitivity": "secret", "properties": {"user": {"enum": ["root"]}}}},
             "$defs": {"pin": {"type": "string", "pattern": "^[0-9]{4}$",
               "x-sensitivity": "secret"}}}
            """
        let value = #"{"pin": "hunter2", "login": {"user": "roott"}}"#
        #expect(
            try messages(text, value) == [
                "/pin: a secret value does not match the pattern ^[0-9]{4}$",
                #"/login/user: a secret value is not "root", the only value allowed"#,
            ])
        let number = #"{"properties": {"n": {"multipleOf": 5, "x-sensitivity": "secret"}}}"#
        #expect(
            try messages(number, #"{"n": 7}"#) == ["/n: a secret value is not a multiple of 5"])
        #expect(
            try messages(text, #"{"pin": 1234}"#) == [
                "/pin: a secret value is an integer; expected a string"
            ])
    }
}
