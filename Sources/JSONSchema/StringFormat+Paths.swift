// Texts that point or stand for others: JSON pointers, URI templates, and addresses with letters of
// every script. Only whether they are well formed.

extension FormatReader {
    /// RFC 6901: empty, or `/` and names in which `~` is escaped.
    func jsonPointer() -> Bool { Self.isPointer(rest) }

    /// A count of levels upwards, perhaps a step aside, then a pointer or `#`.
    mutating func relativePointer() -> Bool {
        guard number() else { return false }
        if take("+") || take("-") {
            guard number() else { return false }
        }
        if take("#") { return isAtEnd }
        return Self.isPointer(rest)
    }

    /// Digits without a needless zero in front.
    private mutating func number() -> Bool { take("0") || someDigits() }

    private static func isPointer(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first else { return true }
        guard first == 0x2F else { return false }
        return bytes.indices.allSatisfy { index in
            guard bytes[index] == 0x7E else { return true }
            let next = bytes.index(after: index)
            return next < bytes.endIndex && (bytes[next] == 0x30 || bytes[next] == 0x31)
        }
    }

    /// RFC 6570: literals, and expressions in braces.
    func uriTemplate() -> Bool {
        var rest = rest
        while let byte = rest.popFirst() {
            switch byte {
            case 0x7B:
                guard let end = rest.firstIndex(of: 0x7D), Self.isExpression(rest[..<end])
                else { return false }
                rest = rest[(end + 1)...]
            case 0x25:
                guard rest.count >= 2, rest.prefix(2).allSatisfy(Self.isHexDigit) else {
                    return false
                }
                rest = rest.dropFirst(2)
            case _:
                if byte <= 0x20 || byte == 0x7F || "\"<>\\^`|}".utf8.contains(byte) {
                    return false
                }
            }
        }
        return true
    }

    private static func isExpression(_ bytes: ArraySlice<UInt8>) -> Bool {
        var names = bytes
        if let first = names.first, "+#./;?&".utf8.contains(first) { names = names.dropFirst() }
        return names.split(separator: 0x2C, omittingEmptySubsequences: false)
            .allSatisfy(isVariable)
    }

    /// A name, perhaps with `*` or with the number of characters that are wanted, 1 to 9999.
    private static func isVariable(_ bytes: ArraySlice<UInt8>) -> Bool {
        var name = bytes
        if name.last == 0x2A {
            name = name.dropLast()
        } else if let colon = name.firstIndex(of: 0x3A) {
            let length = name[(colon + 1)...]
            guard (1...4).contains(length.count), length.allSatisfy(isDigit), length.first != 0x30
            else { return false }
            name = name[..<colon]
        }
        return name.split(separator: 0x2E, omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && isURIText(part, of: { isLetter($0) || isDigit($0) || $0 == 0x5F })
        }
    }
}

extension String {
    /// This text with every character that RFC 3987 allows beyond those of a URI as an escape, so
    /// that what holds of the rest is what holds of a URI. Private ones are allowed in a query.
    var withInternationalEscapes: String {
        var isQuery = false
        var escaped = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if scalar == "?" { isQuery = true }
            if scalar == "#" { isQuery = false }
            if Self.isInternational(scalar) || isQuery && Self.isPrivate(scalar) {
                escaped.append(contentsOf: "%EF".unicodeScalars)
            } else {
                escaped.append(scalar)
            }
        }
        return String(escaped)
    }

    private static func isInternational(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0xA0...0xD7FF, 0xF900...0xFDCF, 0xFDF0...0xFFEF: true
        // The two last places of each plane are no characters.
        case 0x1_0000...0xD_FFFD, 0xE_1000...0xE_FFFD: scalar.value & 0xFFFF < 0xFFFE
        case _: false
        }
    }

    private static func isPrivate(_ scalar: Unicode.Scalar) -> Bool {
        (0xE000...0xF8FF).contains(scalar.value)
            || scalar.value >= 0xF_0000 && scalar.value & 0xFFFF < 0xFFFE
    }

    /// This text with a plain letter for everything that is not ASCII.
    var withPlainLetters: String {
        String(
            String.UnicodeScalarView(unicodeScalars.lazy.map { $0.isASCII ? $0 : "a" }))
    }
}
