// Runs kept in memory: how many, which go first, and that a long run's calls stay right with them.

import Testing

@testable import Engine
@testable import Host

@Suite struct LoopRecentRunsTests {
    private func run(_ number: Int, single: Bool = false, calls: Int = 0) -> Run {
        let opened = RunOpened(
            caller: Caller(profile: "p", person: "ana", account: "ana"), isSingle: single,
            pins: [], intent: nil, purpose: nil, intentID: nil)
        guard
            var run = Run(
                id: RunID(unchecked: "run_\(number)"), opening: .runOpened(opened),
                at: Instant(ms: 0))
        else { preconditionFailure("A run_opened event opens a run.") }
        for _ in 0..<calls { run.evolve(.manifestsPinned([]), at: Instant(ms: 0)) }
        return run
    }

    @Test func theOneSeenLongestAgoGoesFirst() {
        let recent = RecentRuns()
        for number in 1...HostLimits.recentRuns { recent.saw(run(number)) }
        recent.saw(run(1))
        #expect(recent.find(RunID(unchecked: "run_2")) != nil)
        recent.saw(run(99))
        #expect(recent.find(RunID(unchecked: "run_2")) == nil)
        #expect(recent.find(RunID(unchecked: "run_1")) != nil)
        #expect(recent.find(RunID(unchecked: "run_99")) != nil)
    }

    @Test func anOlderSightOfARunDoesNotReplaceANewerOne() {
        let recent = RecentRuns()
        recent.saw(run(1, calls: 2))
        recent.saw(run(1, calls: 1))
        #expect(recent.find(RunID(unchecked: "run_1"))?.version == 3)
    }

    @Test func aCallsOwnRunIsNotKept() {
        let recent = RecentRuns()
        recent.saw(run(1, single: true))
        #expect(recent.find(RunID(unchecked: "run_1")) == nil)
    }
}
