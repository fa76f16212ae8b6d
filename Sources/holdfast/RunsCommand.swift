// `holdfast runs`: what agents have been doing.

import ArgumentParser
import Engine
import Host
import JSON

struct RunsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "List runs, newest first.",
        discussion: """
            States: open, completed, aborting, aborted, expired (aborted by its deadline), \
            needs_attention (a person must settle a call), quarantined. NEXT says what a person \
            is to do, so that --state needs_attention is the list of what is to be done. What is \
            halted is told on standard error.

            Examples:
              holdfast runs
              holdfast runs --state needs_attention
              holdfast runs --state needs_attention --json
            """)

    @Option(
        help: ArgumentHelp("Only runs in this state.", valueName: "state"),
        transform: { text in
            guard let state = RunState(rawValue: text) else {
                let all = RunState.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("there is no state \(text.shownInLine); they are \(all)")
            }
            return state
        })
    var state: RunState?

    @Option(help: ArgumentHelp("At most so many.", valueName: "number"))
    var limit = HostLimits.listPage

    @OptionGroup var config: ConfigOption
    @OptionGroup var json: JSONOption

    func validate() throws {
        if limit < 1 { throw ValidationError("--limit is at least 1") }
    }

    func run() throws {
        let viewer = try JournalViewer.open(try config.project())
        Console.tell(HaltList.text(try viewer.halts()))
        let runs = try viewer.runs(state: state, limit: limit)
        Console.put(
            json.json
                ? JSONValue.array(runs.map(\.document)).prettyText
                : RunListText.text(runs, Console.style))
        if runs.isEmpty { Console.tell("holdfast: no runs") }
        if runs.count == limit {
            Console.tell("holdfast: only the newest \(limit); --limit shows more")
        }
    }
}
