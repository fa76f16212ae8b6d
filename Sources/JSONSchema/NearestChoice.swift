// Which of the allowed values was most likely meant. Nothing here decides what is allowed.
import JSON

enum NearestChoice {
    /// A clause that names it, such as `; did you mean "high"?`; empty where none is near.
    static func clause(for value: JSONValue, among choices: [JSONValue]) -> String {
        let candidates = choices.prefix(EditDistance.maxCandidates)
        if let word = word(value),
            let twin = candidates.first(where: { Self.word($0)?.isSameText(as: word) == true })
        {
            return "; did you mean \(twin.compactText)?"
        }
        switch value {
        case .string(let text):
            return Wording.didYouMean(text, among: candidates.compactMap(\.stringValue))
        case .number(let number):
            guard let best = nearest(to: number, among: candidates.compactMap(\.numberValue)) else {
                return ""
            }
            return "; the nearest is \(Wording.shortened(best.lexeme, 60))"
        case .null, .bool, .array, .object: return ""
        }
    }

    /// What a scalar looks like to somebody who does not tell `5` from `"5"`.
    private static func word(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text.utf8.count <= 60 ? text : nil
        case .null, .bool: value.compactText
        case .number(let number): number.lexeme.utf8.count <= 60 ? number.lexeme : nil
        case .array, .object: nil
        }
    }

    private static func nearest(to number: JSONNumber, among choices: [JSONNumber]) -> JSONNumber? {
        guard let found = number.double else { return nil }
        var best: (distance: Double, choice: JSONNumber)?
        for choice in choices {
            guard let double = choice.double else { continue }
            let distance = (double - found).magnitude
            if distance < best?.distance ?? .infinity { best = (distance, choice) }
        }
        return best?.choice
    }

    /// The whole multiples of `step` on both sides of a number, as a clause; empty where the
    /// numbers are too large to be told apart, or `step` is a fraction.
    static func multiples(of step: JSONNumber, around number: JSONNumber) -> String {
        let most = 1e15
        guard let step = step.int, let found = number.double, found.magnitude < most,
            step > 0, Double(step) < most
        else { return "" }
        let towardsZero = Int(found) / step * step
        let below = Double(towardsZero) > found ? towardsZero - step : towardsZero
        return "; the nearest are \(below) and \(below + step)"
    }
}
