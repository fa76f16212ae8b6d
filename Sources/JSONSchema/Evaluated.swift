// Which members and items some schema has already looked at, for the `unevaluated…` keywords.

/// A set of small numbers that allocates only beyond 64.
struct BitSet {
    private var low: UInt64 = 0
    private var high: [UInt64] = []

    func contains(_ number: Int) -> Bool {
        if number < 64 { return low >> UInt64(number) & 1 == 1 }
        let word = number / 64 - 1
        return word < high.count && high[word] >> UInt64(number % 64) & 1 == 1
    }

    mutating func insert(_ number: Int) {
        if number < 64 {
            low |= 1 << UInt64(number)
            return
        }
        let word = number / 64 - 1
        while high.count <= word { high.append(0) }
        high[word] |= 1 << UInt64(number % 64)
    }

    mutating func formUnion(_ other: BitSet) {
        low |= other.low
        for (word, bits) in other.high.enumerated() {
            if word < high.count { high[word] |= bits } else { high.append(bits) }
        }
    }
}

/// What has been looked at of one object or array, by position. Nothing is noted unless active.
struct Evaluated {
    let isActive: Bool
    private var positions = BitSet()
    private var hasAll = false

    init(isActive: Bool) { self.isActive = isActive }

    static let ignored = Evaluated(isActive: false)

    mutating func insert(_ position: Int) { if isActive { positions.insert(position) } }

    mutating func insertAll() { hasAll = true }

    func contains(_ position: Int) -> Bool { hasAll || positions.contains(position) }

    mutating func formUnion(_ other: Evaluated) {
        guard isActive else { return }
        positions.formUnion(other.positions)
        hasAll = hasAll || other.hasAll
    }
}
