// A file that a person hands to a command (a grant, a table of cases), read whole: every mistake in
// it is told at once, each with its place. What the file means is its own reader's business.

import JSON

enum HandedFile {
    /// - Parameter read: nil only where it has found something wrong.
    static func read<Content>(
        _ path: String, in surroundings: Surroundings,
        _ read: (JSONValue, inout Findings) -> Content?
    ) throws(Ending) -> Content {
        let document: SourceDocument
        do {
            document = try SourceDocument.read(
                path: surroundings.resolve(path, in: surroundings.workingFolder),
                shownAs: surroundings.shown(path))
        } catch {
            throw Ending(.badData, "holdfast: \(error.description.shown)")
        }
        var findings = Findings()
        let content = read(document.value, &findings)
        let problems = findings.problems(in: document)
        guard problems.isEmpty, let content else {
            let lines = problems.map(\.description.shown)
            throw Ending(.badData, "holdfast: " + lines.joined(separator: "\n"))
        }
        return content
    }
}
