// The framer: whatever stands between newlines, and however the stream is cut, the same lines come
// out, and they are those that a slow and simple reading of the whole stream finds.

import MCP

enum FramerCase {
    private static let pieces: [[UInt8]] =
        ["\n", "\n", "\r\n", "\r", " ", "\t", "\u{FEFF}", "a", "{}", "\"x\"", "12345678"]
        .map { Array($0.utf8) } + [[0xEF], [0xBB], [0xBF], [0xFF], [0]]

    static func run(_ start: Chance) throws(FuzzFinding) {
        var chance = start
        let limit = chance.below(24)
        var stream: [UInt8] = []
        for _ in 0..<chance.below(64) { stream += chance.pick(pieces) }

        var framer = LineFramer(limitBytes: limit)
        var lines: [FramedLine] = []
        var rest = stream[...]
        while rest.isEmpty == false {
            let chunk = rest.prefix(1 + chance.below(16))
            rest = rest.dropFirst(chunk.count)
            lines += framer.receive(chunk)
            try must(framer.heldBytes <= limit + 4, "more is held than a line may have")
        }
        if let last = framer.finish() { lines.append(last) }

        let expected = simply(stream, limit)
        try must(lines == expected, "limit \(limit), \(stream): \(lines), not \(expected)")
    }

    private static func simply(_ stream: [UInt8], _ limit: Int) -> [FramedLine] {
        let parts = stream.split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return parts.enumerated().compactMap { index, part in
            var line = part
            if index == 0, line.starts(with: [0xEF, 0xBB, 0xBF]) { line = line.dropFirst(3) }
            if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
            if line.count > limit { return .oversized(bytes: part.count) }
            let isBlank = line.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
            return isBlank ? nil : .line(Array(line))
        }
    }
}
