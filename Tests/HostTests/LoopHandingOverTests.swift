// Reading is handed over and comes back: whoever reads is never left behind calls that block, and
// no thread is lost on the way.

import Dispatch
import Glibc
import Synchronization
import Testing

@testable import Host

@Suite struct LoopHandingOverTests {
    /// Blocks its thread, as a slow call would.
    private final class Block: Sendable {
        private let semaphore = DispatchSemaphore(value: 0)
        private let waiting = Atomic<Int>(0)
        var count: Int { waiting.load(ordering: .relaxed) }
        func wait() {
            waiting.add(1, ordering: .relaxed)
            semaphore.wait()
        }
        func lift(_ count: Int) { for _ in 0..<count { semaphore.signal() } }
    }

    /// With a sleeping thread in hand a reader gives its own away, without one it does not; the
    /// next time there is one, where the limit allows.
    @Test func nobodyGivesItsThreadAwayBeforeAnotherSleeps() async {
        for limit in [1, 2] {
            let threads = BlockingThreads(limit: limit)
            let ownThread = HandingOver(on: threads)
            let reader = Task(executorPreference: ownThread) {
                await withDiscardingTaskGroup(returning: [Bool].self) { group in
                    var offers: [Bool] = []
                    for _ in 0..<50 {
                        let offered = await ownThread.start {
                            group.addTask(executorPreference: threads) {}
                        }
                        offers.append(offered)
                        // There is no other way to see that a thread has come to sleep.
                        try? await Task.sleep(for: .milliseconds(1))
                    }
                    return offers
                }
            }
            let offers = await reader.value
            #expect(!offers[0], "there is no other thread yet")
            #expect(offers.contains(true) == (limit > 1))
        }
    }

    /// Work that is due may take every other thread, and the reader's as well, between the look at
    /// which thread sleeps and the moment at which the reader is to go on: the call waits, the
    /// reader does not.
    @Test(arguments: 1...20)
    func whoReadsGoesOnWhateverElseTakesTheThreads(_ round: Int) async {
        let threads = BlockingThreads(limit: HostLimits.dueAttempts)
        let ownThread = HandingOver(on: threads)
        let block = Block()
        let isReading = Flag()
        let reader = Task(executorPreference: ownThread) {
            await withDiscardingTaskGroup { group in
                group.addTask(executorPreference: threads) {}
                var isOffered = false
                while !isOffered {
                    isOffered = await ownThread.start {
                        for _ in 0..<(HostLimits.dueAttempts * 2) {
                            group.addTask(executorPreference: threads) { block.wait() }
                        }
                    }
                    if !isOffered { block.lift(HostLimits.dueAttempts * 2) }
                }
                isReading.raise()
                while block.count < HostLimits.dueAttempts - 1 {}
                block.lift(HostLimits.dueAttempts * 2)
            }
        }
        await eventually("whoever reads goes on while all others block") { isReading.isRaised }
        await reader.value
    }

    /// Other threads look for jobs all the while, so that a thread is set aside and not needed:
    /// after thousands of such moments all threads are still there.
    @Test func noThreadIsLostOnTheWay() async {
        let limit = 4
        let threads = BlockingThreads(limit: limit)
        let ownThread = HandingOver(on: threads)
        let offered = Atomic<Int>(0)
        await Task(executorPreference: ownThread) {
            await withDiscardingTaskGroup { group in
                for round in 0..<2_000 {
                    // As a client takes its time, so that threads come to sleep.
                    usleep(100)
                    if round.isMultiple(of: 3) { group.addTask(executorPreference: threads) {} }
                    let isOffered = await ownThread.start {
                        group.addTask(executorPreference: threads) {}
                    }
                    if isOffered { offered.add(1, ordering: .relaxed) }
                }
            }
        }.value
        #expect(offered.load(ordering: .relaxed) > 100)
        let block = Block()
        await withDiscardingTaskGroup { group in
            for _ in 0..<limit { group.addTask(executorPreference: threads) { block.wait() } }
            await eventually("all threads are there") { block.count == limit }
            block.lift(limit)
        }
    }
}
