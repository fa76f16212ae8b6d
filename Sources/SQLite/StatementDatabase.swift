// One connection to a downstream database: a system of record that belongs to somebody else. It is
// synchronous, used by one thread at a time, and knows no tool. The journal has its own
// connections.

import CLinux
import GRDBSQLite
import Glibc

/// Opened for reading (nothing can be written through it) or for writing.
///
/// A database whose file is empty is set to write-ahead logging; every other keeps its mode.
/// Commits are flushed (`synchronous = FULL`). SQLite's log can lose pages where a checkpoint meets
/// a write (fixed in 3.51.3), so in WAL no connection of ours checkpoints by itself: writers take a
/// lock file in turn, and whoever finds a long log checkpoints while it still holds that lock.
package final class StatementDatabase {
    package enum Access: Sendable { case read, write, create }

    package let path: String
    package let isWAL: Bool
    private let connection: OpaquePointer
    /// Nil for a reader, and where the database is not in WAL mode.
    private let writeLock: WriteLock?
    private let watch: UnsafeMutablePointer<Watch>
    private var statements: [String: PreparedStatement] = [:]

    /// Whoever is waiting for this connection, as SQLite's callbacks see it.
    struct Watch {
        var patience: Patience?
        /// A commit is never interrupted: whether it happened would be unknown.
        var isCommitting = false
        /// How long the write-ahead log was after the newest commit of this connection.
        var logFrames: Int32 = 0
        var isOver: Bool { !isCommitting && (patience?.isOver ?? false) }
    }

    static let cachedStatementsMax = 64
    static let logFramesMax: Int32 = 1000

    package init(
        path: String, access: Access, patience: Patience
    ) throws(StatementError) {
        self.path = path
        let connection = try StatementDatabase.open(path, access)
        let watch = UnsafeMutablePointer<Watch>.allocate(capacity: 1)
        watch.initialize(to: Watch(patience: patience))
        StatementDatabase.install(watch, on: connection)
        do throws(StatementError) {
            isWAL = try StatementDatabase.prepareForUse(connection, access)
            writeLock = isWAL && access != .read ? try WriteLock(besides: path) : nil
        } catch {
            sqlite3_close_v2(connection)
            watch.deinitialize(count: 1)
            watch.deallocate()
            throw error
        }
        self.connection = connection
        self.watch = watch
    }

    deinit {
        // Statements must be finalized before their connection is closed.
        statements.removeAll()
        sqlite3_close_v2(connection)
        watch.deinitialize(count: 1)
        watch.deallocate()
    }

    /// The statement for `sql`, prepared once.
    package func statement(_ sql: String) throws(StatementError) -> PreparedStatement {
        if let known = statements[sql] { return known }
        if statements.count >= StatementDatabase.cachedStatementsMax { statements.removeAll() }
        let fresh = try PreparedStatement(sql, on: connection)
        statements[sql] = fresh
        return fresh
    }

    /// Runs several statements without parameters in one transaction that may write: all or none.
    package func runScript(_ sql: String, patience: Patience) throws(StatementError) {
        try begin(patience: patience)
        do throws(StatementError) {
            try StatementDatabase.execute(sql, connection)
            try commit()
        } catch {
            rollBack()
            throw error
        }
    }

    /// Reads from one snapshot of the database.
    package func read<Value>(
        patience: Patience, _ body: () throws(StatementError) -> Value
    ) throws(StatementError) -> Value {
        watch.pointee.patience = patience
        defer { watch.pointee.patience = nil }
        try statement("BEGIN DEFERRED").run()
        do throws(StatementError) {
            let value = try body()
            rollBack()
            return value
        } catch {
            rollBack()
            throw error
        }
    }

    /// Begins a transaction that may write; no other connection writes until it has ended.
    package func begin(patience: Patience) throws(StatementError) {
        watch.pointee.patience = patience
        do throws(StatementError) {
            try lock(patience)
            try statement("BEGIN IMMEDIATE").run()
        } catch {
            end()
            throw error
        }
    }

    /// Commits what was begun. Where it throws, ``isInTransaction`` tells whether SQLite has kept
    /// the transaction; ``rollBack()`` is still due.
    package func commit() throws(StatementError) {
        watch.pointee.isCommitting = true
        defer { watch.pointee.isCommitting = false }
        guard isInTransaction else {
            throw StatementError(
                statement: "a statement ended the transaction by itself (OR ROLLBACK); "
                    + "nothing was changed; use OR ABORT")
        }
        try statement("COMMIT").run()
        checkpointIfLong()
        end()
    }

    /// Leaves the transaction, where there is still one, without any of its changes.
    package func rollBack() {
        // Without patience for the rollback itself: it must not be interrupted.
        watch.pointee.patience = nil
        if isInTransaction { sqlite3_exec(connection, "ROLLBACK", nil, nil, nil) }
        end()
    }

    package var isInTransaction: Bool { sqlite3_get_autocommit(connection) == 0 }

    private func end() {
        watch.pointee.patience = nil
        unlock()
    }

    private func lock(_ patience: Patience) throws(StatementError) {
        guard let writeLock else { return }
        var attempt = 0
        while try !writeLock.tryToTake() {
            guard patience.pause(beforeAttempt: attempt) else {
                throw StatementError(code: SQLITE_BUSY, message: "another process is writing")
            }
            attempt += 1
        }
    }

    private func unlock() { writeLock?.release() }

    private func checkpointIfLong() {
        guard writeLock != nil, watch.pointee.logFrames >= StatementDatabase.logFramesMax
        else { return }
        // A checkpoint that does not get far is no failure: the next writer tries again.
        sqlite3_wal_checkpoint_v2(connection, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
    }
}
