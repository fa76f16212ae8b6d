// What a downstream database takes and gives, and how it refuses. No connection lives here, and no
// JSON: who calls maps values.

import GRDBSQLite

/// A value in one of SQLite's five storage classes.
package enum StatementValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])
}

/// A refusal of SQLite's, sorted by what it means for whoever asked.
package struct StatementError: Error, Hashable, Sendable {
    package enum Kind: Hashable, Sendable, CaseIterable {
        /// Another connection holds a lock.
        case busy
        case constraint
        case full
        case inputOutput
        case readOnly
        case notPermitted
        case cannotOpen
        /// The file is damaged, or is no database.
        case corrupt
        /// Stopped by its ``Patience``.
        case interrupted
        case tooLarge
        case mismatch
        case outOfMemory
        /// A fault in the statement or the schema: no such table, syntax.
        case statement
    }

    package let kind: Kind
    /// SQLite's extended result code.
    package let code: Int32
    /// SQLite's own words; they name tables, columns and constraints, not values.
    package let message: String

    package init(kind: Kind, code: Int32, message: String) {
        self.kind = kind
        self.code = code
        self.message = message
    }

    init(code: Int32, message: String) {
        self.init(kind: Kind(primaryCode: code & 0xff), code: code, message: message)
    }

    /// A fault in a statement that this target finds by itself.
    init(statement message: String) {
        self.init(kind: .statement, code: SQLITE_ERROR, message: message)
    }
}

extension StatementError.Kind {
    init(primaryCode: Int32) {
        switch primaryCode {
        case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL, SQLITE_SCHEMA: self = .busy
        case SQLITE_CONSTRAINT: self = .constraint
        case SQLITE_FULL: self = .full
        case SQLITE_IOERR: self = .inputOutput
        case SQLITE_READONLY: self = .readOnly
        case SQLITE_PERM, SQLITE_AUTH: self = .notPermitted
        case SQLITE_CANTOPEN: self = .cannotOpen
        case SQLITE_CORRUPT, SQLITE_NOTADB: self = .corrupt
        case SQLITE_INTERRUPT, SQLITE_ABORT: self = .interrupted
        case SQLITE_TOOBIG: self = .tooLarge
        case SQLITE_MISMATCH: self = .mismatch
        case SQLITE_NOMEM: self = .outOfMemory
        case _: self = .statement
        }
    }
}
