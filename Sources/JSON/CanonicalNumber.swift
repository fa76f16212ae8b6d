// Which numbers have a canonical form, and what it is (RFC 8785 section 3.2.2.3). Values of other
// kinds are elsewhere.

extension JSONNumber {
    /// The greatest whole number below which every whole number is a double of its own.
    private static let greatestExactInt = 9_007_199_254_740_991

    /// Whether the text is a whole number of at most 15 digits, written plainly: such a number is
    /// its own canonical form.
    private var isPlainlyCanonical: Bool {
        lexeme.withBytes { utf8 in
            let digits = utf8.first == ASCII.minus ? utf8.dropFirst() : utf8[...]
            guard digits.count <= 15, digits.allSatisfy(ASCII.isDigit) else { return false }
            // What a lexeme starts with is never a needless zero, but minus zero is zero.
            return digits.count == utf8.count || digits.first != ASCII.zero
        }
    }

    /// Whether this is a number so large that a canonical form could not carry it exactly.
    ///
    /// Numbers beyond ±(2^53−1) are, since two of them may share one double and so one digest; a
    /// fraction out there becomes a whole number of that kind. Excepted are numbers such as `1e30`:
    /// not written as a plain integer, and equal to their canonical text, which has an exponent as
    /// well.
    package var isBeyondCanonical: Bool {
        if isPlainlyCanonical { return false }
        if let plain = Int(lexeme) { return plain.magnitude > JSONNumber.greatestExactInt }
        let decimal = Decimal10(lexeme)
        guard decimal.isWhole else {
            guard let double else { return true }
            return double.magnitude > Double(JSONNumber.greatestExactInt)
        }
        if let int = decimal.int, int.magnitude <= JSONNumber.greatestExactInt { return false }
        guard let double, !lexeme.utf8.allSatisfy({ ASCII.isDigit($0) || $0 == ASCII.minus })
        else { return true }
        let text = ECMAScriptNumber.text(of: double)
        return !text.utf8.contains(ASCII.lowerE) || Decimal10(text) != decimal
    }

    /// The canonical text; nil where there is none.
    var canonicalText: String? {
        if isPlainlyCanonical { return lexeme }
        guard !isBeyondCanonical else { return nil }
        if let plain = Int(lexeme) { return String(plain) }
        return double.map(ECMAScriptNumber.text(of:))
    }
}
