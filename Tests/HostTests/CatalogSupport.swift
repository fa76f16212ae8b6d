// What the catalog's tests share: folders, surroundings, connectors that connect to nothing.

import Engine
import Foundation
import Host
import JSON
import Testing

/// A folder that goes away with its test.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory
            .appendingPathComponent("catalog-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit {
        // A folder that cannot be removed is the system's to clean.
        try? FileManager.default.removeItem(atPath: path)
    }

    func write(_ name: String, _ text: String) throws {
        let file = URL(fileURLWithPath: path + "/" + name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    func surroundings(
        home: String = "/home/ada", variables: [String: String] = [:]
    ) -> Surroundings {
        Surroundings(home: home, workingFolder: path, variables: variables, account: "ada")
    }
}

enum ProjectFolder {
    static var path: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
    }

    static func text(_ name: String) throws -> String {
        try String(contentsOfFile: path + "/" + name, encoding: .utf8)
    }
}

/// Takes every spec, save one that asks to be refused.
struct FakeKind: ConnectorKind {
    let name: String
    static let all: [any ConnectorKind] = ["sql", "command", "none"].map(FakeKind.init)

    func connector(
        for spec: JSONObject, of tool: ConnectorContext
    ) throws(SpecProblem) -> any Connector {
        if let words = spec["refuse"]?.stringValue {
            throw SpecProblem(JSONPointer(tokens: ["refuse"]), words)
        }
        return FakeConnector(context: tool)
    }
}

struct FakeConnector: Connector {
    let context: ConnectorContext

    func execute(_ attempt: Attempt, stop: StopSignal) async -> AttemptOutcome {
        .succeeded(.object(attempt.arguments))
    }
}

enum Sample {
    /// A manifest with the lines that every one needs, in this order: keys may be replaced by
    /// lines of their own, or left out with an empty text.
    static func manifest(_ changes: KeyValuePairs<String, String>) -> String {
        manifest(changes.map { ($0.key, $0.value) })
    }

    static func manifest(_ changes: [(String, String)] = []) -> String {
        var parts = [
            ("name", "name: make_note"),
            ("description", "description: Makes a note."),
            (
                "input",
                """
                input:
                  type: object
                  additionalProperties: false
                  required: [title]
                  properties: { title: { type: string }, pin: { x-sensitivity: secret } }
                """
            ),
            ("output", ""),
            ("effect", "effect: { kind: write, reversibility: reversible }"),
            ("connector", "connector: { kind: sql, database: workspace, statement: SELECT 1 }"),
        ]
        for (key, text) in changes {
            if let index = parts.firstIndex(where: { $0.0 == key }) {
                parts[index].1 = text
            } else {
                parts.append((key, text))
            }
        }
        return parts.map(\.1).filter { !$0.isEmpty }.joined(separator: "\n") + "\n"
    }

    static func read(_ text: String, as file: String = "tools/x.yaml") throws -> Manifest {
        try Manifest.read(SourceDocument.parse(Array(text.utf8), shownAs: file))
    }

    /// What is wrong with a manifest, one text a problem.
    static func problems(_ text: String, as file: String = "tools/x.yaml") -> [String] {
        do {
            _ = try read(text, as: file)
            return []
        } catch let problems as Problems {
            return problems.all.map(\.description)
        } catch {
            return ["\(error)"]
        }
    }
}
