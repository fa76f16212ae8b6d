// What cannot be seen in a text: found, shown to people, taken out for models.
import JSON
import Testing

struct UnseenTests {
    /// Everything that is known to hide text or to turn it around, by its first and last sign.
    private static let hiding: [ClosedRange<UInt32>] = [
        0x00...0x1F, 0x7F...0x9F, 0xAD...0xAD, 0x34F...0x34F, 0x61C...0x61C, 0x115F...0x1160,
        0x17B4...0x17B5, 0x180B...0x180F, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F,
        0x2800...0x2800, 0x3164...0x3164, 0xFE00...0xFE0F, 0xFEFF...0xFEFF, 0xFFA0...0xFFA0,
        0xFFF9...0xFFFB, 0x1D159...0x1D159, 0x1D173...0x1D17A, 0xE0000...0xE0FFF,
    ]

    private static var hidden: [Unicode.Scalar] {
        hiding.flatMap { range in range.compactMap { Unicode.Scalar($0) } }
    }

    @Test func everySignThatHidesIsUnseenShownAndTakenOut() throws {
        for scalar in Self.hidden {
            let name = String(scalar.value, radix: 16)
            #expect(scalar.isUnseen, "\(name)")
            let text = "a" + String(scalar) + "b"
            let shown = text.visibleLiteral
            #expect(shown.unicodeScalars.allSatisfy { !$0.isUnseen }, "\(name)")
            // It is still what it was, for whoever reads the escape.
            #expect(try JSONParser.parse(shown) == .string(text), "\(name)")
            let stripped = text.strippedOfUnseen
            #expect(
                stripped.value.unicodeScalars.allSatisfy {
                    !$0.isUnseen || $0 == "\n" || $0 == "\t"
                }, "\(name)")
            let stays = scalar == "\n" || scalar == "\t"
            #expect((stripped.count > 0) != stays, "\(name)")
        }
    }

    @Test func whatPeopleWriteIsSeen() {
        let text = "Grüße, Ω, नमस्ते, 日本語, العربية, עברית, 😂👍🏽, “–…”, a\u{301}, \u{A0}x\u{3000}"
        for scalar in text.unicodeScalars { #expect(!scalar.isUnseen, "\(scalar)") }
        #expect(text.visibleLiteral == "\"\(text)\"")
        #expect(text.strippedOfUnseen.value == text)
        #expect(text.strippedOfUnseen.count == 0)
    }

    @Test(arguments: [
        ("plain", "plain", 0), ("", "", 0), ("a\tb\nc\r\nd", "a\tb\nc\r\nd", 0),
        ("pay\u{200B}ment", "payment", 1), ("a\u{202E}b\u{2066}c\u{2069}", "abc", 3),
        ("x\u{E0041}\u{E0042}\u{E007F}", "x", 3), ("so\u{AD}ft\u{FE0F}", "soft", 2),
        // What ends a line ends it still.
        ("a\u{2028}b\u{2029}c\u{85}d\u{B}e\u{C}f\rg", "a\nb\nc\nd\ne\nf\ng", 6),
        // A whole command of a terminal goes, its letters too.
        ("\u{1B}[31mred\u{1B}[0m", "red", 9), ("\u{9B}1;2Hx", "x", 5),
        ("\u{1B}]0;title\u{7}x", "x", 10),
        ("\u{1B}]8;;http://a\u{1B}\\x\u{1B}]8;;\u{1B}\\", "x", 22),
        ("\u{9D}0;t\u{9C}x", "x", 5), ("\u{1B}P1q\u{7}hid\u{1B}\\x", "x", 10),
        ("\u{1B}_hid\u{1B}\\x", "x", 7), ("\u{1B}(Bx", "x", 3), ("\u{1B}cx", "x", 2),
        // What begins like one and is none loses only its unseen beginning.
        ("\u{1B}[31", "[31", 1), ("\u{1B}]0;no end", "]0;no end", 1), ("x\u{1B}", "x", 1),
        ("\u{1B}\u{1B}[1mx", "x", 5), ("\u{1B}P a\u{7}b", "P ab", 2),
        ("\u{1B}é", "é", 1), ("\u{1B}(", "(", 1),
    ] as [(String, String, Int)])
    func strips(text: String, left: String, count: Int) {
        let stripped = text.strippedOfUnseen
        #expect(Array(stripped.value.utf8) == Array(left.utf8), "\(stripped.value.visibleLiteral)")
        #expect(stripped.count == count)
    }

    @Test func valuesAreStrippedAllTheWayDown() {
        let value: JSONValue = [
            "a\u{200B}": ["x\u{200B}", 1, nil, ["b": "\u{FEFF}y"]], "ok": true,
        ]
        let stripped = value.strippedOfUnseen
        #expect(stripped.value == ["a": ["x", 1, nil, ["b": "y"]], "ok": true])
        #expect(stripped.count == 3)
    }

    @Test func namesThatBecomeOneStayApart() {
        let object = JSONObject([
            ("id\u{200B}", 1), ("id", 2), ("id\u{200C}", 3), ("id_3", 4), ("\u{200B}", 5),
        ])
        let stripped = object.strippedOfUnseen.value
        #expect(stripped["id"] == 2)
        #expect(stripped["id_3"] == 4)
        #expect(stripped.count == 5)
        #expect(Set(stripped.names).count == 5)
    }

    @Test func manyLookalikesAndOpenSequencesTakeNoLongerThanTheyAre() {
        // Each of these would take minutes if one looked through the rest for every sign.
        let open = String(repeating: "\u{1B}]\u{1B}P", count: 20_000)
        #expect(open.strippedOfUnseen.count == 40_000)
        let bells = String(repeating: "\u{1B}P", count: 20_000) + "\u{7}"
        #expect(bells.strippedOfUnseen.value.utf8.count == 20_000)
        let joiners = ["\u{200B}", "\u{200C}", "\u{200D}", "\u{2060}"]
        var members: [(String, JSONValue)] = []
        for number in 0..<5_000 {
            let name = (0..<8).map { joiners[number >> (2 * $0) & 3] }.joined()
            members.append((name, .integer(number)))
        }
        #expect(JSONObject(members).strippedOfUnseen.value.count == 5_000)
    }
}
