// The connections of this process to downstream databases, kept open between calls. What is done
// with a connection is elsewhere.

import CLinux
import Glibc
import SQLite
import Synchronization

/// One open connection and what is known of its file.
final class SQLConnection {
    let database: StatementDatabase
    /// Whether the key table was seen or made through this connection.
    var hasKeyTable = false
    private let file: FileIdentity

    init(path: String, access: StatementDatabase.Access, patience: Patience) throws(StatementError)
    {
        // Looked at first: where the file is replaced in between, the connection counts as stale.
        file = FileIdentity(of: path)
        database = try StatementDatabase(path: path, access: access, patience: patience)
    }

    /// Whether the path still leads to the file that was opened. (A restored backup is another
    /// file; what is written to the old one is lost.)
    var isCurrent: Bool { FileIdentity(of: database.path) == file }
}

private struct FileIdentity: Equatable {
    let device: UInt
    let inode: UInt

    init(of path: String) {
        var found = stat()
        let isThere = stat(path, &found) == 0
        device = isThere ? UInt(found.st_dev) : 0
        inode = isThere ? UInt(found.st_ino) : 0
    }
}

final class SQLPool: Sendable {
    // Handed from one thread to the next under the pool's lock; whoever took it out is its only
    // holder until it is given back.
    private struct Idle: @unchecked Sendable {
        let connection: SQLConnection
    }

    private struct Shelf {
        var readers: [Idle] = []
        var writer: Idle?
        let gate = TurnGate()
    }

    private let shelves = Mutex<[String: Shelf]>([:])

    init() {}

    /// Writers of one process take turns: SQLite lets only one write at a time, and waiting here
    /// costs less than asking the database again and again.
    func gate(for path: String) -> TurnGate {
        shelves.withLock { $0[path, default: Shelf()].gate }
    }

    func reader(_ path: String, _ patience: Patience) throws(StatementError) -> SQLConnection {
        let idle = shelves.withLock { $0[path]?.readers.popLast() }
        if let idle, idle.connection.isCurrent { return idle.connection }
        return try SQLConnection(path: path, access: .read, patience: patience)
    }

    /// Only for the holder of the gate.
    func writer(_ path: String, _ patience: Patience) throws(StatementError) -> SQLConnection {
        let idle = shelves.withLock { shelves -> Idle? in
            defer { shelves[path]?.writer = nil }
            return shelves[path]?.writer
        }
        if let idle, idle.connection.isCurrent { return idle.connection }
        return try SQLConnection(path: path, access: .write, patience: patience)
    }

    func giveBack(reader: SQLConnection) {
        let idle = Idle(connection: reader)
        shelves.withLock { shelves in
            var shelf = shelves[reader.database.path, default: Shelf()]
            guard shelf.readers.count < ConnectorLimits.idleReadersMax else { return }
            shelf.readers.append(idle)
            shelves[reader.database.path] = shelf
        }
    }

    func giveBack(writer: SQLConnection) {
        let idle = Idle(connection: writer)
        shelves.withLock { $0[writer.database.path, default: Shelf()].writer = idle }
    }
}
