// The strict reader of RFC 8259 documents: entry, containers and literals. Strings and numbers
// are read in JSONScanner+Strings.swift and JSONScanner+Numbers.swift.

package enum JSONParser {
    /// Reads one document, whole. Refuses what is not strictly JSON, duplicate names, and what is
    /// beyond `limits`; the error names the byte.
    package static func parse(
        _ bytes: [UInt8], limits: JSONLimits = .standard
    ) throws(JSONSyntaxError) -> JSONValue {
        try bytes.withUnsafeBufferPointer { buffer throws(JSONSyntaxError) -> JSONValue in
            var scanner = JSONScanner(buffer, limits: limits)
            return try scanner.document()
        }
    }

    package static func parse(
        _ text: String, limits: JSONLimits = .standard
    ) throws(JSONSyntaxError) -> JSONValue {
        try parse(Array(text.utf8), limits: limits)
    }
}

/// A cursor over the bytes of one document. Lives only inside `JSONParser.parse`, as long as the
/// buffer does.
struct JSONScanner {
    let bytes: UnsafeBufferPointer<UInt8>
    let end: Int
    /// The next byte to read; never beyond `end`.
    var at = 0
    private let limits: JSONLimits
    private var depth = 0
    private var nodes = 0

    /// How many members an object has room for from the start, and among how many first nodes:
    /// most documents are copied less often then, and a large one takes no more memory.
    private static let roomyMembers = 12
    private static let roomyNodes = 1_000

    init(_ bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits) {
        self.bytes = bytes
        self.end = bytes.count
        self.limits = limits
    }

    func failure(_ code: JSONSyntaxError.Code) -> JSONSyntaxError {
        JSONSyntaxError(code, at: at)
    }

    mutating func document() throws(JSONSyntaxError) -> JSONValue {
        guard end <= limits.maxBytes else {
            throw JSONSyntaxError(.tooLarge, at: limits.maxBytes)
        }
        if end >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF {
            throw failure(.byteOrderMark)
        }
        skipSpace()
        let value = try value()
        skipSpace()
        guard at == end else { throw failure(.trailingBytes) }
        return value
    }

    /// Reads the value that starts at the cursor.
    private mutating func value() throws(JSONSyntaxError) -> JSONValue {
        guard at < end else { throw failure(.unexpectedEnd) }
        nodes += 1
        guard nodes <= limits.maxNodes else { throw failure(.tooManyNodes) }
        switch bytes[at] {
        case ASCII.quote: return .string(try string())
        case ASCII.minus, ASCII.zero...ASCII.nine: return .number(try number())
        case ASCII.openBrace: return .object(try object())
        case ASCII.openBracket: return .array(try array())
        case ASCII.lowerT: return try literal("true", .bool(true))
        case ASCII.lowerF: return try literal("false", .bool(false))
        case ASCII.lowerN: return try literal("null", .null)
        case _: throw failure(.unexpectedByte)
        }
    }

    private mutating func object() throws(JSONSyntaxError) -> JSONObject {
        try descend()
        var object = JSONObject()
        var names = NameSketch()
        if try !closes(with: ASCII.closeBrace) {
            if nodes <= JSONScanner.roomyNodes { object.reserveCapacity(JSONScanner.roomyMembers) }
            repeat {
                skipSpace()
                let nameOffset = at
                try expect(ASCII.quote)
                at = nameOffset
                let name = try string()
                guard names.insert(name) || !object.contains(name) else {
                    throw JSONSyntaxError(.duplicateName, at: nameOffset)
                }
                skipSpace()
                try expect(ASCII.colon)
                skipSpace()
                object.append(JSONObject.Member(name: name, value: try value()))
            } while try continues(until: ASCII.closeBrace)
        }
        depth -= 1
        return object
    }

    private mutating func array() throws(JSONSyntaxError) -> [JSONValue] {
        try descend()
        var elements: [JSONValue] = []
        if try !closes(with: ASCII.closeBracket) {
            repeat {
                skipSpace()
                elements.append(try value())
            } while try continues(until: ASCII.closeBracket)
        }
        depth -= 1
        return elements
    }

    /// Steps over an opening bracket into its container.
    private mutating func descend() throws(JSONSyntaxError) {
        depth += 1
        guard depth <= limits.maxDepth else { throw failure(.tooDeep) }
        at += 1
    }

    /// Whether the container that was just opened is empty; if so it is closed.
    private mutating func closes(with close: UInt8) throws(JSONSyntaxError) -> Bool {
        skipSpace()
        guard at < end else { throw failure(.unexpectedEnd) }
        guard bytes[at] == close else { return false }
        at += 1
        return true
    }

    /// After a member or element: true past a comma, false past the closing bracket.
    private mutating func continues(until close: UInt8) throws(JSONSyntaxError) -> Bool {
        skipSpace()
        guard at < end else { throw failure(.unexpectedEnd) }
        let byte = bytes[at]
        guard byte == ASCII.comma || byte == close else { throw failure(.unexpectedByte) }
        at += 1
        return byte == ASCII.comma
    }

    @inline(__always)
    private mutating func expect(_ byte: UInt8) throws(JSONSyntaxError) {
        guard at < end else { throw failure(.unexpectedEnd) }
        guard bytes[at] == byte else { throw failure(.unexpectedByte) }
        at += 1
    }

    private mutating func literal(
        _ text: StaticString, _ value: JSONValue
    ) throws(JSONSyntaxError) -> JSONValue {
        for index in 0..<text.utf8CodeUnitCount {
            try expect(text.utf8Start[index])
        }
        return value
    }

    @inline(__always)
    private mutating func skipSpace() {
        while at < end, ASCII.isSpace(bytes[at]) { at += 1 }
    }
}
