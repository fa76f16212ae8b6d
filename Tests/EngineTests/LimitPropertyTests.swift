// Whatever is asked in whatever order, no call is let through that would go over a limit.

import Testing

@testable import Engine

struct LimitPropertyTests {
    @Test(arguments: [1, 2, 3, 4, 5, 6])
    func noCallIsLetThroughOverALimit(_ seed: Int) throws {
        var walk = RandomWalk(seed: seed, under: LimitWitness.allowance, LimitWitness.limits)
        for step in 0..<400 {
            try walk.step()
            if step == 200 { walk.world.pass(86_400_000) }
        }
        let witness = try LimitWitness(walk.world)
        #expect(witness.broken == [], "seed \(seed)")
        #expect(witness.letThrough > 12)
    }

    /// The witness is worth its name only if it sees what a world without limits does.
    @Test func theWitnessSeesWhatALimitWouldHaveKept() throws {
        let unlimited = ToolLimits(
            rate: nil, concurrency: nil, cost: .zero, amount: LimitWitness.limits.amount.map {
                AmountRule(of: $0.of, max: Amount(micros: .max), perMs: $0.perMs)
            })
        var walk = RandomWalk(seed: 1, under: .unlimited, unlimited)
        for _ in 0..<400 { try walk.step() }
        let broken = try LimitWitness(walk.world).broken.joined(separator: "\n")
        for name in [
            "the tool's rate", "the profile's rate", "the tool's amount", "the day's calls",
            "the day's writes", "the day's cost", "the run's calls", "the run's writes",
            "the run's age",
            "under way of tool", "under way of the profile",
        ] {
            #expect(broken.contains(name), "\(name)")
        }
    }
}
