// `holdfast check`: what is wrong with a config and its manifests.

import ArgumentParser
import Host
import JSON

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check the config in use and its manifests, or the files and folders given.",
        discussion: """
            Names the file, the line, the place in it and the nearest known key. Warnings do not \
            change the exit code: 0 nothing is wrong, 65 a manifest is broken, 78 the config is.

            Examples:
              holdfast check
              holdfast check tools/create_internal_task.yaml
              holdfast check ~/projects/desk --json
            """)

    @Argument(help: "Manifests, folders of them, or configs; else the config in use.")
    var paths: [String] = []

    @OptionGroup var config: ConfigOption
    @OptionGroup var json: JSONOption

    func run() throws {
        let (report, status) = Checking.report(
            paths: paths, explicit: config.config, kinds: HostConnectors.kinds,
            in: .current())
        Console.put(json.json ? report.json.prettyText : report.text.shown)
        if status != .done { throw Ending(status) }
    }
}
