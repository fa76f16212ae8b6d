// `holdfast resume`: let go on what was halted.

import ArgumentParser
import Host
import JSON

struct ResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "End a halt or a quarantine; what waited for it goes on by itself.",
        discussion: """
            Names the same thing that was halted; says who had halted it and why, and what is \
            halted still. Only the account that owns the journal may resume.

            Examples:
              holdfast resume --reason "the template is mended"
              holdfast resume --tool send_letter --reason "the template is mended"
              holdfast resume --run run_06gzr… --reason "looked into, it was right"
            """)

    @OptionGroup var target: TargetOption
    @OptionGroup var reason: ReasonOption
    @OptionGroup var config: ConfigOption
    @OptionGroup var json: JSONOption

    func run() throws {
        let resumed = try config.halting(store: target.store)
            .resume(target.target, reason: reason.reason)
        Console.put(json.json ? resumed.document.prettyText : resumed.text(Console.style))
    }
}
