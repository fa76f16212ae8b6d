// Secrets that a program prints: started under a leash like any command, with little time. Who
// wants the secret, and what for, is not known here.

import CLinux
import Engine
import Glibc
import Host
import SQLite

struct SecretCommands: Sendable {
    let leashProgram: String
    let folder: String
    let leashes: LeashLocks

    /// What the program wrote.
    func run(
        _ words: [String], for attempt: Attempt, _ patience: Patience, _ stop: StopSignal
    ) throws(AttemptFailure) -> [UInt8] {
        try makeLeashFolder()
        guard let first = words.first, let program = CommandEnvironment.locate(first) else {
            throw AttemptFailure(
                .fatal, "The command of a secret is not there. Nothing was started.")
        }
        let process = LeashedProcess(
            leashProgram: leashProgram, program: program, arguments: words, folder: folder,
            environment: CommandEnvironment.base(), input: [],
            lockFile: leashes.path(of: attempt, part: "-secret"))
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

    func makeLeashFolder() throws(AttemptFailure) {
        let code = leashes.makeFolder()
        guard code != 0 else { return }
        throw AttemptFailure(
            .transient,
            "The folder for lock files beside the journal cannot be made "
                + "(\(String(cString: strerror(code)))). Nothing happened.")
    }
}
