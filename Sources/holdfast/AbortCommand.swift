// `holdfast abort`: undo a run.

import ArgumentParser
import Host
import JSON

struct AbortCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "abort",
        abstract: "Undo a run: take no more calls, and undo what it did, newest first.",
        discussion: """
            Calls that wait are withdrawn, and a call whose outcome is unknown is looked into \
            first. Then each write is undone by the tool that its manifest names under \
            `compensate`, newest first, each a call of its own. What has no undo or is \
            irreversible stands and is named; nothing before a call with `effect.pivot` is undone. \
            The undoing goes on with any host if this process ends. With --force, what cannot be \
            settled or undone is left standing instead of waiting for a person. Only the account \
            that owns the journal may abort.

            The exit code is 0 where all is undone or named as standing, 74 where a person is \
            needed, 75 where something is still to come.

            Examples:
              holdfast abort run_06gzr… --reason "the guest has cancelled"
              holdfast abort run_06gzr… --force --reason "settled by hand with the bank"
            """)

    @Argument(help: ArgumentHelp("The run's id.", valueName: "run"))
    var id: String

    @Flag(help: "Leave standing what cannot be settled or undone.")
    var force = false

    @OptionGroup var reason: ReasonOption
    @OptionGroup var config: ConfigOption
    @OptionGroup var json: JSONOption

    func run() async throws {
        StopRequest.listen()
        let report = try await Aborting(
            try config.project(), on: Program.threads, isWatched: Console.isWatched,
            tell: { Console.tell($0) }
        ).perform(id, isForced: force, reason: reason.reason)
        Console.put(json.json ? report.document.prettyText : report.text(Console.style))
        throw Ending(report.status, report.afterwards)
    }
}
