// The journal in a SQLite file: opening it, migrations, and how transactions run. What rows mean is
// not known here.

package import Engine
package import SQLite

package final class SQLiteJournal: Journal {
    package let database: SharedDatabase

    /// How many commits were flushed to the disk before they were reported.
    package var flushCount: Int { database.flushCount }
    package var path: String { database.path }

    /// Opens a journal and brings its tables up to date, under its lock `PATH.lock`.
    /// - Throws: `newer`, `corrupt`, `readOnly`, `networkFileSystem`, `locked`, `full`, or `io`
    ///   where there is none and `options.creates` is false.
    package init(
        path: String, _ options: SharedDatabase.Options = SharedDatabase.Options()
    ) throws(JournalFault) {
        var options = options
        options.applicationID = Schema.applicationID
        do throws(DatabaseFault) {
            database = try SharedDatabase(path: path, options)
        } catch {
            throw JournalFault(error)
        }
        let version = try database.read { connection throws(JournalFault) in
            try SQLiteJournal.version(Session(connection))
        }
        if version < Schema.migrations.count {
            try database.write(.now) { connection throws(JournalFault) in
                try SQLiteJournal.migrate(Session(connection))
            }
        }
    }

    package func commit(
        _ units: [JournalUnit], _ durability: Durability
    ) throws(JournalFault) {
        let flush: SharedDatabase.Flush =
            switch durability {
            case .flushed: .now
            case .committed: .later
            }
        try database.write(flush) { connection throws(JournalFault) in
            let session = try SQLiteJournal.session(connection)
            if units.count == 1 {
                try session.runAlone(units[0])
            } else {
                for unit in units { try session.run(unit) }
            }
        }
    }

    package func read<Answer>(
        _ body: (any JournalReading) throws(JournalFault) -> Answer
    ) throws(JournalFault) -> Answer {
        try database.read { connection throws(JournalFault) in
            try body(SQLiteJournal.session(connection))
        }
    }

    /// The version is read in every transaction, so that a host stops once a newer one has changed
    /// the tables.
    private static func session(_ connection: Connection) throws(JournalFault) -> Session {
        let session = Session(connection)
        let found = try version(session)
        guard found == Schema.migrations.count else {
            throw JournalFault(
                .corrupt,
                "\(connection.path) went back to format \(found) while it was open: somebody put "
                    + "an older file in its place. Stop all hosts and start them again.")
        }
        return session
    }

    private static func version(_ session: Session) throws(JournalFault) -> Int {
        let version = try session.first(Schema.version) { $0.integer(0) } ?? 0
        if version > Schema.migrations.count { throw newer(version, session) }
        return version
    }

    private static func migrate(_ session: Session) throws(JournalFault) {
        // Read again: another host may have done it while this one waited for the lock.
        let version = try version(session)
        guard version < Schema.migrations.count else { return }
        do throws(DatabaseFault) {
            for migration in Schema.migrations.dropFirst(version) {
                try session.connection.execute(migration)
            }
            try session.connection.execute(Schema.mark(version: Schema.migrations.count))
        } catch {
            throw JournalFault(error)
        }
    }

    private static func newer(_ version: Int, _ session: Session) -> JournalFault {
        JournalFault(
            .newer,
            "\(session.connection.path) has format \(version), and this holdfast knows formats up "
                + "to \(Schema.migrations.count): a newer release has opened it. Start that "
                + "release ('holdfast --version' tells which one runs), or choose another journal.")
    }
}

extension JournalFault: DatabaseFailure {
    package init(_ fault: DatabaseFault) {
        let code: Code =
            switch fault.kind {
            case .full: .full
            case .locked: .locked
            case .corrupt: .corrupt
            case .readOnly: .readOnly
            case .networkFileSystem: .networkFileSystem
            // The statements are fixed and their values are checked before: a row that the tables
            // refuse contradicts those that are there.
            case .constraint: .corrupt
            case .missing, .io: .io
            }
        self.init(code, fault.message, cause: fault.cause)
    }
}
