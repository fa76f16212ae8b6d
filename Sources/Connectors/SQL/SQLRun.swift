// One attempt of a `sql` tool at work: the transaction, its key, its statements, its answer. Which
// refusal is of which class stands in SQLFailures.

import CLinux
import Engine
import Glibc
import Host
import JSON
import SQLite

/// One attempt at work.
struct SQLRun {
    private let connector: SQLConnector
    private let attempt: Attempt
    private let stop: StopSignal
    private let patience: Patience
    private let failures: SQLFailures
    private let roots: JSONValue
    private var values: [String: StatementValue] = [:]

    init(connector: SQLConnector, attempt: Attempt, stop: StopSignal) {
        self.connector = connector
        self.attempt = attempt
        self.stop = stop
        patience = Patience(forMs: attempt.timeoutMs, isStopped: { stop.isRaised })
        failures = SQLFailures(
            database: connector.spec.database, path: connector.spec.path,
            isWrite: connector.delivery.isWrite, timeoutMs: attempt.timeoutMs)
        roots = CallRoots.values(of: attempt)
    }

    mutating func bindParameters() throws(AttemptFailure) {
        values.reserveCapacity(connector.spec.parameters.count)
        for parameter in connector.spec.parameters {
            values[parameter.name] = SQLValues.bound(try parameter.value.value(for: roots))
        }
    }

    func read() throws(AttemptFailure) -> JSONValue {
        let path = connector.spec.path
        let connection = try sorted { () throws(StatementError) in
            try connector.pool.reader(path, patience)
        }
        let found = try sorted { () throws(StatementError) in
            try connection.database.read(patience: patience) { () throws(StatementError) in
                Result<JSONValue, AttemptFailure> { () throws(AttemptFailure) in
                    try statements(on: connection)
                }
            }
        }
        connector.pool.giveBack(reader: connection)
        return try found.get()
    }

    func write() throws(AttemptFailure) -> AttemptOutcome {
        let gate = connector.pool.gate(for: connector.spec.path)
        guard gate.enter(patience) else {
            throw failures.failure(
                StatementError(kind: .busy, code: 0, message: "another call is writing"),
                stop: stop)
        }
        defer { gate.leave() }
        let connection = try sorted { () throws(StatementError) in
            try connector.pool.writer(connector.spec.path, patience)
        }
        try sorted { () throws(StatementError) in
            try connection.database.begin(patience: patience)
        }
        let outcome: AttemptOutcome
        do throws(AttemptFailure) {
            outcome = try writeAndCommit(on: connection)
        } catch {
            connection.database.rollBack()
            if error.failure.kind == .invalid { connector.pool.giveBack(writer: connection) }
            throw error
        }
        connection.database.rollBack()
        // After an unknown outcome nobody should trust what the connection remembers.
        switch outcome {
        case .succeeded, .voided: connector.pool.giveBack(writer: connection)
        case .succeededTooLarge, .failed, .unknown: break
        }
        return outcome
    }

    private func writeAndCommit(
        on connection: SQLConnection
    ) throws(AttemptFailure) -> AttemptOutcome {
        let effects = EffectsTable(connection: connection)
        let isKeyed = connector.delivery == .transactional
        if isKeyed, let outcome = try recorded(in: effects) { return outcome }
        let outcome = try effect(on: connection, isKeyed ? effects : nil)
        if patience.isOver { throw failures.failure(SQLRun.givenUp, stop: stop) }
        connector.probe(.beforeCommit)
        do throws(StatementError) {
            try connection.database.commit()
        } catch {
            return failures.outcome(ofCommit: error, stop: stop)
        }
        connection.hasKeyTable = connection.hasKeyTable || isKeyed
        connector.probe(.afterCommit)
        return outcome
    }

    /// What is so once this is committed: the effect with its key, or the key without one.
    private func effect(
        on connection: SQLConnection, _ effects: EffectsTable?
    ) throws(AttemptFailure) -> AttemptOutcome {
        switch attempt.purpose {
        case .effect:
            let result = try statements(on: connection)
            try sorted { () throws(StatementError) in
                try effects?.record(attempt, result: result, at: SQLRun.now())
            }
            return .succeeded(result)
        case .void:
            try sorted { () throws(StatementError) in
                try effects?.void(attempt, at: SQLRun.now())
            }
            return .voided
        }
    }

    /// What became of this call before; nil where this is its first time here.
    private func recorded(in effects: EffectsTable) throws(AttemptFailure) -> AttemptOutcome? {
        let found = try sorted { () throws(StatementError) in
            try effects.makeSure()
            return try effects.find(attempt.call)
        }
        switch found {
        case .nothing: return nil
        case .applied(let result): return .succeeded(result)
        case .unreadable:
            return .unknown(
                reason: "The call is applied in `\(connector.spec.database)`, but its result in "
                    + "\(EffectsTable.name) cannot be read; look there and resolve the call.")
        case .void:
            // An earlier try at this may have been committed without anybody hearing of it.
            if attempt.purpose == .void { return .voided }
            throw AttemptFailure(
                .fatal, "This call was settled as not applied, and may not happen any more.")
        }
    }

    private func statements(on connection: SQLConnection) throws(AttemptFailure) -> JSONValue {
        var answer: SQLRows?
        for text in connector.spec.statements {
            let statement = try sorted { () throws(StatementError) in
                try connection.database.statement(text)
            }
            try check(statement)
            var rows = SQLRows()
            let wanted = connector.spec.result
            try sorted { () throws(StatementError) in
                try statement.run(values) { row in
                    guard wanted != .nothing, wanted == .rows || rows.rows.isEmpty else {
                        return !row.isReadOnly
                    }
                    rows.take(row)
                    return !rows.isOver
                }
            }
            // The answer is that of the last statement that gives rows at all.
            if !statement.columns.isEmpty { answer = rows }
            if rows.isOver { throw tooMuch() }
        }
        return try result(of: answer)
    }

    private func check(_ statement: PreparedStatement) throws(AttemptFailure) {
        if connector.delivery == .read, !statement.isReadOnly {
            throw AttemptFailure(
                .fatal,
                "The tool says that it only reads, but its statement changes the database; it was "
                    + "not run. The manifest's effect must be corrected.")
        }
        if connector.spec.result != .nothing, let name = statement.repeatedColumn {
            throw AttemptFailure(
                .fatal,
                "Two columns of the tool's statement are named `\(name)`; the manifest must give "
                    + "one of them another name with AS. Nothing was changed.")
        }
    }

    private func result(of rows: SQLRows?) throws(AttemptFailure) -> JSONValue {
        if connector.spec.result == .nothing { return [:] }
        guard let rows else {
            throw AttemptFailure(
                .fatal,
                "The tool's statement gives no rows, but its manifest wants them; add RETURNING, "
                    + "or `result: none`. Nothing was changed.")
        }
        if connector.spec.result == .rows { return ["rows": .array(rows.rows)] }
        guard let row = rows.rows.first else { throw notFound() }
        return row
    }

    private func notFound() -> AttemptFailure {
        let standard = "There is no such record. Check the arguments. Nothing was changed."
        guard let template = connector.spec.notFound else {
            return AttemptFailure(.invalid, standard)
        }
        do throws(TemplateError) {
            return AttemptFailure(.invalid, try template.renderText(roots))
        } catch {
            return AttemptFailure(.invalid, standard)
        }
    }

    private func tooMuch() -> AttemptFailure {
        AttemptFailure(
            .invalid,
            "The answer is larger than \(ConnectorLimits.rowsMax) rows or "
                + "\(ConnectorLimits.rowBytesMax / 1_048_576) MiB; ask for less at once. Nothing "
                + "was changed.")
    }

    private func sorted<Value>(
        _ body: () throws(StatementError) -> Value
    ) throws(AttemptFailure) -> Value {
        do throws(StatementError) {
            return try body()
        } catch {
            throw failures.failure(error, stop: stop)
        }
    }

    private static let givenUp = StatementError(kind: .interrupted, code: 0, message: "")

    private static func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(ms: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
