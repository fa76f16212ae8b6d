// One Swift file as the rules read it: its path, its lines, and its code told apart from its
// comments. Rules are functions of this value and touch no disk.

struct SwiftSource: Sendable {
    let path: String
    let text: String
    /// The lines as a person counts them: a final newline begins no further line.
    let lines: [Substring]
    /// `text` with comments and literals blanked, at the same places.
    let code: String
    let codeBytes: [UInt8]
    let comments: [Int: String]
    private let lineStarts: [Int]

    init(path: String, text: String) {
        self.path = path
        self.text = text
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last == "" { lines.removeLast() }
        self.lines = lines
        let lexer = SwiftLexer(text)
        codeBytes = lexer.code
        code = String(decoding: lexer.code, as: UTF8.self)
        comments = lexer.comments
        var starts = [0]
        for (index, byte) in lexer.code.enumerated() where byte == Ascii.newline {
            starts.append(index + 1)
        }
        lineStarts = starts
    }

    /// The line, from 1, of a place in `code`.
    func line(at offset: Int) -> Int {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return low + 1
    }

    /// The code of one line, comments and literals blanked.
    func codeLine(_ line: Int) -> String {
        let start = lineStarts[line - 1]
        let end = line < lineStarts.count ? lineStarts[line] - 1 : codeBytes.count
        return String(decoding: codeBytes[start..<end], as: UTF8.self)
    }

    /// Whether the line, or the comment block right above it, gives a reason in words.
    func hasProof(at line: Int) -> Bool {
        if Self.isReason(comments[line] ?? "") { return true }
        var words: [String] = []
        var above = line - 1
        while above >= 1, let comment = comments[above], codeLine(above).isBlank {
            words.insert(comment, at: 0)
            above -= 1
        }
        return Self.isReason(words.joined(separator: " "))
    }

    /// Three words at the least, and not a mark that only a tool reads.
    private static func isReason(_ comment: String) -> Bool {
        comment.split(separator: " ").count >= 3
            && !comment.hasPrefix("MARK:") && !comment.hasPrefix("swift-format-ignore")
    }

    /// The folder below `Sources` that the file belongs to; nil outside `Sources`.
    var target: String? {
        let parts = path.split(separator: "/")
        return parts.count > 2 && parts[0] == "Sources" ? String(parts[1]) : nil
    }

    var isInTests: Bool { path.hasPrefix("Tests/") }

    func finding(_ line: Int, _ rule: String, _ advice: String) -> Finding {
        Finding(path: path, line: line, rule: rule, advice: advice)
    }
}

extension String {
    var isBlank: Bool { utf8.allSatisfy { $0 == Ascii.space || $0 == UInt8(ascii: "\t") } }
}
