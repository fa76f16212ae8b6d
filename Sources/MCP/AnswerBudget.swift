// A ration of answers. A stream of garbage must not become an equal stream of errors.

/// Lets the first few through at once and then one an interval.
struct AnswerBudget: Sendable {
    private var left = MCPLimits.unreadableAnswersAtOnce
    private var lastMs: Int64 = 0

    mutating func take(nowMs: Int64) -> Bool {
        if left > 0 {
            left -= 1
        } else if nowMs - lastMs < MCPLimits.unreadableAnswerIntervalMs {
            return false
        }
        lastMs = nowMs
        return true
    }
}
