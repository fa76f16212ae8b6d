// Tells code from comments and literals in Swift source, so that a rule about code is not
// fooled by a sentence about it. Not a parser: it knows no grammar beyond quotes and brackets.

/// Blanks comments and the insides of literals, byte for byte, so that every place keeps its
/// line and column. Code inside an interpolation is code and stays.
struct SwiftLexer {
    private let source: [UInt8]
    private var position = 0
    private var line = 1

    /// The source with everything but code turned to spaces; ASCII only (other letters are `_`).
    private(set) var code: [UInt8] = []
    /// The words of the comments on each line, without their marks.
    private(set) var comments: [Int: String] = [:]

    init(_ text: String) {
        source = Array(text.utf8)
        code.reserveCapacity(source.count)
        scanCode(insideInterpolation: false)
    }

    // MARK: moving on

    private func byte(_ offset: Int = 0) -> UInt8 {
        let index = position + offset
        return index < source.count ? source[index] : 0
    }

    private func starts(with text: StaticString) -> Bool {
        guard position + text.utf8CodeUnitCount <= source.count else { return false }
        for index in 0..<text.utf8CodeUnitCount
        where source[position + index] != text.utf8Start[index] { return false }
        return true
    }

    private mutating func keep(_ count: Int = 1) {
        for _ in 0..<count where position < source.count {
            if byte() == Ascii.newline { line += 1 }
            code.append(byte() < 0x80 ? byte() : Ascii.underscore)
            position += 1
        }
    }

    private mutating func blank(_ count: Int = 1) {
        for _ in 0..<count where position < source.count {
            if byte() == Ascii.newline { line += 1 }
            code.append(byte() == Ascii.newline ? Ascii.newline : Ascii.space)
            position += 1
        }
    }

    // MARK: code

    private mutating func scanCode(insideInterpolation: Bool) {
        var depth = 0
        while position < source.count {
            if starts(with: "//") {
                scanLineComment()
            } else if starts(with: "/*") {
                scanBlockComment()
            } else if byte() == Ascii.quote || byte() == Ascii.hash {
                scanQuoteOrHash()
            } else if byte() == Ascii.slash, isRegexStart {
                scanRegex(hashes: 0)
            } else {
                if byte() == Ascii.open { depth += 1 }
                if byte() == Ascii.close { depth -= 1 }
                keep()
                if insideInterpolation, depth == 0 { return }
            }
        }
    }

    private mutating func scanQuoteOrHash() {
        var hashes = 0
        while byte(hashes) == Ascii.hash { hashes += 1 }
        switch byte(hashes) {
        case Ascii.quote: scanString(hashes: hashes)
        case Ascii.slash: scanRegex(hashes: hashes)
        default: keep(max(hashes, 1))
        }
    }

    // MARK: comments

    private mutating func scanLineComment() {
        let start = position
        while position < source.count, byte() != Ascii.newline { blank() }
        note(source[start..<position], on: line)
    }

    private mutating func scanBlockComment() {
        var depth = 0
        var start = position
        repeat {
            if starts(with: "/*") {
                depth += 1
                blank(2)
            } else if starts(with: "*/") {
                depth -= 1
                blank(2)
            } else {
                if byte() == Ascii.newline {
                    note(source[start..<position], on: line)
                    start = position + 1
                }
                blank()
            }
        } while depth > 0 && position < source.count
        note(source[start..<position], on: line)
    }

    private mutating func note(_ bytes: ArraySlice<UInt8>, on line: Int) {
        let marks: Set<UInt8> = [Ascii.slash, Ascii.star, Ascii.space]
        let words = bytes.drop { marks.contains($0) }
        comments[line, default: ""] += String(decoding: words, as: UTF8.self)
    }

    // MARK: literals

    private mutating func scanString(hashes: Int) {
        keep(hashes)
        let multiline = starts(with: "\"\"\"")
        let quotes = multiline ? 3 : 1
        keep(quotes)
        while position < source.count {
            if !multiline, byte() == Ascii.newline { return }
            if byte() == Ascii.backslash, run(of: Ascii.hash, from: 1) >= hashes {
                if byte(1 + hashes) == Ascii.open {
                    blank(1 + hashes)
                    scanCode(insideInterpolation: true)
                } else {
                    blank(2 + hashes)
                }
            } else if run(of: Ascii.quote, from: 0) >= quotes,
                run(of: Ascii.hash, from: quotes) >= hashes
            {
                keep(quotes + hashes)
                return
            } else {
                blank()
            }
        }
    }

    private func run(of wanted: UInt8, from offset: Int) -> Int {
        var count = 0
        while byte(offset + count) == wanted { count += 1 }
        return count
    }

    /// A bare `/` opens a literal only where a value may begin; elsewhere it divides.
    private var isRegexStart: Bool {
        guard byte(1) != Ascii.space, byte(1) != Ascii.newline, byte(1) != Ascii.equals,
            let before = code.last(where: { $0 != Ascii.space }),
            Ascii.beforeValue.contains(before)
        else { return false }
        var ahead = 1
        while byte(ahead) != Ascii.newline, position + ahead < source.count {
            if byte(ahead) == Ascii.slash, byte(ahead - 1) != Ascii.backslash { return true }
            ahead += 1
        }
        return false
    }

    private mutating func scanRegex(hashes: Int) {
        keep(hashes + 1)
        while position < source.count {
            if hashes == 0, byte() == Ascii.newline { return }
            if byte() == Ascii.backslash {
                blank(2)
            } else if byte() == Ascii.slash, run(of: Ascii.hash, from: 1) >= hashes {
                keep(1 + hashes)
                return
            } else {
                blank()
            }
        }
    }
}

/// The bytes the lexer looks for.
enum Ascii {
    static let newline = UInt8(ascii: "\n")
    static let space = UInt8(ascii: " ")
    static let underscore = UInt8(ascii: "_")
    static let quote = UInt8(ascii: "\"")
    static let hash = UInt8(ascii: "#")
    static let slash = UInt8(ascii: "/")
    static let star = UInt8(ascii: "*")
    static let backslash = UInt8(ascii: "\\")
    static let equals = UInt8(ascii: "=")
    static let open = UInt8(ascii: "(")
    static let close = UInt8(ascii: ")")
    static let openBrace = UInt8(ascii: "{")
    static let closeBrace = UInt8(ascii: "}")
    static let beforeValue = Set("=(,:[{&|!?\n".utf8)
}
