// Which known name somebody probably meant. Only for messages: nothing is ever corrected.

package enum NearestName {
    /// The nearest of `names` within a third of the name's length (at least one, at most three
    /// changes); of two at the same distance the one that stands first.
    package static func of(_ name: String, among names: [String]) -> String? {
        let limit = min(3, max(1, name.unicodeScalars.count / 3))
        var best: (name: String, distance: Int)?
        for candidate in names {
            let distance = changes(from: name, to: candidate, limit: limit)
            if distance <= limit, distance < best?.distance ?? Int.max {
                best = (candidate, distance)
            }
        }
        return best?.name
    }

    /// Characters inserted, removed, replaced, or swapped with their neighbour.
    static func changes(from left: String, to right: String, limit: Int) -> Int {
        let a = Array(left.unicodeScalars)
        let b = Array(right.unicodeScalars)
        // A long difference in length is also what bounds the table for very long names.
        guard abs(a.count - b.count) <= limit else { return limit + 1 }
        var before: [Int] = []
        var previous = Array(0...b.count)
        for i in 0..<a.count {
            var current = [i + 1]
            for j in 0..<b.count {
                let replaced = previous[j] + (a[i] == b[j] ? 0 : 1)
                var fewest = min(previous[j + 1] + 1, current[j] + 1, replaced)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    fewest = min(fewest, before[j - 1] + 1)
                }
                current.append(fewest)
            }
            before = previous
            previous = current
        }
        return previous[b.count]
    }
}
