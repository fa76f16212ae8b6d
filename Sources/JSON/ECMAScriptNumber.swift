// How ECMAScript writes a double, which is how RFC 8785 wants numbers. Only text out, none in.

enum ECMAScriptNumber {
    /// The shortest decimal that reads back as `value`, laid out by the rules of Number-to-String.
    static func text(of value: Double) -> String {
        precondition(value.isFinite, "NaN and the infinities have no text in JSON")
        // Swift writes whole doubles up to 2^53 exactly, and so does ECMAScript; -0 becomes 0.
        if value.magnitude < 9_007_199_254_740_992, Double(Int(value)) == value {
            return String(Int(value))
        }
        // Swift's description has the same shortest digits; only the layout differs.
        let decimal = Decimal10(value.description)
        let sign = decimal.sign < 0 ? "-" : ""
        return sign + layout(decimal.digits.map { ASCII.zero + $0 }, pointAt: decimal.position)
    }

    private static func layout(_ digits: [UInt8], pointAt point: Int) -> String {
        var text: [UInt8] = []
        if point > 21 || point < -5 {
            text.append(digits[0])
            if digits.count > 1 {
                text.append(ASCII.dot)
                text += digits[1...]
            }
            text.append(ASCII.lowerE)
            text.append(point > 0 ? ASCII.plus : ASCII.minus)
            text += String((point - 1).magnitude).utf8
        } else if point <= 0 {
            text += [ASCII.zero, ASCII.dot]
            text += Array(repeating: ASCII.zero, count: -point)
            text += digits
        } else if point >= digits.count {
            text += digits
            text += Array(repeating: ASCII.zero, count: point - digits.count)
        } else {
            text += digits[..<point]
            text.append(ASCII.dot)
            text += digits[point...]
        }
        return String(decoding: text, as: UTF8.self)
    }
}
