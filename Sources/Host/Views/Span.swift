// Spans of time as people say them.

import Engine

enum Span {
    /// `in 23 h`, `3 min ago`, `now`.
    static func words(from now: Instant, to then: Instant) -> String {
        let ms = then.ms(since: now)
        let length = words(ms: abs(ms))
        if abs(ms) < 1000 { return "now" }
        return ms > 0 ? "in \(length)" : "\(length) ago"
    }

    static func words(ms: Int64) -> String {
        let steps: [(unit: String, ms: Int64)] = [
            ("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1000),
        ]
        for (unit, size) in steps where ms >= size * 2 || (unit == "s" && ms >= 1000) {
            return "\((ms + size / 2) / size) \(unit)"
        }
        return "\(ms) ms"
    }
}
