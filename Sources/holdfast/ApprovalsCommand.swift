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
            that a manifest marks as secret or personal are masked. Who has said what, who is \
            still needed and what the run has read and done stands below.

            --watch follows until it is interrupted: on a terminal it shows what waits now, in a \
            pipe it adds a line for each approval that is new or has changed (with --json a \
            document on each line). It only looks.

            Examples:
              holdfast approvals
              holdfast approvals --watch
              holdfast approvals --all --json
            """)

    @Flag(help: "Those that were decided or have expired, too.")
    var all = false

    @Flag(help: "Follow what changes, until interrupted.")
    var watch = false

    @OptionGroup var config: ConfigOption
    @OptionGroup var json: JSONOption

    func run() throws {
        let project = try config.project()
        if watch {
            StopRequest.listen()
            var watch = ApprovalWatch(project, all: all)
            return try watch.follow(
                Console.style, asJSON: json.json, put: { Console.put($0) })
        }
        let approvals = try JournalViewer.open(project).approvals(all: all)
        Console.put(
            json.json
                ? JSONValue.array(approvals.map(\.document)).prettyText
                : ApprovalListText.text(approvals, Console.style))
        guard approvals.isEmpty else { return }
        Console.tell(
            all ? "holdfast: no approvals" : "holdfast: nothing waits for a yes or no")
    }
}
