// Names for the bytes that JSON gives a meaning. No logic beyond telling one byte from another.

enum ASCII {
    static let quote = UInt8(ascii: "\"")
    static let backslash = UInt8(ascii: "\\")
    static let slash = UInt8(ascii: "/")
    static let comma = UInt8(ascii: ",")
    static let colon = UInt8(ascii: ":")
    static let openBrace = UInt8(ascii: "{")
    static let closeBrace = UInt8(ascii: "}")
    static let openBracket = UInt8(ascii: "[")
    static let closeBracket = UInt8(ascii: "]")
    static let minus = UInt8(ascii: "-")
    static let plus = UInt8(ascii: "+")
    static let dot = UInt8(ascii: ".")
    static let zero = UInt8(ascii: "0")
    static let nine = UInt8(ascii: "9")
    static let lowerB = UInt8(ascii: "b")
    static let lowerE = UInt8(ascii: "e")
    static let lowerF = UInt8(ascii: "f")
    static let lowerN = UInt8(ascii: "n")
    static let lowerR = UInt8(ascii: "r")
    static let lowerT = UInt8(ascii: "t")
    static let lowerU = UInt8(ascii: "u")
    static let backspace: UInt8 = 0x08
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let formFeed: UInt8 = 0x0C
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20

    static func isDigit(_ byte: UInt8) -> Bool { byte >= zero && byte <= nine }

    /// `e` or `E`.
    static func isExponentMark(_ byte: UInt8) -> Bool { byte | 0x20 == lowerE }

    static func isSpace(_ byte: UInt8) -> Bool {
        byte <= space
            && (byte == space || byte == lineFeed || byte == carriageReturn || byte == tab)
    }

    static func hexValue(_ byte: UInt8) -> UInt16? {
        let letter = byte | 0x20
        if isDigit(byte) { return UInt16(byte - zero) }
        guard letter >= UInt8(ascii: "a"), letter <= UInt8(ascii: "f") else { return nil }
        return UInt16(letter - UInt8(ascii: "a")) + 10
    }

    /// Lowercase, as RFC 8785 wants it; only the low four bits count.
    static func hexDigit(_ value: UInt8) -> UInt8 {
        let low = value & 0xF
        return low < 10 ? zero + low : UInt8(ascii: "a") + (low - 10)
    }
}
