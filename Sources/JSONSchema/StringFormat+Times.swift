// Dates and times of RFC 3339. Only whether they are right: nothing here knows what time it is.

extension FormatReader {
    mutating func date() -> Bool {
        guard let year = digits(4), take("-"), let month = digits(2), take("-"),
            let day = digits(2), (1...12).contains(month)
        else { return false }
        return day >= 1 && day <= Self.days(in: month, of: year)
    }

    private static func days(in month: Int, of year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        if month == 2 { return isLeap ? 29 : 28 }
        return [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    mutating func time() -> Bool {
        guard let hour = digits(2), take(":"), let minute = digits(2), take(":"),
            let second = digits(2), hour <= 23, minute <= 59, second <= 60
        else { return false }
        if take("."), !someDigits() { return false }
        guard let offset = offsetMinutes() else { return false }
        // A leap second is the last one of a day in UTC.
        let minuteOfDay = (hour * 60 + minute - offset + 2 * 1440) % 1440
        return second < 60 || minuteOfDay == 1439
    }

    /// The durations of RFC 3339, appendix A: weeks alone, or units from large to small without a
    /// gap.
    mutating func duration() -> Bool {
        guard take("P") else { return false }
        guard let days = units("YMD") else { return false }
        if days == 0, someDigits() { return take("W") && isAtEnd }
        if take("T") { return units("HMS") ?? 0 > 0 && isAtEnd }
        return days > 0 && isAtEnd
    }

    /// How many of `letters`, each after its number, stand here one after the other; nil where one
    /// is left out between two others.
    private mutating func units(_ letters: String) -> Int? {
        var count = 0
        var isOver = false
        for letter in letters {
            var ahead = self
            let isHere = ahead.someDigits() && ahead.take(letter)
            if isHere, isOver { return nil }
            if isHere {
                self = ahead
                count += 1
            }
            isOver = !isHere && count > 0
        }
        return count
    }

    private mutating func offsetMinutes() -> Int? {
        if take("Z") || take("z") { return 0 }
        let isNegative = take("-")
        guard isNegative || take("+"), let hours = digits(2), take(":"), let minutes = digits(2),
            hours <= 23, minutes <= 59
        else { return nil }
        return (hours * 60 + minutes) * (isNegative ? -1 : 1)
    }
}
