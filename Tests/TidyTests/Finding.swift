// What a rule of the style has to say about one line. Rules make findings; nothing here judges.

/// One broken rule: where it is broken, which rule it is, and what to do about it.
struct Finding: Hashable, CustomStringConvertible {
    let path: String
    let line: Int
    let rule: String
    let advice: String

    var description: String { "\(path):\(line): \(rule): \(advice)" }
}

extension [Finding] {
    /// In reading order and without repeats, one a line: what a person sees when the test fails.
    var report: String {
        Set(self)
            .sorted { ($0.path, $0.line, $0.description) < ($1.path, $1.line, $1.description) }
            .map(\.description)
            .joined(separator: "\n")
    }
}
