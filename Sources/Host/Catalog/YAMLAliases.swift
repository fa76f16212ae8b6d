// Finds aliases before the YAML library does: it would put a copy of the value in each place, and
// a few lines of aliases to aliases make more values than there is memory to compare them in.

enum YAMLAliases {
    struct Alias: Hashable {
        let name: String
        let line: Int
    }

    /// The first text that could be an alias of something that could be an anchor. Also finds
    /// the two in text that only looks so; such text needs a space after the star.
    static func firstAlias(in bytes: [UInt8]) -> Alias? {
        guard bytes.contains(UInt8(ascii: "&")), bytes.contains(UInt8(ascii: "*")) else {
            return nil
        }
        var anchors: Set<ArraySlice<UInt8>> = []
        var line = 1
        for (index, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: "\n") { line += 1 }
            let isAnchor = byte == UInt8(ascii: "&")
            guard isAnchor || byte == UInt8(ascii: "*"), startsToken(index, in: bytes) else {
                continue
            }
            let name = bytes[(index + 1)...].prefix { !separates($0) }
            guard !name.isEmpty else { continue }
            if isAnchor {
                anchors.insert(name)
            } else if anchors.contains(name) {
                return Alias(name: String(decoding: name, as: UTF8.self), line: line)
            }
        }
        return nil
    }

    private static func startsToken(_ index: Int, in bytes: [UInt8]) -> Bool {
        index == 0 || separates(bytes[index - 1])
    }

    /// Every byte outside ASCII counts: some of them are line breaks to YAML.
    private static func separates(_ byte: UInt8) -> Bool {
        byte >= 0x80 || separators.contains(byte)
    }

    private static let separators = Set(" \t\r\n[]{},:?-".utf8)
}
