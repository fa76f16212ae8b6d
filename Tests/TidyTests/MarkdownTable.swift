// The tables of ARCHITECTURE.md that tests hold it to: found by a word in the heading above.

struct MarkdownTable: Sendable {
    struct Row: Equatable, Sendable {
        let cells: [String]
        let line: Int
    }

    /// The line of the heading.
    let line: Int
    /// The rows below the table's own head.
    let rows: [Row]

    /// The first table below the first heading that contains `word`, in whatever case.
    init?(below word: String, in text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let heading = lines.firstIndex { line in
            line.hasPrefix("#") && line.lowercased().contains(word.lowercased())
        }
        guard let heading else { return nil }
        line = heading + 1
        let section = lines[(heading + 1)...].prefix { !$0.hasPrefix("#") }
        guard let start = section.firstIndex(where: { $0.hasPrefix("|") }) else { return nil }
        let table = section[start...].prefix { $0.hasPrefix("|") }
        // The head and the line of dashes below it are not rows.
        rows = table.indices.dropFirst(2).map { index in
            Row(cells: Self.cells(of: lines[index]), line: index + 1)
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
