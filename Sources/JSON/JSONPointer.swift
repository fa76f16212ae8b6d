// Paths into a value, RFC 6901: read, written, followed. No wildcards, no changing of values.

/// A path to one place inside a JSON value; no tokens means the whole value.
package struct JSONPointer: Sendable {
    /// The member names and array indexes on the way, unescaped.
    package private(set) var tokens: [String]

    package static let root = JSONPointer(tokens: [])

    package init(tokens: [String]) { self.tokens = tokens }

    /// Reads `""` or `/a/b~1c/0`.
    package init(parsing text: String) throws(JSONPointerError) {
        guard text.utf8.count <= JSONLimits.maxPointerBytes else {
            throw JSONPointerError(reason: .tooLong, offset: JSONLimits.maxPointerBytes)
        }
        tokens = []
        var token: [UInt8] = []
        var escapeOffset: Int?
        for (offset, byte) in text.utf8.enumerated() {
            if offset == 0 {
                guard byte == ASCII.slash else {
                    throw JSONPointerError(reason: .noLeadingSlash, offset: 0)
                }
            } else if let start = escapeOffset {
                guard byte == ASCII.zero || byte == ASCII.zero + 1 else {
                    throw JSONPointerError(reason: .badEscape, offset: start)
                }
                token.append(byte == ASCII.zero ? UInt8(ascii: "~") : ASCII.slash)
                escapeOffset = nil
            } else if byte == ASCII.slash {
                tokens.append(String(decoding: token, as: UTF8.self))
                token.removeAll(keepingCapacity: true)
            } else if byte == UInt8(ascii: "~") {
                escapeOffset = offset
            } else {
                token.append(byte)
            }
        }
        if let escapeOffset { throw JSONPointerError(reason: .badEscape, offset: escapeOffset) }
        if !text.isEmpty { tokens.append(String(decoding: token, as: UTF8.self)) }
    }

    package func appending(_ token: String) -> JSONPointer {
        var longer: [String] = []
        longer.reserveCapacity(tokens.count + 1)
        longer += tokens
        longer.append(token)
        return JSONPointer(tokens: longer)
    }

    package func appending(index: Int) -> JSONPointer { appending(String(index)) }

    package func appending(_ pointer: JSONPointer) -> JSONPointer {
        JSONPointer(tokens: tokens + pointer.tokens)
    }

    /// Puts a step in front: for a path that is found from the inside out.
    mutating func prepend(_ token: String) { tokens.insert(token, at: 0) }

    /// The value at this place of `value`; nil where there is none.
    package func resolve(in value: JSONValue) -> JSONValue? {
        var place = value
        for token in tokens {
            switch place {
            case .object(let object):
                guard let member = object[token] else { return nil }
                place = member
            case .array(let elements):
                guard let index = JSONPointer.index(token), index < elements.count else {
                    return nil
                }
                place = elements[index]
            case .null, .bool, .number, .string: return nil
            }
        }
        return place
    }

    /// The array index that `token` spells: digits alone, without leading zeros.
    private static func index(_ token: String) -> Int? {
        guard token.utf8.allSatisfy(ASCII.isDigit) else { return nil }
        guard token.utf8.first != ASCII.zero || token.utf8.count == 1 else { return nil }
        return Int(token)
    }
}

extension JSONPointer: CustomStringConvertible {
    /// The pointer's text, such as `/a/b~1c/0`; empty for the root.
    package var description: String {
        var text: [UInt8] = []
        for token in tokens {
            text.append(ASCII.slash)
            for byte in token.utf8 {
                if byte == UInt8(ascii: "~") {
                    text += [UInt8(ascii: "~"), ASCII.zero]
                } else if byte == ASCII.slash {
                    text += [UInt8(ascii: "~"), ASCII.zero + 1]
                } else {
                    text.append(byte)
                }
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension JSONPointer: Hashable, Comparable {
    package static func == (left: JSONPointer, right: JSONPointer) -> Bool {
        left.tokens.elementsEqual(right.tokens) { $0.isSameText(as: $1) }
    }

    /// By the bytes of the text.
    package static func < (left: JSONPointer, right: JSONPointer) -> Bool {
        left.description.utf8.lexicographicallyPrecedes(right.description.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(tokens.count)
        for token in tokens { token.hashText(into: &hasher) }
    }
}

/// Why a text is not a JSON pointer.
package struct JSONPointerError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Reason: Sendable { case noLeadingSlash, badEscape, tooLong }

    package let reason: Reason
    /// The byte in the pointer's text.
    package let offset: Int

    package var message: String {
        switch reason {
        case .noLeadingSlash:
            "a JSON pointer is empty or starts with \"/\"; put a slash in front"
        case .badEscape:
            "the \"~\" at byte \(offset) must be written \"~0\" (\"~1\" stands for \"/\")"
        case .tooLong:
            "a JSON pointer has at most \(JSONLimits.maxPointerBytes) bytes; this one has more"
        }
    }

    package var description: String { message }
}
