// Values on their way into a database and rows on their way out of it. No statement runs here.

import Engine
import JSON
import SQLite

enum SQLValues {
    /// Lists and maps go in as compact JSON, so that SQLite's JSON functions can read them.
    static func bound(_ value: JSONValue) -> StatementValue {
        switch value {
        case .null: return .null
        case .bool(let flag): return .integer(flag ? 1 : 0)
        case .string(let text): return .text(text)
        case .number(let number):
            if let whole = number.int { return .integer(Int64(whole)) }
            // A number beyond every double cannot be kept as one; its digits can.
            return number.double.map { .real($0) } ?? .text(number.lexeme)
        case .array, .object: return .text(value.compactText)
        }
    }

    /// Integers beyond ±(2^53−1) have no exact JSON number, and become text; so do blobs, as
    /// base64. Text that is not valid UTF-8 was repaired when it was read.
    static func json(_ value: StatementValue) -> JSONValue {
        switch value {
        case .null: return .null
        case .integer(let number):
            let isExact = (-9_007_199_254_740_991...9_007_199_254_740_991).contains(number)
            return isExact ? .integer(Int(number)) : .string(String(number))
        case .real(let number): return JSONNumber(number).map { .number($0) } ?? .null
        case .text(let text): return .string(text)
        case .blob(let bytes): return .string(Base64.encode(bytes))
        }
    }
}

enum Base64 {
    private static let digits = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let joined = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                let digit = digits[joined >> (18 - 6 * place) & 63]
                text.append(place <= group.count ? digit : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

/// The rows of one statement as they come, within the limits.
struct SQLRows {
    private(set) var rows: [JSONValue] = []
    /// More came than an answer may hold.
    private(set) var isOver = false
    private var bytes = 0

    mutating func take(_ statement: PreparedStatement) {
        for (column, name) in statement.columns.enumerated() {
            bytes += name.utf8.count + statement.byteCount(at: column)
        }
        guard rows.count < ConnectorLimits.rowsMax, bytes <= ConnectorLimits.rowBytesMax else {
            isOver = true
            return
        }
        let members = statement.columns.enumerated().map { column, name in
            JSONObject.Member(name: name, value: SQLValues.json(statement.value(at: column)))
        }
        rows.append(.object(JSONObject(uniqueMembers: members)))
    }
}
