// The words of TOML: keys, texts in their four kinds of quotes, lists, and what lies between them.

struct TOMLReader {
    private let characters: [Unicode.Scalar]
    private var index = 0
    private var line = 1

    init(_ text: String) {
        // A line may end in two characters: only the second counts.
        characters = text.unicodeScalars.filter { $0 != "\r" }
    }

    private var current: Unicode.Scalar? {
        index < characters.count ? characters[index] : nil
    }

    private mutating func advance() {
        if current == "\n" { line += 1 }
        index += 1
    }

    func fault(_ message: String) -> TOMLFault { TOMLFault(line: line, message: message) }

    /// Takes exactly these characters, where they come next.
    mutating func take(_ text: String) -> Bool {
        let wanted = Array(text.unicodeScalars)
        guard characters[index...].starts(with: wanted) else { return false }
        for _ in wanted { advance() }
        return true
    }

    mutating func expect(_ text: String) throws(TOMLFault) {
        skipSpaces()
        guard take(text) else { throw fault("`\(text)` is missing") }
    }

    mutating func skipSpaces() {
        while current == " " || current == "\t" { advance() }
    }

    /// Spaces, ends of lines and comments.
    mutating func skipBlank() {
        while let character = current {
            switch character {
            case " ", "\t", "\n": advance()
            case "#": skipLine()
            case _: return
            }
        }
    }

    private mutating func skipLine() {
        while let character = current, character != "\n" { advance() }
    }

    /// - Returns: false at the end of the file.
    mutating func skipToStatement() -> Bool {
        skipBlank()
        return current != nil
    }

    mutating func expectLineEnd() throws(TOMLFault) {
        skipSpaces()
        if current == "#" { skipLine() }
        guard current == nil || current == "\n" else {
            throw fault("something follows where the line should end")
        }
    }

    /// A name, or several with dots between them.
    mutating func key() throws(TOMLFault) -> [String] {
        var parts: [String] = []
        repeat {
            skipSpaces()
            if let quotes = ["\"", "'"].first(where: { take($0) }) {
                parts.append(try text(until: quotes))
            } else {
                parts.append(try bareKey())
            }
            skipSpaces()
        } while take(".")
        return parts
    }

    private mutating func bareKey() throws(TOMLFault) -> String {
        var name = ""
        while let character = current,
            character.isASCII,
            character.properties.isAlphabetic || ("0"..."9").contains(character)
                || character == "_" || character == "-"
        {
            name.unicodeScalars.append(character)
            advance()
        }
        guard !name.isEmpty else { throw fault("a name is missing") }
        return name
    }

    mutating func value(depth: Int = 0) throws(TOMLFault) -> TOMLValue {
        guard depth < HostLimits.tomlDepth else { throw fault("lists lie too deep") }
        for quotes in ["\"\"\"", "'''", "\"", "'"] where take(quotes) {
            return .text(try text(until: quotes))
        }
        if take("[") {
            return .list(
                try items(until: "]") { reader throws(TOMLFault) in
                    try reader.value(depth: depth + 1)
                })
        }
        if take("{") {
            // In a list: nothing in there is looked for.
            _ = try items(until: "}") { reader throws(TOMLFault) in
                _ = try reader.key()
                try reader.expect("=")
                reader.skipSpaces()
                return try reader.value(depth: depth + 1)
            }
            return .other
        }
        let start = index
        while let character = current, !" \t\n,]}#".unicodeScalars.contains(character) {
            advance()
        }
        guard index > start else { throw fault("a value is missing") }
        return .other
    }

    private mutating func items(
        until end: String, _ item: (inout TOMLReader) throws(TOMLFault) -> TOMLValue
    ) throws(TOMLFault) -> [TOMLValue] {
        var found: [TOMLValue] = []
        skipBlank()
        while !take(end) {
            found.append(try item(&self))
            skipBlank()
            guard take(",") else {
                try expect(end)
                break
            }
            skipBlank()
        }
        return found
    }

    /// The rest of a text. In double quotes a backslash changes what follows it.
    private mutating func text(until quotes: String) throws(TOMLFault) -> String {
        var text = String.UnicodeScalarView()
        let isLong = quotes.count > 1
        if isLong { _ = take("\n") }
        while !take(quotes) {
            guard let character = current, isLong || character != "\n" else {
                throw fault("a text does not end")
            }
            advance()
            if character != "\\" || quotes.hasPrefix("'") {
                text.append(character)
            } else if isLong, current.map({ " \t\n".unicodeScalars.contains($0) }) == true {
                // The line goes on where the next one begins to say something.
                while current == "\n" || current == " " || current == "\t" { advance() }
            } else {
                text.append(try escaped())
            }
        }
        return String(text)
    }

    private mutating func escaped() throws(TOMLFault) -> Unicode.Scalar {
        let character = current
        advance()
        switch character {
        case "b": return "\u{8}"
        case "t": return "\t"
        case "n": return "\n"
        case "f": return "\u{c}"
        case "r": return "\r"
        case "e": return "\u{1b}"
        case "\"": return "\""
        case "\\": return "\\"
        case "x": return try scalar(digits: 2)
        case "u": return try scalar(digits: 4)
        case "U": return try scalar(digits: 8)
        case _: throw fault("a backslash stands before what it cannot change")
        }
    }

    private mutating func scalar(digits: Int) throws(TOMLFault) -> Unicode.Scalar {
        var text = ""
        for _ in 0..<digits {
            guard let character = current else { break }
            text.unicodeScalars.append(character)
            advance()
        }
        guard text.unicodeScalars.count == digits, let value = UInt32(text, radix: 16),
            let scalar = Unicode.Scalar(value)
        else { throw fault("a character's number is wrong") }
        return scalar
    }
}
