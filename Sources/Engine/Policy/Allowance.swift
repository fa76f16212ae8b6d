// How much may be done: the limits of a tool and of a profile as files write them. What has been
// used of them lies in the journal; see Budgets/.

package import JSON

/// An amount of money, cost or the like in millionths: sums are exact.
package struct Amount: Hashable, Sendable, Comparable {
    package let micros: Int64

    package init(micros: Int64) { self.micros = micros }

    package static let zero = Amount(micros: 0)
    package static func < (a: Amount, b: Amount) -> Bool { a.micros < b.micros }
}

/// At most `count` in any stretch of `perMs`.
package struct Rate: Hashable, Sendable {
    package let count: Int
    package let perMs: Int64

    package init(count: Int, perMs: Int64) {
        precondition(count >= 1 && perMs >= 1, "A rate lets something through.")
        self.count = count
        self.perMs = perMs
    }
}

/// At most `max` in sum over any stretch of `perMs`, of what a field of the arguments says.
package struct AmountRule: Hashable, Sendable {
    /// Into the arguments.
    package let of: JSONPointer
    package let max: Amount
    package let perMs: Int64

    package init(of: JSONPointer, max: Amount, perMs: Int64) {
        self.of = of
        self.max = max
        self.perMs = perMs
    }
}

/// The limits of one tool, over all profiles and hosts.
package struct ToolLimits: Hashable, Sendable {
    package let rate: Rate?
    /// Attempts under way at once.
    package let concurrency: Int?
    /// Units that one call takes of a budget.
    package let cost: Amount
    package let amount: AmountRule?

    package static let none = ToolLimits(rate: nil, concurrency: nil, cost: .zero, amount: nil)

    package init(rate: Rate?, concurrency: Int?, cost: Amount, amount: AmountRule?) {
        self.rate = rate
        self.concurrency = concurrency
        self.cost = cost
        self.amount = amount
    }
}

/// What one run, or one profile in one day (UTC), may use. Nil: as much as it likes.
package struct Budget: Hashable, Sendable {
    package var calls: Int?
    package var writes: Int?
    package var cost: Amount?
    /// Arguments and results, canonical bytes.
    package var bytes: Int?
    /// Of a run: since it began. Of a day: the sum of the time its calls were under way.
    package var timeMs: Int64?
    /// How often the very same call of one tool with the same arguments may be made.
    package var identical: Int?

    package init() {}
    package static let unlimited = Budget()
}

/// What a profile may use.
package struct Allowance: Hashable, Sendable {
    package let run: Budget
    package let day: Budget
    package let rate: Rate?
    package let concurrency: Int?

    package static let unlimited = Allowance(
        run: .unlimited, day: .unlimited, rate: nil, concurrency: nil)

    package init(run: Budget, day: Budget, rate: Rate?, concurrency: Int?) {
        self.run = run
        self.day = day
        self.rate = rate
        self.concurrency = concurrency
    }
}
