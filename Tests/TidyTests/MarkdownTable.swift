// The tables of documents that tests hold them to: all, or the one below a word in a heading.

struct MarkdownTable: Sendable {
    struct Row: Equatable, Sendable {
        let cells: [String]
        let line: Int
    }

    /// The line of the heading, or of the table where none was asked for.
    let line: Int
    let head: [String]
    /// The rows below the table's own head.
    let rows: [Row]

    /// The first table below the first heading that contains `word`, in whatever case.
    init?(below word: String, in text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let heading = lines.firstIndex { line in
            line.hasPrefix("#") && line.lowercased().contains(word.lowercased())
        }
        guard let heading else { return nil }
        let section = lines[(heading + 1)...].prefix { !$0.hasPrefix("#") }
        guard let start = section.firstIndex(where: { $0.hasPrefix("|") }) else { return nil }
        self.init(line: heading + 1, section[start...].prefix { $0.hasPrefix("|") })
    }

    static func all(in text: String) -> [MarkdownTable] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.indices.compactMap { index in
            guard lines[index].hasPrefix("|"), index == 0 || !lines[index - 1].hasPrefix("|") else {
                return nil
            }
            return MarkdownTable(line: index + 1, lines[index...].prefix { $0.hasPrefix("|") })
        }
    }

    private init(line: Int, _ table: ArraySlice<Substring>) {
        self.line = line
        head = table.first.map { Self.cells(of: $0) } ?? []
        // The head and the line of dashes below it are not rows.
        rows = table.indices.dropFirst(2).map { index in
            Row(cells: Self.cells(of: table[index]), line: index + 1)
        }
    }

    private static func cells(of line: Substring) -> [String] {
        var parts = line.split(separator: "|", omittingEmptySubsequences: false).dropFirst()
        if let last = parts.last, String(last).isBlank { parts.removeLast() }
        return parts.map { cell in
            String(cell.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
    }
}
