// `holdfast worker`: a host without a client.

import ArgumentParser
import Host
import JSON

struct WorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Do the work that is due while no agent's client runs a host.",
        discussion: """
            Starts calls that were approved, tries again what may be tried again, and takes over \
            from hosts that have ended. With --once it does what is due now and ends; else it \
            works until SIGTERM or SIGINT.

            Examples:
              holdfast worker
              holdfast worker --once --profile support
            """)

    @Flag(help: "Do what is due now, then end.")
    var once = false

    @Option(
        help: ArgumentHelp("Only this profile's work; else every profile's.", valueName: "name"))
    var profile: String?

    @OptionGroup var config: ConfigOption
    @OptionGroup var json: JSONOption

    func run() async throws {
        StopRequest.listen()
        let project = try config.project()
        let work = try Working(
            project, profile: profile, on: Program.threads,
            tell: { Console.tell($0) })
        guard once else { return try await work.untilStopped() }
        let pieces = try await work.once()
        let halts = try JournalViewer.open(project).halts()
        Console.tell(HaltList.text(halts))
        let words =
            pieces == 1 ? "1 piece of work was done" : "\(pieces) pieces of work were done"
        // `attempts` is what scripts have read so far.
        let document: JSONValue = [
            "attempts": .integer(pieces), "pieces": .integer(pieces),
            "halts": .array(halts.map(\.document)),
        ]
        Console.put(json.json ? document.prettyText : words)
    }
}
