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
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        try writeCanonical(into: &bytes)
        return bytes
    }

    fileprivate func writeCanonical(into bytes: inout [UInt8]) throws(CanonicalError) {
        switch self {
        case .null, .bool, .string: write(into: &bytes)
        case .number(let number):
            guard let text = number.canonicalText else {
                throw CanonicalError(pointer: .root, lexeme: number.lexeme)
            }
            bytes.append(contentsOf: text.utf8)
        case .array(let elements):
            bytes.append(ASCII.openBracket)
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(ASCII.comma) }
                try element.writeCanonical(into: &bytes, as: { String(index) })
            }
            bytes.append(ASCII.closeBracket)
        case .object(let object):
            try object.writeCanonical(into: &bytes)
        }
    }

    /// Writes this as the member or element `token` of its container, which an error then names.
    fileprivate func writeCanonical(
        into bytes: inout [UInt8], as token: () -> String
    ) throws(CanonicalError) {
        do {
            try writeCanonical(into: &bytes)
        } catch {
            var outer = error
            outer.pointer.prepend(token())
            throw outer
        }
    }
}

extension JSONObject {
    fileprivate func writeCanonical(into bytes: inout [UInt8]) throws(CanonicalError) {
        bytes.append(ASCII.openBrace)
        let sorted = members.sorted { $0.name.precedesInUTF16($1.name) }
        for (index, member) in sorted.enumerated() {
            if index > 0 { bytes.append(ASCII.comma) }
            JSONWriter.write(member.name, into: &bytes)
            bytes.append(ASCII.colon)
            try member.value.writeCanonical(into: &bytes, as: { member.name })
        }
        bytes.append(ASCII.closeBrace)
    }
}

extension String {
    /// Whether this sorts before `other` by UTF-16 code units.
    ///
    /// That is the order of the UTF-8 bytes, except that characters beyond the basic plane (first
    /// byte F0 and up) stand before U+E000…U+FFFF (first byte EE and EF): their surrogates do.
    func precedesInUTF16(_ other: String) -> Bool {
        utf8.lexicographicallyPrecedes(other.utf8) { String.rank($0) < String.rank($1) }
    }

    private static func rank(_ byte: UInt8) -> UInt8 {
        byte == 0xEE || byte == 0xEF ? byte + 0x10 : byte
    }
}
