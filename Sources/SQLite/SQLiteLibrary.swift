// What is set for the whole SQLite library of a process. What a connection is set to stands with
// those who open it.

import CLinux

enum SQLiteLibrary {
    /// To be called before any connection is opened; the first call does it.
    ///
    /// SQLite counts what it has allocated, under one lock for all of its connections, though
    /// nobody here asks: a call allocates three hundred times. (Where the library is built without
    /// its small heap for each connection, as some distributions do.)
    static func settle() { _ = isCounting }

    /// Refused where somebody has used the library before; then it works as it did.
    static let isCounting =
        csystem_sqlite_library_setting(CSYSTEM_SQLITE_MEMORY_STATISTICS, 0) != 0
}
