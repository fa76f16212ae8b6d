// Finding the first byte of a text that JSON cannot take as it stands, eight bytes at a time. What
// is done about that byte is the reader's and the writer's.

enum PlainRun {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080

    /// Whether it is a quote, a backslash or a control character.
    static func isSpecial(_ byte: UInt8) -> Bool {
        byte < ASCII.space || byte == ASCII.quote || byte == ASCII.backslash
    }

    /// How many bytes of `word`, the lowest first, stand before the first special one.
    static func leading(_ word: UInt64) -> Int {
        (special(word) & highs).trailingZeroBitCount / 8
    }

    /// How many bytes from `start` on are neither special nor beyond ASCII.
    static func countASCII(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        let raw = UnsafeRawBufferPointer(bytes)
        var at = start
        while at + 8 <= bytes.count {
            let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: at, as: UInt64.self))
            let found = (special(word) | word) & highs
            if found != 0 { return at - start + found.trailingZeroBitCount / 8 }
            at += 8
        }
        while at < bytes.count, bytes[at] < 0x80, !isSpecial(bytes[at]) { at += 1 }
        return at - start
    }

    /// The high bit of every special byte. A borrow may set it in others, but only above the
    /// lowest that is right, which is the one that counts.
    @inline(__always)
    private static func special(_ word: UInt64) -> UInt64 {
        let quote = word ^ (ones &* UInt64(ASCII.quote))
        let backslash = word ^ (ones &* UInt64(ASCII.backslash))
        return ((word &- ones &* UInt64(ASCII.space)) & ~word) | ((quote &- ones) & ~quote)
            | ((backslash &- ones) & ~backslash)
    }
}
