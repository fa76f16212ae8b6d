// `holdfast serve`: the host that an agent's client launches.

import ArgumentParser
import Host

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Speak MCP on standard input and output, for an agent's client to launch.",
        discussion: """
            The client starts it and speaks with it; people do not. Standard output carries the \
            protocol alone; messages for the operator go to standard error. At the end of input, \
            calls under way finish; at SIGTERM they have the config's `grace`. Manifests are taken \
            up as they change; the config is read once.

            --record writes the whole session to a file that is not there yet, readable by you \
            alone, with what manifests mark as secret or personal masked: what the client and the \
            host said, what every attempt came to, and what people decided. `holdfast replay` \
            plays it again. A recording that cannot go on is given up; serving goes on.

            Examples:
              holdfast serve
              holdfast serve --config /srv/desk/holdfast.yaml --profile support
              holdfast serve --record session.jsonl
            """)

    @OptionGroup var config: ConfigOption
    @OptionGroup var profile: ProfileOption

    @Option(
        help: ArgumentHelp(
            "Record the session in this file, which must be new.", valueName: "file"))
    var record: String?

    func run() async throws {
        StopRequest.listen()
        let project = try config.project()
        let recorder = try record.map { try SessionRecorder(path: $0) }
        let host = try project.host(profile: profile.profile, recorder: recorder)
        try await Serving.run(
            host, on: Program.threads, recorder: recorder, report: { Console.tell($0) })
    }
}
