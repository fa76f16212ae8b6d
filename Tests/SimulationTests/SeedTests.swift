// A fixed two hundred worlds, and every seed that ever failed, played whole: nothing that must hold
// is broken in any of them, and the bad things do happen in them.

import Testing

@testable import Simulation

struct SeedTests {
    private static let parts = 10
    private static let seedsPerPart = 20

    @Test(arguments: 0..<parts)
    func whatMustHoldHoldsInTwoHundredWorlds(_ part: Int) {
        let first = 1 + part * Self.seedsPerPart
        for seed in first..<(first + Self.seedsPerPart) { play(seed) }
    }

    @Test func everySeedThatEverFailedStaysWell() {
        for seed in FailedSeeds.all { play(seed) }
    }

    /// The simulation is worth its name only if the bad things happen in it.
    @Test func theBadThingsHappen() {
        var kinds: Set<String> = []
        for seed in 1...60 {
            let world = World(seed: seed)
            _ = world.run()
            kinds.formUnion(world.eventKinds)
        }
        let wanted = [
            "approval_denied", "approval_expired decide", "approval_expired execute",
            "attempt_failed stale, again", "attempt_failed transient, again",
            "attempt_started void", "attempt_unknown earlier_attempt",
            "attempt_unknown lease_expired", "attempt_unknown no_answer",
            "attempt_unknown owner_gone", "call_compensated", "call_resolved", "halted",
            "late_answer succeeded", "left_standing", "probe_ended refresh renewed",
            "probe_ended verify absent", "probe_ended verify found", "probe_ended verify lost",
            "recovery_exhausted", "run_aborting deadline", "approval_escalated",
            "approval_reminded",
            "call_denied", "call_shadowed", "decision_made approve", "grant_issued",
            "grant_revoked", "run_quarantined", "sender_gone",
        ]
        #expect(wanted.filter { !kinds.contains($0) } == [])
    }

    @Test func aSeedTellsTheSameStoryTwice() {
        for seed in [3, 77] {
            let first = World(seed: seed, isTracing: true)
            let second = World(seed: seed, isTracing: true)
            _ = first.run()
            _ = second.run()
            #expect(first.trace.lines == second.trace.lines)
            #expect(first.trace.lines.count > 100)
        }
    }

    private func play(_ seed: Int) {
        let violation = World(seed: seed).run()
        #expect(
            violation == nil,
            "seed \(seed): \(violation.map { "\($0)" } ?? ""). \(Replay.command(seed))")
    }
}
