// How an exact amount is written and read: decimal digits, never a double. No sums here.

package import JSON

extension Amount: CustomStringConvertible {
    /// For example `12.5`.
    package var description: String {
        let (whole, rest) = micros.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
        let sign = micros < 0 ? "-" : ""
        guard rest != 0 else { return "\(sign)\(whole)" }
        var digits = String(rest)
        digits = String(repeating: "0", count: 6 - digits.count) + digits
        while digits.hasSuffix("0") { digits.removeLast() }
        return "\(sign)\(whole).\(digits)"
    }

    /// - Returns: nil where it is not exact in millionths, or does not fit.
    package init?(_ number: JSONNumber) {
        guard let micros = number.int(scaledByTenTo: 6) else { return nil }
        self.init(micros: Int64(micros))
    }

    /// Reads what ``description`` writes.
    package init?(_ text: String) {
        let value: JSONValue
        do { value = try JSONParser.parse(Array(text.utf8)) } catch { return nil }
        guard let number = value.numberValue else { return nil }
        self.init(number)
    }

    package var json: JSONValue { .number(JSONNumber(validLexeme: description)) }
}

extension FixedWidthInteger {
    /// The sum; where it does not fit, the furthest that does: a limit is passed by either.
    func adding(_ other: Self) -> Self {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other > 0 ? .max : .min) : sum
    }
}

extension Instant {
    /// The day in UTC, as `2026-07-28`.
    var date: String { String(description.prefix(10)) }

    /// When the next day begins in UTC.
    var nextDay: Instant {
        let dayMs: Int64 = 86_400_000
        let inDay = ((ms % dayMs) + dayMs) % dayMs
        return self + (dayMs - inDay)
    }
}
