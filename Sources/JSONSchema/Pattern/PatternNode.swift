// What a pattern means, as a tree, and what is wrong with one that cannot be used. No matching.

/// A pattern taken apart. Greedy and lazy repetition are one: only whether a text fits is asked.
indirect enum PatternNode: Sendable {
    case empty
    case set(ScalarSet)
    case sequence([PatternNode])
    case choice([PatternNode])
    case repeated(PatternNode, least: Int, most: Int?)
    case textStart
    case textEnd
    case wordBoundary(Bool)

    /// Whether every way to fit begins at the start of the text, so that later starts are futile.
    var isAnchored: Bool {
        switch self {
        case .textStart: true
        case .sequence(let parts): parts.first?.isAnchored ?? false
        case .choice(let parts): parts.allSatisfy(\.isAnchored)
        case .repeated(let part, let least, _): least > 0 && part.isAnchored
        case .empty, .set, .textEnd, .wordBoundary: false
        }
    }
}

/// Why a pattern is refused, as a clause that follows the pattern's text.
struct PatternError: Error {
    let message: String
}
