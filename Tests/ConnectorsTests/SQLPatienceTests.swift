// Databases that are busy, statements that do not end, requests to stop.

import Engine
import Host
import JSON
import SQLite
import Testing

@testable import Connectors

@Suite struct SQLPatienceTests {
    private let scratch = Scratch()
    private let database: StatementDatabase
    private static let runaway =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) c FROM n"

    init() throws {
        database = try open(scratch.file("desk.db"))
        try database.script("CREATE TABLE t (a INTEGER)")
    }

    private func run(
        _ sql: String, delivery: Delivery, timeoutMs: Int64, stop: StopSignal = StopSignal()
    ) async throws -> (outcome: AttemptOutcome, ms: Int64) {
        let spec: JSONObject = [
            "kind": "sql", "database": "desk", "statement": .string(sql), "result": "none",
        ]
        let connector = try SQLConnectorKind().connector(for: spec, of: scratch.context(delivery))
        let start = Patience.nowNs()
        let outcome = await connector.execute(
            attempt(delivery: delivery, timeoutMs: timeoutMs), stop: stop)
        return (outcome, (Patience.nowNs() - start) / 1_000_000)
    }

    @Test func runawayReadIsCutOff() async throws {
        let (outcome, ms) = try await run(Self.runaway, delivery: .read, timeoutMs: 200)
        #expect(outcome.failure?.kind == .fatal)
        #expect(outcome.failure?.message.contains("200 ms") == true)
        #expect((200..<5000).contains(ms))
    }

    @Test func runawayWriteIsRolledBack() async throws {
        let sql = "INSERT INTO t " + Self.runaway
        let (outcome, ms) = try await run(sql, delivery: .transactional, timeoutMs: 200)
        #expect(outcome.failure?.kind == .transient)
        #expect((200..<5000).contains(ms))
        #expect(try database.count("t") == 0)
        let next = try await run("INSERT INTO t VALUES (1)", delivery: .natural, timeoutMs: 5000)
        #expect(next.outcome.result == [:])
    }

    @Test func stopIsHeardAtWork() async throws {
        let stop = StopSignal()
        let spec: JSONObject = [
            "kind": "sql", "database": "desk",
            "statement": .string("INSERT INTO t " + Self.runaway),
        ]
        let connector = try SQLConnectorKind().connector(
            for: spec, of: scratch.context(.transactional))
        async let running = connector.execute(
            attempt(delivery: .transactional, timeoutMs: 60_000), stop: stop)
        try await Task.sleep(for: .milliseconds(100))
        stop.raise()
        let outcome = await running
        #expect(outcome.failure?.kind == .transient)
        #expect(outcome.failure?.message.contains("stop") == true)
        #expect(try database.count("t") == 0)
    }

    @Test func busyDatabaseIsTransient() async throws {
        try database.begin(patience: Patience(forMs: 5000))
        defer { database.rollBack() }
        let (outcome, ms) = try await run(
            "INSERT INTO t VALUES (1)", delivery: .transactional, timeoutMs: 150)
        #expect(outcome.failure?.kind == .transient)
        #expect(outcome.failure?.message.contains("busy") == true)
        #expect((150..<5000).contains(ms))
        // Readers are not held up.
        let read = try await run("SELECT * FROM t", delivery: .read, timeoutMs: 5000)
        #expect(read.outcome.result == [:])
    }

    @Test func busyRollbackJournalIsTransientAtTheCommitToo() async throws {
        let old = try open(scratch.file("other.db"))
        try old.statement("PRAGMA journal_mode = DELETE").run()
        try old.script("CREATE TABLE t (a INTEGER)")
        let reader = try open(scratch.file("other.db"), .read)
        let spec: JSONObject = [
            "kind": "sql", "database": "other", "statement": "INSERT INTO t VALUES (1)",
        ]
        let connector = try SQLConnectorKind().connector(
            for: spec, of: scratch.context(.transactional))
        try reader.statement("BEGIN").run()
        _ = try reader.count("t")
        let busy = await connector.execute(
            attempt(delivery: .transactional, timeoutMs: 150), stop: StopSignal())
        #expect(busy.failure?.kind == .transient)
        reader.rollBack()
        let done = await connector.execute(
            attempt(delivery: .transactional, timeoutMs: 5000), stop: StopSignal())
        #expect(done.result == [:])
        #expect(try old.count("t") == 1)
        #expect(!reader.isWAL)
    }

    @Test func scriptIsAllOrNothing() throws {
        #expect(throws: StatementError.self) {
            try database.script("INSERT INTO t VALUES (1); INSERT INTO none VALUES (1)")
        }
        #expect(try database.count("t") == 0)
        try database.script("INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)")
        #expect(try database.count("t") == 2)
    }

    @Test func commitsAreFlushedAndNewDatabasesKeepALog() throws {
        #expect(database.isWAL)
        #expect(try database.all("PRAGMA synchronous") == [[.integer(2)]])
        let reader = try open(scratch.file("desk.db"), .read)
        #expect(try reader.all("PRAGMA query_only") == [[.integer(1)]])
        #expect(throws: StatementError.self) { try reader.script("INSERT INTO t VALUES (1)") }
    }

    @Test(arguments: StatementError.Kind.allCases)
    func failedCommitIsOnlyCertainWhereSQLiteIs(kind: StatementError.Kind) {
        let failures = SQLFailures(database: "d", path: "/", isWrite: true, timeoutMs: 1)
        let outcome = failures.outcome(
            ofCommit: StatementError(kind: kind, code: 1, message: "m"), stop: StopSignal())
        let isCertain: Set<StatementError.Kind> = [.busy, .constraint, .interrupted, .statement]
        #expect((outcome.unknownReason == nil) == isCertain.contains(kind))
    }

    @Test(
        arguments: [
            (.busy, .transient), (.constraint, .invalid), (.full, .transient),
            (.inputOutput, .transient), (.readOnly, .permission), (.notPermitted, .permission),
            (.corrupt, .fatal), (.interrupted, .transient), (.tooLarge, .invalid),
            (.mismatch, .invalid), (.statement, .fatal), (.outOfMemory, .transient),
        ] as [(StatementError.Kind, FailureClass)])
    func refusalsHaveTheirClass(kind: StatementError.Kind, expected: FailureClass) {
        let failures = SQLFailures(database: "d", path: "/", isWrite: true, timeoutMs: 1)
        let failure = failures.failure(
            StatementError(kind: kind, code: 1, message: "m"), stop: StopSignal())
        #expect(failure.failure.kind == expected)
    }
}
