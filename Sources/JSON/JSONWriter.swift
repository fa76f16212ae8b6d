// The compact writer: members in their order, numbers as they were written, nothing on a second
// line. The canonical and the pretty form are elsewhere; how one string is written is ByteSink's.

extension JSONValue {
    package func compactBytes() -> [UInt8] { written().finished() }

    package var compactText: String { written().finishedText() }

    private func written() -> ByteSink {
        var sink = ByteSink(capacity: 256)
        write(into: &sink)
        return sink
    }

    /// Appends the compact form. It holds no raw line feed, so it fits one line of any log or pipe.
    package func write(into bytes: inout [UInt8]) { bytes += compactBytes() }

    func write(into sink: inout ByteSink) {
        switch self {
        case .null: sink.append("null" as StaticString)
        case .bool(let value): sink.append(value ? "true" : "false" as StaticString)
        case .number(let number): sink.append(number.lexeme)
        case .string(let text): sink.appendLiteral(text)
        case .array(let elements):
            let elements = elements.span
            var separator = ASCII.openBracket
            for index in elements.indices {
                sink.append(separator)
                elements[index].write(into: &sink)
                separator = ASCII.comma
            }
            if elements.isEmpty { sink.append(separator) }
            sink.append(ASCII.closeBracket)
        case .object(let object): object.write(into: &sink)
        }
    }
}

extension JSONObject {
    package func write(into bytes: inout [UInt8]) { JSONValue.object(self).write(into: &bytes) }

    func write(into sink: inout ByteSink) {
        let members = members.span
        var separator = ASCII.openBrace
        for index in members.indices {
            sink.append(separator)
            sink.appendLiteral(members[index].name)
            sink.append(ASCII.colon)
            members[index].value.write(into: &sink)
            separator = ASCII.comma
        }
        if members.isEmpty { sink.append(separator) }
        sink.append(ASCII.closeBrace)
    }
}

extension JSONValue: CustomStringConvertible {
    package var description: String { compactText }
}
