// From literal JSON to a template.

import JSON

struct TemplateParser {
    private(set) var references: [ValueTemplate.Reference] = []

    mutating func node(
        _ value: JSONValue, at place: JSONPointer
    ) throws(TemplateError) -> ValueTemplate.Node {
        switch value {
        case .null, .bool, .number: return .literal(value)
        case .string(let text): return try self.text(text, at: place)
        case .array(let elements):
            var nodes: [ValueTemplate.Node] = []
            for (index, element) in elements.enumerated() {
                nodes.append(try node(element, at: place.appending(index: index)))
            }
            return nodes.allSatisfy(\.isLiteral) ? .literal(value) : .array(nodes)
        case .object(let object):
            if let from = object["$from"] { return try self.from(from, in: object, at: place) }
            var members: [ValueTemplate.Member] = []
            for member in object {
                let node = try node(member.value, at: place.appending(member.name))
                members.append(ValueTemplate.Member(name: member.name, node: node))
            }
            return members.allSatisfy(\.node.isLiteral) ? .literal(value) : .object(members)
        }
    }

    private mutating func from(
        _ value: JSONValue, in object: JSONObject, at place: JSONPointer
    ) throws(TemplateError) -> ValueTemplate.Node {
        guard object.count == 1 else {
            throw TemplateError(
                pointer: place, message: "`$from` stands alone in its map; remove the other keys")
        }
        let inner = place.appending("$from")
        guard let text = value.stringValue else {
            throw TemplateError(
                pointer: inner,
                message: "`$from` takes a pointer such as /arguments/title, but "
                    + "\(value.kindName) is here")
        }
        let pointer = try self.pointer(text, at: inner)
        try note(pointer, at: inner)
        return .from(pointer)
    }

    private mutating func text(
        _ text: String, at place: JSONPointer
    ) throws(TemplateError) -> ValueTemplate.Node {
        guard text.utf8.contains(UInt8(ascii: "{")) else { return .literal(.string(text)) }
        var pieces: [TextPiece] = []
        var literal = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "{") {
            literal += rest[..<open]
            rest = rest[open...].dropFirst()
            if rest.first == "{" {
                literal += "{"
                rest = rest.dropFirst()
                continue
            }
            guard rest.first == "/", let close = rest.firstIndex(of: "}") else {
                throw TemplateError(
                    pointer: place,
                    message: "the `{` in \"\(text)\" begins no pointer such as "
                        + "{/arguments/title}; for the brace itself write {{")
            }
            let pointer = try self.pointer(String(rest[..<close]), at: place)
            try note(pointer, at: place)
            if !literal.isEmpty { pieces.append(.literal(literal)) }
            literal = ""
            pieces.append(.reference(pointer))
            rest = rest[close...].dropFirst()
        }
        literal += rest
        if pieces.isEmpty { return .literal(.string(literal)) }
        if !literal.isEmpty { pieces.append(.literal(literal)) }
        return .text(pieces)
    }

    private func pointer(
        _ text: String, at place: JSONPointer
    ) throws(TemplateError) -> JSONPointer {
        do {
            let pointer = try JSONPointer(parsing: text)
            guard !pointer.tokens.isEmpty else {
                throw TemplateError(
                    pointer: place,
                    message: "a pointer names a place such as /arguments/title; this is empty")
            }
            return pointer
        } catch let error as JSONPointerError {
            throw TemplateError(pointer: place, message: "`\(text)`: \(error.message)")
        } catch let error as TemplateError {
            throw error
        } catch {
            preconditionFailure("Reading a pointer throws only the two errors caught above.")
        }
    }

    private mutating func note(
        _ pointer: JSONPointer, at place: JSONPointer
    ) throws(TemplateError) {
        guard references.count < CatalogLimits.maxReferences else {
            throw TemplateError(
                pointer: place, message: "more than \(CatalogLimits.maxReferences) pointers are "
                    + "in one value; split it")
        }
        references.append(ValueTemplate.Reference(pointer: pointer, place: place))
    }
}

extension ValueTemplate.Node {
    /// Whether rendering gives the written value itself. A text with escaped braces is a literal
    /// too, but not the one that was written.
    var isLiteral: Bool {
        switch self {
        case .literal(let value): !value.mayHoldEscapes
        case .from, .text, .array, .object: false
        }
    }
}

extension JSONValue {
    fileprivate var mayHoldEscapes: Bool {
        switch self {
        case .null, .bool, .number: false
        case .string(let text): text.utf8.contains(UInt8(ascii: "{"))
        case .array, .object: false
        }
    }
}
