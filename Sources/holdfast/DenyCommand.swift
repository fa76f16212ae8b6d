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
            The call never runs, whoever else has said yes. The agent is told the reason. Where \
            its rule says so, its run is aborted and what it did undone. Signing is as in \
            `holdfast approve`; the reason is given where the decision is recorded.

            Examples:
              holdfast deny apr_06gzr… --reason "the guest has cancelled"
              holdfast deny --signed no.json --reason "the guest has cancelled"
            """)

    @Option(help: ArgumentHelp("Why; the agent is told it.", valueName: "text"))
    var reason: String?

    @OptionGroup var decision: DecisionOption
    @OptionGroup var config: ConfigOption
    @OptionGroup var json: JSONOption

    func validate() throws {
        if reason?.isEmpty ?? (decision.out == nil) {
            throw ValidationError("--reason says why; it is missing or empty")
        }
    }

    func run() throws {
        let decided = try Deciding(
            .deny(reason: reason ?? ""), decision.source, Console.keyRing
        ).perform(in: { () throws(Ending) in try config.project() })
        Console.put(json.json ? decided.document.prettyText : decided.text(Console.style))
        Console.tell(decided.afterwards)
    }
}
