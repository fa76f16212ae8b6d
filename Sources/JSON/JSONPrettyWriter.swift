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
