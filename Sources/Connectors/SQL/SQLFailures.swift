// From SQLite's refusals to the failure classes of the engine, in words. Nothing is retried here.

import CLinux
import Engine
import Glibc
import Host
import SQLite

/// Turns a refusal into a failure of one tool on one database.
struct SQLFailures {
    let database: String
    let path: String
    let isWrite: Bool
    let timeoutMs: Int64

    /// A failure before the commit: nothing was changed.
    func failure(_ error: StatementError, stop: StopSignal) -> AttemptFailure {
        let quoted = "The database `\(database)`"
        switch error.kind {
        case .interrupted: return interrupted(stop)
        case .busy:
            if stop.isRaised { return interrupted(stop) }
            return AttemptFailure(
                .transient, "\(quoted) is busy: another program holds it. Nothing was changed.")
        case .constraint:
            return AttemptFailure(
                .invalid, "\(quoted) refuses this: \(error.message). Nothing was changed.")
        case .tooLarge, .mismatch:
            return AttemptFailure(
                .invalid, "A value does not fit \(database): \(error.message). Nothing was changed."
            )
        case .full:
            return AttemptFailure(
                .transient, "The disk of \(database) is full: free some space. Nothing was changed."
            )
        case .inputOutput, .outOfMemory:
            return AttemptFailure(
                .transient, "\(quoted) could not be used: \(error.message). Nothing was changed.")
        case .readOnly, .notPermitted:
            return AttemptFailure(
                .permission,
                "\(quoted) may not be used so by this account: \(error.message). Check who owns "
                    + "the file and its folder.")
        case .cannotOpen: return cannotOpen(error)
        case .corrupt:
            return AttemptFailure(
                .fatal, "\(quoted) is damaged or is no database: \(error.message). Restore it.")
        case .statement:
            return AttemptFailure(
                .fatal,
                "The tool's statement does not fit \(database): \(error.message). Nothing was "
                    + "changed; its manifest or the database's schema must be corrected.")
        }
    }

    private func interrupted(_ stop: StopSignal) -> AttemptFailure {
        let reason = stop.isRaised ? "It was asked to stop" : "It took longer than \(timeoutMs) ms"
        return AttemptFailure(
            isWrite ? .transient : .fatal, "\(reason), and was rolled back: nothing was changed.")
    }

    private func cannotOpen(_ error: StatementError) -> AttemptFailure {
        let isThere = access(path, F_OK) == 0
        if !isThere, errno == ENOENT || errno == ENOTDIR {
            return AttemptFailure(
                .fatal,
                "The file of the database `\(database)` is not there. Check its path in the "
                    + "config; `holdfast init` makes the sample database.")
        }
        return AttemptFailure(
            .permission,
            "The database `\(database)` cannot be opened: \(error.message). Check that this "
                + "account may read and write its file and folder.")
    }

    /// After a failed commit: what is surely rolled back is a failure, the rest is unknown.
    func outcome(ofCommit error: StatementError, stop: StopSignal) -> AttemptOutcome {
        switch error.kind {
        // The four that SQLite gives before it writes anything of the commit.
        case .busy, .constraint, .interrupted, .statement:
            return .failed(failure(error, stop: stop).failure)
        case .full, .inputOutput, .readOnly, .notPermitted, .cannotOpen, .corrupt, .tooLarge,
            .mismatch, .outOfMemory:
            return .unknown(
                reason: "The commit in `\(database)` failed with \"\(error.message)\": whether it "
                    + "was kept shows only when the database can be read again.")
        }
    }
}
