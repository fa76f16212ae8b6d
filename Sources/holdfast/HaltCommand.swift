// `holdfast halt`: stop everything, a tool, a profile or a run, now and in every process.

import ArgumentParser
import Host
import JSON

struct HaltCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "halt",
        abstract: "Stop: nothing more is begun, in any process, until `holdfast resume`.",
        discussion: """
            Without --tool, --profile or --run it stops every write of every tool; --tool stops \
            that tool, its reads too. It holds from the next transaction of every host. Calls \
            under way may end; retries and undoing wait. Agents are told who halted and why. \
            --store names the journal itself and needs neither config nor manifests, so that \
            halting works when they are broken.

            Examples:
              holdfast halt --reason "letters go to the wrong people"
              holdfast halt --tool send_letter --reason "letters go to the wrong people"
              holdfast halt --store /srv/desk/state/journal.db --reason "the config is broken too"
            """)

    @OptionGroup var target: TargetOption
    @OptionGroup var reason: ReasonOption
    @OptionGroup var config: ConfigOption
    @OptionGroup var json: JSONOption

    func run() throws {
        let halted = try config.halting(store: target.store)
            .halt(target.target, reason: reason.reason)
        if let warning = halted.warning { Console.tell(warning) }
        Console.put(json.json ? halted.document.prettyText : halted.text(Console.style))
    }
}
