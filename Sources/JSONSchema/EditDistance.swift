// How far two words are apart, for guessing what was meant. Bounded in length and in candidates.

enum EditDistance {
    private static let maxLength = 64
    static let maxCandidates = 500
    private static let furthest = 2

    /// The candidate at most two edits away and nearer than half of the word, if there is one.
    static func nearest(to word: String, among candidates: [String]) -> String? {
        let letters = lowered(word)
        guard !letters.isEmpty, letters.count <= maxLength else { return nil }
        var best: (distance: Int, name: String)?
        for candidate in candidates.prefix(maxCandidates) {
            let other = lowered(candidate)
            guard abs(other.count - letters.count) <= furthest, other.count <= maxLength else {
                continue
            }
            let distance = between(letters, other)
            guard distance <= furthest, distance * 2 <= max(letters.count, other.count),
                distance < best?.distance ?? Int.max
            else { continue }
            best = (distance, candidate)
        }
        return best?.name
    }

    /// Lower-cased, so that a wrong case costs nothing, and without marks between words.
    private static func lowered(_ text: String) -> [Unicode.Scalar] {
        guard text.utf8.count <= maxLength * 4 else { return [] }
        return text.lowercased().unicodeScalars.filter { $0 != "_" && $0 != "-" && $0 != " " }
    }

    /// Insertions, deletions, replacements and swaps of neighbours.
    static func between(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for i in left.indices {
            var row = [i + 1]
            for j in right.indices {
                let replaced = last[j] + (left[i] == right[j] ? 0 : 1)
                var cost = min(replaced, last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    cost = min(cost, beforeLast[j - 1] + 1)
                }
                row.append(cost)
            }
            beforeLast = last
            last = row
        }
        return last[right.count]
    }
}
