// The key table that makes a `transactional` write happen once: one row for each call, committed
// together with its effect. It lies in the downstream database, beside the tables it protects.

import Engine
import JSON
import SQLite

struct EffectsTable {
    static let name = "holdfast_effects"

    private static let create = """
        CREATE TABLE IF NOT EXISTS holdfast_effects (
          call_id TEXT PRIMARY KEY NOT NULL, attempt INTEGER NOT NULL, state TEXT NOT NULL,
          result TEXT, at TEXT NOT NULL) WITHOUT ROWID
        """
    private static let find =
        "SELECT state, result, attempt FROM holdfast_effects WHERE call_id = :call_id"
    private static let insert = """
        INSERT INTO holdfast_effects (call_id, attempt, state, result, at)
        VALUES (:call_id, :attempt, :state, :result, :at)
        """

    enum Found {
        case nothing
        case applied(JSONValue)
        /// Applied for sure, but its recorded result cannot be read.
        case unreadable
        /// The call was settled as not applied; its effect may not happen any more.
        case void
    }

    let connection: SQLConnection

    /// Inside the transaction of the write, so that it is there if and only if that commits.
    func makeSure() throws(StatementError) {
        guard !connection.hasKeyTable else { return }
        try connection.database.statement(EffectsTable.create).run()
    }

    func find(_ call: CallID) throws(StatementError) -> Found {
        var found = Found.nothing
        let statement = try connection.database.statement(EffectsTable.find)
        try statement.run(["call_id": .text(call.text)]) { row in
            found = EffectsTable.read(row)
            return true
        }
        return found
    }

    private static func read(_ row: PreparedStatement) -> Found {
        guard row.value(at: 0) == .text("applied") else { return .void }
        guard case .text(let text) = row.value(at: 1) else { return .unreadable }
        do throws(JSONSyntaxError) {
            return .applied(try JSONParser.parse(text))
        } catch {
            return .unreadable
        }
    }

    func record(_ attempt: Attempt, result: JSONValue, at now: Instant) throws(StatementError) {
        try insert(attempt, "applied", .text(result.compactText), now)
    }

    /// Takes the call's key, so that its effect can never be committed any more.
    func void(_ attempt: Attempt, at now: Instant) throws(StatementError) {
        try insert(attempt, "void", .null, now)
    }

    private func insert(
        _ attempt: Attempt, _ state: String, _ result: StatementValue, _ now: Instant
    ) throws(StatementError) {
        try connection.database.statement(EffectsTable.insert).run([
            "call_id": .text(attempt.call.text), "attempt": .integer(Int64(attempt.number)),
            "state": .text(state), "result": result, "at": .text(now.description),
        ])
    }
}
