// The settings that every connection gets, and reading them back. Nothing is written by hand here.

import CLinux
import GRDB
import GRDBSQLite

extension SharedDatabase {
    /// What a connection is really set to, by asking it.
    package struct Settings: Hashable, Sendable {
        package var journalMode = ""
        /// 1 is NORMAL, 2 is FULL.
        package var synchronous = 0
        package var automaticCheckpoint = 0
        package var memoryMap = 0
        package var foreignKeys = 0
        package var trustedSchema = 0
        package var cellSizeCheck = 0
        package var checkpointsOnClose = true
    }

    package static var libraryVersion: String { String(cString: sqlite3_libversion()) }

    /// - Precondition: the file lock is held: opening may recover the log, and makes one.
    static func open(
        _ path: String, _ log: WriteAheadLog, applicationID: Int?
    ) throws(DatabaseFault) -> DatabasePool {
        SQLiteLibrary.settle()
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        configuration.maximumReaderCount = 4
        configuration.prepareDatabase { database in
            let code = csystem_sqlite_setting(
                UnsafeMutableRawPointer(database.sqliteConnection),
                CSYSTEM_SQLITE_NO_CHECKPOINT_ON_CLOSE, 1)
            precondition(code == 1, "SQLite knows how to leave its log alone when it closes.")
            let connection = Connection(database: database, path: path)
            for pragma in pragmas { try connection.execute("PRAGMA \(pragma)") }
            // Before the journal mode is set, so that somebody else's file stays as it is.
            if let applicationID { try requireMark(applicationID, connection) }
        }
        do {
            let pool = try DatabasePool(path: path, configuration: configuration)
            try pool.writeWithoutTransaction { database in
                let connection = Connection(database: database, path: path)
                // The pool has set NORMAL by itself, after its preparation.
                try connection.execute("PRAGMA synchronous = FULL")
                try check(settings(of: connection), path: path)
                log.attach(to: connection)
            }
            return pool
        } catch {
            throw DatabaseFault(error, path: path, errno: Place.writeRefusal(path))
        }
    }

    private static let pragmas = [
        "wal_autocheckpoint = 0", "mmap_size = 0", "trusted_schema = OFF", "cell_size_check = ON",
        // What savepoints keep to undo a unit stays in memory: no temporary files.
        "temp_store = MEMORY",
        // KiB for each connection: the pages that calls touch again and again, and no more. Hosts
        // are started by the dozen.
        "cache_size = -1024",
    ]

    private static func requireMark(
        _ applicationID: Int, _ connection: Connection
    ) throws(DatabaseFault) {
        let found = try connection.first("PRAGMA application_id") { $0.integer(0) }
        let tables = try connection.first("SELECT count(*) FROM sqlite_schema") { $0.integer(0) }
        guard found != applicationID, found != 0 || tables != 0 else { return }
        throw DatabaseFault(
            .corrupt,
            "\(connection.path) is a database, but not one that Holdfast made. Nothing was changed "
                + "in it; name another path.")
    }

    private static func check(_ settings: Settings, path: String) throws(DatabaseFault) {
        guard settings.journalMode == "wal", settings.synchronous == 2,
            settings.automaticCheckpoint == 0, !settings.checkpointsOnClose
        else {
            throw DatabaseFault(
                .io, "\(path) cannot be used safely: SQLite did not take the settings that keep "
                    + "acknowledged work. Check which SQLite library is installed.",
                cause: "\(settings)")
        }
    }

    /// The settings of a connection, read back.
    package static func settings(of connection: Connection) throws(DatabaseFault) -> Settings {
        func number(_ name: String) throws(DatabaseFault) -> Int {
            try connection.first("PRAGMA \(name)") { $0.integer(0) } ?? 0
        }
        return Settings(
            journalMode: try connection.first("PRAGMA journal_mode") { $0.text(0) } ?? "",
            synchronous: try number("synchronous"),
            automaticCheckpoint: try number("wal_autocheckpoint"),
            memoryMap: try number("mmap_size"), foreignKeys: try number("foreign_keys"),
            trustedSchema: try number("trusted_schema"),
            cellSizeCheck: try number("cell_size_check"),
            checkpointsOnClose: csystem_sqlite_setting(
                UnsafeMutableRawPointer(connection.database.sqliteConnection),
                CSYSTEM_SQLITE_NO_CHECKPOINT_ON_CLOSE, -1) == 0)
    }
}
