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

    private static func void(
        _ connector: any Connector, call number: Int = 1, timeoutMs: Int64 = 10_000
    ) async -> AttemptOutcome {
        await connector.execute(
            attempt(
                ["title": "x"], call: number, number: 2, purpose: .void,
                delivery: .transactional, timeoutMs: timeoutMs),
            stop: StopSignal())
    }

    private static func apply(
        _ connector: any Connector, call number: Int = 1
    ) async -> AttemptOutcome {
        await connector.execute(
            attempt(["title": "x"], call: number, delivery: .transactional, timeoutMs: 60_000),
            stop: StopSignal())
    }

    @Test func aVoidRowTakesTheKeyForGood() async throws {
        let connector = try connector()
        #expect(await Self.void(connector) == .voided)
        // Once more, as after a commit that nobody heard of.
        #expect(await Self.void(connector) == .voided)
        #expect(
            try database.all("SELECT call_id, attempt, state, result FROM holdfast_effects")
                == [[.text(call(1).text), .integer(2), .text("void"), .null]])
        let late = await Self.apply(try self.connector())
        #expect(late.failure?.kind == .fatal)
        #expect(late.failure?.message.contains("not applied") == true)
        #expect(try database.count("tasks") == 0)
        // Other calls go on.
        #expect(await Self.apply(connector, call: 2).result == ["id": 1, "title": "x"])
    }

    @Test func whatIsAppliedIsNotVoided() async throws {
        let connector = try connector()
        let applied = await Self.apply(connector)
        #expect(await Self.void(try self.connector()) == applied)
        #expect(try database.count("tasks") == 1)
        #expect(try database.all("SELECT state FROM holdfast_effects") == [[.text("applied")]])
        try database.script("UPDATE holdfast_effects SET result = '{'")
        #expect(await Self.void(connector).unknownReason?.contains("is applied") == true)
    }

    @Test func aVoidThatCannotBeWrittenIsNone() async throws {
        try database.begin(patience: Patience(forMs: 5000))
        let busy = await Self.void(try connector(), timeoutMs: 150)
        #expect(busy.failure?.kind == .transient)
        database.rollBack()
        #expect(
            try database.all("SELECT name FROM sqlite_schema WHERE name LIKE 'holdfast%'") == [])
        #expect(await Self.apply(try connector()).result != nil)
    }

    /// Either it happened and both say so, or it did not and can not.
    @Test func effectAndVoidRaceToOneEnd() async throws {
        for number in 1...40 {
            let (one, other) = (try connector(), try connector())
            async let effect = Self.apply(one, call: number)
            async let voided = Self.void(other, call: number)
            let ends = await (effect: effect, void: voided)
            let rows = try database.all(
                "SELECT state FROM holdfast_effects WHERE call_id = '\(call(number).text)'")
            switch ends.void {
            case .voided:
                #expect(ends.effect.failure?.kind == .fatal)
                #expect(rows == [[.text("void")]])
            case .succeeded, .succeededTooLarge, .failed, .unknown:
                #expect(ends.void.result != nil && ends.void == ends.effect)
                #expect(rows == [[.text("applied")]])
            }
        }
        let applied = try database.all("SELECT 1 FROM holdfast_effects WHERE state = 'applied'")
        #expect(try database.count("tasks") == Int64(applied.count))
    }

    /// The effect is at its commit while the void is asked for: one of them waits for the other.
    @Test func aVoidWaitsForACommitUnderWay() async throws {
        let (reached, release) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let slow = try connector { probe in
            guard probe == .beforeCommit else { return }
            reached.signal()
            release.wait()
        }
        // On a thread of its own: it blocks while others wait for the few that tests share.
        let threads = BlockingThreads(limit: 1)
        let applied = try await withThrowingTaskGroup(of: AttemptOutcome.self) { group in
            group.addTask(executorPreference: threads) { await Self.apply(slow) }
            await wait(for: reached)
            #expect(await Self.void(try connector(), timeoutMs: 150).failure?.kind == .transient)
            release.signal()
            return try await group.next()
        }
        #expect(applied?.result == ["id": 1, "title": "x"])
        #expect(await Self.void(try connector()) == applied)
    }

    private func wait(for semaphore: DispatchSemaphore) async {
        while semaphore.wait(timeout: .now()) == .timedOut {
            do { try await Task.sleep(for: .milliseconds(5)) } catch { return }
        }
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
