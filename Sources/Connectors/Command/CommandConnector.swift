// The kind `command`: a program that does one thing, started without a shell, under a leash. What
// its end means stands in CommandOutcome.

import CSystem
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

    private func run(
        _ attempt: Attempt, _ stop: StopSignal
    ) throws(AttemptFailure) -> AttemptOutcome {
        attempt.mustBeForTheEffect(of: "command")
        let patience = Patience(forMs: attempt.timeoutMs, isStopped: { stop.isRaised })
        try makeLeashFolder()
        let secretLock = leashes.path(of: attempt, part: "-secret")
        let secretReader = SecretReader { words throws(AttemptFailure) in
            try secret(from: words, lock: secretLock, patience, stop)
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

    private func makeLeashFolder() throws(AttemptFailure) {
        guard mkdir(leashes.folder, 0o700) != 0, errno != EEXIST else { return }
        throw AttemptFailure(
            .transient,
            "The folder for lock files beside the journal cannot be made "
                + "(\(String(cString: strerror(errno)))). Nothing happened.")
    }

    private func secret(
        from words: [String], lock: String, _ patience: Patience, _ stop: StopSignal
    ) throws(AttemptFailure) -> [UInt8] {
        guard let first = words.first, let program = CommandEnvironment.locate(first) else {
            throw AttemptFailure(
                .fatal, "The command of a secret is not there. Nothing was started.")
        }
        let process = LeashedProcess(
            leashProgram: leashProgram, program: program, arguments: words, folder: spec.folder,
            environment: CommandEnvironment.base(), input: [], lockFile: lock)
        let latest = Patience(forMs: ConnectorLimits.secretCommandMs).deadlineNs
        let ended = process.run(deadlineNs: min(latest, patience.deadlineNs), stop: stop)
        switch ended.end {
        case .exited(0) where !ended.isOutputOver: return ended.output
        case .timedOut, .stopped, .lost:
            throw AttemptFailure(
                .transient, "The command of a secret did not end in time. Nothing was started.")
        case .exited, .signalled, .notStarted:
            throw AttemptFailure(
                .fatal, "The command of a secret (`\(first)`) failed. Nothing was started.")
        }
    }
}
