// `holdfast init`: a project to start from.

import ArgumentParser
import Host
import JSON

struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write a project to start from: a config, its tools, a sample database.",
        discussion: """
            Nothing that is there is overwritten. It ends with what to do next and what to put \
            into an agent's client.

            Examples:
              holdfast init
              holdfast init desk
            """)

    @Argument(help: "The folder; made where it is not there.")
    var folder = "."

    @OptionGroup var config: ConfigOption
    @OptionGroup var json: JSONOption

    func run() throws {
        let made = try Initiation.perform(
            folder: folder, program: Program.path, in: .current())
        Console.put(json.json ? made.document.prettyText : made.text(Console.style))
    }
}
