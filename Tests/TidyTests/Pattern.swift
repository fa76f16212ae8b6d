// Regular expressions as the rules use them: where in a text something occurs, and what it was.
// Foundation's engine rather than Swift's, because it stays fast in a debug build.

import Foundation

/// A regular expression that is part of this test's own source.
struct Pattern: Sendable {
    /// One occurrence: its place in UTF-16 units and the text of each group ("" where it took no
    /// part); group 0 is the whole match.
    struct Match {
        let range: Range<Int>
        let groups: [String]
    }

    private let expression: NSRegularExpression

    init(_ source: String) {
        do {
            expression = try NSRegularExpression(pattern: source, options: [.anchorsMatchLines])
        } catch {
            preconditionFailure("the tidy test holds a broken pattern, \(source): \(error)")
        }
    }

    func matches(in text: String) -> [Match] {
        let whole = text as NSString
        let range = NSRange(location: 0, length: whole.length)
        return expression.matches(in: text, range: range).map { result in
            Match(
                range: result.range.location..<(result.range.location + result.range.length),
                groups: (0..<result.numberOfRanges).map { group in
                    let place = result.range(at: group)
                    return place.location == NSNotFound ? "" : whole.substring(with: place)
                })
        }
    }

    func occurs(in text: String) -> Bool {
        let range = NSRange(location: 0, length: text.utf16.count)
        return expression.firstMatch(in: text, range: range) != nil
    }

    /// The line of each match, from 1. For any text; Swift sources know their lines themselves.
    func lines(in text: String) -> [Int] {
        let found = matches(in: text)
        if found.isEmpty { return [] }
        let units = Array(text.utf16)
        return found.map { match in
            1 + units[..<match.range.lowerBound].count { $0 == 0x0A }
        }
    }
}
