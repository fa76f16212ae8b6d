// `holdfast keys`: keys that decisions are signed with. The one command under it is here.

import ArgumentParser
import Host
import JSON

struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Make the keys that decisions are signed with.",
        subcommands: [NewKeyCommand.self])
}

struct NewKeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Make a signing key: the secret in a file, the public line printed.",
        discussion: """
            FILE is readable by you alone and never overwritten; the public line is written to \
            FILE.pub too, and goes under `keys` of an approver in the config. The secret is \
            sealed under a passphrase, which is asked for twice; --no-passphrase leaves it open, \
            for whoever can read the file to sign with.

            Examples:
              holdfast keys new --out ~/.config/holdfast/approver.key
              holdfast keys new --out ci.key --no-passphrase --json
            """)

    @Option(help: ArgumentHelp("The file of the secret, which must be new.", valueName: "file"))
    var out: String

    @Flag(help: "Leave the secret open in its file.")
    var noPassphrase = false

    @OptionGroup var config: ConfigOption
    @OptionGroup var json: JSONOption

    func run() throws {
        let made = try Console.keyRing.make(out, isOpen: noPassphrase)
        Console.put(json.json ? made.document.prettyText : made.line)
        Console.tell(made.message)
    }
}
