// Reading SQL just far enough to hold a manifest to its rules: which parameters it has, how it
// begins, where it ends. What it means is SQLite's business.

/// One SQL statement's outline. Strings, quoted names and comments are skipped.
struct SQLText {
    /// Names after a colon, each once, in the order of their first use.
    private(set) var parameters: [String] = []
    /// The first word in capitals; empty where there is none.
    private(set) var firstWord = ""
    /// Whether something other than space and comments follows a semicolon.
    private(set) var hasSecondStatement = false
    /// A parameter in a form that is not accepted, such as `?1`, `@name`, `$name`.
    private(set) var foreignParameter: String?
    /// A quote or comment that is never closed.
    private(set) var unclosed: String?

    private let bytes: [UInt8]
    private var at = 0
    private var isPastSemicolon = false

    init(_ text: String) {
        bytes = Array(text.utf8)
        while at < bytes.count { step() }
    }

    private mutating func step() {
        let byte = bytes[at]
        switch byte {
        case 0x20, 0x09, 0x0a, 0x0c, 0x0d: at += 1
        case UInt8(ascii: "-") where next == UInt8(ascii: "-"): skipLine()
        case UInt8(ascii: "/") where next == UInt8(ascii: "*"): skipComment()
        case UInt8(ascii: ";"):
            isPastSemicolon = true
            at += 1
        case _:
            if isPastSemicolon { hasSecondStatement = true }
            token(byte)
        }
    }

    private mutating func token(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"): skipQuoted(byte)
        case UInt8(ascii: "["): skipBracketed()
        case UInt8(ascii: ":"): parameter()
        case UInt8(ascii: "?"), UInt8(ascii: "@"), UInt8(ascii: "$"), UInt8(ascii: "#"):
            let word = word(from: at + 1)
            if foreignParameter == nil {
                foreignParameter = String(decoding: [byte], as: UTF8.self) + word
            }
            at += 1 + word.utf8.count
        case _ where SQLText.isWord(byte):
            let word = word(from: at)
            if firstWord.isEmpty { firstWord = word.uppercased() }
            at += word.utf8.count
        case _:
            // Where a statement begins with a bracket, it begins with no word.
            if firstWord.isEmpty { firstWord = "(" }
            at += 1
        }
    }

    private var next: UInt8? { at + 1 < bytes.count ? bytes[at + 1] : nil }

    private mutating func parameter() {
        let name = word(from: at + 1)
        if name.isEmpty {
            foreignParameter = foreignParameter ?? ":"
        } else if !parameters.contains(name) {
            parameters.append(name)
        }
        at += 1 + name.utf8.count
    }

    private func word(from start: Int) -> String {
        var end = start
        while end < bytes.count, SQLText.isWord(bytes[end]) || bytes[end] == UInt8(ascii: "$") {
            end += 1
        }
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...0xff:
            true
        case _: false
        }
    }

    private mutating func skipLine() {
        while at < bytes.count, bytes[at] != 0x0a { at += 1 }
    }

    private mutating func skipComment() {
        at += 2
        while at < bytes.count {
            if bytes[at] == UInt8(ascii: "*"), next == UInt8(ascii: "/") {
                at += 2
                return
            }
            at += 1
        }
        unclosed = "/*"
    }

    /// A doubled quote inside is the quote itself: it closes and opens again at once.
    private mutating func skipQuoted(_ quote: UInt8) {
        at += 1
        while at < bytes.count {
            at += 1
            if bytes[at - 1] == quote { return }
        }
        unclosed = String(decoding: [quote], as: UTF8.self)
    }

    private mutating func skipBracketed() {
        while at < bytes.count {
            at += 1
            if bytes[at - 1] == UInt8(ascii: "]") { return }
        }
        unclosed = "["
    }
}
