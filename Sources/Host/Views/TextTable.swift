// Rows of text: aligned under heads on a terminal, tab-separated without heads in a pipe.

struct TextTable {
    private let heads: [String]
    private var rows: [[String]] = []

    init(_ heads: [String]) { self.heads = heads }

    /// - Precondition: as many cells as heads. Cells are made safe to show here.
    mutating func add(_ cells: [String]) {
        precondition(cells.count == heads.count, "Every row of a table has all its cells.")
        rows.append(cells.map(\.shownInLine))
    }

    func text(_ style: TextStyle) -> String {
        guard style.isTerminal else {
            return rows.map { row in
                row.map { $0.replacing("\t", with: " ") }.joined(separator: "\t")
            }.joined(separator: "\n")
        }
        let all = [heads] + rows
        let widths = heads.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        let lines = all.map { row in
            row.indices.map { column in
                column == row.count - 1 ? row[column] : row[column].padded(to: widths[column])
            }.joined(separator: "  ")
        }
        return ([style.tinted(lines[0], .dim)] + lines.dropFirst()).joined(separator: "\n")
    }
}

extension String {
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
