// What a plain YAML scalar means: the core schema of YAML 1.2. `yes`, `no` and `on` are text.

import JSON

enum YAMLScalar {
    /// - Returns: nil for a number that JSON has no way to write (`.inf`, `.nan`, a hexadecimal
    ///   or octal one beyond 64 bits).
    static func value(ofPlain text: String) -> JSONValue? {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        case _: break
        }
        guard let first = text.utf8.first, startsNumber(first) else { return .string(text) }
        let unsigned = text.utf8.first == UInt8(ascii: "-") || text.utf8.first == UInt8(ascii: "+")
            ? String(text.dropFirst()) : text
        if isSpecial(unsigned) || text == ".nan" || text == ".NaN" || text == ".NAN" { return nil }
        if let number = based(text, prefix: "0o", radix: 8, digits: "01234567") { return number }
        if let number = based(text, prefix: "0x", radix: 16, digits: "0123456789abcdefABCDEF") {
            return number
        }
        if isBeyondBase(text) { return nil }
        return decimal(text).map { .number($0) } ?? .string(text)
    }

    private static func startsNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"),
            UInt8(ascii: "."): true
        case _: false
        }
    }

    private static func isSpecial(_ text: String) -> Bool {
        text == ".inf" || text == ".Inf" || text == ".INF"
    }

    private static func based(
        _ text: String, prefix: String, radix: Int, digits: String
    ) -> JSONValue? {
        guard text.hasPrefix(prefix), text.utf8.count > 2,
            text.dropFirst(2).allSatisfy({ digits.contains($0) }),
            let value = Int(text.dropFirst(2), radix: radix)
        else { return nil }
        return .integer(value)
    }

    /// A number of the forms above that is too large for them.
    private static func isBeyondBase(_ text: String) -> Bool {
        let digits = text.dropFirst(2)
        guard !digits.isEmpty else { return false }
        if text.hasPrefix("0o") { return digits.allSatisfy { "01234567".contains($0) } }
        return text.hasPrefix("0x") && digits.allSatisfy { $0.isASCII && $0.isHexDigit }
    }

    /// A number's own digits where JSON writes it so; otherwise the nearest spelling JSON has
    /// (`+1` is `1`, `.5` is `0.5`, `1.` is `1.0`, `007` is `7`).
    private static func decimal(_ text: String) -> JSONNumber? {
        var rest = text[...]
        let isNegative = rest.first == "-"
        if isNegative || rest.first == "+" { rest = rest.dropFirst() }
        let whole = rest.prefix { isDigit($0) }
        rest = rest.dropFirst(whole.count)
        var fraction: Substring?
        if rest.first == "." {
            fraction = rest.dropFirst().prefix { isDigit($0) }
            rest = rest.dropFirst(1 + (fraction?.count ?? 0))
        }
        guard !whole.isEmpty || fraction?.isEmpty == false else { return nil }
        var exponent: Substring = ""
        if rest.first == "e" || rest.first == "E" {
            let sign = rest.dropFirst().first
            let digits = rest.dropFirst(sign == "-" || sign == "+" ? 2 : 1)
            guard !digits.isEmpty, digits.allSatisfy({ isDigit($0) }) else { return nil }
            exponent = rest
            rest = ""
        }
        guard rest.isEmpty else { return nil }
        let trimmed = whole.drop { $0 == "0" }
        var lexeme = (isNegative ? "-" : "") + (trimmed.isEmpty ? "0" : trimmed)
        if let fraction { lexeme += "." + (fraction.isEmpty ? "0" : fraction) }
        return JSONNumber(validLexeme: lexeme + exponent)
    }

    private static func isDigit(_ character: Character) -> Bool {
        character.isASCII && character.isWholeNumber
    }
}
