// What is wrong with a file that somebody wrote: where, what, and what to do. Nothing is fixed
// or logged here.

package import JSON

/// One fault of a manifest or config, as text `tools/x.yaml:12: /effect/kind: …`.
package struct Problem: Error, Hashable, Sendable, CustomStringConvertible {
    /// As people see it: relative to the folder they are in, where it is below that.
    package let file: String
    /// Counted from one; nil where the fault is the file's as a whole.
    package let line: Int?
    package let pointer: JSONPointer
    package let message: String

    package init(file: String, line: Int?, pointer: JSONPointer, message: String) {
        self.file = file
        self.line = line
        self.pointer = pointer
        self.message = message
    }

    package var description: String {
        let place = line.map { "\(file):\($0)" } ?? file
        return pointer.tokens.isEmpty
            ? "\(place): \(message)" : "\(place): \(pointer): \(message)"
    }
}

/// The problems found while one document is read. All of them are told, not the first alone.
struct Findings {
    struct Finding: Hashable {
        let pointer: JSONPointer
        let message: String
    }

    private(set) var all: [Finding] = []

    mutating func add(_ pointer: JSONPointer, _ message: String) {
        guard all.count < CatalogLimits.maxProblems else { return }
        all.append(Finding(pointer: pointer, message: message))
    }

    /// The findings in the order of their lines, then of their discovery.
    func problems(in document: SourceDocument) -> [Problem] {
        let located = all.map { finding in
            Problem(
                file: document.file, line: document.line(of: finding.pointer),
                pointer: finding.pointer, message: finding.message)
        }
        return located.enumerated().sorted {
            ($0.element.line ?? 0, $0.offset) < ($1.element.line ?? 0, $1.offset)
        }.map(\.element)
    }
}
