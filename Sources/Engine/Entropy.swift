// Chance as an argument: the core never asks the system for it.

import Proofs

/// A stream of unguessable bytes grown from one seed, the same for the same seed.
package struct Entropy: Sendable {
    private let seed: [UInt8]
    private var counter: UInt64 = 0
    private var pool: ArraySlice<UInt8> = []

    /// - Parameter seed: 32 bytes of the system's random source (in a simulation: of the seed).
    package init(seed: [UInt8]) {
        precondition(seed.count >= 32, "Entropy grows from at least 32 bytes.")
        self.seed = seed
    }

    package mutating func bytes(_ count: Int) -> [UInt8] {
        while pool.count < count {
            let block = (0..<8).map { UInt8(truncatingIfNeeded: counter >> UInt64($0 * 8)) }
            pool += Digest.sha256(seed, block).bytes
            counter += 1
        }
        let taken = Array(pool.prefix(count))
        pool = pool.dropFirst(count)
        return taken
    }

    mutating func number() -> UInt32 {
        bytes(4).reduce(0) { $0 << 8 | UInt32($1) }
    }
}
