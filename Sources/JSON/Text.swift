// Texts as their UTF-8 bytes: read in place, told apart, ordered, hashed. Nothing that JSON alone
// would want.

extension String {
    /// Gives `body` the bytes where they lie.
    @inline(__always)
    package func withBytes<Result>(
        _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        if let result = utf8.withContiguousStorageIfAvailable(body) { return result }
        // Only a text that Objective-C lent lies elsewhere.
        var copy = self
        return copy.withUTF8(body)
    }

    /// Whether both are the same sequence of UTF-8 bytes; unlike `==`, no Unicode equivalence.
    package func isSameText(as other: String) -> Bool {
        // Most texts that are compared differ in length, which costs next to nothing to see.
        utf8.count == other.utf8.count && hasSameBytes(as: other)
    }

    /// Given that there are as many.
    @inline(never)
    func hasSameBytes(as other: String) -> Bool {
        withBytes { left in other.withBytes { right in String.areSame(left, right) } }
    }

    /// Compares as many bytes on both sides, eight at a time.
    private static func areSame(
        _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        let (leftRaw, rightRaw) = (UnsafeRawBufferPointer(left), UnsafeRawBufferPointer(right))
        var at = 0
        while at + 8 <= left.count {
            guard
                leftRaw.loadUnaligned(fromByteOffset: at, as: UInt64.self)
                    == rightRaw.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            else { return false }
            at += 8
        }
        while at < left.count {
            guard left[at] == right[at] else { return false }
            at += 1
        }
        return true
    }

    /// Whether this sorts before `other` by UTF-16 code units.
    ///
    /// That is the order of the UTF-8 bytes, except that characters beyond the basic plane (first
    /// byte F0 and up) stand before U+E000…U+FFFF (first byte EE and EF): their surrogates do.
    func precedesInUTF16(_ other: String) -> Bool {
        withBytes { left in
            other.withBytes { right in
                for at in 0..<min(left.count, right.count) where left[at] != right[at] {
                    return String.rank(left[at]) < String.rank(right[at])
                }
                return left.count < right.count
            }
        }
    }

    /// The first eight bytes as a number, nulls behind a shorter text: of two texts for which it
    /// differs, the one with the lesser precedes the other in UTF-16.
    var startInUTF16Order: UInt64 {
        withBytes { utf8 in
            var start: UInt64 = 0
            for at in 0..<min(utf8.count, 8) { start = start << 8 | UInt64(String.rank(utf8[at])) }
            return start << (8 * UInt64(8 - min(utf8.count, 8)))
        }
    }

    private static func rank(_ byte: UInt8) -> UInt8 {
        byte == 0xEE || byte == 0xEF ? byte + 0x10 : byte
    }

    package func hashText(into hasher: inout Hasher) {
        withBytes { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        hasher.combine(UInt8(0xff))
    }
}
