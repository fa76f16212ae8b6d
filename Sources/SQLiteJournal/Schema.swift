// The journal's tables and every statement over them. All SQL of the journal is in this file, and
// nothing else is.

enum Schema {
    /// "hold": what marks a database file as a Holdfast journal.
    static let applicationID = 0x686f_6c64

    /// A commit costs a page written for each tree that it touches, so there are no more trees
    /// than calls need. Since version 2: payloads and the agenda are a tree each; the index of
    /// states by label has only the runs that are neither open nor completed, which a person looks
    /// for; the records count themselves. Since version 3: a state is a short row in one tree, its
    /// snapshot lies apart and is there only once a run is long. Snapshots of before are given up:
    /// runs are read from their records until they have one again.
    ///
    /// Each entry brings a journal from the version of its place to the next. Entries are only
    /// ever added; what is released is never changed.
    static let migrations = [
        """
        CREATE TABLE records (
            idx INTEGER PRIMARY KEY, run TEXT NOT NULL, sequence INTEGER NOT NULL,
            leaf BLOB NOT NULL, hash BLOB NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX records_by_run ON records (run, sequence);
        CREATE TABLE states (
            run TEXT NOT NULL, version INTEGER NOT NULL, label TEXT NOT NULL, bytes BLOB NOT NULL
        ) STRICT;
        CREATE INDEX states_by_run ON states (run, label);
        CREATE TABLE keys (
            name TEXT PRIMARY KEY NOT NULL, value BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE payloads (
            digest BLOB PRIMARY KEY NOT NULL, salt BLOB NOT NULL, bytes BLOB NOT NULL
        ) STRICT;
        CREATE TABLE agenda (
            call TEXT PRIMARY KEY NOT NULL, run TEXT NOT NULL, due INTEGER NOT NULL,
            owner TEXT, environment TEXT
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX agenda_by_time ON agenda (due, call);
        CREATE TABLE counters (
            name TEXT PRIMARY KEY NOT NULL, value INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """,
        """
        CREATE TABLE payloads2 (
            digest BLOB PRIMARY KEY NOT NULL, salt BLOB NOT NULL, bytes BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;
        INSERT INTO payloads2 SELECT digest, salt, bytes FROM payloads ORDER BY digest;
        DROP TABLE payloads;
        ALTER TABLE payloads2 RENAME TO payloads;
        CREATE TABLE agenda2 (
            due INTEGER NOT NULL, call TEXT NOT NULL, run TEXT NOT NULL,
            owner TEXT, environment TEXT, PRIMARY KEY (due, call)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO agenda2 SELECT due, call, run, owner, environment FROM agenda;
        DROP TABLE agenda;
        ALTER TABLE agenda2 RENAME TO agenda;
        DROP INDEX states_by_run;
        ALTER TABLE states ADD COLUMN parts INTEGER NOT NULL DEFAULT 0;
        CREATE UNIQUE INDEX state_of_run ON states (run);
        CREATE INDEX states_by_label ON states (label, run)
            WHERE label <> 'open' AND label <> 'completed';
        ALTER TABLE states ADD COLUMN head BLOB NOT NULL DEFAULT x'';
        ALTER TABLE states ADD COLUMN family TEXT NOT NULL DEFAULT '';
        UPDATE states SET family = json_array(
            json_extract(CAST(bytes AS TEXT), '$.profile'),
            json_extract(CAST(bytes AS TEXT), '$.on_behalf_of'))
            WHERE json_valid(CAST(bytes AS TEXT));
        CREATE INDEX states_by_family ON states (family, run);
        CREATE TABLE parts (
            run TEXT NOT NULL, position INTEGER NOT NULL, bytes BLOB NOT NULL,
            PRIMARY KEY (run, position)
        ) STRICT, WITHOUT ROWID;
        DELETE FROM counters WHERE name = 'records';
        """,
        """
        CREATE TABLE states2 (
            run TEXT PRIMARY KEY NOT NULL, version INTEGER NOT NULL, head BLOB NOT NULL,
            label TEXT NOT NULL, family TEXT NOT NULL, snapshot INTEGER
        ) STRICT, WITHOUT ROWID;
        INSERT INTO states2 SELECT run, version, head, label, family, NULL FROM states
            ORDER BY run;
        DROP TABLE states;
        ALTER TABLE states2 RENAME TO states;
        CREATE INDEX states_by_label ON states (label, run)
            WHERE label <> 'open' AND label <> 'completed';
        CREATE INDEX states_by_family ON states (family, run);
        DROP TABLE parts;
        CREATE TABLE snapshots (
            run TEXT NOT NULL, position INTEGER NOT NULL, bytes BLOB NOT NULL,
            PRIMARY KEY (run, position)
        ) STRICT, WITHOUT ROWID;
        """,
    ]

    static let version = "PRAGMA user_version"
    static func mark(version: Int) -> String {
        "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version);"
    }

    static let beginUnit = "SAVEPOINT unit"
    static let keepUnit = "RELEASE unit"
    static let undoUnit = "ROLLBACK TO unit"

    static let nextIndex = "SELECT coalesce(max(idx) + 1, 0) FROM records"
    static let nextSequence = "SELECT coalesce(max(sequence) + 1, 0) FROM records WHERE run = ?"
    static let addRecord =
        "INSERT INTO records (idx, run, sequence, leaf, hash) VALUES (?, ?, ?, ?, ?)"
    static let stream = """
        SELECT idx, run, sequence, leaf, hash FROM records
        WHERE run = ? AND sequence >= ? ORDER BY sequence LIMIT ?
        """
    static let log = """
        SELECT idx, run, sequence, leaf, hash FROM records WHERE idx >= ? ORDER BY idx LIMIT ?
        """

    static let state = """
        SELECT run, version, head, label, family, snapshot FROM states WHERE run = ?
        """
    static let addState = """
        INSERT OR IGNORE INTO states (run, version, head, label, snapshot, family)
        VALUES (?, ?, ?, ?, ?, ?)
        """
    static let replaceState = """
        UPDATE states SET version = ?, head = ?, label = ?, snapshot = coalesce(?, snapshot)
        WHERE run = ? AND version = ?
        """
    static let states = """
        SELECT run, version, head, label, family, snapshot FROM states
        WHERE (?1 IS NULL OR run < ?1) ORDER BY run DESC LIMIT ?2
        """
    static let statesByFamily = """
        SELECT run, version, head, label, family, snapshot FROM states
        WHERE family = ?1 AND (?2 IS NULL OR run < ?2) ORDER BY run DESC LIMIT ?3
        """
    /// For the labels that most runs have: newest first until there are enough.
    static let statesByCommonLabel = """
        SELECT run, version, head, label, family, snapshot FROM states
        WHERE +label = ?1 AND (?2 IS NULL OR run < ?2) ORDER BY run DESC LIMIT ?3
        """
    static let statesByRareLabel = """
        SELECT run, version, head, label, family, snapshot FROM states
        WHERE label = ?1 AND label <> 'open' AND label <> 'completed'
            AND (?2 IS NULL OR run < ?2) ORDER BY run DESC LIMIT ?3
        """
    /// The labels that the index by label leaves out.
    static let commonLabels = ["open", "completed"]
    static let pieces = "SELECT position, bytes FROM snapshots WHERE run = ? ORDER BY position"
    static let setPiece =
        "INSERT OR REPLACE INTO snapshots (run, position, bytes) VALUES (?, ?, ?)"

    static let key = "SELECT value FROM keys WHERE name = ?"
    static let setKey = "INSERT OR REPLACE INTO keys (name, value) VALUES (?, ?)"
    static let freeKey = "DELETE FROM keys WHERE name = ?"
    static let keysFrom = "SELECT name, value FROM keys WHERE name >= ? ORDER BY name"

    static let payload = "SELECT salt, bytes FROM payloads WHERE digest = ?"
    static let setPayload = """
        INSERT INTO payloads (digest, salt, bytes) VALUES (?, ?, ?)
        ON CONFLICT (digest) DO UPDATE SET salt = excluded.salt, bytes = excluded.bytes
        """
    static let erasePayload = "DELETE FROM payloads WHERE digest = ?"

    /// A line that nobody knew of gives way.
    static let addLine = """
        INSERT OR REPLACE INTO agenda (call, run, due, owner, environment) VALUES (?, ?, ?, ?, ?)
        """
    static let dropLineAt = "DELETE FROM agenda WHERE due = ? AND call = ?"
    /// Looks through the whole agenda.
    static let dropLine = "DELETE FROM agenda WHERE call = ?"
    static let agenda = """
        SELECT call, run, due, owner, environment FROM agenda ORDER BY due, call LIMIT ?
        """
    /// ?1 the time, ?2 the environments as a JSON array, ?3 the limit.
    static let due = """
        SELECT call, run, due, owner, environment FROM agenda
        WHERE due <= ?1 AND \(inEnvironment) ORDER BY due, call LIMIT ?3
        """
    /// As ``due``, and ?4 the owners that are gone as a JSON array, ?5 up to when they are looked
    /// for.
    static let dueOrGone = """
        SELECT call, run, due, owner, environment FROM agenda
        WHERE due <= ?5 AND (due <= ?1 OR owner IN (SELECT value FROM json_each(?4)))
            AND \(inEnvironment)
        ORDER BY due, call LIMIT ?3
        """
    private static let inEnvironment =
        "(environment IS NULL OR environment IN (SELECT value FROM json_each(?2)))"

    static let setCounter = "INSERT OR REPLACE INTO counters (name, value) VALUES (?, ?)"
    static let counter = "SELECT value FROM counters WHERE name = ?"
}
