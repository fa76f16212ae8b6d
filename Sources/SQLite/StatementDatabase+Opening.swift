// How a connection to a downstream database is opened and set up. What is done with it is
// elsewhere.

import CLinux
import GRDBSQLite

extension StatementDatabase {
    /// SQLite asks this often, counted in its own small steps, whether to go on.
    private static let stepsBetweenQuestions: Int32 = 1000

    static func open(_ path: String, _ access: Access) throws(StatementError) -> OpaquePointer {
        SQLiteLibrary.settle()
        // A connection is used by one thread at a time, so SQLite needs no lock of its own.
        let common = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE
        let flags = access == .create ? common | SQLITE_OPEN_CREATE : common
        var handle: OpaquePointer?
        let code = sqlite3_open_v2(path, &handle, flags, nil)
        guard let handle else {
            throw StatementError(code: SQLITE_NOMEM, message: "no memory for a connection")
        }
        guard code == SQLITE_OK else {
            let error = failure(code, handle)
            sqlite3_close_v2(handle)
            throw error
        }
        sqlite3_extended_result_codes(handle, 1)
        return handle
    }

    /// Lets SQLite ask `watch` whether to go on working, and whether to go on waiting; has it note
    /// the length of the log. (A log hook of ours also replaces the automatic checkpoints.)
    static func install(_ watch: UnsafeMutablePointer<Watch>, on connection: OpaquePointer) {
        sqlite3_progress_handler(
            connection, stepsBetweenQuestions,
            { context in
                // The context is the watch that was given below; it outlives the connection.
                context!.assumingMemoryBound(to: Watch.self).pointee.isOver ? 1 : 0
            }, watch)
        sqlite3_busy_handler(
            connection,
            { context, attempt in
                // The same watch as above.
                let watch = context!.assumingMemoryBound(to: Watch.self)
                guard let patience = watch.pointee.patience else { return 0 }
                return patience.pause(beforeAttempt: Int(attempt)) ? 1 : 0
            }, watch)
        sqlite3_wal_hook(
            connection,
            { context, _, _, frames in
                // The same watch as above.
                context!.assumingMemoryBound(to: Watch.self).pointee.logFrames = frames
                return SQLITE_OK
            }, watch)
    }

    /// - Returns: whether the database is in WAL mode.
    static func prepareForUse(
        _ connection: OpaquePointer, _ access: Access
    ) throws(StatementError) -> Bool {
        _ = csystem_sqlite_setting(
            UnsafeMutableRawPointer(connection), Int32(CSYSTEM_SQLITE_NO_CHECKPOINT_ON_CLOSE), 1)
        var mode = try text("PRAGMA journal_mode", connection)
        if access != .read, try text("PRAGMA page_count", connection) == "0" {
            mode = try text("PRAGMA journal_mode = WAL", connection)
        }
        try execute("PRAGMA synchronous = FULL", connection)
        try execute("PRAGMA foreign_keys = ON", connection)
        try execute("PRAGMA cache_size = -512", connection)
        if access == .read { try execute("PRAGMA query_only = ON", connection) }
        return mode == "wal"
    }

    static func execute(_ sql: String, _ connection: OpaquePointer) throws(StatementError) {
        let code = sqlite3_exec(connection, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw failure(code, connection) }
    }

    private static func text(
        _ sql: String, _ connection: OpaquePointer
    ) throws(StatementError) -> String {
        var found = ""
        try PreparedStatement(sql, on: connection).run { statement in
            switch statement.value(at: 0) {
            case .text(let text): found = text
            case .integer(let number): found = String(number)
            case .null, .real, .blob: break
            }
            return true
        }
        return found
    }

    static func failure(_ code: Int32, _ connection: OpaquePointer) -> StatementError {
        let extended = sqlite3_extended_errcode(connection)
        // The connection may have no error of its own to add (misuse, no memory).
        let exact = extended & 0xff == code & 0xff ? extended : code
        let words = sqlite3_errmsg(connection).map { String(cString: $0) }
        return StatementError(code: exact, message: words ?? "SQLite gave no reason")
    }
}
