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
        let work = try Working(
            try config.project(), profile: profile, on: Program.threads,
            tell: { Console.tell($0) })
        guard once else { return try await work.untilStopped() }
        let attempts = try await work.once()
        let words = attempts == 1 ? "1 attempt was made" : "\(attempts) attempts were made"
        let document: JSONValue = ["attempts": .integer(attempts)]
        Console.put(json.json ? document.prettyText : words)
    }
}
