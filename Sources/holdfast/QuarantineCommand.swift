// `holdfast quarantine`: stop one run's writes.

import ArgumentParser
import Host
import JSON

struct QuarantineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine",
        abstract: "Stop a run's writes and keep its evidence; the same as halt --run.",
        discussion: """
            It goes on accepting reads. `holdfast resume --run RUN` lets its writes go on, \
            `holdfast abort RUN` undoes them. Only the account that owns the journal may.

            Examples:
              holdfast quarantine run_06gzr… --reason "writes to the wrong customer"
            """)

    @Argument(help: ArgumentHelp("The run's id.", valueName: "run"))
    var id: String

    @OptionGroup var reason: ReasonOption
    @OptionGroup var config: ConfigOption
    @OptionGroup var json: JSONOption

    func run() throws {
        let stopped = try config.halting(store: nil).quarantine(id, reason: reason.reason)
        Console.put(json.json ? stopped.stateDocument.prettyText : stopped.stateText)
    }
}
