// Chance for random tests: the same numbers for the same seed, on every machine.

struct RandomSource {
    private var state: UInt64

    /// The seed is mixed, for neighbouring seeds would give one stream, a step apart.
    init(seed: Int) { state = RandomSource.mix(UInt64(truncatingIfNeeded: seed)) }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        return RandomSource.mix(state)
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// From zero up to, but not including, `count`.
    mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }

    /// True in `percent` of a hundred times.
    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

    mutating func pick<Element>(_ elements: [Element]) -> Element? {
        elements.isEmpty ? nil : elements[below(elements.count)]
    }
}
