// `holdfast complete`: say that a run has done what it was for.

import ArgumentParser
import Host
import JSON

struct CompleteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "complete",
        abstract: "Complete a run that its agent left open; it takes no more calls.",
        discussion: """
            Nothing is undone. Refused while calls of it are unfinished (75). Only the account \
            that owns the journal may.

            Examples:
              holdfast complete run_06gzr…
              holdfast complete run_06gzr… --summary "finished by hand"
            """)

    @Argument(help: ArgumentHelp("The run's id.", valueName: "run"))
    var id: String

    @Option(help: ArgumentHelp("What came of it.", valueName: "text"))
    var summary: String?

    @OptionGroup var config: ConfigOption
    @OptionGroup var json: JSONOption

    func run() throws {
        let done = try Decisions(try config.project()).complete(id, summary: summary)
        Console.put(json.json ? done.stateDocument.prettyText : done.stateText)
    }
}
