// The `connector` object of kind `sql`: what a manifest may write there, and how it is refused.
// Nothing is opened here.

import Engine
import Host
import JSON

struct SQLSpec: Sendable {
    enum Result: String, Sendable, CaseIterable {
        case row, rows
        case nothing = "none"
    }

    struct Parameter: Sendable {
        let name: String
        let value: ValueTemplate
    }

    let database: String
    let path: String
    let statements: [String]
    let parameters: [Parameter]
    let result: Result
    /// What to say where there is no row.
    let notFound: ValueTemplate?

    private static let keys = [
        "kind", "database", "statement", "statements", "parameters", "result", "not_found",
    ]
    /// What would leave the transaction, the database, or the rules a connection was opened with.
    private static let refusedWords = [
        "ATTACH", "DETACH", "PRAGMA", "BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE",
        "VACUUM",
    ]

    init(_ spec: JSONObject, of context: ConnectorContext) throws(SpecProblem) {
        let reader = try SpecReader(spec, of: context, keys: SQLSpec.keys)
        let database = try reader.requiredText("database")
        guard let path = context.databases[database] else {
            let known = context.databases.keys.sorted()
            throw reader.problem(
                "database",
                "the config has no database `\(database)`; "
                    + SpecReader.hint(for: database, among: known))
        }
        self.database = database
        self.path = path
        let written = try SQLSpec.statements(reader)
        statements = written.map(\.text)
        parameters = try SQLSpec.parameters(reader, statements: written)
        result = try SQLSpec.result(reader)
        let sentence = try reader.text("not_found") ?? context.notFound
        if let sentence {
            notFound = try reader.template(
                .string(sentence), at: JSONPointer(tokens: ["not_found"]))
        } else {
            notFound = nil
        }
        guard context.delivery != .keyed else {
            throw reader.problem(
                "kind",
                "a database has no idempotency keys of its own; set effect.delivery to "
                    + "transactional, which keeps Holdfast's key in the same transaction")
        }
    }

    private struct Statement {
        let text: String
        let pointer: JSONPointer
        let outline: SQLText
    }

    private static func statements(_ reader: SpecReader) throws(SpecProblem) -> [Statement] {
        switch (reader.object["statement"], reader.object["statements"]) {
        case (let one?, nil):
            return [try statement(one, at: reader.place.appending("statement"))]
        case (nil, let several?):
            let pointer = reader.place.appending("statements")
            guard let elements = several.arrayValue, !elements.isEmpty else {
                throw SpecProblem(pointer, "must be a list of at least one SQL statement")
            }
            guard elements.count <= ConnectorLimits.statementsMax else {
                throw SpecProblem(
                    pointer, "at most \(ConnectorLimits.statementsMax) statements; merge some")
            }
            var all: [Statement] = []
            for (index, element) in elements.enumerated() {
                all.append(try statement(element, at: pointer.appending(index: index)))
            }
            return all
        case (nil, nil), (.some, .some):
            throw SpecProblem(
                reader.place, "write one of `statement` (one text) and `statements` (a list)")
        }
    }

    private static func statement(
        _ value: JSONValue, at pointer: JSONPointer
    ) throws(SpecProblem) -> Statement {
        guard let text = value.stringValue else {
            throw SpecProblem(pointer, "must be text, but \(value.kindName) is here")
        }
        guard text.utf8.count <= ConnectorLimits.statementBytesMax else {
            throw SpecProblem(
                pointer, "a statement has at most \(ConnectorLimits.statementBytesMax) bytes")
        }
        let outline = SQLText(text)
        if text.utf8.contains(0) {
            throw SpecProblem(pointer, "a NUL character is in the statement; remove it")
        }
        if outline.firstWord.isEmpty {
            throw SpecProblem(pointer, "the statement is empty; write SQL into it")
        }
        if let unclosed = outline.unclosed {
            throw SpecProblem(pointer, "the \(unclosed) in this statement is never closed")
        }
        if outline.hasSecondStatement {
            throw SpecProblem(
                pointer, "two statements are in one text; list them under `statements`")
        }
        if refusedWords.contains(outline.firstWord) {
            throw SpecProblem(
                pointer,
                "\(outline.firstWord) is not allowed: Holdfast opens the database and holds the "
                    + "transaction itself; remove the statement")
        }
        if let foreign = outline.foreignParameter {
            throw SpecProblem(pointer, "`\(foreign)` is no parameter here; write it as :name")
        }
        return Statement(text: text, pointer: pointer, outline: outline)
    }

    private static func parameters(
        _ reader: SpecReader, statements: [Statement]
    ) throws(SpecProblem) -> [Parameter] {
        let declared = try reader.map("parameters")
        let place = reader.place.appending("parameters")
        for statement in statements {
            for name in statement.outline.parameters where !declared.contains(name) {
                throw SpecProblem(
                    statement.pointer,
                    "the parameter :\(name) is not under `parameters`; "
                        + SpecReader.hint(for: name, among: declared.names))
            }
        }
        let used = statements.flatMap(\.outline.parameters)
        var parameters: [Parameter] = []
        for member in declared {
            let pointer = place.appending(member.name)
            guard used.contains(where: { $0.isSameText(as: member.name) }) else {
                throw SpecProblem(
                    pointer,
                    "no statement uses :\(member.name); "
                        + SpecReader.hint(for: member.name, among: used))
            }
            let value = try reader.template(member.value, at: pointer)
            parameters.append(Parameter(name: member.name, value: value))
        }
        return parameters
    }

    private static func result(_ reader: SpecReader) throws(SpecProblem) -> Result {
        guard let word = try reader.text("result") else { return .nothing }
        guard let result = Result(rawValue: word) else {
            throw reader.problem(
                "result",
                "`\(word)` is not a word for this; "
                    + SpecReader.hint(for: word, among: Result.allCases.map(\.rawValue)))
        }
        return result
    }
}
