// How a failing seed is told: what did not hold, and the one command that plays it again.

package enum Replay {
    package static func command(_ seed: Int) -> String {
        "make simulate SEED=\(seed) COUNT=1 TRACE=1"
    }
}

extension Violation: CustomStringConvertible {
    package var description: String { "invariant \(invariant.rawValue) (\(invariant)): \(text)" }
}
