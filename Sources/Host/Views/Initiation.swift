// `holdfast init`: a new project in a folder, its booking desk, and what to do next.

import Engine
package import JSON

package struct Initiation: Sendable {
    private let folder: String
    private let outcome: ProjectWriter.Outcome
    private let surroundings: Surroundings
    private let program: String

    /// - Parameter program: how clients are to start this program.
    package static func perform(
        folder: String, program: String, in surroundings: Surroundings
    ) throws(Ending) -> Initiation {
        let path = surroundings.resolve(folder, in: surroundings.workingFolder)
        let outcome: ProjectWriter.Outcome
        do {
            outcome = try ProjectWriter.write(into: path)
        } catch {
            throw Ending(.failed, "holdfast: \(error.description.shown)")
        }
        try Ending.ifFault { () throws(JournalFault) in
            try BookingDesk.create(at: path + "/" + ProjectTemplate.workspacePath)
        }
        return Initiation(
            folder: path, outcome: outcome, surroundings: surroundings, program: program)
    }

    private var config: String { folder + "/" + ConfigurationSource.fileName }

    package var document: JSONValue {
        [
            "folder": .string(folder), "config": .string(config),
            "written": .array(outcome.written.map { .string($0) }),
            "kept": .array(outcome.kept.map { .string($0) }), "client": client,
        ]
    }

    /// What most clients' configs take under `mcpServers`.
    private var client: JSONValue {
        [
            "mcpServers": [
                "holdfast": [
                    "command": .string(program),
                    "args": ["serve", "--config", .string(config)],
                ]
            ]
        ]
    }

    package func text(_ style: TextStyle) -> String {
        var lines = outcome.written.map { "wrote \(surroundings.shown($0).shownInLine)" }
        lines += outcome.kept.map {
            "kept  \(surroundings.shown($0).shownInLine) (it was there already; left as it was)"
        }
        let check = surroundings.shown(config).shownInLine
        lines += [
            "", style.tinted("Next", .bold),
            "1. Look at it:      holdfast check --config \(check)",
            "2. Call a tool:     holdfast call read_booking_summary "
                + "--arguments '{\"booking_id\":\"BK-1001\"}' --config \(check)",
            "3. Give it to an agent. For clients with a JSON config (others take the same "
                + "command and arguments):", client.prettyText,
        ]
        return lines.joined(separator: "\n")
    }
}
