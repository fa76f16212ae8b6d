// JSON files: the strict parser decides, and a second walk over the accepted text finds the lines.

import JSON

enum JSONSource {
    private static let limits = JSONLimits(
        maxBytes: CatalogLimits.maxFileBytes, maxDepth: CatalogLimits.maxDepth,
        maxNodes: CatalogLimits.maxNodes)

    static func read(_ bytes: [UInt8]) throws(SourceFault) -> (JSONValue, SourceLines) {
        do {
            let value = try JSONParser.parse(bytes, limits: limits)
            var walk = LineWalk(bytes: bytes)
            return (value, walk.lines(of: value, keyLine: nil))
        } catch {
            let before = bytes[..<min(error.offset, bytes.count)]
            let line = before.count { $0 == UInt8(ascii: "\n") } + 1
            throw SourceFault(line: line, message: error.message)
        }
    }
}

/// A cursor over text that is known to be JSON: it steps over tokens and counts line feeds.
private struct LineWalk {
    let bytes: [UInt8]
    var at = 0
    var line = 1

    mutating func lines(of value: JSONValue, keyLine: Int?) -> SourceLines {
        skipSpace()
        var result = SourceLines(line: keyLine ?? line)
        switch value {
        case .object(let object):
            at += 1
            for member in object {
                skipSpace()
                let memberLine = line
                skipString()
                skipSpace()
                at += 1  // The colon.
                result.children.append((member.name, lines(of: member.value, keyLine: memberLine)))
                skipSpace()
                at += 1  // The comma, or the brace that closes.
            }
            if object.isEmpty { closeEmpty() }
        case .array(let elements):
            at += 1
            for (index, element) in elements.enumerated() {
                result.children.append((String(index), lines(of: element, keyLine: nil)))
                skipSpace()
                at += 1
            }
            if elements.isEmpty { closeEmpty() }
        case .string: skipString()
        case .null, .bool, .number:
            while at < bytes.count, !LineWalk.endsScalar.contains(bytes[at]) { at += 1 }
        }
        return result
    }

    private static let endsScalar = Set(" \t\r\n,]}".utf8)

    private mutating func closeEmpty() {
        skipSpace()
        at += 1
    }

    private mutating func skipSpace() {
        while at < bytes.count, bytes[at] <= UInt8(ascii: " ") {
            if bytes[at] == UInt8(ascii: "\n") { line += 1 }
            at += 1
        }
    }

    private mutating func skipString() {
        at += 1
        while bytes[at] != UInt8(ascii: "\"") {
            at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1
        }
        at += 1
    }
}
