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

    @Test(arguments: ["0", "abc", "0g", "AB", "0x", " 0", "é", "00 ", "/0", ":0", "`0"])
    func whatIsNoLowerCaseHexIsRefused(_ text: String) {
        #expect(Hex.decode(text) == nil)
    }
}
