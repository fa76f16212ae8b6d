// Chance for a simulated world: the same numbers for the same seed, on every machine. Nothing else
// in the simulation may be random.

package struct Chance: Sendable {
    private var state: UInt64

    /// The seed is mixed, for neighbouring seeds would give one stream, a step apart.
    package init(seed: Int) { state = Chance.mix(UInt64(truncatingIfNeeded: seed)) }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        return Chance.mix(state)
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// From zero up to, but not including, `count`.
    package mutating func below(_ count: Int) -> Int {
        precondition(count > 0, "There is nothing to choose from.")
        return Int(next() % UInt64(count))
    }

    package mutating func within(_ range: ClosedRange<Int64>) -> Int64 {
        range.lowerBound + Int64(below(Int(range.upperBound - range.lowerBound + 1)))
    }

    /// True in `percent` of a hundred times.
    package mutating func percent(_ percent: Int) -> Bool { percent > 0 && below(100) < percent }

    package mutating func pick<Element>(_ elements: [Element]) -> Element? {
        elements.isEmpty ? nil : elements[below(elements.count)]
    }

    /// One of the choices, each as likely as its weight says.
    package mutating func pick<Element>(weighted choices: [(Element, Int)]) -> Element {
        var rest = below(choices.reduce(0) { $0 + $1.1 })
        for (element, weight) in choices {
            if rest < weight { return element }
            rest -= weight
        }
        preconditionFailure("A number below the sum of the weights falls on one of them.")
    }

    package mutating func bytes(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 8)
        while bytes.count < count {
            var word = next()
            for _ in 0..<8 {
                bytes.append(UInt8(truncatingIfNeeded: word))
                word >>= 8
            }
        }
        return Array(bytes.prefix(count))
    }
}
