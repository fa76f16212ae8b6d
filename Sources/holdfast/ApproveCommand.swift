// `holdfast approve`: a person's yes, or a yes that is taken back.

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
            Who says it is the account of this process, or with --key the approver whose key it \
            is (`holdfast keys new` makes one). A live host of the call's profile starts it \
            within a second; where none lives, `holdfast worker --once` does. --withdraw takes \
            your own yes back, until the call has started.

            Where the journal is out of reach, --digest, --key and --out sign the decision into a \
            file, which holds for that action alone; --signed records such a file, whoever brings \
            it.

            The exit code is 77 for somebody who may not decide, 65 for a signature that cannot \
            be used, 1 where it can no longer be decided.

            Examples:
              holdfast approve apr_06gzr…
              holdfast approve apr_06gzr… --reason "a regular guest" --key lena.key
              holdfast approve apr_06gzr… --digest sha256:9b1c… --key lena.key --out yes.json
              holdfast approve --signed yes.json
              holdfast approve apr_06gzr… --withdraw
            """)

    @Flag(help: "Take your own yes back.")
    var withdraw = false

    @Option(help: "Why, in words that the agent is told.")
    var reason: String?

    @OptionGroup var decision: DecisionOption
    @OptionGroup var config: ConfigOption
    @OptionGroup var json: JSONOption

    func run() throws {
        let decided = try Deciding(
            withdraw ? .withdraw(reason: reason) : .approve(reason: reason), decision.source,
            Console.keyRing
        ).perform(in: { () throws(Ending) in try config.project() })
        Console.put(json.json ? decided.document.prettyText : decided.text(Console.style))
        Console.tell(decided.afterwards)
    }
}
