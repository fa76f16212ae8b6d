// Damaging a good file, the same way each time.

/// One damaged copy after the other, from a seed (SplitMix64).
struct Damage {
    private var state: UInt64 = 7
    private let whole: [UInt8]
    /// What is put in: words that mean something to the reader.
    private let pieces: [[UInt8]]

    init(_ whole: [UInt8], _ pieces: [[UInt8]]) {
        self.whole = whole
        self.pieces = pieces
    }

    mutating func next() -> [UInt8] {
        var bytes = whole
        for _ in 0...below(4) {
            let at = below(bytes.count)
            switch below(4) {
            case 0: bytes.removeSubrange(at..<min(bytes.count, at + 1 + below(40)))
            case 1: bytes.insert(contentsOf: pieces[below(pieces.count)], at: at)
            case 2: bytes[at] = UInt8(below(256))
            case _: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 60)], at: at)
            }
            if bytes.isEmpty { bytes = whole }
        }
        return bytes
    }

    private mutating func below(_ bound: Int) -> Int {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return Int((z ^ (z >> 31)) % UInt64(bound))
    }
}
