// The lock file beside a downstream database that makes its writers take turns, so that none writes
// while another checkpoints. The journal's lock is another one.

import CLinux
import GRDBSQLite
import Glibc

/// One connection's hold on the lock. The lock goes with the open file, so two connections of one
/// process exclude each other as two processes do, and it is free as soon as its holder is dead.
final class WriteLock {
    private let descriptor: Int32
    private var isHeld = false

    init(besides path: String) throws(StatementError) {
        let file = path + "-holdfast-lock"
        let opened = csystem_open(file, O_RDWR | O_CREAT, 0o660)
        guard opened >= 0 else {
            throw StatementError(
                kind: -opened == EACCES || -opened == EROFS ? .notPermitted : .cannotOpen,
                code: SQLITE_CANTOPEN,
                message: "the lock file \(file) cannot be opened (error \(-opened)); the account "
                    + "of this process needs to write in that folder")
        }
        descriptor = opened
    }

    deinit { close(descriptor) }

    /// - Returns: false where another connection holds it.
    func tryToTake() throws(StatementError) -> Bool {
        let code = csystem_flock_try(descriptor)
        if code == 0 {
            isHeld = true
            return true
        }
        if code == -EWOULDBLOCK { return false }
        throw StatementError(
            kind: .inputOutput, code: SQLITE_IOERR,
            message: "the lock file beside the database cannot be locked (error \(-code))")
    }

    /// Where it is held; a transaction that has committed has let go of it already.
    func release() {
        guard isHeld else { return }
        isHeld = false
        _ = csystem_flock_release(descriptor)
    }
}
