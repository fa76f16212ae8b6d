// A database that many processes write: opened, locked and flushed so that nothing acknowledged is
// lost. Which tables it has is no business of this file.

import CLinux
import GRDB
import GRDBSQLite
import Synchronization

/// Transactions and reads of one database file, from any thread. Every write transaction, every
/// checkpoint of the write-ahead log and the opening itself happen under one file lock: SQLite
/// up to 3.51.2 can lose committed pages when a checkpoint races a write.
package final class SharedDatabase: Sendable {
    package struct Options: Sendable {
        /// Makes the file, and directories above it, where they are not there.
        package var creates = true
        package var lockTimeoutMs = 10_000
        /// A commit that leaves more frames than this in the log copies them to the file.
        package var checkpointFrames = 1000
        /// Whom the file, the files beside it and directories that are made are for.
        package var access = FileAccess.owner
        /// The mark that a file with tables in it must bear (`PRAGMA application_id`); nil: any.
        package var applicationID: Int?
        /// Stands in for what the system says about the place; for tests.
        package var fileSystem: FileSystemType?
        package init() {}
    }

    /// How far a commit must have come before it is reported.
    package enum Flush: Sendable {
        case now
        /// Written by the system some time: survives the process, perhaps not the power.
        case later
    }

    package let path: String
    package let lock: FileLock
    private let options: Options
    private let pool: DatabasePool
    private let log: WriteAheadLog
    /// The file that was opened. The path may lead to another one later, or to none.
    private let identity: FileIdentity
    /// The writer's `synchronous` setting; only touched under the lock.
    private let flush = Mutex(Flush.now)
    private let flushes = Atomic<Int>(0)

    /// How many transactions were committed with a flush.
    package var flushCount: Int { flushes.load(ordering: .relaxed) }

    package init(path: String, _ options: Options = Options()) throws(DatabaseFault) {
        if options.creates {
            try Place.makeDirectory(Place.directory(of: path), options.access)
        } else if !Place.exists(path) {
            throw DatabaseFault(.missing, "There is no \(path), and nothing is made by reading.")
        }
        let place = Place.exists(path) ? path : Place.directory(of: path)
        let found = try FileSystemType(of: place)
        try (options.fileSystem ?? found).refuseNetwork(path: path)
        self.path = path
        self.options = options
        let lock = try FileLock(path: path + ".lock", options.access)
        self.lock = lock
        log = WriteAheadLog(limit: options.checkpointFrames)
        try lock.acquire(timeoutMs: options.lockTimeoutMs)
        defer { lock.release() }
        identity = try Place.makeFile(path, options.access)
        for suffix in ["-wal", "-shm"] { try options.access.require(path + suffix) }
        pool = try SharedDatabase.open(path, log, applicationID: options.applicationID)
    }

    /// One transaction under the lock. Whatever `body` throws undoes it.
    package func write<Answer, Failure: DatabaseFailure>(
        _ flush: Flush, _ body: (Connection) throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        try exclusively { connection throws(Failure) in
            let answer = try transaction(connection, flush, body)
            // What was committed stays committed, whether or not the log could be shortened: the
            // frames stay where they are, and the next commit tries again.
            log.checkpointIfLong(connection)
            return answer
        }
    }

    /// A read of what was committed, which neither waits for writers nor holds them up.
    package func read<Answer, Failure: DatabaseFailure>(
        _ body: (Connection) throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        let result: Result<Answer, Failure>
        do {
            try refuseReplaced()
            result = try pool.read { database in
                let connection = Connection(database: database, path: path)
                return Result { () throws(Failure) in try body(connection) }
            }
        } catch {
            throw Failure(DatabaseFault(error, path: path))
        }
        return try result.get()
    }

    /// Copies what it can of the log into the file, without waiting for readers.
    /// - Returns: the frames in the log, and how many of them are in the file.
    @discardableResult
    package func checkpoint() throws(DatabaseFault) -> (frames: Int, copied: Int) {
        try exclusively { connection throws(DatabaseFault) in try log.checkpoint(connection) }
    }

    private func exclusively<Answer, Failure: DatabaseFailure>(
        _ body: (Connection) throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        try lock.withLock(timeoutMs: options.lockTimeoutMs) { () throws(Failure) in
            do throws(DatabaseFault) {
                try refuseReplaced()
            } catch {
                throw Failure(error)
            }
            let result: Result<Answer, Failure> = pool.writeWithoutTransaction { database in
                let connection = Connection(database: database, path: path)
                return Result { () throws(Failure) in try body(connection) }
            }
            return try result.get()
        }
    }

    /// SQLite goes on with a file that is no longer at its path, where no other process sees it.
    private func refuseReplaced() throws(DatabaseFault) {
        guard try FileIdentity.find(at: path) != identity else { return }
        throw DatabaseFault(
            .corrupt,
            "The journal at \(path) was removed or replaced while it was in use; nothing was "
                + "written. Stop every holdfast host, put the journal back from a backup, and "
                + "start again.")
    }

    private func transaction<Answer, Failure: DatabaseFailure>(
        _ connection: Connection, _ flush: Flush,
        _ body: (Connection) throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        do throws(DatabaseFault) {
            try set(flush, connection)
            try connection.run("BEGIN IMMEDIATE")
        } catch {
            throw Failure(error)
        }
        do throws(Failure) {
            let answer = try body(connection)
            // A body that has rolled back leaves nothing to commit.
            guard connection.isInTransaction else { return answer }
            do throws(DatabaseFault) {
                try connection.run("COMMIT")
            } catch {
                throw Failure(error)
            }
            if flush == .now { flushes.add(1, ordering: .relaxed) }
            return answer
        } catch {
            undo(connection)
            throw error
        }
    }

    /// After some failures SQLite has already undone the transaction by itself.
    private func undo(_ connection: Connection) {
        guard connection.isInTransaction else { return }
        do throws(DatabaseFault) {
            try connection.run("ROLLBACK")
        } catch {
            // SQLite ends the transaction even where it reports a failure of undoing it.
            precondition(!connection.isInTransaction, "A rollback ends its transaction.")
        }
    }

    /// The setting is changed outside transactions only, and only where it differs.
    private func set(_ wanted: Flush, _ connection: Connection) throws(DatabaseFault) {
        guard flush.withLock({ $0 }) != wanted else { return }
        switch wanted {
        case .now: try connection.execute("PRAGMA synchronous = FULL")
        case .later: try connection.execute("PRAGMA synchronous = NORMAL")
        }
        flush.withLock { $0 = wanted }
    }
}
