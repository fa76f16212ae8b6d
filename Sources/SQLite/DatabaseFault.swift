// How a database fails, sorted by what somebody can do about it. No SQL and no opening here.

import GRDBSQLite
import Glibc

/// A database could not do its work. The transaction it happened in has been undone.
package struct DatabaseFault: Error, Sendable, CustomStringConvertible {
    package enum Kind: String, Sendable, CaseIterable {
        /// No room on the disk, in the quota or below a file-size limit.
        case full
        /// A lock was not to be had before its deadline.
        case locked
        /// Not a database, or one that contradicts itself.
        case corrupt
        /// The file or its directory may not be written.
        case readOnly
        case networkFileSystem
        /// There is no such file, and none was to be made.
        case missing
        /// The statement broke a rule of the schema; the database is fine.
        case constraint
        /// Anything else the system said.
        case io
    }

    package let kind: Kind
    /// What happened, to what, and what to do now.
    package let message: String
    /// What the layer below said.
    package let cause: String?
    /// SQLite's extended result code; 0 where the failure is not SQLite's.
    package let code: Int32

    package init(_ kind: Kind, _ message: String, cause: String? = nil, code: Int32 = 0) {
        self.kind = kind
        self.message = message
        self.cause = cause
        self.code = code
    }

    package var description: String { cause.map { "\(message) (\($0))" } ?? message }
}

/// Lets a caller's own error type run through the transactions of this target.
package protocol DatabaseFailure: Error {
    init(_ fault: DatabaseFault)
}

extension DatabaseFault: DatabaseFailure {
    package init(_ fault: DatabaseFault) { self = fault }
}

extension DatabaseFault {
    /// - Parameters:
    ///   - code: SQLite's extended result code.
    ///   - errno: what the system said last to that connection, 0 where it said nothing.
    init(code: Int32, errno: Int32, text: String, path: String) {
        let kind = Kind(code: code, errno: errno)
        let system = errno == 0 || kind == .constraint ? "" : ", " + systemText(errno)
        self.init(
            kind, kind.advice(path), cause: "SQLite \(code): \(text)\(system)", code: code)
    }

    /// - Parameter errno: what a system call on `path` answered.
    init(errno: Int32, doing what: String, path: String) {
        let kind = Kind(errno: errno) ?? (errno == ENOENT ? .missing : .io)
        self.init(kind, kind.advice(path), cause: "\(what): \(systemText(errno))")
    }
}

extension DatabaseFault.Kind {
    fileprivate init?(errno: Int32) {
        switch errno {
        case ENOSPC, EDQUOT, EFBIG: self = .full
        case EACCES, EPERM, EROFS: self = .readOnly
        default: return nil
        }
    }

    fileprivate init(code: Int32, errno: Int32) {
        switch code & 0xff {
        case SQLITE_FULL: self = .full
        case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL: self = .locked
        case SQLITE_CORRUPT, SQLITE_NOTADB: self = .corrupt
        case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH: self = .readOnly
        case SQLITE_CONSTRAINT, SQLITE_MISMATCH: self = .constraint
        // Making room for the shared memory beside the log (SQLITE_IOERR_SHMSIZE) failed.
        case SQLITE_IOERR where code == SQLITE_IOERR | (19 << 8): self = .full
        // SQLite keeps these for any failed call; what the system said decides.
        case SQLITE_IOERR, SQLITE_CANTOPEN: self = Self(errno: errno) ?? .io
        default: self = .io
        }
    }

    fileprivate func advice(_ path: String) -> String {
        switch self {
        case .full:
            "There is no room to write to \(path). Nothing of this transaction was kept, and what "
                + "was acknowledged before is safe. Free space on that disk and try again."
        case .locked:
            "\(path) is locked by another program that does not let go of it. Find it with "
                + "'fuser \(path)' and try again once it has ended."
        case .corrupt:
            "\(path) is not a whole database. Do not write to it; keep a copy for inspection, "
                + "and restore the newest backup."
        case .readOnly:
            "\(path) or its directory cannot be written by this account. Give it write "
                + "permission there, or choose another place."
        case .networkFileSystem:
            "\(path) lies on a network file system. Choose a place on a local disk."
        case .missing:
            "There is no \(path), and this command makes none."
        case .constraint:
            "A statement was refused by the rules of the tables in \(path)."
        case .io:
            "Reading or writing \(path) failed. Look for disk errors, then try again."
        }
    }
}

/// The system's own words for an error number.
func systemText(_ errno: Int32) -> String {
    guard let text = strerror(errno) else { return "error \(errno)" }
    return String(cString: text)
}
