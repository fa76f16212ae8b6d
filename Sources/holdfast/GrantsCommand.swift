// `holdfast grants`: a yes that is given beforehand. The commands under it are here, since each is
// a few lines.

import ArgumentParser
import Host
import JSON

struct GrantsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grants",
        abstract: "Ask for a yes beforehand, see what is left of it, take it back.",
        subcommands: [
            RequestGrantCommand.self, ListGrantsCommand.self, RevokeGrantCommand.self,
        ])
}

struct RequestGrantCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request",
        abstract: "Ask for a grant: many calls of one shape, or a list of held calls at once.",
        discussion: """
            FILE is YAML or JSON (schemas/grant.schema.json). For calls to come: {tool, profile, \
            on_behalf_of, arguments: a JSON Schema, count, sum: {of, max}, expires_in, reason}; \
            never for a tool that is irreversible. For calls that wait: {approvals: [apr_…], \
            reason}. It asks everybody whom such a call would ask, and covers nothing until they \
            have said yes with `holdfast approve`; whoever asks for it does not give it.

            Examples:
              holdfast grants request small-refunds.yaml
              holdfast grants request batch.json --json
            """)

    @Argument(help: "What is asked for.")
    var file: String

    @OptionGroup var config: ConfigOption
    @OptionGroup var json: JSONOption

    func run() throws {
        let asked = try GrantOrders(try config.project()).request(file)
        Console.put(json.json ? asked.document.prettyText : asked.text(Console.style))
    }
}

struct ListGrantsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List grants: what they cover, who gave them, what is left, when they end.",
        discussion: """
            Those that stand or wait for a yes; with --all those that are over, too.

            Examples:
              holdfast grants list
              holdfast grants list --all --json
            """)

    @Flag(help: "Those that are used up, over, denied or taken back, too.")
    var all = false

    @OptionGroup var config: ConfigOption
    @OptionGroup var json: JSONOption

    func run() throws {
        let grants = try JournalViewer.open(try config.project()).grants(all: all)
        Console.put(
            json.json
                ? JSONValue.array(grants.map(\.document)).prettyText
                : GrantListText.text(grants, Console.style))
        if grants.isEmpty { Console.tell("holdfast: no grants") }
    }
}

struct RevokeGrantCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Take a grant back: nothing more is started under it.",
        discussion: """
            Calls that rested on it and have not started are asked about again. Whoever may write \
            the journal may.

            Examples:
              holdfast grants revoke call_06gzr… --reason "the sale is over"
            """)

    @Argument(help: ArgumentHelp("The grant's id.", valueName: "grant"))
    var id: String

    @OptionGroup var reason: ReasonOption
    @OptionGroup var config: ConfigOption
    @OptionGroup var json: JSONOption

    func run() throws {
        let grant = try GrantOrders(try config.project()).revoke(id, reason: reason.reason)
        Console.put(json.json ? grant.document.prettyText : grant.text(Console.style))
    }
}
