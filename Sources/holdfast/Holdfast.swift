// The root of the command line: which commands there are. Each has its own file.

import ArgumentParser
import Host

struct Holdfast: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "holdfast",
        abstract: "A durable host for an agent's tools.",
        discussion: """
            Agents reach it over MCP (`holdfast serve`); people see, decide and settle with the \
            other commands. Everything is in the journal before it happens and before it is \
            answered.

            Exit codes: 0 done, 1 failed, 64 usage, 65 bad data, 69 unavailable, 70 a fault of \
            this program, 74 outcome unknown or a person is needed, 75 pending or running, \
            77 denied, 78 broken config.
            """,
        version: HoldfastVersion.text,
        subcommands: [
            ServeCommand.self, CallCommand.self, ToolsCommand.self, CheckCommand.self,
            InitCommand.self, DoctorCommand.self, RunsCommand.self, ShowCommand.self,
            ApprovalsCommand.self, ApproveCommand.self, DenyCommand.self, ResolveCommand.self,
            AbortCommand.self, CompleteCommand.self, QuarantineCommand.self, HaltCommand.self,
            ResumeCommand.self, WorkerCommand.self, AuditCommand.self,
            ReplayCommand.self, GrantsCommand.self,
            PolicyCommand.self,
            KeysCommand.self,
        ])
}
