// Whatever people, agents, hosts and files do in whatever order: nothing is started that has not
// been approved under the rules in force, by enough of the people whom they ask.

import Testing

@testable import Engine

struct ApprovalPropertyTests {
    private static let parts = 10
    private static let seedsPerPart = 20

    @Test(arguments: 0..<parts)
    func nothingUnapprovedIsEverStarted(_ part: Int) throws {
        for seed in (part * Self.seedsPerPart)..<((part + 1) * Self.seedsPerPart) {
            var walk = try ApprovalWalk(seed: seed)
            for _ in 0..<120 where walk.witness.broken.isEmpty { try walk.step() }
            try #require(walk.witness.broken == [], "seed \(seed)")
        }
    }

    /// The walks are worth their name only if all this happens in them.
    @Test func whatIsLookedForHappens() throws {
        var met: [String: Int] = [:]
        for seed in 1...60 {
            var walk = try ApprovalWalk(seed: seed)
            for _ in 0..<160 { try walk.step() }
            met.merge(walk.witness.met) { $0 + $1 }
        }
        for name in [
            "started freely", "started with 1 demands", "started with 2 demands",
            "started with several people", "started on silence", "started under a grant",
            "started under a batch", "asked anew: policy",
            "asked anew: arguments", "escalated", "withdrawn", "denied",
            "yes by account", "yes by key", "yes by client", "grant given",
        ] {
            #expect(met[name, default: 0] > 0, "\(name): \(met.sorted { $0.key < $1.key })")
        }
    }
}
