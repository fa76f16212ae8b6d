// How long a file, a function and a line may be.

enum SizeRules {
    static let name = "size"
    static let fileLinesMax = 400
    static let testFileLinesMax = 600
    static let functionLinesMax = 69
    static let columnsMax = 100

    static func files(_ source: SwiftSource) -> [Finding] {
        let max = source.isInTests ? testFileLinesMax : fileLinesMax
        guard source.lines.count > max else { return [] }
        return [
            source.finding(
                max + 1, name,
                "\(source.lines.count) lines, at most \(max); move one concept to its own file")
        ]
    }

    static func columns(_ source: SwiftSource) -> [Finding] {
        source.lines.enumerated().compactMap { index, line in
            // Counting characters is slow and bytes are never fewer, so bytes are asked first.
            guard line.utf8.count > columnsMax, line.count > columnsMax else { return nil }
            return source.finding(
                index + 1, name, "\(line.count) columns, at most \(columnsMax); break the line")
        }
    }

    static func functions(_ source: SwiftSource) -> [Finding] {
        FunctionFinder(source).functions.compactMap { function in
            guard function.lineCount > functionLinesMax else { return nil }
            return source.finding(
                function.line, name,
                "\(function.name) has \(function.lineCount) lines, at most \(functionLinesMax); "
                    + "name a part of it and move that out")
        }
    }
}

/// Finds functions by matching brackets in code without comments and literals.
struct FunctionFinder {
    struct Function: Equatable {
        let name: String
        let line: Int
        let lineCount: Int
    }

    private static let head = Pattern(
        #"\bfunc\s+(`[^`\n]+`|\w+|[^\s\w(]+)|(?<![.\w])(init|subscript)[?!]?\s*(?=[<(])"#
            + #"|(?<![.\w])(deinit)\b|\bvar\s+(\w+)\s*:"#)
    /// A word that begins another declaration: what stood before it had no body.
    private static let stop = Pattern(
        #"[;}]|(?<![=<>!])=(?!=)|\b(?:func|var|let|init|deinit|subscript|case|static|mutating"#
            + #"|struct|enum|class|extension|associatedtype|typealias|private|fileprivate"#
            + #"|internal|package|public|if|for|while|guard|switch|do|repeat|defer|return"#
            + #"|throw)\b"#)

    let functions: [Function]

    init(_ source: SwiftSource) {
        let bytes = source.codeBytes
        functions = Self.head.matches(in: source.code).compactMap { match in
            let name = match.groups.dropFirst().first { !$0.isEmpty } ?? ""
            guard let open = Self.body(after: match.range.upperBound, in: bytes) else { return nil }
            let first = source.line(at: match.range.lowerBound)
            let last = source.line(at: Self.end(of: open, in: bytes))
            return Function(name: name, line: first, lineCount: last - first + 1)
        }
    }

    /// The brace that opens the body of a declaration, past its parameters and its result.
    private static func body(after start: Int, in bytes: [UInt8]) -> Int? {
        var index = start
        while index < bytes.count {
            switch bytes[index] {
            case Ascii.open: index = end(of: index, in: bytes)
            case Ascii.openBrace:
                let between = String(decoding: bytes[start..<index], as: UTF8.self)
                return stop.occurs(in: withoutParameters(between)) ? nil : index
            case Ascii.closeBrace: return nil
            default: break
            }
            index += 1
        }
        return nil
    }

    private static func withoutParameters(_ head: String) -> String {
        var depth = 0
        return String(
            head.filter { character in
                if character == "(" { depth += 1 }
                defer { if character == ")" { depth -= 1 } }
                return depth == 0
            })
    }

    /// The place of the bracket that closes the one at `open`, or the end of the text.
    static func end(of open: Int, in bytes: [UInt8]) -> Int {
        let opening = bytes[open]
        let closing = opening == Ascii.open ? Ascii.close : Ascii.closeBrace
        var depth = 0
        for index in open..<bytes.count {
            if bytes[index] == opening { depth += 1 }
            if bytes[index] == closing { depth -= 1 }
            if depth == 0 { return index }
        }
        return bytes.count - 1
    }
}
