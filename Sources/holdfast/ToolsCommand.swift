// `holdfast tools`: what can be called.

import ArgumentParser
import Host
import JSON

struct ToolsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tools",
        abstract: "List the tools of the config in use.",
        discussion: """
            FOR names the profiles whose agents may call a tool; people may call all of them \
            with `holdfast call`. Manifests that were refused are told on standard error.

            Examples:
              holdfast tools
              holdfast tools --json
            """)

    @OptionGroup var config: ConfigOption
    @OptionGroup var json: JSONOption

    func run() throws {
        let tools = ToolList(try config.project())
        for refusal in tools.refusals { Console.tell("holdfast: \(refusal)") }
        Console.put(json.json ? tools.document.prettyText : tools.text(Console.style))
    }
}
