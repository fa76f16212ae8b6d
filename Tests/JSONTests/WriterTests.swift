// The compact and the pretty writer.
import JSON
import Testing

struct WriterTests {
    @Test(arguments: [
        "null", "true", "false", "0", "-0", "1.50e+10", "\"\"", "[]", "{}", "[[],{},[[]]]",
        "{\"b\":1,\"a\":{\"z\":null}}", "[1,\"two\",[3.0]]", "\"/\u{7F}\u{2028}é😂\"",
        "\"\\\"\\\\\\b\\t\\n\\f\\r\\u0000\\u001f\"",
    ])
    func compactTextIsKept(text: String) throws {
        #expect(try JSONParser.parse(text).compactText == text)
    }

    @Test func spacesGoAndEscapesBecomeTheShortest() throws {
        let value = try JSONParser.parse(
            " { \"a\" : [ 1 ,\t2 ],\r\n\"\\u0062\" : \"\\/\\u00e9\\uD83D\\uDE02\" } ")
        #expect(value.compactText == "{\"a\":[1,2],\"b\":\"/é😂\"}")
    }

    @Test func neverARawLineBreakOrControl() throws {
        for code in UInt8(0)...0x1F {
            let text = "a" + String(Unicode.Scalar(code)) + "b"
            let value: JSONValue = .object(JSONObject([(text, .string(text))]))
            let bytes = value.compactBytes()
            #expect(bytes.allSatisfy { $0 >= 0x20 })
            #expect(try JSONParser.parse(bytes) == value)
            #expect(try value.canonicalBytes() == bytes)
        }
    }

    @Test func appendsToWhatIsThere() {
        var bytes = Array("x".utf8)
        JSONValue.array([1]).write(into: &bytes)
        JSONObject([("a", nil)]).write(into: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "x[1]{\"a\":null}")
    }

    @Test func prettyText() throws {
        let value: JSONValue = ["a": [1, "x"], "b": [:], "c": [], "d": ["e": nil]]
        #expect(
            value.prettyText == """
                {
                  "a": [
                    1,
                    "x"
                  ],
                  "b": {},
                  "c": [],
                  "d": {
                    "e": null
                  }
                }
                """)
        #expect(try JSONParser.parse(value.prettyText) == value)
    }

    @Test func prettyTextShowsWhatHides() throws {
        let text = "\u{1B}[31m\u{7F}\u{9B}\u{202E}\u{200B}\u{2028}\u{E0041}é"
        let value: JSONValue = .object(JSONObject([(text, .string(text))]))
        let shown = "\"\\u001b[31m\\u007f\\u009b\\u202e\\u200b\\u2028\\udb40\\udc41é\""
        #expect(value.prettyText == "{\n  \(shown): \(shown)\n}")
        #expect(try JSONParser.parse(value.prettyText) == value)
    }
}
