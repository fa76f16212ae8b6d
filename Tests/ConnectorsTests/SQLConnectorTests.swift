// Statements of a manifest against a real database: values in, rows out, limits, refusals.

import Engine
import Host
import JSON
import SQLite
import Testing

@testable import Connectors

@Suite struct SQLConnectorTests {
    private let scratch = Scratch()
    private let database: StatementDatabase

    init() throws {
        database = try open(scratch.file("desk.db"))
        try database.script(
            """
            CREATE TABLE tasks (id INTEGER PRIMARY KEY, title TEXT UNIQUE NOT NULL, note TEXT);
            INSERT INTO tasks VALUES (1, 'first', 'a'), (2, 'second', NULL);
            """)
    }

    private func run(
        _ sql: String, _ result: String = "row", _ arguments: JSONObject = [:],
        delivery: Delivery = .read, timeoutMs: Int64 = 10_000, stop: StopSignal = StopSignal()
    ) async throws -> AttemptOutcome {
        let names = SQLText(sql).parameters
        let parameters = JSONObject(names.map { ($0, ["$from": .string("/arguments/\($0)")]) })
        let spec: JSONObject = [
            "kind": "sql", "database": "desk", "statement": .string(sql),
            "parameters": .object(parameters), "result": .string(result),
            "not_found": "No task {/arguments/id}.",
        ]
        let connector = try SQLConnectorKind().connector(
            for: spec, of: scratch.context(delivery))
        return await connector.execute(
            attempt(arguments, delivery: delivery, timeoutMs: timeoutMs), stop: stop)
    }

    @Test func bindsEveryKindOfValue() async throws {
        let outcome = try await run(
            "SELECT typeof(:i) i, typeof(:d) d, typeof(:t) t, :b b, typeof(:n) n, :l l, :e e",
            "row",
            [
                "i": 7, "d": .number(JSONNumber(1.5)!), "t": "x", "b": true, "n": nil,
                "l": [1, "a"],
                "e": "",
            ])
        #expect(
            outcome.result == [
                "i": "integer", "d": "real", "t": "text", "b": 1, "n": "null", "l": "[1,\"a\"]",
                "e": "",
            ])
    }

    @Test func returnsEveryKindOfValue() async throws {
        let outcome = try await run(
            """
            SELECT 9007199254740991 a, 9007199254740992 b, -9007199254740992 c, 2.5 d, 9e999 e,
              x'000102ff' f, NULL g, CAST(x'61ff62' AS TEXT) h, 'a' || char(0) || 'b' i
            """)
        #expect(
            outcome.result == [
                "a": 9_007_199_254_740_991, "b": "9007199254740992", "c": "-9007199254740992",
                "d": .number(JSONNumber(2.5)!), "e": nil, "f": "AAEC/w==", "g": nil,
                "h": "a\u{fffd}b", "i": "a\0b",
            ])
    }

    @Test(
        arguments: [
            ([], ""), ([0x66], "Zg=="), ([0x66, 0x6f], "Zm8="), ([0x66, 0x6f, 0x6f], "Zm9v"),
            ([0x66, 0x6f, 0x6f, 0x62], "Zm9vYg=="),
        ] as [([UInt8], String)])
    func writesBase64(bytes: [UInt8], text: String) { #expect(Base64.encode(bytes) == text) }

    @Test func parametersAreNeverSQL() async throws {
        let evil = "x'); DROP TABLE tasks; --"
        let outcome = try await run(
            "INSERT INTO tasks (title) VALUES (:title) RETURNING title", "row",
            ["title": .string(evil)], delivery: .transactional)
        #expect(outcome.result == ["title": .string(evil)])
        #expect(try database.count("tasks") == 3)
        let none = try await run(
            "SELECT id FROM tasks WHERE title = :title", "rows", ["title": "' OR 1=1 --"])
        #expect(none.result == ["rows": []])
    }

    @Test func missingRowIsInvalidAndRollsBack() async throws {
        let read = try await run("SELECT id FROM tasks WHERE id = :id", "row", ["id": 9])
        #expect(read.failure == Failure(.invalid, "No task 9."))
        for delivery in [Delivery.transactional, .natural, .atMostOnce] {
            let spec: JSONObject = [
                "kind": "sql", "database": "desk", "result": "row",
                "statements": [
                    "INSERT INTO tasks (title) VALUES ('lost')",
                    "UPDATE tasks SET note = 'x' WHERE id = 9 RETURNING id",
                ],
            ]
            let connector = try SQLConnectorKind().connector(
                for: spec, of: scratch.context(delivery))
            let outcome = await connector.execute(
                attempt(delivery: delivery), stop: StopSignal())
            #expect(outcome.failure?.kind == .invalid)
            #expect(try database.count("tasks") == 2)
        }
        // The call was not applied, so a later attempt may apply it.
        #expect(
            try database.all("SELECT 1 FROM sqlite_schema WHERE name = 'holdfast_effects'") == [])
    }

    @Test func readMayNotWrite() async throws {
        let outcome = try await run("DELETE FROM tasks", "none")
        #expect(outcome.failure?.kind == .fatal)
        #expect(outcome.failure?.message.contains("only reads") == true)
        #expect(try database.count("tasks") == 2)
    }

    @Test func rowsAreLimited() async throws {
        let numbers =
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < :max) "
        let most = ConnectorLimits.rowsMax
        let all = try await run(numbers + "SELECT i FROM n", "rows", ["max": .integer(most)])
        #expect(all.result?["rows"]?.arrayValue?.count == most)
        let over = try await run(numbers + "SELECT i FROM n", "rows", ["max": .integer(most + 1)])
        #expect(over.failure?.kind == .invalid)
        // The column's name counts too.
        let bytes = ConnectorLimits.rowBytesMax - 1
        let sql = "SELECT printf('%.*c', :n, 'x') x"
        #expect(try await run(sql, "row", ["n": .integer(bytes)]).result != nil)
        #expect(try await run(sql, "row", ["n": .integer(bytes + 1)]).failure?.kind == .invalid)
    }

    @Test func tooLargeAnswerOfAWriteIsRolledBack() async throws {
        let outcome = try await run(
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 10001)
            INSERT INTO tasks (title) SELECT 'task ' || i FROM n RETURNING title
            """, "rows", delivery: .transactional)
        #expect(outcome.failure?.kind == .invalid)
        #expect(try database.count("tasks") == 2)
    }

    @Test func resultIsOfTheLastStatementWithRows() async throws {
        let spec: JSONObject = [
            "kind": "sql", "database": "desk", "result": "row", "parameters": ["t": "new"],
            "statements": [
                "INSERT INTO tasks (title) VALUES (:t) RETURNING id, title",
                "UPDATE tasks SET note = 'b' WHERE id = 1",
            ],
        ]
        let connector = try SQLConnectorKind().connector(
            for: spec, of: scratch.context(.transactional))
        let outcome = await connector.execute(
            attempt(delivery: .transactional), stop: StopSignal())
        #expect(outcome.result == ["id": 3, "title": "new"])
        #expect(try database.all("SELECT note FROM tasks WHERE id = 1") == [[.text("b")]])
    }

    @Test func authorsFaultsAreFatalAndNamed() async throws {
        let table = try await run("SELECT * FROM taks")
        #expect(table.failure?.kind == .fatal)
        #expect(table.failure?.message.contains("taks") == true)
        let twice = try await run("SELECT 1 AS a, 2 AS a")
        #expect(twice.failure?.message.contains("`a`") == true)
        let noRows = try await run("UPDATE tasks SET note = 1", "row", delivery: .natural)
        #expect(noRows.failure?.message.contains("RETURNING") == true)
        #expect(try await run("SELECT 1", "none").result == [:])
    }

    @Test func constraintIsInvalidAndNamesNoValue() async throws {
        let outcome = try await run(
            "INSERT INTO tasks (title) VALUES (:title)", "none", ["title": "first"],
            delivery: .transactional)
        #expect(outcome.failure?.kind == .invalid)
        #expect(outcome.failure?.message.contains("tasks.title") == true)
        #expect(outcome.failure?.message.contains("first") == false)
    }

    @Test func rollbackInsideAStatementIsNoSuccess() async throws {
        let outcome = try await run(
            "INSERT OR ROLLBACK INTO tasks (title) VALUES ('first')", "none",
            delivery: .transactional)
        #expect(outcome.failure?.kind == .invalid)
        let after = try await run(
            "INSERT INTO tasks (title) VALUES ('third')", "none", delivery: .natural)
        #expect(after.result == [:])
    }

    @Test func missingFileIsNotMade() async throws {
        let spec: JSONObject = ["kind": "sql", "database": "other", "statement": "SELECT 1 a"]
        for delivery in [Delivery.read, .transactional] {
            let connector = try SQLConnectorKind().connector(
                for: spec, of: scratch.context(delivery))
            let outcome = await connector.execute(
                attempt(delivery: delivery), stop: StopSignal())
            #expect(outcome.failure?.kind == .fatal)
            #expect(scratch.text("other.db") == nil)
        }
    }

    @Test func fileThatIsNoDatabaseIsFatal() async throws {
        try scratch.write(String(repeating: "no database at all ", count: 100), to: "other.db")
        let spec: JSONObject = ["kind": "sql", "database": "other", "statement": "SELECT 1 a"]
        let connector = try SQLConnectorKind().connector(for: spec, of: scratch.context(.read))
        let outcome = await connector.execute(attempt(), stop: StopSignal())
        #expect(outcome.failure?.kind == .fatal)
    }
}
