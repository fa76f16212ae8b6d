// The canonical form of RFC 8785: the public vectors, the sorting trap, the numbers it refuses.
import Foundation
import JSON
import Testing

struct CanonicalTests {
    func canonical(_ text: String) throws -> String {
        String(decoding: try JSONParser.parse(text).canonicalBytes(), as: UTF8.self)
    }

    @Test(.enabled(if: SharedData.isPresent("jcs/testdata"), "../shared/data/jcs is absent"))
    func publicVectors() throws {
        let inputs = try SharedData.files("jcs/testdata/input")
        #expect(inputs.count >= 6)
        for input in inputs {
            let name = input.lastPathComponent
            let output = SharedData.url("jcs/testdata/output").appending(path: name)
            let expected = try SharedData.bytes(output)
            let made = try JSONParser.parse(SharedData.bytes(input)).canonicalBytes()
            #expect(made == expected, "\(name)")
            #expect(try JSONParser.parse(made).canonicalBytes() == made, "\(name)")

            let hexFile = name.replacing(".json", with: ".txt")
            let hex = String(
                decoding: try SharedData.bytes(
                    SharedData.url("jcs/testdata/outhex").appending(path: hexFile)),
                as: UTF8.self)
            let pairs = hex.split(whereSeparator: \.isWhitespace).map { UInt8($0, radix: 16) }
            #expect(pairs == made.map(Optional.init), "\(name)")
        }
    }

    @Test func sortsByUTF16() throws {
        let trap = try canonical("{\"\u{FB33}\":1,\"\u{1F602}\":2}")
        #expect(trap == "{\"\u{1F602}\":2,\"\u{FB33}\":1}")
        let names = [
            "", "\n", "a", "aa", "ab", "b", "\u{7F}", "\u{80}", "\u{E9}", "e\u{301}", "\u{7FF}",
            "\u{800}", "\u{D7FF}", "\u{E000}", "\u{EFFF}", "\u{FB33}", "\u{FFFF}", "\u{10000}",
            "\u{1F602}", "\u{1F603}", "\u{10FFFF}", "x\u{1F602}", "x\u{FB33}", "x",
        ]
        let object = JSONObject(names.map { ($0, 0) })
        let parsed = try JSONParser.parse(JSONValue.object(object).canonicalBytes())
        let expected = names.sorted { $0.utf16.lexicographicallyPrecedes($1.utf16) }
        let sorted = try #require(parsed.objectValue).names
        #expect(sorted.map { Array($0.utf8) } == expected.map { Array($0.utf8) })
    }

    @Test func writesNumbersAsDoubles() throws {
        #expect(
            try canonical("[1.0,-0,1E30,4.50,2e-3,333333333.33333329,1e-27,0.1,1e-400,1E+2]")
                == "[1,0,1e+30,4.5,0.002,333333333.3333333,1e-27,0.1,0,100]")
    }

    @Test func wholeNumbersAtTheLimitAndOnePast() throws {
        let accepted = [
            "9007199254740991", "-9007199254740991", "9007199254740991.0", "1e15", "1e21", "1e30",
            "1.7976931348623157e308", "123456.7e-1", "9007199254740991.4", "-9007199254740991.25",
        ]
        for lexeme in accepted {
            let value = try JSONParser.parse("[\(lexeme)]")
            #expect(value.firstNumberBeyondCanonical() == nil, "\(lexeme)")
            #expect(value.withLargeIntegersAsText().compactText == "[\(lexeme)]")
            let once = try canonical("[\(lexeme)]")
            #expect(try canonical(once) == once, "\(lexeme)")
        }
        let refused = [
            "9007199254740992", "-9007199254740992", "9007199254740993", "9007199254740992.0",
            "1e16", "9007199254740993e0", "12345678901234567890123", "1e400", "-1e400",
            "123456789012345678901.5e1", "1e999999999", "1000000000000000000000000",
            "1.00000000000000000001e30", "9007199254740991.5", "-9007199254740993.25",
            "900900900719925474099.3", String(repeating: "9", count: 400) + ".5",
        ]
        for lexeme in refused {
            let value = try JSONParser.parse("{\"z\":0,\"a/b\":[0,\(lexeme)]}")
            let error = #expect(throws: CanonicalError.self, "\(lexeme)") {
                try value.canonicalBytes()
            }
            #expect(error?.pointer.description == "/a~1b/1")
            #expect(error?.lexeme == lexeme)
            #expect(error?.message.contains("/a~1b/1") == true)
            #expect(value.firstNumberBeyondCanonical()?.description == "/a~1b/1", "\(lexeme)")
            let text = value.withLargeIntegersAsText()
            #expect(text.compactText == "{\"z\":0,\"a/b\":[0,\"\(lexeme)\"]}")
            #expect(text.firstNumberBeyondCanonical() == nil)
        }
    }

    @Test func neighboursNeverShareACanonicalForm() throws {
        let error = #expect(throws: CanonicalError.self) {
            try JSONParser.parse("9007199254740993").canonicalBytes()
        }
        #expect(error?.pointer == .root)
        #expect(try JSONParser.parse("[1,[2]]").firstNumberBeyondCanonical() == nil)
    }
}
