// Each file begins by saying what lives in it.

enum HeadRule {
    static let name = "head"

    static func check(_ source: SwiftSource) -> [Finding] {
        let isManifest = source.path == "Package.swift"
        guard source.target != nil || source.isInTests || isManifest else { return [] }
        let skipped = isManifest && source.lines.first?.hasPrefix("// swift-tools-version") == true
        let start = skipped ? 1 : 0
        let block = source.lines.dropFirst(start).prefix { isComment($0) }
        if isSentence(block.map { String($0.dropFirst(2)) }.joined()) { return [] }
        return [
            source.finding(
                start + 1, name,
                "begin with a `//` sentence that says what lives here and what must not")
        ]
    }

    /// `///` belongs to the declaration below it, not to the file.
    private static func isComment(_ line: Substring) -> Bool {
        line.hasPrefix("// ") || line == "//"
    }

    private static func isSentence(_ text: String) -> Bool {
        text.split(separator: " ").count >= 3 && !text.hasPrefix(" swift-format-ignore")
            && (text.hasSuffix(".") || text.contains(". ") || text.hasSuffix(".)"))
    }
}
