// Bytes as hexadecimal digits and back.

import Proofs
import Testing

struct HexTests {
    @Test func everyByteIsWrittenAsTwoLowerCaseDigitsAndReadBack() {
        let all = (0...255).map { UInt8($0) }
        let text = Hex.encode(all)
        #expect(text.hasPrefix("000102030405060708090a0b0c0d0e0f10"))
        #expect(text.hasSuffix("f9fafbfcfdfeff"))
        #expect(text.utf8.count == 512)
        #expect(Hex.decode(text) == all)
    }

    @Test func nothingIsTheEmptyText() {
        #expect(Hex.encode([]).isEmpty)
        #expect(Hex.decode("") == [])
    }

    @Test func everyOtherByteIsRefusedAtEveryPlace() {
        let digits = Set("0123456789abcdef".utf8)
        for byte in UInt8(0)..<0x80 where !digits.contains(byte) {
            for place in 0..<6 {
                var text = Array("0f9a5c".utf8)
                text[place] = byte
                #expect(Hex.decode(String(decoding: text, as: UTF8.self)) == nil)
            }
        }
    }

    @Test(arguments: ["0", "abc", "0g", "AB", "0x", " 0", "é", "00 ", "/0", ":0", "`0"])
    func whatIsNoLowerCaseHexIsRefused(_ text: String) {
        #expect(Hex.decode(text) == nil)
    }
}
