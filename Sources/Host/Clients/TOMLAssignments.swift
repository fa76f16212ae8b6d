// As much of TOML as it takes to find texts and lists of texts by their full names in a whole file.
// Numbers, dates and truth values are passed over; what is not TOML is refused, with its line.

enum TOMLValue: Hashable, Sendable {
    case text(String)
    case list([TOMLValue])
    /// A number, a date, true or false.
    case other

    var text: String? { if case .text(let text) = self { text } else { nil } }
    var elements: [TOMLValue] { if case .list(let elements) = self { elements } else { [] } }
}

struct TOMLFault: Error, Hashable {
    let line: Int
    let message: String
}

/// Every `key = value` of a file under its full name, tables within lines included.
struct TOMLAssignments {
    private(set) var all: [(path: [String], value: TOMLValue)] = []

    static func read(_ bytes: [UInt8]) throws(TOMLFault) -> TOMLAssignments {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw TOMLFault(line: 1, message: "it is not UTF-8")
        }
        var reader = TOMLReader(text)
        var found = TOMLAssignments()
        var table: [String] = []
        while reader.skipToStatement() {
            if reader.take("[") {
                let isList = reader.take("[")
                table = try reader.key()
                try reader.expect("]")
                if isList { try reader.expect("]") }
            } else {
                try found.add(&reader, under: table, depth: 0)
            }
            try reader.expectLineEnd()
        }
        return found
    }

    private mutating func add(
        _ reader: inout TOMLReader, under table: [String], depth: Int
    ) throws(TOMLFault) {
        let path = table + (try reader.key())
        try reader.expect("=")
        reader.skipSpaces()
        guard reader.take("{") else {
            all.append((path, try reader.value()))
            return
        }
        guard depth < HostLimits.tomlDepth else { throw reader.fault("tables lie too deep") }
        reader.skipBlank()
        while !reader.take("}") {
            try add(&reader, under: path, depth: depth + 1)
            reader.skipBlank()
            guard reader.take(",") else {
                try reader.expect("}")
                return
            }
            reader.skipBlank()
        }
    }
}
