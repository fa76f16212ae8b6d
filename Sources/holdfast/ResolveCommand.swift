// `holdfast resolve`: a person says how a call ended that nobody knows the outcome of.

import ArgumentParser
import Engine
import Host
import JSON

struct ResolveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve",
        abstract: "Settle a call that needs a person, after looking in the system itself.",
        discussion: """
            --succeeded takes the tool's result, which must be what its manifest promises. \
            --failed takes transient, stale, permission, invalid or fatal: surely nothing of it \
            is there. --retry says: again. For an unknown outcome and a refused permission that \
            is the attempt, on your word that it is safe; for a read-back that found something \
            else it is the read-back alone, and nothing is written anew; for an undo that failed \
            or could not be called it is the undo. A success that came late cannot be retried. \
            Of an undo, --failed says that what it was to undo stands. Only the account that owns \
            the journal may settle.

            Examples:
              holdfast resolve call_06gzr… --succeeded '{"task_id":"TASK-7"}' --reason "seen it"
              holdfast resolve call_06gzr… --failed fatal --reason "not in the ledger"
              holdfast resolve call_06gzr… --retry --reason "not in the ledger, try again"
            """)

    @Argument(help: "The call's id.")
    var call: String

    @Option(help: ArgumentHelp("It happened, with this result.", valueName: "json|@file|-"))
    var succeeded: String?

    @Option(help: ArgumentHelp("It did not happen.", valueName: "class"))
    var failed: String?

    @Flag(help: "Try it again.")
    var retry = false

    @Option(help: ArgumentHelp("How you know; it is recorded.", valueName: "text"))
    var reason: String

    @OptionGroup var config: ConfigOption
    @OptionGroup var json: JSONOption

    func validate() throws {
        let given = [succeeded != nil, failed != nil, retry].filter { $0 }.count
        guard given == 1 else {
            throw ValidationError("say one of --succeeded JSON, --failed CLASS and --retry")
        }
        if reason.isEmpty { throw ValidationError("--reason says how you know; it is empty") }
        if let failed, FailureClass(rawValue: failed) == nil {
            let all = FailureClass.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("there is no class \(failed.shownInLine); they are \(all)")
        }
    }

    func run() throws {
        let settled = try Decisions(try config.project())
            .resolve(call, try settlement(), reason: reason)
        Console.put(json.json ? settled.document.prettyText : settled.callText(Console.style))
    }

    private func settlement() throws -> Settlement {
        if let succeeded {
            return .succeeded(try JSONArgument.value(succeeded, of: "--succeeded"))
        }
        if let kind = failed.flatMap(FailureClass.init) { return .failed(kind) }
        return .retry
    }
}
