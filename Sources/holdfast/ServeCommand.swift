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

            Examples:
              holdfast serve
              holdfast serve --config /srv/desk/holdfast.yaml --profile support
            """)

    @OptionGroup var config: ConfigOption
    @OptionGroup var profile: ProfileOption

    func run() async throws {
        StopRequest.listen()
        let host = try config.project().host(profile: profile.profile)
        try await Serving.run(host, on: Program.threads, report: { Console.tell($0) })
    }
}
