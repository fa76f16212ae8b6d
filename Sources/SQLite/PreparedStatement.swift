// One statement of a downstream database: its parameters by name, its rows one by one. It belongs
// to its connection, and like it to one thread at a time.

import GRDBSQLite

package final class PreparedStatement {
    private let handle: OpaquePointer
    private let connection: OpaquePointer

    /// The names of its parameters, without the colon, in the order of their first use.
    package let parameters: [String]
    /// The names of the columns that it returns; none for a statement that returns no rows.
    package let columns: [String]
    /// A name that two columns share; a row as an object could hold only one of them.
    package let repeatedColumn: String?
    /// Whether it surely changes nothing in the database.
    package let isReadOnly: Bool

    init(_ sql: String, on connection: OpaquePointer) throws(StatementError) {
        var handle: OpaquePointer?
        let persistent = UInt32(SQLITE_PREPARE_PERSISTENT)
        let code = sqlite3_prepare_v3(connection, sql, -1, persistent, &handle, nil)
        guard code == SQLITE_OK else { throw StatementDatabase.failure(code, connection) }
        guard let handle else {
            throw StatementError(statement: "the statement is empty; write SQL into it")
        }
        self.handle = handle
        self.connection = connection
        parameters = (0..<sqlite3_bind_parameter_count(handle)).map { index in
            sqlite3_bind_parameter_name(handle, index + 1)
                .map { String(String(cString: $0).dropFirst()) } ?? ""
        }
        columns = (0..<sqlite3_column_count(handle)).map { index in
            sqlite3_column_name(handle, index).map { String(cString: $0) } ?? ""
        }
        var seen: Set<String> = []
        repeatedColumn = columns.first { !seen.insert($0).inserted }
        isReadOnly = sqlite3_stmt_readonly(handle) != 0
    }

    deinit { sqlite3_finalize(handle) }

    /// Runs it from the start to its end. `row` is asked for each row; false stops the run there.
    package func run(
        _ values: [String: StatementValue] = [:],
        row: (PreparedStatement) throws(StatementError) -> Bool = { _ in true }
    ) throws(StatementError) {
        defer {
            sqlite3_reset(handle)
            sqlite3_clear_bindings(handle)
        }
        for (index, name) in parameters.enumerated() {
            guard let value = values[name] else {
                throw StatementError(statement: "the parameter :\(name) has no value")
            }
            try bind(value, at: Int32(index + 1))
        }
        while true {
            let code = sqlite3_step(handle)
            switch code {
            case SQLITE_ROW: if try !row(self) { return }
            case SQLITE_DONE: return
            case _: throw StatementDatabase.failure(code, connection)
            }
        }
    }

    /// The value of a column of the row at hand.
    package func value(at column: Int) -> StatementValue {
        let column = Int32(column)
        switch sqlite3_column_type(handle, column) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(handle, column))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(handle, column))
        case SQLITE_TEXT: return .text(String(decoding: bytes(at: column), as: UTF8.self))
        case SQLITE_BLOB: return .blob(Array(bytes(at: column)))
        case _: return .null
        }
    }

    /// How many bytes the text or blob in a column has, without copying it.
    package func byteCount(at column: Int) -> Int {
        switch sqlite3_column_type(handle, Int32(column)) {
        case SQLITE_TEXT, SQLITE_BLOB: Int(sqlite3_column_bytes(handle, Int32(column)))
        case _: 8
        }
    }

    /// Valid until the next step.
    private func bytes(at column: Int32) -> UnsafeRawBufferPointer {
        let start = sqlite3_column_blob(handle, column)
        let count = Int(sqlite3_column_bytes(handle, column))
        return UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count)
    }

    private func bind(_ value: StatementValue, at index: Int32) throws(StatementError) {
        let code: Int32
        switch value {
        case .null: code = sqlite3_bind_null(handle, index)
        case .integer(let number): code = sqlite3_bind_int64(handle, index, number)
        case .real(let number): code = sqlite3_bind_double(handle, index, number)
        case .text(var text):
            code = text.withUTF8 { utf8 in
                // SQLite takes a null pointer for NULL, and empty text may have no address.
                guard let start = utf8.baseAddress, !utf8.isEmpty else {
                    return sqlite3_bind_text(handle, index, "", 0, transient)
                }
                return start.withMemoryRebound(to: CChar.self, capacity: utf8.count) {
                    sqlite3_bind_text64(
                        handle, index, $0, UInt64(utf8.count), transient, UInt8(SQLITE_UTF8))
                }
            }
        case .blob(let bytes):
            code = bytes.withUnsafeBytes { raw in
                raw.isEmpty
                    ? sqlite3_bind_zeroblob(handle, index, 0)
                    : sqlite3_bind_blob64(
                        handle, index, raw.baseAddress, UInt64(raw.count), transient)
            }
        }
        guard code == SQLITE_OK else { throw StatementDatabase.failure(code, connection) }
    }
}

/// SQLite's mark for "copy this before you return", which its header writes as a cast of -1.
private let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
