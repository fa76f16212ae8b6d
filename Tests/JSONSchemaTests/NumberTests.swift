// Numbers are compared and divided as the decimals they are written as.
import JSON
import JSONSchema
import Testing

struct NumberTests {
    @Test(arguments: [
        ("0.01", "4.35", true), ("0.1", "0.3", true), ("0.01", "0.005", false),
        ("2", "10", true), ("2", "-9223372036854775808", true), ("3", "1e3", false),
        ("5", "1e400", true), ("7", "1e400", false), ("1e-3", "1", true), ("100", "10", false),
        ("1e2", "1.5e3", true), ("0.3", "0", true), ("1e-400", "1", true),
        ("999999999999999999", "999999999999999999000", true), ("1.5", "4.5e0", true),
    ])
    func multiplesAreExact(_ divisor: String, _ value: String, _ fits: Bool) throws {
        #expect(try messages("{\"multipleOf\": \(divisor)}", value).isEmpty == fits)
    }

    @Test(arguments: [
        ("maximum", "9007199254740993", "9007199254740993.0", true),
        ("maximum", "9007199254740992", "9007199254740993", false),
        ("exclusiveMaximum", "0.1", "0.1", false), ("minimum", "0.1", "0.10", true),
        ("minimum", "1", "0.9999999999999999999", false),
    ])
    func boundsAreExact(
        _ keyword: String, _ bound: String, _ value: String, _ fits: Bool
    ) throws {
        #expect(try messages("{\"\(keyword)\": \(bound)}", value).isEmpty == fits)
    }

    @Test func namesAndTextsAreComparedByteByByte() throws {
        // The same letter in two spellings, which Swift's own comparison holds for equal.
        let text = "{\"properties\": {\"\u{E9}\": {\"const\": \"\u{E9}\"}}, "
            + "\"additionalProperties\": false}"
        #expect(try messages(text, "{\"\u{E9}\": \"\u{E9}\"}") == [])
        #expect(try messages(text, "{\"e\u{301}\": 1}").count == 1)
        #expect(try messages(text, "{\"\u{E9}\": \"e\u{301}\"}").count == 1)
    }
}
