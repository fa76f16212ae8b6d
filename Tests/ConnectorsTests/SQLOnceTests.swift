// Once means once: repeated attempts, connections at the same time, crashes around the commit.

import Engine
import Foundation
import Glibc
import Host
import JSON
import SQLite
import Synchronization
import Testing

@testable import Connectors

@Suite struct SQLOnceTests {
    private let scratch = Scratch()
    private let database: StatementDatabase
    private let spec: JSONObject = [
        "kind": "sql", "database": "desk", "result": "row",
        "statement": "INSERT INTO tasks (title) VALUES (:title) RETURNING id, title",
        "parameters": ["title": ["$from": "/arguments/title"]],
    ]

    init() throws {
        database = try open(scratch.file("desk.db"))
        try database.script("CREATE TABLE tasks (id INTEGER PRIMARY KEY, title TEXT NOT NULL)")
    }

    private func connector(
        _ delivery: Delivery = .transactional,
        probe: @escaping @Sendable (ConnectorProbe) -> Void = { _ in }
    ) throws -> any Connector {
        try SQLConnectorKind(probe: probe).connector(for: spec, of: scratch.context(delivery))
    }

    @Test func repeatedAttemptsGiveTheRecordedResult() async throws {
        let connector = try connector()
        for number in 1...5 {
            // Even with other arguments: what was recorded is what happened.
            let outcome = await connector.execute(
                attempt(
                    ["title": .string("task \(number)")], number: number,
                    delivery: .transactional), stop: StopSignal())
            #expect(outcome.result == ["id": 1, "title": "task 1"])
        }
        #expect(try database.count("tasks") == 1)
        #expect(
            try database.all("SELECT call_id, attempt, state FROM holdfast_effects")
                == [[.text(call(1).text), .integer(1), .text("applied")]])
    }

    @Test func otherDeliveriesKeepNoKeys() async throws {
        for delivery in [Delivery.natural, .atMostOnce] {
            let outcome = try await connector(delivery).execute(
                attempt(["title": "x"], delivery: delivery), stop: StopSignal())
            #expect(outcome.result != nil)
        }
        #expect(try database.count("tasks") == 2)
        #expect(
            try database.all("SELECT name FROM sqlite_schema WHERE name LIKE 'holdfast%'") == [])
    }

    /// Each kind has its own connections, as each process has.
    @Test(arguments: [1, 2, 8])
    func concurrentAttemptsHaveOneEffect(connections: Int) async throws {
        let connectors = try (0..<connections).map { _ in try connector() }
        let results = await withTaskGroup(of: AttemptOutcome.self) { group in
            for index in 0..<64 {
                let connector = connectors[index % connections]
                group.addTask {
                    await connector.execute(
                        attempt(
                            ["title": "t"], call: index % 4, number: index,
                            delivery: .transactional,
                            timeoutMs: 60_000), stop: StopSignal())
                }
            }
            var all: [AttemptOutcome] = []
            for await outcome in group { all.append(outcome) }
            return all
        }
        #expect(Set(results.compactMap { $0.result?["id"]?.intValue }) == [1, 2, 3, 4])
        #expect(results.allSatisfy { $0.result != nil })
        #expect(try database.count("tasks") == 4)
    }

    @Test func recordAndEffectArriveTogether() async throws {
        let path = scratch.file("desk.db")
        let seen = Mutex<[String]>([])
        let connector = try connector { probe in
            // Another connection looks in from outside.
            do {
                let other = try open(path, .read)
                let tasks = try other.count("tasks")
                let table = "SELECT 1 FROM sqlite_schema WHERE name = 'holdfast_effects'"
                let keys = try other.all(table).isEmpty ? 0 : other.count("holdfast_effects")
                seen.withLock { $0.append("\(probe.rawValue) \(tasks) \(keys)") }
            } catch {
                seen.withLock { $0.append("\(error)") }
            }
        }
        let outcome = await connector.execute(
            attempt(["title": "x"], delivery: .transactional), stop: StopSignal())
        #expect(outcome.result != nil)
        #expect(seen.withLock { $0 } == ["beforeCommit 0 0", "afterCommit 1 1"])
    }

    @Test func voidCallNeverHappens() async throws {
        try database.script(
            """
            CREATE TABLE holdfast_effects (call_id TEXT PRIMARY KEY NOT NULL,
              attempt INTEGER NOT NULL, state TEXT NOT NULL, result TEXT, at TEXT NOT NULL)
              WITHOUT ROWID;
            INSERT INTO holdfast_effects VALUES ('\(call(1).text)', 1, 'void', NULL, ''),
              ('\(call(2).text)', 1, 'applied', '{', '');
            """)
        let connector = try connector()
        let void = await connector.execute(
            attempt(["title": "x"], delivery: .transactional), stop: StopSignal())
        #expect(void.failure?.kind == .fatal)
        let unreadable = await connector.execute(
            attempt(["title": "x"], call: 2, delivery: .transactional), stop: StopSignal())
        #expect(unreadable.unknownReason != nil)
        #expect(try database.count("tasks") == 0)
    }

    @Test func databaseReplacedUnderTheConnectionIsOpenedAgain() async throws {
        let connector = try connector()
        _ = await connector.execute(
            attempt(["title": "old"], delivery: .transactional), stop: StopSignal())
        for suffix in ["", "-wal", "-shm"] { unlink(scratch.file("desk.db" + suffix)) }
        let fresh = try open(scratch.file("desk.db"))
        try fresh.script("CREATE TABLE tasks (id INTEGER PRIMARY KEY, title TEXT NOT NULL)")
        let outcome = await connector.execute(
            attempt(["title": "new"], call: 2, delivery: .transactional), stop: StopSignal())
        #expect(outcome.result == ["id": 1, "title": "new"])
        #expect(try fresh.all("SELECT title FROM tasks") == [[.text("new")]])
    }

    @Test func writeAheadLogStaysShort() async throws {
        let connector = try connector()
        for number in 0..<700 {
            let outcome = await connector.execute(
                attempt(["title": "x"], call: number, delivery: .transactional),
                stop: StopSignal())
            #expect(outcome.result != nil)
        }
        let log = try FileManager.default.attributesOfItem(atPath: scratch.file("desk.db-wal"))
        let bytes = (log[.size] as? NSNumber)?.intValue ?? .max
        // 1,000 frames and a transaction more.
        #expect(bytes < 1_020 * 4_120)
        #expect(try database.count("tasks") == 700)
    }
}
