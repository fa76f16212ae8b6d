// The writer for people at a terminal: indented, and with nothing in it that a terminal would obey
// or hide. Still JSON. Never hashed, never sent.

extension JSONValue {
    /// This value over several lines, two spaces a level, no line feed at the end.
    package var prettyText: String {
        var text = ""
        writePretty(into: &text, indent: "")
        return text
    }

    private func writePretty(into text: inout String, indent: String) {
        switch self {
        case .null, .bool, .number: text += compactText
        case .string(let string): text += string.visibleLiteral
        case .array(let elements):
            JSONValue.writeLines(elements, "[", "]", into: &text, indent: indent) {
                (element, text, inner) in
                element.writePretty(into: &text, indent: inner)
            }
        case .object(let object):
            JSONValue.writeLines(object.members, "{", "}", into: &text, indent: indent) {
                (member, text, inner) in
                text += member.name.visibleLiteral + ": "
                member.value.writePretty(into: &text, indent: inner)
            }
        }
    }

    private static func writeLines<Item>(
        _ items: [Item], _ open: String, _ close: String, into text: inout String, indent: String,
        writeItem: (Item, inout String, String) -> Void
    ) {
        guard !items.isEmpty else {
            text += open + close
            return
        }
        let inner = indent + "  "
        text += open
        for (index, item) in items.enumerated() {
            text += index == 0 ? "\n" + inner : ",\n" + inner
            writeItem(item, &text, inner)
        }
        text += "\n" + indent + close
    }
}

extension String {
    /// A string literal in which control and invisible formatting characters are escaped, so that
    /// text from outside can neither steer the terminal nor look like other text.
    package var visibleLiteral: String {
        var bytes: [UInt8] = []
        JSONWriter.write(self, into: &bytes)
        return String(decoding: bytes, as: UTF8.self).withVisibleControls
    }

    /// This text on one line, with an escape for whatever a terminal would obey or hide.
    package var withVisibleControls: String {
        guard unicodeScalars.contains(where: { $0.isUnsafeToShow }) else { return self }
        var shown = ""
        for scalar in unicodeScalars {
            if scalar.isUnsafeToShow {
                shown += String(scalar).utf16.map(String.escape).joined()
            } else {
                shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }

    private static func escape(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
    }
}

extension Unicode.Scalar {
    /// Controls, bidirectional and zero-width marks, line separators: what Unicode calls control,
    /// format, line and paragraph separator.
    fileprivate var isUnsafeToShow: Bool {
        if (0x20..<0x7F).contains(value) { return false }
        let category = properties.generalCategory
        return category == .control || category == .format || category == .lineSeparator
            || category == .paragraphSeparator
    }
}
