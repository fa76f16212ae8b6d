// The kind `command`: a program that does one thing, started without a shell, under a leash. What
// its end means stands in CommandOutcome.

import CLinux
import Engine
import Glibc
package import Host
package import JSON
import SQLite

package struct CommandConnectorKind: ConnectorKind {
    package let name = "command"
    private let leashProgram: String

    /// `leashProgram` is an executable that calls ``Leash/main(arguments:)`` when its first
    /// argument is ``Leash/word``.
    package init(leashProgram: String = Leash.ownProgram) { self.leashProgram = leashProgram }

    package func connector(
        for spec: JSONObject, of tool: ConnectorContext
    ) throws(SpecProblem) -> any Connector {
        CommandConnector(
            spec: try CommandSpec(spec, of: tool), delivery: tool.delivery,
            leashes: LeashLocks(beside: tool.stateFolder), leashProgram: leashProgram)
    }
}

struct CommandConnector: Connector {
    let spec: CommandSpec
    let delivery: Delivery
    /// Holds one lock file for each command that runs: held, it says that the command may live.
    let leashes: LeashLocks
    let leashProgram: String

    func execute(_ attempt: Attempt, stop: StopSignal) async -> AttemptOutcome {
        do throws(AttemptFailure) {
            return try run(attempt, stop)
        } catch {
            return .failed(error.failure)
        }
    }

    func preview(_ arguments: JSONObject, call: CallID?) -> JSONValue? {
        do throws(AttemptFailure) {
            return try CommandInvocation.preview(
                spec, CallRoots.values(previewing: arguments, call: call))
        } catch {
            return nil  // The call itself will be told what it lacks.
        }
    }

    private func run(
        _ attempt: Attempt, _ stop: StopSignal
    ) throws(AttemptFailure) -> AttemptOutcome {
        attempt.mustBeForTheEffect(of: "command")
        let patience = Patience(forMs: attempt.timeoutMs, isStopped: { stop.isRaised })
        let secretCommands = SecretCommands(
            leashProgram: leashProgram, folder: spec.folder, leashes: leashes)
        try secretCommands.makeLeashFolder()
        let secretReader = SecretReader { words throws(AttemptFailure) in
            try secretCommands.run(words, for: attempt, patience, stop)
        }
        let invocation = try CommandInvocation(
            spec, attempt: attempt, secretReader: secretReader)
        guard !patience.isOver else {
            throw AttemptFailure(
                delivery.isWrite ? .transient : .fatal,
                "There was no time left to start the command. Nothing happened.")
        }
        let process = LeashedProcess(
            leashProgram: leashProgram, program: invocation.program,
            arguments: invocation.arguments, folder: spec.folder,
            environment: invocation.environment, input: invocation.input,
            lockFile: leashes.path(of: attempt))
        let ended = process.run(deadlineNs: patience.deadlineNs, stop: stop)
        let meaning = CommandOutcome(
            program: invocation.program, isWrite: delivery.isWrite,
            timeoutMs: attempt.timeoutMs, secrets: invocation.secrets)
        return meaning.outcome(of: ended)
    }
}
