// YAML files: what of YAML is accepted, and how its nodes become JSON values. The one file that
// knows the YAML library. Aliases, anchors, merge keys, tags and keys that are no strings are
// refused: a config is read by people, and none of them has a meaning in JSON.

import JSON
import Yams

enum YAMLSource {
    static func read(_ bytes: [UInt8]) throws(SourceFault) -> (JSONValue, SourceLines) {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw SourceFault(line: nil, message: "this file is not UTF-8; save it as UTF-8")
        }
        if let alias = YAMLAliases.firstAlias(in: bytes) {
            throw SourceFault(
                line: alias.line,
                message: "the alias `*\(alias.name)` is not accepted here; write the value out")
        }
        let parser: Parser
        let root: Node?
        do {
            // The library's own resolver would compile regular expressions for YAML 1.1.
            parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
            root = try parser.singleRoot()
        } catch {
            throw fault(of: error)
        }
        // Nodes refer to their anchors weakly; the parser is what keeps those.
        defer { withExtendedLifetime(parser) {} }
        guard let root else {
            throw SourceFault(line: nil, message: "this file is empty; write the document")
        }
        var reader = YAMLNodes()
        return try reader.read(root, at: .root, keyLine: nil, depth: 0)
    }

    private static func fault(of error: any Error) -> SourceFault {
        // The library throws only its own error; the cast decides nothing but the words.
        guard let error = error as? YamlError else {
            return SourceFault(line: nil, message: "this file is not YAML: \(error)")
        }
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _):
            return SourceFault(line: mark.line, message: "this is not YAML: \(problem)")
        case .composer(_, let problem, let mark, _):
            let isSecond = problem.contains("another document")
            return SourceFault(
                line: mark.line,
                message: isSecond
                    ? "a second document begins here; a file holds one document"
                    : "this is not YAML: \(problem)")
        case .reader(let problem, _, _, _):
            return SourceFault(line: nil, message: "this file is not YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            return SourceFault(
                line: context.mark.line,
                message: "the key `\(duplicates.first ?? "")` stands more than once in one map; "
                    + "keep one of them")
        case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            return SourceFault(line: nil, message: "this file is not YAML: \(error)")
        }
    }
}

/// Turns nodes into values, counting them.
private struct YAMLNodes {
    private var count = 0

    mutating func read(
        _ node: Node, at pointer: JSONPointer, keyLine: Int?, depth: Int
    ) throws(SourceFault) -> (JSONValue, SourceLines) {
        let line = keyLine ?? node.mark?.line ?? 1
        count += 1
        guard count <= CatalogLimits.maxNodes else {
            throw SourceFault(
                line: line, message: "this file has more than \(CatalogLimits.maxNodes) values; "
                    + "split it")
        }
        // A map or list is one level deeper than what it stands in; a scalar adds none.
        guard depth < CatalogLimits.maxDepth || node.scalar != nil else {
            throw SourceFault(
                line: line, message: "maps and lists are nested deeper than "
                    + "\(CatalogLimits.maxDepth) here; flatten them")
        }
        if let anchor = node.anchor {
            throw SourceFault(
                line: line, pointer: pointer,
                message: "the anchor `&\(anchor.rawValue)` is not accepted here; remove it")
        }
        switch node {
        case .scalar(let scalar):
            return (try value(of: scalar, at: pointer, line: line), SourceLines(line: line))
        case .sequence(let sequence):
            try refuse(tag: sequence.tag, at: pointer, line: line)
            return try elements(of: sequence, at: pointer, line: line, depth: depth)
        case .mapping(let mapping):
            try refuse(tag: mapping.tag, at: pointer, line: line)
            return try members(of: mapping, at: pointer, line: line, depth: depth)
        case .alias:
            throw SourceFault(
                line: line, pointer: pointer,
                message: "aliases are not accepted here; write the value out")
        }
    }

    private mutating func elements(
        of sequence: Node.Sequence, at pointer: JSONPointer, line: Int, depth: Int
    ) throws(SourceFault) -> (JSONValue, SourceLines) {
        var elements: [JSONValue] = []
        var lines = SourceLines(line: line)
        for (index, node) in sequence.enumerated() {
            let (element, elementLines) = try read(
                node, at: pointer.appending(index: index), keyLine: nil, depth: depth + 1)
            elements.append(element)
            lines.children.append((String(index), elementLines))
        }
        return (.array(elements), lines)
    }

    private mutating func members(
        of mapping: Node.Mapping, at pointer: JSONPointer, line: Int, depth: Int
    ) throws(SourceFault) -> (JSONValue, SourceLines) {
        var members: [JSONObject.Member] = []
        var lines = SourceLines(line: line)
        for (key, node) in mapping {
            let keyLine = key.mark?.line ?? line
            let name = try name(of: key, in: pointer, line: keyLine)
            let (value, valueLines) = try read(
                node, at: pointer.appending(name), keyLine: keyLine, depth: depth + 1)
            members.append(JSONObject.Member(name: name, value: value))
            lines.children.append((name, valueLines))
        }
        // The library has refused equal keys by Swift's equality, which is wider than JSON's.
        return (.object(JSONObject(uniqueMembers: members)), lines)
    }

    private func name(
        of key: Node, in pointer: JSONPointer, line: Int
    ) throws(SourceFault) -> String {
        guard case .scalar(let scalar) = key, key.anchor == nil else {
            throw SourceFault(
                line: line, pointer: pointer, message: "a key must be plain text; this one is not")
        }
        if scalar.style == .plain {
            guard scalar.string != "<<" else {
                throw SourceFault(
                    line: line, pointer: pointer,
                    message: "the merge key `<<` is not accepted here; write the keys out")
            }
            guard case .string? = YAMLScalar.value(ofPlain: scalar.string) else {
                throw SourceFault(
                    line: line, pointer: pointer,
                    message: "the key `\(scalar.string)` is not text; put quotes around it")
            }
        }
        try refuse(tag: scalar.tag, at: pointer, line: line, isText: true)
        return scalar.string
    }

    private func value(
        of scalar: Node.Scalar, at pointer: JSONPointer, line: Int
    ) throws(SourceFault) -> JSONValue {
        let isPlain = scalar.style == .plain
        try refuse(tag: scalar.tag, at: pointer, line: line, isText: !isPlain)
        guard isPlain else { return .string(scalar.string) }
        guard let value = YAMLScalar.value(ofPlain: scalar.string) else {
            throw SourceFault(
                line: line, pointer: pointer,
                message: "`\(scalar.string)` is a number that JSON cannot hold; "
                    + "put quotes around it or write another")
        }
        return value
    }

    /// - Parameter isText: quoted and block scalars, and keys that were compared, carry the
    ///   library's tag for text.
    private func refuse(
        tag: Tag, at pointer: JSONPointer, line: Int, isText: Bool = false
    ) throws(SourceFault) {
        let name = tag.rawValue
        if name.isEmpty || (isText && name == Tag.Name.str.rawValue) { return }
        throw SourceFault(
            line: line, pointer: pointer,
            message: "the tag `\(name)` is not accepted here; remove it")
    }
}
