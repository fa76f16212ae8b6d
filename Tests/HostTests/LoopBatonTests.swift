// Reading is handed over and comes back: a promise to take a job is kept, and whoever reads is
// never left behind calls that block.

import Dispatch
import Synchronization
import Testing

@testable import Host

@Suite struct LoopBatonTests {
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

    @Test(arguments: [false, true])
    func aBatonIsPassedBeforeOrAfterItIsAwaited(isEarly: Bool) async {
        let baton = Baton()
        await withDiscardingTaskGroup { group in
            if isEarly {
                baton.pass()
            } else {
                group.addTask {
                    try? await Task.sleep(for: .milliseconds(20))
                    baton.pass()
                }
            }
            await baton.isPassed()
        }
        baton.pass()
    }

    /// With a sleeping thread in hand a reader gives its own away, without one it does not; the
    /// next time there is one, where the limit allows.
    @Test func nobodyGivesItsThreadAwayBeforeAnotherSleeps() async {
        let threads = BlockingThreads(limit: 2)
        let reader = HandingOver(on: threads)
        #expect(!reader.promisesToTakeNext(), "there is no thread yet")
        await eventually("the one that was started sleeps") { reader.promisesToTakeNext() }
        let full = BlockingThreads(limit: 1)
        let block = Block()
        await withDiscardingTaskGroup { group in
            group.addTask(executorPreference: full) { block.wait() }
            await eventually("it is blocked") { block.count == 1 }
            let other = HandingOver(on: full)
            for _ in 0..<3 { #expect(!other.promisesToTakeNext()) }
            block.lift(1)
        }
    }

    /// What is due is begun by sixteen at once, and may be so between the look at which thread
    /// sleeps and the moment at which the reader is to go on.
    @Test func whoReadsGoesOnAlsoWhereWorkThatIsDueHasTakenTheThreadsMeanwhile() async {
        let threads = BlockingThreads(limit: HostLimits.dueAttempts)
        let ownThread = HandingOver(on: threads)
        let block = Block()
        let isReading = Flag()
        let reader = Task(executorPreference: ownThread) {
            await withDiscardingTaskGroup { group in
                while !ownThread.promisesToTakeNext() {}
                for _ in 0..<HostLimits.dueAttempts {
                    group.addTask(executorPreference: threads) { block.wait() }
                }
                let baton = Baton()
                group.addTask(executorPreference: threads) {
                    baton.pass()
                    block.wait()
                }
                // The call waits for a thread like all others; then the baton comes.
                block.lift(HostLimits.dueAttempts)
                await baton.isPassed()
                isReading.raise()
            }
        }
        await eventually("whoever reads goes on") { isReading.isRaised }
        block.lift(1)
        await reader.value
    }

    /// Everybody blocked, one thread was set aside: the reader has it to itself.
    @Test func theThreadThatIsSetAsideTakesNobodyElsesWork() async {
        let threads = BlockingThreads(limit: 3)
        let ownThread = HandingOver(on: threads)
        let block = Block()
        let isReading = Flag()
        let reader = Task(executorPreference: ownThread) {
            await withDiscardingTaskGroup { group in
                while !ownThread.promisesToTakeNext() {}
                let baton = Baton()
                group.addTask(executorPreference: threads) {
                    baton.pass()
                    block.wait()
                }
                for _ in 0..<5 { group.addTask(executorPreference: threads) { block.wait() } }
                await baton.isPassed()
                isReading.raise()
            }
        }
        await eventually("whoever reads goes on") { isReading.isRaised }
        block.lift(6)
        await reader.value
    }
}
