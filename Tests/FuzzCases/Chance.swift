// Where a fuzz case takes its choices from: a seed, or the bytes that a coverage-guided fuzzer
// chose. The same source gives the same case, on every machine.

/// A stream of choices. One made of bytes answers 0 when they are used up, so whatever is made of
/// it must end there.
package struct Chance {
    private enum Source {
        case seed(UInt64)
        case bytes(ArraySlice<UInt8>)
    }

    private var source: Source

    package init(seed: UInt64) { source = .seed(seed) }
    package init(bytes: [UInt8]) { source = .bytes(bytes[...]) }

    package mutating func byte() -> UInt8 {
        switch source {
        case .bytes(var rest):
            let byte = rest.popFirst() ?? 0
            source = .bytes(rest)
            return byte
        case .seed(var state):
            // SplitMix64.
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            source = .seed(state)
            return UInt8(truncatingIfNeeded: mixed ^ (mixed >> 31))
        }
    }

    /// A number from 0 up to, not including, `count`.
    package mutating func below(_ count: Int) -> Int {
        guard count > 1 else { return 0 }
        var number = Int(byte())
        if count > 256 { number = number << 8 | Int(byte()) }
        if count > 65_536 { number = number << 8 | Int(byte()) }
        return number % count
    }

    /// True about once in `count` times; never at the end of the bytes.
    package mutating func once(in count: Int) -> Bool { below(count) == count - 1 }

    /// One of `choices`, of which there is at least one.
    package mutating func pick<Choice>(_ choices: [Choice]) -> Choice {
        choices[below(choices.count)]
    }
}
