// Values as SQLite stores them, and rows to read them from. No statement is run here.

import GRDBSQLite

package enum SQLValue: Hashable, Sendable {
    case null
    case integer(Int)
    case text(String)
    case blob([UInt8])

    package static func text(orNull text: String?) -> SQLValue { text.map(SQLValue.text) ?? .null }
}

/// The values of one run of a statement, their texts and blobs in one piece of memory, so that
/// SQLite copies none of them.
struct PackedValues {
    private let values: [SQLValue]
    private var bytes: [UInt8] = []

    init(_ values: [SQLValue]) {
        self.values = values
        var count = 0
        for value in values { count += value.byteCount }
        // Never without an address, which SQLite would take for NULL.
        bytes.reserveCapacity(count + 1)
        for value in values {
            switch value {
            case .null, .integer: break
            case .text(let text): bytes.append(contentsOf: text.utf8)
            case .blob(let blob): bytes.append(contentsOf: blob)
            }
        }
        bytes.append(0)
    }

    /// Binds them for as long as `body` runs, and resets the statement after it. `body` hears
    /// whether SQLite took them.
    func bound<Failure: Error>(
        to statement: OpaquePointer, _ body: (_ isBound: Bool) throws(Failure) -> Void
    ) throws(Failure) {
        let result = bytes.withUnsafeBytes { memory in
            defer {
                sqlite3_reset(statement)
                sqlite3_clear_bindings(statement)
            }
            let isBound = bind(memory, to: statement)
            return Result { () throws(Failure) in try body(isBound) }
        }
        try result.get()
    }

    private func bind(_ memory: UnsafeRawBufferPointer, to statement: OpaquePointer) -> Bool {
        guard var start = memory.baseAddress else { return false }
        for (offset, value) in values.enumerated() {
            let index = Int32(offset + 1)
            let count = UInt64(value.byteCount)
            let code: Int32 =
                switch value {
                case .null: sqlite3_bind_null(statement, index)
                case .integer(let value): sqlite3_bind_int64(statement, index, Int64(value))
                case .text:
                    sqlite3_bind_text64(
                        statement, index, start.assumingMemoryBound(to: CChar.self), count, nil,
                        UInt8(SQLITE_UTF8))
                case .blob: sqlite3_bind_blob64(statement, index, start, count, nil)
                }
            guard code == SQLITE_OK else { return false }
            start += Int(count)
        }
        return true
    }
}

extension SQLValue {
    fileprivate var byteCount: Int {
        switch self {
        case .null, .integer: 0
        case .text(let text): text.utf8.count
        case .blob(let bytes): bytes.count
        }
    }
}

/// One row of an answer, only valid while it is being read.
package struct Row: ~Copyable {
    let statement: OpaquePointer

    package func isNull(_ column: Int32) -> Bool {
        sqlite3_column_type(statement, column) == SQLITE_NULL
    }

    package func integer(_ column: Int32) -> Int { Int(sqlite3_column_int64(statement, column)) }

    package func integerOrNull(_ column: Int32) -> Int? {
        isNull(column) ? nil : integer(column)
    }

    package func text(_ column: Int32) -> String {
        guard let start = sqlite3_column_text(statement, column) else { return "" }
        let count = Int(sqlite3_column_bytes(statement, column))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    package func textOrNull(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

    package func blob(_ column: Int32) -> [UInt8] {
        guard let start = sqlite3_column_blob(statement, column) else { return [] }
        let count = Int(sqlite3_column_bytes(statement, column))
        return Array(UnsafeRawBufferPointer(start: start, count: count))
    }
}
