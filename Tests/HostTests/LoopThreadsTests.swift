// Threads that may block: how many there are, and that a blocked one keeps nobody else waiting.

import Dispatch
import Glibc
import Synchronization
import Testing

@testable import Host

@Suite struct LoopThreadsTests {
    /// Blocks its thread, as a lock or a disk would.
    private final class Block: Sendable {
        private let semaphore = DispatchSemaphore(value: 0)
        func wait() { semaphore.wait() }
        func lift(_ count: Int) { for _ in 0..<count { semaphore.signal() } }
    }

    private final class Crowd: Sendable {
        private let counts = Mutex((now: 0, most: 0, done: 0))
        func enter() {
            counts.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
            }
        }
        func leave() {
            counts.withLock {
                $0.now -= 1
                $0.done += 1
            }
        }
        var now: Int { counts.withLock { $0.now } }
        var most: Int { counts.withLock { $0.most } }
        var done: Int { counts.withLock { $0.done } }
    }

    @Test(arguments: [1, 3]) func noMoreThanTheLimitRunAtOnce(limit: Int) async {
        let threads = BlockingThreads(limit: limit)
        let crowd = Crowd()
        await withDiscardingTaskGroup { group in
            for _ in 0..<(limit * 8) {
                group.addTask(executorPreference: threads) {
                    crowd.enter()
                    usleep(5_000)
                    crowd.leave()
                }
            }
        }
        #expect(crowd.done == limit * 8)
        #expect(crowd.most == limit)
    }

    @Test func blockedThreadsKeepNobodyWaitingUpToTheLimit() async {
        let threads = BlockingThreads(limit: 4)
        let block = Block()
        let blocked = Crowd()
        let free = Crowd()
        await withDiscardingTaskGroup { group in
            for _ in 0..<3 {
                group.addTask(executorPreference: threads) {
                    blocked.enter()
                    block.wait()
                    blocked.leave()
                }
            }
            await eventually("three are blocked") { blocked.now == 3 }
            for _ in 0..<20 {
                group.addTask(executorPreference: threads) {
                    free.enter()
                    free.leave()
                }
            }
            await eventually("the others are done") { free.done == 20 }
            #expect(blocked.now == 3)
            block.lift(3)
        }
        #expect(blocked.done == 3)
    }

    @Test func workBeyondTheLimitWaitsForAThread() async {
        let threads = BlockingThreads(limit: 2)
        let block = Block()
        let crowd = Crowd()
        await withDiscardingTaskGroup { group in
            for _ in 0..<3 {
                group.addTask(executorPreference: threads) {
                    crowd.enter()
                    block.wait()
                    crowd.leave()
                }
            }
            await eventually("two are blocked") { crowd.now == 2 }
            // Cancelled or not, this sleep is only there to give the third its chance.
            try? await Task.sleep(for: .milliseconds(50))
            #expect(crowd.now == 2)
            block.lift(1)
            await eventually("the third has its thread") { crowd.done == 1 && crowd.now == 2 }
            block.lift(2)
        }
        #expect(crowd.done == 3)
    }
}
