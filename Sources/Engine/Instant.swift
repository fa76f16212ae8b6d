// Points in time and how they are written. The clock itself is outside: now is an argument.

/// Milliseconds since 1970-01-01T00:00:00Z. In text: RFC 3339, UTC, three decimals.
package struct Instant: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let ms: Int64

    package init(ms: Int64) { self.ms = ms }

    package static func < (a: Instant, b: Instant) -> Bool { a.ms < b.ms }

    package static func + (a: Instant, delayMs: Int64) -> Instant {
        let (sum, overflow) = a.ms.addingReportingOverflow(delayMs)
        return Instant(ms: overflow ? (delayMs > 0 ? .max : .min) : sum)
    }

    package func ms(since other: Instant) -> Int64 {
        let (difference, overflow) = ms.subtractingReportingOverflow(other.ms)
        return overflow ? (ms > other.ms ? .max : .min) : difference
    }

    /// For example `2026-07-28T09:30:00.125Z`. Years outside 0000–9999 are clamped to them.
    package var description: String {
        let bounded = min(max(ms, Instant.first), Instant.last)
        let day = bounded.flooredDivision(by: 86_400_000)
        let inDay = bounded - day * 86_400_000
        let (year, month, dayOfMonth) = Instant.civil(fromDay: day)
        // Written several times for every event, so the digits go straight into the text.
        return String(unsafeUninitializedCapacity: 24) { text in
            var end = 0
            func put(_ value: Int64, _ width: Int, _ mark: UInt8) {
                var rest = value
                for place in stride(from: end + width - 1, through: end, by: -1) {
                    text[place] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
                    rest /= 10
                }
                text[end + width] = mark
                end += width + 1
            }
            put(year, 4, 0x2d)
            put(month, 2, 0x2d)
            put(dayOfMonth, 2, 0x54)
            put(inDay / 3_600_000, 2, 0x3a)
            put(inDay / 60_000 % 60, 2, 0x3a)
            put(inDay / 1000 % 60, 2, 0x2e)
            put(inDay % 1000, 3, 0x5a)
            return end
        }
    }

    /// Reads the form that ``description`` writes, and nothing else.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 24 else { return nil }
        let marks: [(Int, UInt8)] = [
            (4, 0x2d), (7, 0x2d), (10, 0x54), (13, 0x3a), (16, 0x3a), (19, 0x2e), (23, 0x5a),
        ]
        guard marks.allSatisfy({ bytes[$0.0] == $0.1 }) else { return nil }
        func number(_ range: Range<Int>) -> Int64? {
            var value: Int64 = 0
            for byte in bytes[range] {
                guard (0x30...0x39).contains(byte) else { return nil }
                value = value * 10 + Int64(byte - 0x30)
            }
            return value
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            let millisecond = number(20..<23), (1...12).contains(month), hour < 24, minute < 60,
            second < 60
        else { return nil }
        let days = Instant.day(fromYear: year, month: month, day: day)
        let inDay = ((hour * 60 + minute) * 60 + second) * 1000 + millisecond
        self.init(ms: days * 86_400_000 + inDay)
        // A day beyond its month's end lands in the next month: then the text does not come back.
        guard description == text else { return nil }
    }

    private static let first: Int64 = -62_167_219_200_000
    private static let last: Int64 = 253_402_300_799_999

    // Days and dates of the proleptic Gregorian calendar, counted from 0000-03-01 so that the leap
    // day is the last of its year.
    private static func civil(fromDay day: Int64) -> (Int64, Int64, Int64) {
        let shifted = day + 719_468
        let era = shifted.flooredDivision(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let dayOfMonth = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfMonth)
    }

    private static func day(fromYear year: Int64, month: Int64, day: Int64) -> Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear.flooredDivision(by: 400)
        let yearOfEra = shiftedYear - era * 400
        let monthFromMarch = month > 2 ? month - 3 : month + 9
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}

extension Int64 {
    fileprivate func flooredDivision(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
