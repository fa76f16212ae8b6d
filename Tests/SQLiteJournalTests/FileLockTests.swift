// The lock that all writers share: exclusion, deadlines, and that nobody waits for ever.

import Foundation
import SQLite
import Synchronization
import Testing

@Suite struct FileLockTests {
    let scratch: Scratch
    init() throws { scratch = try Scratch() }
    private var path: String { scratch.path + "/a.lock" }

    private func fault(acquiring lock: FileLock, timeoutMs: Int) -> DatabaseFault? {
        do throws(DatabaseFault) {
            try lock.acquire(timeoutMs: timeoutMs)
            return nil
        } catch {
            return error
        }
    }

    @Test func aHeldLockIsRefusedByNameOnceTheDeadlineHasPassed() throws {
        // Two locks on one file exclude each other as two processes do.
        let (mine, theirs) = (try FileLock(path: path), try FileLock(path: path))
        try theirs.acquire(timeoutMs: 0)
        let start = ContinuousClock.now
        let found = try #require(fault(acquiring: mine, timeoutMs: 80))
        #expect(ContinuousClock.now - start >= .milliseconds(80))
        #expect(found.kind == .locked)
        #expect(found.message.contains(path) && found.message.contains("80 ms"))
        #expect(fault(acquiring: mine, timeoutMs: 1)?.kind == .locked)
        theirs.release()
        #expect(fault(acquiring: mine, timeoutMs: 5000) == nil, "who gave up left nothing behind")
        mine.release()
        #expect(fault(acquiring: theirs, timeoutMs: 5000) == nil)
        theirs.release()
    }

    @Test func callersOfOneProcessTimeOutToo() throws {
        let lock = try FileLock(path: path)
        try lock.acquire(timeoutMs: 0)
        #expect(fault(acquiring: lock, timeoutMs: 20)?.kind == .locked)
        lock.release()
        #expect(fault(acquiring: lock, timeoutMs: 0) == nil)
        lock.release()
    }

    @Test func onlyOneHoldsItWhoeverWantsIt() throws {
        let locks = try (0..<3).map { _ in try FileLock(path: path) }
        let inside = Atomic<Int>(0)
        let most = Atomic<Int>(0)
        let entries = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: 9) { worker in
            let lock = locks[worker % 3]
            for _ in 0..<60 {
                guard fault(acquiring: lock, timeoutMs: 30_000) == nil else { return }
                let now = inside.add(1, ordering: .sequentiallyConsistent).newValue
                most.max(now, ordering: .sequentiallyConsistent)
                entries.add(1, ordering: .relaxed)
                inside.subtract(1, ordering: .sequentiallyConsistent)
                lock.release()
            }
        }
        #expect(most.load(ordering: .relaxed) == 1)
        #expect(entries.load(ordering: .relaxed) == 540, "nobody was left waiting")
    }

    @Test func aBusyWriterDoesNotStarveAnother() throws {
        let (greedy, modest) = (try FileLock(path: path), try FileLock(path: path))
        let isDone = Atomic<Bool>(false)
        let turns = Atomic<Int>(0)
        let thread = Thread {
            while !isDone.load(ordering: .relaxed) {
                guard fault(acquiring: greedy, timeoutMs: 10_000) == nil else { continue }
                usleep(300)
                turns.add(1, ordering: .relaxed)
                greedy.release()
            }
        }
        thread.start()
        defer { isDone.store(true, ordering: .relaxed) }
        while turns.load(ordering: .relaxed) == 0 { usleep(100) }
        var passed = 0
        for _ in 0..<30 {
            // Long enough that the busy one is sure to have it again.
            usleep(2000)
            let before = turns.load(ordering: .relaxed)
            #expect(fault(acquiring: modest, timeoutMs: 5000) == nil)
            passed += turns.load(ordering: .relaxed) - before
            modest.release()
        }
        #expect(passed < 150, "thirty turns were had within \(passed) of the busy one's")
    }
}
