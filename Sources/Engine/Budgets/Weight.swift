// How much a call weighs in budgets as it stands: a pure function of its state, so that what is
// reserved, returned and kept follows from what has become of it.

import JSON

package struct Weight: Hashable, Sendable {
    package var calls = 0
    package var writes = 0
    package var cost = Amount.zero
    /// Arguments and recorded results.
    package var bytes = 0
    /// The time that attempts were under way.
    package var timeMs: Int64 = 0

    package static let zero = Weight()

    package static func + (a: Weight, b: Weight) -> Weight {
        Weight(
            calls: a.calls.adding(b.calls), writes: a.writes.adding(b.writes),
            cost: Amount(micros: a.cost.micros.adding(b.cost.micros)),
            bytes: a.bytes.adding(b.bytes),
            timeMs: a.timeMs.adding(b.timeMs))
    }

    static prefix func - (weight: Weight) -> Weight {
        Weight(
            calls: -weight.calls, writes: -weight.writes,
            cost: Amount(micros: -weight.cost.micros), bytes: -weight.bytes,
            timeMs: -weight.timeMs)
    }
}

extension Call {
    /// Nothing where it surely did not happen, and for what the host calls itself.
    package var weight: Weight {
        guard isCounted else { return .zero }
        return Weight(
            calls: 1, writes: delivery.isWrite ? 1 : 0, cost: charge?.cost ?? .zero,
            bytes: arguments.byteCount + (achieved?.result.byteCount ?? 0), timeMs: workedMs)
    }

    /// Whether it takes anything of any limit.
    var isCounted: Bool {
        guard case .agent = origin else { return false }
        switch phase {
        case .failed, .denied, .cancelled, .shadow: return false
        case .held, .ready, .running, .waiting, .unknown, .verifying, .confirming, .succeeded,
            .compensating, .compensated, .needsAttention:
            return true
        }
    }

    /// Whether an attempt is under way, or was when it was last heard of.
    var isUnderWay: Bool { if case .running = phase { true } else { false } }

    /// Keeps the time between the start of an attempt and its end.
    mutating func keepTime(_ wasUnderWay: Bool, at: Instant) {
        guard charge != nil, isUnderWay != wasUnderWay else { return }
        if isUnderWay {
            startedAt = at
        } else if let began = startedAt {
            // A clock that was set back has not given time back.
            workedMs = workedMs.adding(max(0, at.ms(since: began)))
            startedAt = nil
        }
    }
}

extension Run {
    /// What its calls have taken of a budget.
    package var weight: Weight { calls.reduce(.zero) { $0 + $1.weight } }
}

extension Weight {
    var json: JSONValue {
        [
            "calls": .integer(calls), "writes": .integer(writes),
            "cost": .string(cost.description), "bytes": .integer(bytes),
            "time_ms": .integer(Int(timeMs)),
        ]
    }

    init(reading reader: ObjectReader) throws(JSONShapeError) {
        guard let cost = Amount(try reader.string("cost")) else {
            throw reader.error("cost", "an amount")
        }
        // Nobody has used less than nothing: somebody else has written that.
        for name in ["calls", "writes", "bytes", "time_ms"] where try reader.int(name) < 0 {
            throw reader.error(name, "a number that is not below zero")
        }
        guard cost.micros >= 0 else { throw reader.error("cost", "nothing below zero") }
        self.init(
            calls: try reader.int("calls"), writes: try reader.int("writes"), cost: cost,
            bytes: try reader.int("bytes"), timeMs: Int64(try reader.int("time_ms")))
    }
}
