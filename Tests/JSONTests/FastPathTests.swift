// Where reading and writing take eight bytes at a time: each byte that counts, at each place of a
// word and next to each other byte, against the plainest way of doing the same.
import JSON
import Testing

struct FastPathTests {
    /// RFC 8785 section 3.2.2.2, a byte at a time.
    private func literal(_ text: [UInt8]) -> [UInt8] {
        let short: [UInt8: String] = [
            0x22: "\\\"", 0x5C: "\\\\", 0x08: "\\b", 0x09: "\\t", 0x0A: "\\n", 0x0C: "\\f",
            0x0D: "\\r",
        ]
        var made: [UInt8] = [0x22]
        for byte in text {
            if let escape = short[byte] {
                made += escape.utf8
            } else if byte < 0x20 {
                made += ("\\u00" + (byte < 16 ? "0" : "") + String(byte, radix: 16)).utf8
            } else {
                made.append(byte)
            }
        }
        return made + [0x22]
    }

    private func check(_ text: [UInt8]) throws {
        let value = JSONValue.string(String(decoding: text, as: UTF8.self))
        let written = value.compactBytes()
        try #require(written == literal(text), "\(text)")
        try #require(try JSONParser.parse(written) == value, "\(text)")
        let object = JSONValue.object([value.stringValue ?? "": nil])
        try #require(object.compactBytes() == Array("{".utf8) + written + Array(":null}".utf8))
        try #require(try object.canonicalBytes() == object.compactBytes())
    }

    @Test func everyPairOfBytesAtBothEndsOfAWord() throws {
        for first in UInt8(0)..<0x80 {
            for second in UInt8(0)..<0x80 where first < 0x24 || second < 0x24 || first == 0x5C {
                let word = [first, second, 0x61, 0x61, 0x61, 0x61, second, first]
                let value = JSONValue.string(String(decoding: word, as: UTF8.self))
                let expected = literal(word)
                try #require(value.compactBytes() == expected)
                try #require(try JSONParser.parse(expected) == value)
            }
        }
    }

    @Test(arguments: ["\"", "\\", "\n", "\u{0}", "\u{1F}", "é", "\u{FFFF}", "\u{1F602}", "\u{7F}"])
    func oneAtEveryPlace(_ special: String) throws {
        for count in 0...24 {
            for place in 0...count {
                let plain = [UInt8](repeating: 0x61, count: count)
                try check(plain[..<place] + Array(special.utf8) + plain[place...])
            }
        }
        try check([])
        try check(Array(String(repeating: special, count: 1_000).utf8))
    }

    @Test func whatMayNotStandInAStringIsFoundAtEveryPlace() throws {
        let faults: [([UInt8], JSONSyntaxError.Code)] = [
            ([0x00], .controlCharacter), ([0x1F], .controlCharacter), ([0x80], .invalidUTF8),
            ([0xC3], .invalidUTF8), ([0xED, 0xA0, 0x80], .invalidUTF8), ([0xFF], .invalidUTF8),
            ([0x5C, 0x78], .invalidEscape),
        ]
        for (fault, code) in faults {
            for place in 0...17 {
                let before = [0x22] + [UInt8](repeating: 0x61, count: place)
                let text = before + fault + [UInt8](repeating: 0x61, count: 9) + [0x22]
                let error = #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(text) }
                #expect(error == JSONSyntaxError(code, at: before.count))
                let cut = #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(before) }
                #expect(cut == JSONSyntaxError(.unexpectedEnd, at: before.count))
            }
        }
    }

    @Test func textsAreTheSameByEveryByte() {
        for count in 0...20 {
            let text = (0..<count).map { UInt8(0x61 + $0) }
            let one = String(decoding: text, as: UTF8.self)
            // Not the same memory, and not in the same form where it is long.
            let other = String((one + " and more than fifteen bytes").prefix(count))
            #expect(one.isSameText(as: other))
            #expect(!one.isSameText(as: one + "z"))
            for place in 0..<count {
                var changed = text
                changed[place] ^= 1
                #expect(!one.isSameText(as: String(decoding: changed, as: UTF8.self)))
            }
        }
        #expect(!"\u{E9}".isSameText(as: "e\u{301}"))
        #expect(!"a\u{301}\u{316}".isSameText(as: "a\u{316}\u{301}"))
        #expect("a\u{301}\u{316}" == "a\u{316}\u{301}", "or nothing is tested above")
    }

    @Test(arguments: ["", "a", "abcdef", "abcdefg", "abcdefgh", "\u{1F602}", "abcd\u{1F602}"])
    func namesSortAsUTF16BehindEveryStart(_ start: String) throws {
        let ends = [
            "", "\u{0}", "\u{0}\u{0}", "\u{1}", "a", "\u{7F}", "\u{80}", "\u{E9}", "e\u{301}",
            "\u{D7FF}", "\u{E000}", "\u{FFFD}", "\u{FFFF}", "\u{10000}", "\u{10FFFF}",
            "\u{1F602}a", "\u{1F602}\u{E000}", "zzzzzzzzz", "zzzzzzzz",
        ]
        let names = ends.map { start + $0 }
        let expected = names.sorted { $0.utf16.lexicographicallyPrecedes($1.utf16) }
        for turned in names.indices {
            let object = JSONObject((names[turned...] + names[..<turned]).map { ($0, 0) })
            let bytes = try JSONValue.object(object).canonicalBytes()
            let sorted = try #require(JSONParser.parse(bytes).objectValue).names
            #expect(sorted.map { Array($0.utf8) } == expected.map { Array($0.utf8) })
        }
    }

    @Test func plainNumbersAreTheirOwnCanonicalForm() throws {
        let same = [
            "0", "1", "-1", "10", "-10", "999999999999999", "-999999999999999",
            "1000000000000000", "-1000000000000000", "9007199254740991", "-9007199254740991",
        ]
        for lexeme in same {
            let text = String(
                decoding: try JSONParser.parse(lexeme).canonicalBytes(), as: UTF8.self)
            #expect(text == lexeme)
        }
        #expect(try JSONParser.parse("-0").canonicalBytes() == Array("0".utf8))
        #expect(try JSONParser.parse("-0.0").canonicalBytes() == Array("0".utf8))
        #expect(try JSONParser.parse("0e1").canonicalBytes() == Array("0".utf8))
    }
}
