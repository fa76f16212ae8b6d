// Bytes as lower-case hexadecimal digits and back. Nothing about what the bytes mean.

import JSON

package enum Hex {
    package static func encode(_ bytes: [UInt8]) -> String { encode(bytes, after: "") }

    /// The digits behind `prefix`, in one piece.
    static func encode(_ bytes: [UInt8], after prefix: StaticString) -> String {
        String(unsafeUninitializedCapacity: prefix.utf8CodeUnitCount + bytes.count * 2) { text in
            let front = text.initialize(
                fromContentsOf: UnsafeBufferPointer(
                    start: prefix.utf8Start, count: prefix.utf8CodeUnitCount))
            let digits = UnsafeMutableBufferPointer(rebasing: text[front...])
            var at = 0
            for byte in bytes {
                digits[at] = digit(byte >> 4)
                digits[at + 1] = digit(byte & 15)
                at += 2
            }
            return front + at
        }
    }

    /// - Returns: nil for an odd count or a character that is no lower-case hexadecimal digit.
    package static func decode(_ text: String) -> [UInt8]? { decode(text, after: "") }

    /// - Returns: nil also where `prefix` does not stand in front.
    static func decode(_ text: String, after prefix: StaticString) -> [UInt8]? {
        text.withBytes { text in
            let prefix = UnsafeBufferPointer(
                start: prefix.utf8Start, count: prefix.utf8CodeUnitCount)
            guard text.starts(with: prefix) else { return nil }
            return decode(UnsafeBufferPointer(rebasing: text[prefix.count...]))
        }
    }

    private static func decode(_ digits: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard digits.count.isMultiple(of: 2) else { return nil }
        // A digit's value has its high bits clear: one that has not shows in all together.
        let all = digits.reduce(0) { $0 | value($1) }
        guard all < 16 else { return nil }
        return [UInt8](unsafeUninitializedCapacity: digits.count / 2) { bytes, count in
            count = digits.count / 2
            for at in 0..<digits.count / 2 {
                bytes[at] = value(digits[at * 2]) << 4 | value(digits[at * 2 + 1])
            }
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? 0x30 + value : 0x61 - 10 + value
    }

    /// The digit's value; more than 15 where it is none.
    private static func value(_ digit: UInt8) -> UInt8 {
        let (number, letter) = (digit &- 0x30, digit &- 0x61)
        return number < 10 ? number : letter < 6 ? letter + 10 : 0xff
    }
}
