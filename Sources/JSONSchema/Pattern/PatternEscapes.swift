// The part of the pattern parser that reads escapes and character classes.

/// What one escape or one class member stands for.
private enum ClassMember {
    case scalar(UInt32)
    case ranges([ClosedRange<UInt32>])
    case property(ScalarProperty)
}

extension PatternParser {
    mutating func escapedTerm() throws(PatternError) -> PatternNode {
        if take("b") { return .wordBoundary(true) }
        if take("B") { return .wordBoundary(false) }
        if let scalar = next, ("1"..."9").contains(scalar) || scalar == "k" {
            throw PatternError(
                message: "refers back to a group with \\\(scalar), which is not supported "
                    + "(patterns are matched in linear time); write the repeated part out")
        }
        switch try escape() {
        case .scalar(let value): return .set(.single(value))
        case .ranges(let ranges): return .set(ScalarSet(ranges: ranges))
        case .property(let property): return .set(ScalarSet(ranges: [], properties: [property]))
        }
    }

    /// Reads a class after its `[`.
    mutating func characterClass() throws(PatternError) -> ScalarSet {
        let isInverted = take("^")
        var ranges: [ClosedRange<UInt32>] = []
        var properties: [ScalarProperty] = []
        while !take("]") {
            switch try classMember() {
            case .property(let property): properties.append(property)
            case .ranges(let more): ranges += more
            case .scalar(let low): ranges.append(low...(try rangeEnd(after: low)))
            }
        }
        return ScalarSet(ranges: ranges, properties: properties, isInverted: isInverted)
    }

    /// The upper end of `a-z`; `low` itself where no range follows, as in `[a-]` and `[a-\d]`.
    private mutating func rangeEnd(after low: UInt32) throws(PatternError) -> UInt32 {
        let start = position
        guard take("-"), next != nil, next != "]" else {
            position = start
            return low
        }
        guard case .scalar(let high) = try classMember() else {
            position = start
            return low
        }
        guard high >= low else {
            throw PatternError(
                message: "has a range in [...] whose end comes before its start; swap the two")
        }
        return high
    }

    private mutating func classMember() throws(PatternError) -> ClassMember {
        guard let scalar = take() else {
            throw PatternError(
                message: "has a \"[\" without its \"]\"; close it or escape it as \\[")
        }
        guard scalar == "\\" else { return .scalar(scalar.value) }
        if take("b") { return .scalar(0x08) }
        return try escape()
    }

    /// Reads an escape after its backslash.
    private mutating func escape() throws(PatternError) -> ClassMember {
        guard let scalar = take() else {
            throw PatternError(message: "ends in a single backslash; write \\\\ for a backslash")
        }
        switch scalar {
        case "d": return .ranges(ScalarSet.digits)
        case "D": return .ranges(ScalarSet.complement(of: ScalarSet.digits))
        case "w": return .ranges(ScalarSet.wordCharacters)
        case "W": return .ranges(ScalarSet.complement(of: ScalarSet.wordCharacters))
        case "s": return .ranges(ScalarSet.whiteSpace)
        case "S": return .ranges(ScalarSet.complement(of: ScalarSet.whiteSpace))
        case "t": return .scalar(0x09)
        case "n": return .scalar(0x0A)
        case "v": return .scalar(0x0B)
        case "f": return .scalar(0x0C)
        case "r": return .scalar(0x0D)
        case "0": return .scalar(0)
        case "c": return .scalar(try controlLetter())
        case "x": return .scalar(try hexadecimal(2, after: "\\x"))
        case "u": return .scalar(try unicodeEscape())
        case "p": return .property(try property(isNegated: false))
        case "P": return .property(try property(isNegated: true))
        case _: return .scalar(try identity(scalar))
        }
    }

    private func identity(_ scalar: Unicode.Scalar) throws(PatternError) -> UInt32 {
        // Punctuation may be escaped without need, as many generators do; letters may not, since a
        // mistaken \A or \Z from another dialect would silently mean the letter.
        let isLetter = ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
        guard !isLetter, !("1"..."9").contains(scalar) else {
            let hint = scalar == "A" ? "use ^" : "Zz".unicodeScalars.contains(scalar) ? "use $" : ""
            throw PatternError(
                message: "has the escape \\\(scalar), which ECMA-262 does not know; "
                    + (hint.isEmpty ? "remove the backslash or write \\\\\(scalar)" : hint))
        }
        return scalar.value
    }

    private mutating func controlLetter() throws(PatternError) -> UInt32 {
        if let letter = take(), letter.isASCII, letter.properties.isAlphabetic {
            return letter.value % 32
        }
        throw PatternError(message: "has \\c without a letter; write for example \\cM or \\r")
    }

    private mutating func hexadecimal(
        _ count: Int, after prefix: String
    ) throws(PatternError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<count {
            guard let digit = take().flatMap(Self.hexDigit) else {
                throw PatternError(
                    message: "has \(prefix) without \(count) hexadecimal digits after it")
            }
            value = value * 16 + digit
        }
        return value
    }

    private static func hexDigit(_ scalar: Unicode.Scalar) -> UInt32? {
        switch scalar {
        case "0"..."9": scalar.value - 0x30
        case "a"..."f": scalar.value - 0x57
        case "A"..."F": scalar.value - 0x37
        case _: nil
        }
    }

    private mutating func unicodeEscape() throws(PatternError) -> UInt32 {
        var value: UInt32 = 0
        if take("{") {
            while !take("}") {
                guard let digit = take().flatMap(Self.hexDigit), value <= ScalarSet.lastScalar
                else {
                    throw PatternError(message: "has a \\u{...} that holds no scalar number")
                }
                value = value * 16 + digit
            }
        } else {
            value = try hexadecimal(4, after: "\\u")
            if (0xD800...0xDBFF).contains(value), take("\\"), take("u") {
                let low = try hexadecimal(4, after: "\\u")
                if (0xDC00...0xDFFF).contains(low) {
                    value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
                }
            }
        }
        guard Unicode.Scalar(value) != nil else {
            throw PatternError(
                message: "names half of a surrogate pair or a number beyond 10FFFF with \\u; "
                    + "write the whole character, for example \\u{1F432}")
        }
        return value
    }

    private mutating func property(isNegated: Bool) throws(PatternError) -> ScalarProperty {
        guard take("{") else {
            throw PatternError(message: "has \\p without {...}; write for example \\p{L}")
        }
        var name = String.UnicodeScalarView()
        while let scalar = take() {
            if scalar == "}" {
                return try ScalarProperty(named: String(name), isNegated: isNegated)
            }
            name.append(scalar)
        }
        throw PatternError(message: "has a \\p{ that does not end; close it with \"}\"")
    }
}
