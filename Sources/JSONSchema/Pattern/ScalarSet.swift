// Sets of Unicode scalars, as character classes describe them. Immutable once built.

/// The scalars that one place in a pattern accepts.
struct ScalarSet: Sendable {
    /// One bit each for the scalars below 128, worked out when the set is built: nearly all text.
    private let asciiLow: UInt64
    private let asciiHigh: UInt64
    private let ranges: [ClosedRange<UInt32>]
    private let properties: [ScalarProperty]
    private let isInverted: Bool

    init(
        ranges: [ClosedRange<UInt32>], properties: [ScalarProperty] = [], isInverted: Bool = false
    ) {
        let merged = Self.merged(ranges)
        self.ranges = merged
        self.properties = properties
        self.isInverted = isInverted
        var bits: (UInt64, UInt64) = (0, 0)
        for value in UInt32(0)..<128
        where Self.holds(value, merged, properties) != isInverted {
            let bit = UInt64(1) << UInt64(value % 64)
            if value < 64 { bits.0 |= bit } else { bits.1 |= bit }
        }
        (asciiLow, asciiHigh) = bits
    }

    func contains(_ value: UInt32) -> Bool {
        if value < 64 { return asciiLow >> UInt64(value) & 1 == 1 }
        if value < 128 { return asciiHigh >> UInt64(value - 64) & 1 == 1 }
        return Self.holds(value, ranges, properties) != isInverted
    }

    private static func holds(
        _ value: UInt32, _ ranges: [ClosedRange<UInt32>], _ properties: [ScalarProperty]
    ) -> Bool {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < value { low = middle + 1 } else { high = middle }
        }
        if low < ranges.count, ranges[low].contains(value) { return true }
        guard !properties.isEmpty, let scalar = Unicode.Scalar(value) else { return false }
        return properties.contains { $0.holds(scalar) }
    }

    private static func merged(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
        var result: [ClosedRange<UInt32>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = result.last, range.lowerBound <= last.upperBound {
                let upper = max(last.upperBound, range.upperBound)
                result[result.count - 1] = last.lowerBound...upper
            } else {
                result.append(range)
            }
        }
        return result
    }
}

extension ScalarSet {
    static let lastScalar: UInt32 = 0x10FFFF

    static let digits: [ClosedRange<UInt32>] = [0x30...0x39]
    static let wordCharacters: [ClosedRange<UInt32>] = [
        0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A,
    ]
    /// White space and line ends as ECMA-262 lists them for `\s`.
    static let whiteSpace: [ClosedRange<UInt32>] = [
        0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A,
        0x2028...0x2029, 0x202F...0x202F, 0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF,
    ]
    static let lineEnds: [ClosedRange<UInt32>] = [0x0A...0x0A, 0x0D...0x0D, 0x2028...0x2029]

    /// Everything outside `ranges`, which are sorted and apart.
    static func complement(of ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
        var result: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges {
            if range.lowerBound > next { result.append(next...(range.lowerBound - 1)) }
            next = range.upperBound + 1
        }
        if next <= lastScalar { result.append(next...lastScalar) }
        return result
    }

    static func single(_ value: UInt32) -> ScalarSet { ScalarSet(ranges: [value...value]) }
}
