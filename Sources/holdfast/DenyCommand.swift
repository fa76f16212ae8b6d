// `holdfast deny`: a person's no.

import ArgumentParser
import Engine
import Host
import JSON

struct DenyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deny",
        abstract: "Say no to a held call.",
        discussion: """
            The call never runs. The agent is told the reason.

            Examples:
              holdfast deny apr_06gzr… --reason "the guest has cancelled"
            """)

    @Argument(help: "The approval's id.")
    var id: String

    @Option(help: ArgumentHelp("Why; the agent is told it.", valueName: "text"))
    var reason: String

    @OptionGroup var config: ConfigOption
    @OptionGroup var json: JSONOption

    func validate() throws {
        if reason.isEmpty { throw ValidationError("--reason says why; it is empty") }
    }

    func run() throws {
        let decided = try Decisions(try config.project()).decide(id, .deny(reason: reason))
        Console.put(json.json ? decided.document.prettyText : decided.text(Console.style))
    }
}
