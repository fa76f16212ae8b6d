// `holdfast show`: one run or one call.

import ArgumentParser
import Host
import JSON

struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a run, or one call with its arguments, result and history.",
        discussion: """
            Says what ran, what may have run, what waits for what until when, what holds it back, \
            who ordered that and why, what an abort has undone and what stands, and what to do. \
            With --effects only the writes, and whether what each did stands. An approval's id \
            shows the call that it belongs to. Fields that a manifest marks as secret or personal \
            are masked. --json prints the run and its calls with their events.

            Examples:
              holdfast show run_06gzr…
              holdfast show run_06gzr… --effects
              holdfast show call_06gzr… --json
            """)

    @Argument(help: "The id of a run, a call or an approval.")
    var id: String

    @Flag(help: "Only what may have changed something, and whether it stands.")
    var effects = false

    @OptionGroup var config: ConfigOption
    @OptionGroup var json: JSONOption

    func run() throws {
        let entry = try JournalViewer.open(try config.project()).run(id)
        if effects {
            Console.put(
                json.json ? entry.effectsDocument.prettyText : entry.effectsText(Console.style))
        } else if json.json {
            Console.put(entry.document.prettyText)
        } else if id.hasPrefix("run_") {
            Console.put(entry.text(Console.style))
        } else {
            Console.put(entry.callText(Console.style))
        }
    }
}
