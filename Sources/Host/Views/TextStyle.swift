// How text may be shown: safe in every terminal, and in colour only where one is wanted.

import JSON

/// What standard output is, as far as text cares.
package struct TextStyle: Hashable, Sendable {
    /// People read it: tables are aligned and have heads.
    package let isTerminal: Bool
    package let hasColor: Bool

    package static let plain = TextStyle(isTerminal: false, hasColor: false)

    package init(isTerminal: Bool, hasColor: Bool) {
        self.isTerminal = isTerminal
        self.hasColor = hasColor
    }

    enum Tint: String { case bold = "1", dim = "2", red = "31", green = "32", yellow = "33" }

    func tinted(_ text: String, _ tint: Tint) -> String {
        hasColor ? "\u{1B}[\(tint.rawValue)m\(text)\u{1B}[0m" : text
    }
}

extension String {
    /// As it is where that is safe; else with what a terminal would obey or hide escaped. Lines
    /// stay lines.
    package var shown: String {
        let lines = split(separator: "\n", omittingEmptySubsequences: false)
        return lines.map { String($0).shownInLine }.joined(separator: "\n")
    }

    /// The same for text that must not break its line.
    package var shownInLine: String {
        let literal = visibleLiteral
        // Quotes and backslashes are escaped in literals and harmless here.
        guard literal.utf8.count != utf8.count + 2 else { return self }
        let inner = literal.dropFirst().dropLast()
        return String(inner).replacing("\\\"", with: "\"").replacing("\\\\", with: "\\")
    }

    /// What somebody else wrote, as such: in quotes, escaped, cut where it is long.
    func quoted(upTo limit: Int = 600) -> String {
        // Scalars are counted: one Character may have any number of marks stacked on it.
        guard unicodeScalars.count > limit else { return visibleLiteral }
        return String(String.UnicodeScalarView(unicodeScalars.prefix(limit))).visibleLiteral + " …"
    }
}
