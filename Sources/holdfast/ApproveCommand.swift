// `holdfast approve`: a person's yes.

import ArgumentParser
import Engine
import Host
import JSON

struct ApproveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Say yes to a held call.",
        discussion: """
            It holds for exactly the call that `holdfast approvals` shows and for nothing else. \
            Who says it is the account of this process. A live host of the call's profile starts \
            it within a second; where none lives, `holdfast worker --once` does. The exit code \
            is 77 for somebody who may not decide, 1 where it can no longer be decided.

            Examples:
              holdfast approve apr_06gzr…
              holdfast approve apr_06gzr… --reason "a regular guest"
            """)

    @Argument(help: "The approval's id.")
    var id: String

    @Option(help: "Why, in words that the agent is told.")
    var reason: String?

    @OptionGroup var config: ConfigOption
    @OptionGroup var json: JSONOption

    func run() throws {
        let decided = try Decisions(try config.project()).decide(id, .approve(reason: reason))
        Console.put(json.json ? decided.document.prettyText : decided.text(Console.style))
        Console.tell(decided.afterwards)
    }
}
