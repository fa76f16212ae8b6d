// Bytes as base 64 (RFC 4648 section 4, with padding) and back. Nothing about what they mean.

package enum Base64 {
    private static let digits = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    package static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var value = group.reduce(0) { $0 << 8 | Int($1) }
            value <<= (3 - group.count) * 8
            for place in 0..<4 {
                let isPadding = place > group.count
                text.append(isPadding ? 0x3d : digits[value >> (18 - place * 6) & 63])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// - Returns: nil for anything that ``encode(_:)`` would not write.
    package static func decode(_ text: String) -> [UInt8]? {
        let characters = Array(text.utf8)
        guard characters.count.isMultiple(of: 4) else { return nil }
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: characters.count, by: 4) {
            let group = characters[start..<start + 4]
            let padding = group.reversed().prefix { $0 == 0x3d }.count
            guard padding <= 2, padding == 0 || start + 4 == characters.count else { return nil }
            var value = 0
            for character in group.dropLast(padding) {
                guard let digit = digits.firstIndex(of: character) else { return nil }
                value = value << 6 | digit
            }
            value <<= padding * 6
            for place in 0..<(3 - padding) {
                bytes.append(UInt8(truncatingIfNeeded: value >> (16 - place * 8)))
            }
        }
        // Bits that no byte holds must be nothing, or two texts would be the same bytes.
        return encode(bytes) == text ? bytes : nil
    }
}
