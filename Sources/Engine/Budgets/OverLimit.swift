// That a call would go over a limit: which one, what of it is used and left, what the call would
// take, and when there is room again, in words that a model can act on.

package struct OverLimit: Hashable, Sendable {
    package enum Subject: Hashable, Sendable {
        case run
        case day(profile: String)
        case toolRate(perMs: Int64)
        case profileRate(String, perMs: Int64)
        case amount(perMs: Int64)
        /// The very same call, in a run or, without one, in a day.
        case identical(inRun: Bool)
    }
    package enum Unit: String, Sendable, CaseIterable {
        case calls, writes, cost, bytes, time, amount
    }
    package let tool: ToolName
    package let subject: Subject
    package let unit: Unit
    /// In calls, bytes, milliseconds or millionths.
    package let max: Int64
    package let used: Int64
    package let wanted: Int64
    /// When the call would fit; nil for never.
    package let fitsAt: Instant?
    package let now: Instant
}

extension OverLimit {
    package var code: String {
        switch subject {
        case .identical: "identical_call"
        case .run, .day, .toolRate, .profileRate, .amount: "over_limit"
        }
    }

    package var left: Int64 { Swift.max(0, max - used) }

    /// Where there is room soon it pays to wait.
    package var next: NextStep {
        switch subject {
        case .identical: return .doNotRetry
        case .run, .day, .toolRate, .profileRate, .amount:
            guard let fitsAt else { return .doNotRetry }
            return fitsAt.ms(since: now) <= Limits.worthWaitingMs ? .wait : .doNotRetry
        }
    }

    package var message: String {
        switch subject {
        case .identical(let inRun):
            return "\(tool) was not called: this very call, with the same arguments, was made "
                + "\(times(used)) \(inRun ? "in this run" : "today (UTC)") before, and it may be "
                + "made \(times(max)) (budget: identical). Nothing was done; its outcome is what "
                + "it was.\(inRun ? "" : reset) Making it again leads no further: use what came "
                + "of it, do something else, or tell the user."
        case .run, .day, .toolRate, .profileRate, .amount:
            return "\(tool) was not called: \(limit). \(account) Nothing was done.\(reset) "
                + advice
        }
    }

    private var limit: String {
        switch subject {
        case .run: "this run may \(verb) \(words(max)) (budget.run.\(unit.rawValue))"
        case .day(let profile):
            "the profile \(profile) may \(verb) \(words(max)) a day (budget.day.\(unit.rawValue))"
        case .toolRate(let perMs):
            "it may be called at most \(times(max)) in any \(Span.words(perMs)) (its limits.rate)"
        case .profileRate(let profile, let perMs):
            "the profile \(profile) may make at most \(words(max)) in any \(Span.words(perMs)) "
                + "(its limits.rate)"
        case .amount(let perMs):
            "it may take at most \(words(max)) in any \(Span.words(perMs)) (its limits.amount)"
        case .identical: "the same call may be made \(times(max))"
        }
    }

    private var verb: String {
        switch unit {
        case .calls, .writes: "make at most"
        case .cost, .bytes, .amount: "use at most"
        case .time: "take at most"
        }
    }

    private var account: String {
        let taken = "\(words(used)) used, \(words(left)) left"
        switch unit {
        case .time: return "\(taken)."
        case .calls, .writes, .cost, .bytes, .amount:
            return "\(taken), and this call would take \(words(wanted))."
        }
    }

    private var reset: String {
        guard let fitsAt else {
            return wanted > max
                ? " A call that takes so much is never let through."
                : " A run's budget does not come back."
        }
        return " There is room for it at \(fitsAt) "
            + "(in \(Span.words(Swift.max(1, fitsAt.ms(since: now)))))."
    }

    private var advice: String {
        switch next {
        case .wait: "Wait until then and call again; do not try another way."
        case .useResult, .fixArguments, .askHuman, .doNotRetry:
            "Do not retry now and do not look for another way; tell the user."
        }
    }

    private func words(_ value: Int64) -> String {
        switch unit {
        case .calls: value == 1 ? "1 call" : "\(value) calls"
        case .writes: value == 1 ? "1 write" : "\(value) writes"
        case .cost: "\(Amount(micros: value)) units"
        case .bytes: value == 1 ? "1 byte" : "\(value) bytes"
        case .time: Span.words(value)
        case .amount: Amount(micros: value).description
        }
    }

    private func times(_ value: Int64) -> String { value == 1 ? "once" : "\(value) times" }
}

/// A length of time in words, rounded up to what matters.
private enum Span {
    static func words(_ ms: Int64) -> String {
        guard ms >= 1_000 else { return "\(max(0, ms)) ms" }
        let seconds = ms / 1_000 + (ms % 1_000 == 0 ? 0 : 1)
        let units: [(name: String, seconds: Int64)] = [
            ("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1),
        ]
        var rest = seconds
        var parts: [String] = []
        for unit in units where rest >= unit.seconds && parts.count < 2 {
            parts.append("\(rest / unit.seconds) \(unit.name)")
            rest %= unit.seconds
        }
        return parts.joined(separator: " ")
    }
}
