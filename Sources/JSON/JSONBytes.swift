// A document written straight into bytes, for records whose members are known where they are
// written. Commas and the pairing of brackets are kept here; that names differ is the caller's.

/// Compact JSON in the making: what is appended stands in the document at once, and no tree of
/// values is built. Every misuse is a bug and stops the program.
package struct JSONBytes: ~Copyable {
    private enum Place { case first, afterValue, afterName }

    private var sink: ByteSink
    private var place = Place.first
    /// One bit for each open container, the innermost last: 1 for an object, 0 for an array.
    private var kinds: UInt64 = 0
    private var depth = 0

    package static let maxDepth = UInt64.bitWidth

    package init(capacity: Int = 256) { sink = ByteSink(capacity: capacity) }

    /// The document. Everything that was begun must have been ended.
    package consuming func finished() -> [UInt8] {
        precondition(depth == 0 && place == .afterValue, "a document is one whole value")
        return sink.finished()
    }

    package mutating func beginObject() { begin(ASCII.openBrace, kind: 1) }
    package mutating func endObject() { end(ASCII.closeBrace, kind: 1) }
    package mutating func beginArray() { begin(ASCII.openBracket, kind: 0) }
    package mutating func endArray() { end(ASCII.closeBracket, kind: 0) }

    /// The name of the value that is appended next.
    package mutating func name(_ name: StaticString) {
        startName()
        sink.appendLiteral(
            UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        sink.append(ASCII.colon)
    }

    package mutating func name(_ name: String) {
        startName()
        sink.appendLiteral(name)
        sink.append(ASCII.colon)
    }

    package mutating func string(_ text: String) {
        startValue()
        sink.appendLiteral(text)
    }

    package mutating func integer(_ value: Int) {
        startValue()
        sink.append(value)
    }

    package mutating func bool(_ value: Bool) { self.value(.bool(value)) }
    package mutating func null() { value(.null) }

    /// A string of lower-case hexadecimal digits.
    package mutating func hex(_ octets: [UInt8]) {
        startValue()
        sink.appendHexLiteral(octets)
    }

    package mutating func value(_ value: JSONValue) {
        startValue()
        value.write(into: &sink)
    }

    package mutating func object(_ object: JSONObject) {
        startValue()
        object.write(into: &sink)
    }

    /// The canonical form of a tree.
    package mutating func canonical(_ object: JSONObject) throws(CanonicalError) {
        startValue()
        try object.writeCanonical(into: &sink)
    }

    private mutating func begin(_ bracket: UInt8, kind: UInt64) {
        precondition(depth < JSONBytes.maxDepth, "containers stand at most 64 deep")
        startValue()
        sink.append(bracket)
        kinds = kinds << 1 | kind
        depth += 1
        place = .first
    }

    private mutating func end(_ bracket: UInt8, kind: UInt64) {
        precondition(
            depth > 0 && kinds & 1 == kind && place != .afterName,
            "a container ends once, after whole members or elements")
        sink.append(bracket)
        kinds >>= 1
        depth -= 1
        place = .afterValue
    }

    private mutating func startName() {
        precondition(depth > 0 && kinds & 1 == 1 && place != .afterName, "names stand in objects")
        if place == .afterValue { sink.append(ASCII.comma) }
        place = .afterName
    }

    private mutating func startValue() {
        if place != .afterName {
            precondition(
                depth == 0 ? place == .first : kinds & 1 == 0,
                "a member has a name, and a document is one value")
            if place == .afterValue { sink.append(ASCII.comma) }
        }
        place = .afterValue
    }
}

/// Whole members: where the value is nil, there is none.
extension JSONBytes {
    package mutating func member(_ name: StaticString, _ text: String?) {
        guard let text else { return }
        self.name(name)
        string(text)
    }

    package mutating func member(_ name: StaticString, _ value: Int?) {
        guard let value else { return }
        self.name(name)
        integer(value)
    }

    package mutating func member(_ name: StaticString, _ value: Bool?) {
        guard let value else { return }
        self.name(name)
        bool(value)
    }

    package mutating func member(_ name: StaticString, hex octets: [UInt8]?) {
        guard let octets else { return }
        self.name(name)
        hex(octets)
    }

    package mutating func member(_ name: StaticString, value: JSONValue?) {
        guard let value else { return }
        self.name(name)
        self.value(value)
    }
}
