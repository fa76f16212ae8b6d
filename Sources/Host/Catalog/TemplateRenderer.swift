// From a template and the values of a call to one value.

import JSON

struct TemplateRenderer {
    let roots: JSONValue
    let missing: ValueTemplate.Missing
    private var textBytes = 0

    init(roots: JSONValue, missing: ValueTemplate.Missing) {
        self.roots = roots
        self.missing = missing
    }

    mutating func value(
        of node: ValueTemplate.Node, at place: JSONPointer
    ) throws(TemplateError) -> JSONValue {
        switch node {
        case .literal(let value): return value
        case .from(let pointer): return try resolve(pointer, at: place) ?? .null
        case .text(let pieces): return .string(try text(of: pieces, at: place))
        case .array(let nodes):
            var elements: [JSONValue] = []
            for (index, node) in nodes.enumerated() {
                elements.append(try value(of: node, at: place.appending(index: index)))
            }
            return .array(elements)
        case .object(let members):
            var object = JSONObject()
            for member in members {
                object[member.name] = try value(
                    of: member.node, at: place.appending(member.name))
            }
            return .object(object)
        }
    }

    private mutating func text(
        of pieces: [TextPiece], at place: JSONPointer
    ) throws(TemplateError) -> String {
        var text = ""
        for piece in pieces {
            switch piece {
            case .literal(let literal): text += literal
            case .reference(let pointer):
                if let value = try resolve(pointer, at: place) {
                    text += TemplateRenderer.text(of: value)
                }
            }
            guard textBytes + text.utf8.count <= CatalogLimits.maxRenderedBytes else {
                throw TemplateError(
                    pointer: place,
                    message: "the text made here is longer than "
                        + "\(CatalogLimits.maxRenderedBytes) bytes; send less at once")
            }
        }
        textBytes += text.utf8.count
        return text
    }

    private func resolve(
        _ pointer: JSONPointer, at place: JSONPointer
    ) throws(TemplateError) -> JSONValue? {
        if let value = pointer.resolve(in: roots) { return value }
        switch missing {
        case .empty: return nil
        case .refused:
            throw TemplateError(
                pointer: place, message: "there is no value at \(pointer); supply it")
        }
    }

    static func text(of value: JSONValue) -> String {
        switch value {
        case .null: ""
        case .string(let text): text
        case .bool, .number, .array, .object: value.compactText
        }
    }
}
