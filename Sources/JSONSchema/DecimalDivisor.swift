// `multipleOf` in decimal arithmetic, so that 0.3 is a multiple of 0.1. No floating point here.
import JSON

/// A positive decimal `digits × 10^exponent` that other decimals are divided by.
struct DecimalDivisor: Sendable {
    let number: JSONNumber
    private let digits: UInt64
    private let exponent: Int

    /// Nil where the number is not above zero or has more than `maxDigits` significant digits.
    init?(_ number: JSONNumber, maxDigits: Int) {
        let decimal = WrittenDecimal(number.lexeme)
        guard !decimal.isNegative, !decimal.digits.isEmpty, decimal.digits.count <= maxDigits
        else { return nil }
        self.number = number
        digits = decimal.digits.reduce(0) { $0 * 10 + UInt64($1) }
        exponent = decimal.exponent
    }

    func divides(_ value: JSONNumber) -> Bool {
        if exponent == 0, let whole = Int(value.lexeme) {
            return whole.magnitude % UInt(digits) == 0
        }
        let decimal = WrittenDecimal(value.lexeme)
        if decimal.digits.isEmpty { return true }
        let shift = decimal.exponent - exponent
        if shift < 0 {
            // The value's last digit is not 0, so it is no multiple of ten: every power of ten
            // that is missing has to come out of this divisor's own digits, and cannot.
            return false
        }
        var remainder: UInt64 = 0
        for digit in decimal.digits {
            remainder = (times(remainder, 10) + UInt64(digit)) % digits
        }
        return times(remainder, powerOfTen(shift)) == 0
    }

    /// Ten to the `exponent`, by squaring, as a remainder.
    private func powerOfTen(_ exponent: Int) -> UInt64 {
        var result = 1 % digits
        var base = 10 % digits
        var left = exponent
        while left > 0 {
            if left & 1 == 1 { result = times(result, base) }
            base = times(base, base)
            left >>= 1
        }
        return result
    }

    private func times(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = (a % digits).multipliedFullWidth(by: b % digits)
        return digits.dividingFullWidth(product).remainder
    }
}

/// A number's significant digits, without zeros at either end, and their power of ten.
private struct WrittenDecimal {
    var digits: [UInt8] = []
    var exponent = 0
    var isNegative = false

    /// Beyond this an exponent says no more: no text is long enough to make up for it.
    private static let furthestExponent = 1 << 56

    /// `lexeme` is a valid JSON number.
    init(_ lexeme: String) {
        var isFraction = false
        var rest = lexeme.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case 0x2D: isNegative = true
            case 0x2E: isFraction = true
            case 0x30...0x39:
                if isFraction { exponent -= 1 }
                if byte != 0x30 || !digits.isEmpty { digits.append(byte - 0x30) }
            case _:
                exponent += Self.exponent(rest)
                rest = rest.suffix(0)
            }
        }
        while digits.last == 0 {
            digits.removeLast()
            exponent += 1
        }
    }

    private static func exponent(_ text: Substring.UTF8View) -> Int {
        var magnitude = 0
        for byte in text where (0x30...0x39).contains(byte) {
            magnitude = min(magnitude * 10 + Int(byte - 0x30), furthestExponent)
        }
        return text.first == 0x2D ? -magnitude : magnitude
    }
}
