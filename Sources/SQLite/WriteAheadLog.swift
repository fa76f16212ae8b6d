// How long the write-ahead log is and when its frames are copied into the file. Never truncates.

import GRDB
import GRDBSQLite
import Glibc
import Synchronization

/// Counts by what SQLite says after each commit, not by the log file's size, which never shrinks.
final class WriteAheadLog: Sendable {
    private let limit: Int
    /// Frames in the log after this process's last commit, those of other processes among them.
    private let frames = Atomic<Int>(0)
    /// How many of them the last checkpoint of this process had copied. Others may have copied
    /// more since; then the next checkpoint finds nothing to do and costs nothing.
    private let copied = Atomic<Int>(0)

    init(limit: Int) { self.limit = limit }

    /// The hook holds no reference: connection and counter live and die with one database.
    func attach(to connection: Connection) {
        _ = sqlite3_wal_hook(
            connection.database.sqliteConnection,
            { context, _, _, frames in
                guard let context else { return SQLITE_OK }
                Unmanaged<WriteAheadLog>.fromOpaque(context).takeUnretainedValue()
                    .committed(Int(frames))
                return SQLITE_OK
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    private func committed(_ count: Int) {
        // Fewer than were copied: the log has begun anew.
        if count < copied.load(ordering: .relaxed) { copied.store(0, ordering: .relaxed) }
        frames.store(count, ordering: .relaxed)
    }

    var liveFrames: Int { frames.load(ordering: .relaxed) - copied.load(ordering: .relaxed) }

    /// - Precondition: the file lock is held, and no transaction is open.
    func checkpointIfLong(_ connection: Connection) {
        guard liveFrames >= limit else { return }
        do throws(DatabaseFault) {
            try checkpoint(connection)
        } catch {
            // The commit before it stands and is on disk in the log; the next one tries again.
        }
    }

    /// - Precondition: the file lock is held, and no transaction is open.
    @discardableResult
    func checkpoint(_ connection: Connection) throws(DatabaseFault) -> (frames: Int, copied: Int) {
        var inLog: Int32 = 0
        var inFile: Int32 = 0
        errno = 0
        let code = sqlite3_wal_checkpoint_v2(
            connection.database.sqliteConnection, "main", SQLITE_CHECKPOINT_PASSIVE, &inLog,
            &inFile)
        guard code == SQLITE_OK else { throw connection.fault() }
        frames.store(Int(inLog), ordering: .relaxed)
        copied.store(Int(inFile), ordering: .relaxed)
        return (Int(inLog), Int(inFile))
    }
}
