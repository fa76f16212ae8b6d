// Numbers: kept as written, compared exactly, written as ECMAScript does.
import JSON
import Testing

struct NumberTests {
    func number(_ lexeme: String) -> JSONNumber { JSONNumber(validLexeme: lexeme) }

    @Test(arguments: [
        (0x0000_0000_0000_0000, "0"), (0x8000_0000_0000_0000, "0"),
        (0x0000_0000_0000_0001, "5e-324"), (0x8000_0000_0000_0001, "-5e-324"),
        (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
        (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
        (0x4340_0000_0000_0000, "9007199254740992"), (0xc340_0000_0000_0000, "-9007199254740992"),
        (0x4430_0000_0000_0000, "295147905179352830000"),
        (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"), (0x44b5_2d02_c7e1_4af6, "1e+23"),
        (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
        (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
        (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"), (0x444b_1ae4_d6e2_ef50, "1e+21"),
        (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"), (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
        (0x41b3_de43_5555_5553, "333333333.3333332"), (0x41b3_de43_5555_5554, "333333333.33333325"),
        (0x41b3_de43_5555_5555, "333333333.3333333"), (0x41b3_de43_5555_5556, "333333333.3333334"),
        (0x41b3_de43_5555_5557, "333333333.33333343"),
        (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
        (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
    ] as [(UInt64, String)])
    func writesDoublesAsECMAScript(bits: UInt64, text: String) {
        let value = Double(bitPattern: bits)
        #expect(JSONNumber(value)?.lexeme == text)
        #expect(JSONNumber(value)?.double == value)
    }

    @Test func writesUsualDoubles() {
        let cases: [(Double, String)] = [
            (1, "1"), (-1, "-1"), (0.1, "0.1"), (1.5, "1.5"), (-12.25, "-12.25"), (100, "100"),
            (1e-6, "0.000001"), (1e-7, "1e-7"), (1.5e-7, "1.5e-7"), (1e20, "100000000000000000000"),
            (1e21, "1e+21"), (1.25e22, "1.25e+22"), (123_456.789, "123456.789"), (4.5, "4.5"),
            (2e-3, "0.002"), (1e100, "1e+100"), (0.1 + 0.2, "0.30000000000000004"),
        ]
        for (value, text) in cases { #expect(JSONNumber(value)?.lexeme == text) }
        for value in [Double.nan, .infinity, -.infinity] { #expect(JSONNumber(value) == nil) }
    }

    @Test func everyDoubleReadsBack() {
        var bits: UInt64 = 0x9E37_79B9_7F4A_7C15
        for _ in 0..<20_000 {
            bits = bits &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let value = Double(bitPattern: bits)
            guard value.isFinite else { continue }
            #expect(JSONNumber(value)?.double == value)
        }
    }

    @Test(arguments: [
        ("1", "1.0"), ("1", "10e-1"), ("1", "0.1E1"), ("100", "1e2"), ("0", "-0"), ("0", "0e999"),
        ("0.00", "0"), ("1e400", "10e399"), ("-1.50", "-15e-1"), ("12300e-2", "123"),
        ("0", "0e99999999999999999999999999"),
    ])
    func equalByValue(left: String, right: String) {
        #expect(number(left) == number(right))
        #expect(number(left).hashValue == number(right).hashValue)
        #expect(!(number(left) < number(right)) && !(number(right) < number(left)))
    }

    /// 2^64 is among the exponents: arithmetic that wraps would take it for 0.
    @Test func orderIsExact() {
        let ascending = [
            "-1e18446744073709551616", "-1e400", "-9007199254740993", "-9007199254740992", "-1.5",
            "-1", "-0.1", "-1e-400", "-1e-18446744073709551616", "0", "1e-18446744073709551616",
            "1e-400", "0.1", "0.10000000000000000001", "1", "1.5", "9", "10", "9007199254740992",
            "9007199254740993", "99999999999999999999", "1e400", "1e401", "1e999999999",
            "2e999999999", "1e18446744073709551616",
        ].map(number)
        for (index, left) in ascending.enumerated() {
            for right in ascending[(index + 1)...] {
                #expect(left < right && !(right < left) && left != right)
            }
        }
    }

    @Test func wholeNumbers() {
        let whole: [(String, Int?)] = [
            ("0", 0), ("-0", 0), ("-0.0", 0), ("1.0", 1), ("1e2", 100), ("1.5e1", 15), ("-2E0", -2),
            ("9223372036854775807", Int.max), ("-9223372036854775808", Int.min),
            ("-9223372036854775808.0", Int.min), ("9223372036854775807.0", Int.max),
            ("9223372036854775808", nil), ("9223372036854775808.0", nil), ("1e19", nil),
            ("-9223372036854775809", nil), ("1e999999999", nil), ("1e99999999999999999999", nil),
        ]
        for (lexeme, int) in whole {
            #expect(number(lexeme).int == int, "\(lexeme)")
            #expect(number(lexeme).isWhole, "\(lexeme)")
        }
        for lexeme in ["1.5", "1e-1", "-0.1", "1e-999999999", "1e-99999999999999999999"] {
            #expect(number(lexeme).int == nil, "\(lexeme)")
            #expect(!number(lexeme).isWhole, "\(lexeme)")
        }
        #expect(number("1e400").double == nil)
        #expect(number("1e-400").double == 0)
    }

    @Test func numbersAreScaledExactly() {
        let millionths: [(String, Int?)] = [
            ("0", 0), ("-0.0", 0), ("12.5", 12_500_000), ("0.000001", 1), ("1e-6", 1),
            ("0.0000001", nil), ("-3.25", -3_250_000), ("9007199254.740993", 9_007_199_254_740_993),
            ("9223372036854.775807", Int.max), ("9223372036854.775808", nil), ("1e13", nil),
            ("1e-99999999999999999999", nil), ("1e99999999999999999999", nil),
        ]
        for (lexeme, int) in millionths {
            #expect(number(lexeme).int(scaledByTenTo: 6) == int, "\(lexeme)")
        }
        #expect(number("1200").int(scaledByTenTo: -2) == 12)
        #expect(number("1250").int(scaledByTenTo: -2) == nil)
    }

    @Test func digitsAreKept() throws {
        for text in ["1.0", "-0", "1E+2", "0.10", "123456789012345678901234567890", "1e400"] {
            let value = try JSONParser.parse(text)
            #expect(value.compactText == text)
        }
    }
}
