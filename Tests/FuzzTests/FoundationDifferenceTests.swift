// Each listed difference from Foundation's parser on a text of its own, so that the list says no
// more than is true.

import FuzzCases
import Testing

struct FoundationDifferenceTests {
    private static let examples: [(FoundationDifference, [UInt8])] = [
        (.duplicateName, Array(#"{"a":1,"a":2}"#.utf8)),
        (.trailingComma, Array(#"{"a":[1, ]}"#.utf8)),
        (.byteOrderMark, Array("\u{FEFF}{}".utf8)),
        (.otherEncoding, [UInt8(ascii: "7"), 0]),
        (.markInText, Array("[\"\u{FEFF}a\"]".utf8)),
        (.hugeNumber, Array("[1e400]".utf8)),
        (.equivalentNames, Array("{\"\u{E9}\":1,\"e\u{301}\":2}".utf8)),
        (.depth, Array(repeating: UInt8(ascii: "["), count: 200)
            + Array(repeating: UInt8(ascii: "]"), count: 200)),
    ]

    @Test(arguments: examples)
    func theDifferenceIsThere(_ difference: FoundationDifference, _ text: [UInt8]) throws {
        #expect(try FoundationCase.compare(text) == difference)
    }

    @Test func everyDifferenceHasItsExample() {
        #expect(Set(Self.examples.map(\.0)) == Set(FoundationDifference.allCases))
    }
}
