// Limits for a test's world, and what has been used of them.

import JSON
import Proofs
import Testing

@testable import Engine

extension Sample {
    static func budget(_ set: (inout Budget) -> Void) -> Budget {
        var budget = Budget()
        set(&budget)
        return budget
    }

    static func allowance(
        run: Budget = .unlimited, day: Budget = .unlimited, rate: Rate? = nil,
        concurrency: Int? = nil
    ) -> Allowance {
        Allowance(run: run, day: day, rate: rate, concurrency: concurrency)
    }

    static func limits(
        rate: Rate? = nil, concurrency: Int? = nil, cost: Int64 = 0, max: Int64? = nil,
        perMs: Int64 = 60_000
    ) -> ToolLimits {
        ToolLimits(
            rate: rate, concurrency: concurrency, cost: Amount(micros: cost * 1_000_000),
            amount: max.map {
                AmountRule(
                    of: JSONPointer(tokens: ["amount"]), max: Amount(micros: $0 * 1_000_000),
                    perMs: perMs)
            })
    }

    static func rulebook(_ allowance: Allowance, _ tools: [Tool]) -> Rulebook {
        Rulebook(
            policy: Policy(
                digest: Digest.sha256([1]), allow: tools.map(\.name), mode: .full, rules: [],
                allowance: allowance, directory: Directory()),
            tools: Dictionary(uniqueKeysWithValues: tools.map { ($0.name, $0) }))
    }
}

extension World {
    func limit(_ allowance: Allowance = .unlimited, _ tools: Tool...) {
        doors = doors.under(Sample.rulebook(allowance, tools))
    }

    /// Submits, and answers by which limit that was turned down.
    func over(
        _ tool: Tool, _ arguments: JSONObject = ["to": "ana"], run: RunID? = nil,
        key: String? = nil, caller: Caller = Sample.ana
    ) throws -> OverLimit? {
        do {
            _ = try submit(tool, arguments, run: run, key: key, caller: caller)
            return nil
        } catch Rejection.overLimit(let over) {
            return over
        }
    }

    func usedToday(by profile: String = "desk") throws -> Weight {
        try journal.read { [now] (reading) throws(JournalFault) in
            try reading.used(by: profile, on: now.date)
        }
    }

    func keyNames() throws -> [String] {
        try journal.read { (reading) throws(JournalFault) in
            try reading.keys(prefix: "", after: nil, limit: .max).map(\.name.text)
        }
    }

    var newestAt: Instant {
        get throws { try #require(try log().last).at }
    }
}

