// Reading number literals: the grammar is checked, the digits are kept. No arithmetic here.

extension JSONScanner {
    /// Reads the number that starts at the cursor, which is on a minus sign or a digit.
    mutating func number() throws(JSONSyntaxError) -> JSONNumber {
        let start = at
        if bytes[at] == ASCII.minus { at += 1 }
        if at < end, bytes[at] == ASCII.zero {
            at += 1
            if at < end, ASCII.isDigit(bytes[at]) { throw failure(.invalidNumber) }
        } else {
            try skipDigits()
        }
        if at < end, bytes[at] == ASCII.dot {
            at += 1
            try skipDigits()
        }
        if at < end, ASCII.isExponentMark(bytes[at]) {
            at += 1
            if at < end, bytes[at] == ASCII.plus || bytes[at] == ASCII.minus { at += 1 }
            try skipDigits()
        }
        return JSONNumber(validLexeme: text(from: start, isASCII: true))
    }

    /// Steps over one digit or more.
    private mutating func skipDigits() throws(JSONSyntaxError) {
        guard at < end else { throw failure(.unexpectedEnd) }
        guard ASCII.isDigit(bytes[at]) else { throw failure(.invalidNumber) }
        while at < end, ASCII.isDigit(bytes[at]) { at += 1 }
    }
}
