// The compact writer: members in their order, numbers as they were written, nothing on a second
// line. The canonical and the pretty form are elsewhere; they share the string writer below.

extension JSONValue {
    package func compactBytes() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        write(into: &bytes)
        return bytes
    }

    package var compactText: String { String(decoding: compactBytes(), as: UTF8.self) }

    /// Appends the compact form. It holds no raw line feed, so it fits one line of any log or pipe.
    package func write(into bytes: inout [UInt8]) {
        switch self {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
        case .number(let number): bytes.append(contentsOf: number.lexeme.utf8)
        case .string(let text): JSONWriter.write(text, into: &bytes)
        case .array(let elements):
            var separator = ASCII.openBracket
            for element in elements {
                bytes.append(separator)
                element.write(into: &bytes)
                separator = ASCII.comma
            }
            if elements.isEmpty { bytes.append(separator) }
            bytes.append(ASCII.closeBracket)
        case .object(let object):
            object.write(into: &bytes)
        }
    }
}

extension JSONObject {
    package func write(into bytes: inout [UInt8]) {
        var separator = ASCII.openBrace
        for member in members {
            bytes.append(separator)
            JSONWriter.write(member.name, into: &bytes)
            bytes.append(ASCII.colon)
            member.value.write(into: &bytes)
            separator = ASCII.comma
        }
        if isEmpty { bytes.append(separator) }
        bytes.append(ASCII.closeBrace)
    }
}

extension JSONValue: CustomStringConvertible {
    package var description: String { compactText }
}

enum JSONWriter {
    /// Appends a string literal that escapes only what JSON demands, in the form of RFC 8785.
    static func write(_ text: String, into bytes: inout [UInt8]) {
        var text = text
        bytes.append(ASCII.quote)
        text.withUTF8 { utf8 in
            var runStart = 0
            for index in 0..<utf8.count {
                let byte = utf8[index]
                guard byte < ASCII.space || byte == ASCII.quote || byte == ASCII.backslash
                else { continue }
                bytes.append(contentsOf: utf8[runStart..<index])
                appendEscape(of: byte, to: &bytes)
                runStart = index + 1
            }
            bytes.append(contentsOf: utf8[runStart...])
        }
        bytes.append(ASCII.quote)
    }

    private static func appendEscape(of byte: UInt8, to bytes: inout [UInt8]) {
        bytes.append(ASCII.backslash)
        switch byte {
        case ASCII.quote, ASCII.backslash: bytes.append(byte)
        case ASCII.backspace: bytes.append(ASCII.lowerB)
        case ASCII.tab: bytes.append(ASCII.lowerT)
        case ASCII.lineFeed: bytes.append(ASCII.lowerN)
        case ASCII.formFeed: bytes.append(ASCII.lowerF)
        case ASCII.carriageReturn: bytes.append(ASCII.lowerR)
        case _:
            bytes += [ASCII.lowerU, ASCII.zero, ASCII.zero]
            bytes += [ASCII.hexDigit(byte >> 4), ASCII.hexDigit(byte)]
        }
    }
}
