// Golden files beside the tests: compared, or written anew where the environment says so. A run
// that records never passes, so that no machine can leave recording switched on unnoticed.

import Foundation
import Testing

enum Golden {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Golden")
    static let projectRoot = folder.deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static var isRecording: Bool {
        ProcessInfo.processInfo.environment["HOLDFAST_RECORD_GOLDEN"] == "1"
    }

    static func text(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: folder.appending(path: name)), as: UTF8.self)
    }

    static func compare(_ actual: String, with name: String) throws {
        guard !isRecording else {
            try Data(actual.utf8).write(to: folder.appending(path: name))
            Issue.record("Wrote \(name); read what changed, then run without recording.")
            return
        }
        let expected = try text(name)
        guard actual != expected else { return }
        let difference = firstDifference(actual, expected)
        Issue.record("\(name) differs. Record it with HOLDFAST_RECORD_GOLDEN=1.\n\(difference)")
    }

    private static func firstDifference(_ actual: String, _ expected: String) -> String {
        let new = actual.split(separator: "\n", omittingEmptySubsequences: false)
        let old = expected.split(separator: "\n", omittingEmptySubsequences: false)
        for line in 0..<max(new.count, old.count) {
            let mine = line < new.count ? String(new[line]) : "(nothing)"
            let theirs = line < old.count ? String(old[line]) : "(nothing)"
            if mine != theirs { return "line \(line + 1)\n  is     \(mine)\n  golden \(theirs)" }
        }
        return "the bytes differ"
    }
}

/// A table in Markdown.
struct MarkdownTableText {
    let head: [String]
    let rows: [[String]]

    var text: String {
        let lines = [head, head.map { _ in "---" }] + rows
        return lines.map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
    }
}
