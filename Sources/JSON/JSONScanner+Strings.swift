// Reading string literals: UTF-8 checked, escapes undone. Nothing but strings here.

extension JSONScanner {
    /// Reads the string whose opening quote is at the cursor.
    mutating func string() throws(JSONSyntaxError) -> String {
        let start = at + 1
        at = start + PlainRun.countASCII(bytes, from: start)
        if at < end, bytes[at] == ASCII.quote {
            defer { at += 1 }
            return text(from: start, isASCII: true)
        }
        try skipPlainRun()
        guard bytes[at] == ASCII.quote else { return try stringWithEscapes(from: start) }
        defer { at += 1 }
        return text(from: start, isASCII: false)
    }

    /// The text from `start` to the cursor, all of which has been found to be valid: it is not
    /// looked through a second time.
    func text(from start: Int, isASCII: Bool) -> String {
        let found = UnsafeBufferPointer(rebasing: bytes[start..<at])
        return String(copying: UTF8Span(unchecked: found.span, isKnownASCII: isASCII))
    }

    /// The slow path: the cursor is on the first backslash, plain text lies between it and `start`.
    private mutating func stringWithEscapes(from start: Int) throws(JSONSyntaxError) -> String {
        var text = Array(bytes[start..<at])
        while bytes[at] == ASCII.backslash {
            try escape(into: &text)
            let runStart = at
            try skipPlainRun()
            text.append(contentsOf: bytes[runStart..<at])
        }
        at += 1
        return String(decoding: text, as: UTF8.self)
    }

    /// Moves the cursor to the next quote or backslash, over valid unescaped text.
    private mutating func skipPlainRun() throws(JSONSyntaxError) {
        while true {
            at += PlainRun.countASCII(bytes, from: at)
            guard at < end else { throw failure(.unexpectedEnd) }
            let byte = bytes[at]
            if byte == ASCII.quote || byte == ASCII.backslash { return }
            guard byte >= ASCII.space else { throw failure(.controlCharacter) }
            guard let length = sequenceLength() else { throw failure(.invalidUTF8) }
            at += length
        }
    }

    /// The length of the multi-byte sequence at the cursor; nil where it is overlong, cut short, a
    /// surrogate or beyond U+10FFFF (table 3-7 of the Unicode standard).
    private func sequenceLength() -> Int? {
        let first = bytes[at]
        let length: Int
        let second: ClosedRange<UInt8>
        switch first {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        case _: return nil
        }
        guard at + length <= end, second.contains(bytes[at + 1]) else { return nil }
        for index in (at + 2)..<(at + length) where bytes[index] & 0xC0 != 0x80 {
            return nil
        }
        return length
    }

    /// Undoes the escape whose backslash is at the cursor and steps over it.
    private mutating func escape(into text: inout [UInt8]) throws(JSONSyntaxError) {
        guard at + 1 < end else { throw JSONSyntaxError(.unexpectedEnd, at: end) }
        let plain: UInt8
        switch bytes[at + 1] {
        case ASCII.quote: plain = ASCII.quote
        case ASCII.backslash: plain = ASCII.backslash
        case ASCII.slash: plain = ASCII.slash
        case ASCII.lowerB: plain = ASCII.backspace
        case ASCII.lowerF: plain = ASCII.formFeed
        case ASCII.lowerN: plain = ASCII.lineFeed
        case ASCII.lowerR: plain = ASCII.carriageReturn
        case ASCII.lowerT: plain = ASCII.tab
        case ASCII.lowerU:
            text.append(contentsOf: String(Character(try unicodeEscape())).utf8)
            return
        case _: throw failure(.invalidEscape)
        }
        text.append(plain)
        at += 2
    }

    /// Reads `\uXXXX`, or a pair of them for a character beyond the basic plane.
    private mutating func unicodeEscape() throws(JSONSyntaxError) -> Unicode.Scalar {
        let start = at
        let high = try codeUnit()
        if let scalar = Unicode.Scalar(high) { return scalar }
        let lone = JSONSyntaxError(.loneSurrogate, at: start)
        guard UTF16.isLeadSurrogate(high), at + 1 < end, bytes[at] == ASCII.backslash,
            bytes[at + 1] == ASCII.lowerU
        else { throw lone }
        let low = try codeUnit()
        guard UTF16.isTrailSurrogate(low) else { throw lone }
        let offset = (UInt32(high) - 0xD800) << 10 | (UInt32(low) - 0xDC00)
        guard let scalar = Unicode.Scalar(0x10000 + offset) else { throw lone }
        return scalar
    }

    /// Reads the four digits of the `\u` at the cursor and steps over them.
    private mutating func codeUnit() throws(JSONSyntaxError) -> UInt16 {
        var unit: UInt16 = 0
        for index in (at + 2)..<(at + 6) {
            guard index < end else { throw JSONSyntaxError(.unexpectedEnd, at: end) }
            guard let digit = ASCII.hexValue(bytes[index]) else { throw failure(.invalidEscape) }
            unit = unit << 4 | digit
        }
        at += 6
        return unit
    }
}
