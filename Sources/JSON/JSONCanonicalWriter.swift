// The canonical writer of RFC 8785, for everything that is hashed or signed. Not for answers:
// it gives up the order of members and the digits of numbers.

/// A number without canonical form stands in the value that was to be written.
package struct CanonicalError: Error, Hashable, Sendable, CustomStringConvertible {
    package fileprivate(set) var pointer: JSONPointer
    /// The number as it was written.
    package let lexeme: String

    package var message: String {
        let place = pointer.tokens.isEmpty ? "the value" : "the value at \(pointer)"
        // A number may be as long as a document; a message may not.
        let shown = lexeme.utf8.count <= 40 ? lexeme : "\(lexeme.prefix(40))…"
        return "\(place) is \(shown), which is beyond ±9007199254740991 (2^53−1) and has no exact "
            + "canonical form; send it as text"
    }

    package var description: String { message }
}

extension JSONValue {
    /// The canonical form: members sorted by UTF-16, numbers as ECMAScript writes them, no spaces.
    package func canonicalBytes() throws(CanonicalError) -> [UInt8] {
        var sink = ByteSink(capacity: 256)
        try writeCanonical(into: &sink)
        return sink.finished()
    }

    fileprivate func writeCanonical(into sink: inout ByteSink) throws(CanonicalError) {
        switch self {
        case .null, .bool, .string: write(into: &sink)
        case .number(let number):
            guard let text = number.canonicalText else {
                throw CanonicalError(pointer: .root, lexeme: number.lexeme)
            }
            sink.append(text)
        case .array(let elements):
            let elements = elements.span
            var separator = ASCII.openBracket
            for index in elements.indices {
                sink.append(separator)
                do {
                    try elements[index].writeCanonical(into: &sink)
                } catch {
                    throw error.inside(String(index))
                }
                separator = ASCII.comma
            }
            if elements.isEmpty { sink.append(separator) }
            sink.append(ASCII.closeBracket)
        case .object(let object): try object.writeCanonical(into: &sink)
        }
    }
}

extension CanonicalError {
    /// This error as the container sees it whose member or element `token` it was found in.
    fileprivate func inside(_ token: String) -> CanonicalError {
        var outer = self
        outer.pointer.prepend(token)
        return outer
    }
}

extension JSONObject {
    func writeCanonical(into sink: inout ByteSink) throws(CanonicalError) {
        let order = canonicalOrder()
        let members = members.span
        var separator = ASCII.openBrace
        for place in order {
            sink.append(separator)
            sink.appendLiteral(members[place.index].name)
            sink.append(ASCII.colon)
            do {
                try members[place.index].value.writeCanonical(into: &sink)
            } catch {
                throw error.inside(members[place.index].name)
            }
            separator = ASCII.comma
        }
        if members.isEmpty { sink.append(separator) }
        sink.append(ASCII.closeBrace)
    }

    /// A member, and the start of its name: that mostly decides, and costs far less to move and to
    /// compare than the member itself.
    private struct Place {
        let index: Int
        let start: UInt64
    }

    private func canonicalOrder() -> [Place] {
        var places = members.indices.map {
            Place(index: $0, start: members[$0].name.startInUTF16Order)
        }
        places.sort {
            $0.start == $1.start
                ? members[$0.index].name.precedesInUTF16(members[$1.index].name)
                : $0.start < $1.start
        }
        return places
    }
}
