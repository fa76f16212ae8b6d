// The exact decimal behind a number's text, for comparing without rounding. No arithmetic.

/// The value of a JSON number: `0.d₁d₂… × 10^position`, with a sign and no needless zeros.
///
/// Exponents are clamped to ±2^56, far beyond what any length of digits can make up for: two
/// numbers further out than that compare by sign and digits alone.
struct Decimal10: Hashable, Sendable {
    /// -1, 0 or 1.
    let sign: Int
    /// Values 0 to 9, first and last not 0; empty for zero.
    let digits: [UInt8]
    /// The power of ten of the last digit; 0 for zero.
    let exponent: Int

    private static let furthestExponent = 1 << 56

    /// `lexeme` is a number of JSON, or a finite double as Swift writes it.
    init(_ lexeme: String) {
        var digits: [UInt8] = []
        var fractionCount = 0
        var isFraction = false
        var writtenExponent = 0
        var rest = lexeme.utf8[...]
        let isNegative = rest.first == ASCII.minus
        if isNegative { rest = rest.dropFirst() }
        while let byte = rest.popFirst() {
            if ASCII.isDigit(byte) {
                if isFraction { fractionCount += 1 }
                if byte != ASCII.zero || !digits.isEmpty { digits.append(byte - ASCII.zero) }
            } else if byte == ASCII.dot {
                isFraction = true
            } else {
                precondition(ASCII.isExponentMark(byte), "a lexeme is a valid number")
                writtenExponent = Decimal10.exponent(rest)
                break
            }
        }
        let written = digits.count
        while digits.last == 0 { digits.removeLast() }
        self.digits = digits
        sign = digits.isEmpty ? 0 : isNegative ? -1 : 1
        exponent =
            digits.isEmpty ? 0 : writtenExponent - fractionCount + (written - digits.count)
    }

    private init(sign: Int, digits: [UInt8], exponent: Int) {
        self.sign = sign
        self.digits = digits
        self.exponent = exponent
    }

    /// This times ten to the power of `places`.
    func shifted(_ places: Int) -> Decimal10 {
        Decimal10(
            sign: sign, digits: digits, exponent: digits.isEmpty ? 0 : exponent + places)
    }

    private static func exponent(_ text: Substring.UTF8View) -> Int {
        var magnitude = 0
        for byte in text where ASCII.isDigit(byte) {
            magnitude = min(magnitude * 10 + Int(byte - ASCII.zero), furthestExponent)
        }
        return text.first == ASCII.minus ? -magnitude : magnitude
    }

    /// How many digits stand before the decimal point; negative for zeros right after it.
    var position: Int { digits.count + exponent }

    var isWhole: Bool { exponent >= 0 }

    /// The whole number, where it is one and fits.
    var int: Int? {
        guard isWhole, position <= 19 else { return nil }
        // Counted downwards, since the least Int has no positive counterpart.
        var negative = 0
        for index in 0..<position {
            let digit = index < digits.count ? Int(digits[index]) : 0
            let (product, tooLarge) = negative.multipliedReportingOverflow(by: 10)
            let (sum, overflow) = product.subtractingReportingOverflow(digit)
            if tooLarge || overflow { return nil }
            negative = sum
        }
        if sign < 0 { return negative }
        let (positive, overflow) = 0.subtractingReportingOverflow(negative)
        return overflow ? nil : positive
    }
}

extension Decimal10: Comparable {
    static func < (left: Decimal10, right: Decimal10) -> Bool {
        if left.sign != right.sign { return left.sign < right.sign }
        return left.sign < 0
            ? right.isCloserToZero(than: left) : left.isCloserToZero(than: right)
    }

    private func isCloserToZero(than other: Decimal10) -> Bool {
        if position != other.position { return position < other.position }
        return digits.lexicographicallyPrecedes(other.digits)
    }
}
