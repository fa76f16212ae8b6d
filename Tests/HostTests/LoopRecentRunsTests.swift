// Runs kept in memory: how many, which go first, and that a long run's calls stay right with them.

import Testing

@testable import Engine
@testable import Host

@Suite struct LoopRecentRunsTests {
    private func run(_ number: Int, single: Bool = false, events: Int = 0) -> Run {
        var run = Run.sample("run_\(number)", single: single)
        for _ in 0..<events { run.evolve(.manifestsPinned([]), at: Instant(ms: 0)) }
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
        recent.saw(run(1, events: 2))
        recent.saw(run(1, events: 1))
        #expect(recent.find(RunID(unchecked: "run_1"))?.version == 3)
    }

    @Test func aCallsOwnRunIsNotKept() {
        let recent = RecentRuns()
        recent.saw(run(1, single: true))
        #expect(recent.find(RunID(unchecked: "run_1")) == nil)
    }
}
