// `holdfast approvals`: what waits for a yes or no.

import ArgumentParser
import Host
import JSON

struct ApprovalsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approvals",
        abstract: "List what waits for a yes or no: what will happen, to what, why, what if not.",
        discussion: """
            What an agent wrote stands in quotes: it is that agent's word, nothing more. Fields \
            that a manifest marks as secret or personal are masked.

            Examples:
              holdfast approvals
              holdfast approvals --all --json
            """)

    @Flag(help: "Those that were decided or have expired, too.")
    var all = false

    @OptionGroup var config: ConfigOption
    @OptionGroup var json: JSONOption

    func run() throws {
        let approvals = try JournalViewer.open(try config.project()).approvals(all: all)
        Console.put(
            json.json
                ? JSONValue.array(approvals.map(\.document)).prettyText
                : ApprovalListText.text(approvals, Console.style))
        guard approvals.isEmpty else { return }
        Console.tell(
            all ? "holdfast: no approvals" : "holdfast: nothing waits for a yes or no")
    }
}
