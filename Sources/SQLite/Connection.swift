// Running statements on one connection. Statements are prepared once and kept; values and rows go
// straight to SQLite's own interface, which costs a third of what GRDB's row types cost.

import GRDB
import GRDBSQLite
import Glibc

/// A connection inside a transaction. It must not leave the closure that it was given to.
package struct Connection {
    let database: Database
    package let path: String

    /// Runs a statement that answers nothing.
    /// - Returns: how many rows it changed.
    @discardableResult
    package func run(_ sql: String, _ values: [SQLValue] = []) throws(DatabaseFault) -> Int {
        try each(sql, values) { _ in false }
        return Int(sqlite3_changes(database.sqliteConnection))
    }

    /// All rows of an answer, each as `read` makes of it.
    package func rows<Item>(
        _ sql: String, _ values: [SQLValue] = [], _ read: (borrowing Row) -> Item
    ) throws(DatabaseFault) -> [Item] {
        var items: [Item] = []
        try each(sql, values) { row in
            items.append(read(row))
            return true
        }
        return items
    }

    /// The first row of an answer; the statement is stepped to its end all the same.
    package func first<Item>(
        _ sql: String, _ values: [SQLValue] = [], _ read: (borrowing Row) -> Item
    ) throws(DatabaseFault) -> Item? {
        var item: Item?
        try each(sql, values) { row in
            if item == nil { item = read(row) }
            return true
        }
        return item
    }

    /// Rows one after another, until `visit` answers that it has seen enough.
    package func each(
        _ sql: String, _ values: [SQLValue] = [], _ visit: (borrowing Row) -> Bool
    ) throws(DatabaseFault) {
        let statement = try prepared(sql)
        precondition(
            Int(sqlite3_bind_parameter_count(statement)) == values.count,
            "A statement gets as many values as it has parameters.")
        let packed = PackedValues(values)
        try packed.bound(to: statement) { isBound throws(DatabaseFault) in
            guard isBound else { throw fault() }
            while true {
                errno = 0
                switch sqlite3_step(statement) {
                case SQLITE_ROW: if !visit(Row(statement: statement)) { return }
                case SQLITE_DONE: return
                default: throw fault()
                }
            }
        }
    }

    /// Runs text that is not worth keeping prepared: schema changes and pragmas.
    package func execute(_ sql: String) throws(DatabaseFault) {
        errno = 0
        guard sqlite3_exec(database.sqliteConnection, sql, nil, nil, nil) == SQLITE_OK else {
            throw fault()
        }
    }

    /// Undoes the transaction that this connection is in. Nothing may follow in it.
    package func rollBack() throws(DatabaseFault) { try run("ROLLBACK") }

    var isInTransaction: Bool { sqlite3_get_autocommit(database.sqliteConnection) == 0 }

    /// What went wrong just now on this connection. SQLite does not keep what the system said when
    /// a commit fails; the thread's own error number still has it, where it was zero before.
    func fault() -> DatabaseFault {
        let threadErrno = errno
        let connection = database.sqliteConnection
        let kept = sqlite3_system_errno(connection)
        return DatabaseFault(
            code: sqlite3_extended_errcode(connection), errno: kept == 0 ? threadErrno : kept,
            text: sqlite3_errmsg(connection).map { String(cString: $0) } ?? "", path: path)
    }

    private func prepared(_ sql: String) throws(DatabaseFault) -> OpaquePointer {
        do {
            return try database.cachedStatement(sql: sql).sqliteStatement
        } catch {
            throw DatabaseFault(error, path: path)
        }
    }
}

extension DatabaseFault {
    /// GRDB's errors carry SQLite's code, but not what the system said.
    init(_ error: any Error, path: String, errno: Int32 = 0) {
        switch error {
        case let fault as DatabaseFault: self = fault
        case let error as DatabaseError:
            self.init(
                code: error.extendedResultCode.rawValue, errno: errno,
                text: error.message ?? "no message", path: path)
        default:
            self.init(.io, "\(path) could not be used.", cause: String(describing: error))
        }
    }
}
