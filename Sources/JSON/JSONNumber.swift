// A number as it was written, and what it means. No rounding happens by keeping it.

/// A JSON number: its exact text, compared by mathematical value: `1`, `1.0` and `10e-1` are equal.
package struct JSONNumber: Sendable {
    /// The digits as received or as made by this project; always a valid JSON number.
    package let lexeme: String

    package init(_ value: Int) { lexeme = String(value) }

    /// The shortest decimal that reads back as `value`; nil for NaN and the infinities.
    package init?(_ value: Double) {
        guard value.isFinite else { return nil }
        lexeme = ECMAScriptNumber.text(of: value)
    }

    /// A number whose text the parser has already found to follow the grammar of RFC 8259.
    package init(validLexeme: String) { lexeme = validLexeme }

    /// The nearest double; nil where the number's magnitude is beyond every double.
    package var double: Double? {
        guard let value = Double(lexeme), value.isFinite else { return nil }
        return value
    }

    /// The exact whole number, where it is one and fits.
    package var int: Int? {
        if let plain = Int(lexeme) { return plain }
        return Decimal10(lexeme).int
    }

    /// The exact whole number that this is times ten to the power of `places`, where it is one and
    /// fits: 12.5 in millionths is 12,500,000.
    package func int(scaledByTenTo places: Int) -> Int? {
        Decimal10(lexeme).shifted(places).int
    }

    package var isWhole: Bool { Int(lexeme) != nil || Decimal10(lexeme).isWhole }
}

extension JSONNumber: Hashable, Comparable {
    package static func == (left: JSONNumber, right: JSONNumber) -> Bool {
        left.lexeme == right.lexeme || Decimal10(left.lexeme) == Decimal10(right.lexeme)
    }

    package static func < (left: JSONNumber, right: JSONNumber) -> Bool {
        if let plainLeft = Int(left.lexeme), let plainRight = Int(right.lexeme) {
            return plainLeft < plainRight
        }
        return Decimal10(left.lexeme) < Decimal10(right.lexeme)
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(Decimal10(lexeme)) }
}
