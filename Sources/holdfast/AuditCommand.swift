// `holdfast audit`: the record itself. The commands under it are here, since each is a few lines.

import ArgumentParser
import Host
import JSON

struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Look at the record: every event in the order in which it was committed.",
        subcommands: [AuditListCommand.self, AuditShowCommand.self])
}

struct AuditListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List records, oldest first.",
        discussion: """
            Examples:
              holdfast audit list
              holdfast audit list --from 1000 --limit 50 --json
            """)

    @Option(help: ArgumentHelp("The first record's index.", valueName: "index"))
    var from = 0

    @Option(help: ArgumentHelp("At most so many.", valueName: "number"))
    var limit = HostLimits.listPage

    @OptionGroup var config: ConfigOption
    @OptionGroup var json: JSONOption

    func validate() throws {
        if from < 0 || limit < 1 { throw ValidationError("--from is at least 0, --limit 1") }
    }

    func run() throws {
        let viewer = try JournalViewer.open(try config.project())
        let records = try viewer.records(from: from, limit: limit)
        Console.put(
            json.json
                ? JSONValue.array(records.map(\.leaf)).prettyText
                : AuditText.list(records, Console.style))
        if records.isEmpty { Console.tell("holdfast: no records") }
        if records.count == limit {
            Console.tell("holdfast: \(limit) records; go on with --from \(from + limit)")
        }
    }
}

struct AuditShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show records whole, with what may be shown of their payloads.",
        discussion: """
            --json prints an object for an index, an array for a call or a run.

            Examples:
              holdfast audit show 12
              holdfast audit show call_06gzr… --json
            """)

    @Argument(help: "A record's index, or the id of a call or a run.")
    var name: String

    @OptionGroup var config: ConfigOption
    @OptionGroup var json: JSONOption

    func run() throws {
        let records = try JournalViewer.open(try config.project()).records(named: name)
        if json.json, Int(name) != nil, let record = records.first {
            Console.put(record.document.prettyText)
        } else if json.json {
            Console.put(JSONValue.array(records.map(\.document)).prettyText)
        } else {
            Console.put(AuditText.details(records, Console.style))
        }
    }
}
