// The writer: who shares a transaction, who leads it, who pays for a fault. Over a real journal
// that is watched and can be held up.

import Engine
import Foundation
import JSON
import SQLiteJournal
import Synchronization
import Testing

@testable import Host

@Suite(.serialized) struct LoopWriterTests {
    private let folder: TemporaryFolder
    private let journal: WatchedJournal
    private let writer: Writer

    init() throws {
        folder = try TemporaryFolder()
        journal = WatchedJournal(try SQLiteJournal(path: folder.path + "/journal.db"))
        writer = Writer(journal)
    }

    private func set(
        _ name: String
    )
        -> @Sendable (any JournalTransaction) throws(JournalFault)
        -> UnitVerdict
    {
        { transaction throws(JournalFault) in
            try transaction.setKey(KeyName(name), to: [1])
            return .keep
        }
    }

    private func isSet(_ name: String) throws -> Bool {
        try journal.read { reading throws(JournalFault) in try reading.key(KeyName(name)) } != nil
    }

    /// Has `count` callers wait behind a first one, which is held, then lets all go on.
    private func behindOne(
        _ count: Int, _ durability: Durability = .flushed,
        _ unit:
            @escaping @Sendable (Int) ->
            @Sendable (any JournalTransaction)
            throws(JournalFault) -> UnitVerdict
    ) -> [Int: JournalFault] {
        let faults = Shared<[Int: JournalFault]>([:])
        journal.hold()
        let everybody = DispatchGroup()
        let first = set("first")
        everybody.enter()
        Thread.detachNewThread { [writer] in
            do { try writer.perform(.committed, first) } catch { Issue.record("\(error)") }
            everybody.leave()
        }
        journal.waitUntilHeld()
        let begun = Atomic<Int>(0)
        for index in 0..<count {
            everybody.enter()
            let body = unit(index)
            Thread.detachNewThread { [writer] in
                begun.add(1, ordering: .acquiringAndReleasing)
                do throws(JournalFault) {
                    try writer.perform(durability, body)
                } catch {
                    faults.change { $0[index] = error }
                }
                everybody.leave()
            }
        }
        while begun.load(ordering: .acquiring) < count { usleep(1_000) }
        // From having begun to standing in the queue there is nothing but a lock.
        usleep(300_000)
        journal.letGo()
        everybody.wait()
        return faults.value
    }

    @Test func callersThatComeMeanwhileShareOneTransaction() throws {
        let faults = behindOne(10) { set("k\($0)") }
        #expect(faults.isEmpty)
        #expect(journal.commits.map(\.units) == [1, 10])
        for index in 0..<10 { #expect(try isSet("k\(index)")) }
    }

    @Test func aBatchHoldsTheLimitAndTheNextLeaderTakesTheRest() throws {
        let faults = behindOne(HostLimits.batchUnits + 1) { set("k\($0)") }
        #expect(faults.isEmpty)
        #expect(journal.commits.map(\.units) == [1, HostLimits.batchUnits, 1])
        // Each was led by one of those who waited for it.
        #expect(Set(journal.commits.map(\.thread)).count == 3)
        for index in 0...HostLimits.batchUnits { #expect(try isSet("k\(index)")) }
    }

    @Test func asManyAsTheLimitGoTogether() {
        _ = behindOne(HostLimits.batchUnits) { set("k\($0)") }
        #expect(journal.commits.map(\.units) == [1, HostLimits.batchUnits])
    }

    @Test func oneThatWantsAFlushFlushesItsBatchAndNoneDoesNot() throws {
        _ = behindOne(3, .committed) { set("a\($0)") }
        #expect(journal.commits.map(\.durability) == [.committed, .committed])
        try writer.perform(.flushed, set("b"))
        #expect(journal.commits.last?.durability == .flushed)
        let before = journal.inner.flushCount
        try writer.perform(.committed, set("c"))
        #expect(journal.inner.flushCount == before)
        try writer.perform(.flushed, set("d"))
        #expect(journal.inner.flushCount == before + 1)
    }

    @Test func onlyTheGuiltyFailsWhereOneUnitsFaultUndoesTheBatch() throws {
        let fault = JournalFault(.conflict, "this one alone")
        let innocent:
            @Sendable (Int) ->
                @Sendable (any JournalTransaction) throws(JournalFault)
                -> UnitVerdict = { set("k\($0)") }
        let faults = behindOne(5) { index in
            guard index == 2 else { return innocent(index) }
            return { transaction throws(JournalFault) in
                try transaction.setKey(KeyName("k2"), to: [1])
                throw fault
            }
        }
        #expect(faults.mapValues(\.message) == [2: "this one alone"])
        #expect(journal.commits.map(\.units) == [1, 5, 1, 1, 1, 1, 1])
        for index in [0, 1, 3, 4] { #expect(try isSet("k\(index)")) }
        #expect(try !isSet("k2"))
    }

    @Test func aJournalThatIsLockedIsNotWaitedForOnceForEveryCaller() {
        journal.fail(JournalFault(.locked, "taken"), times: 1, afterHeld: true)
        let faults = behindOne(5) { set("k\($0)") }
        #expect(faults.count == 5)
        #expect(journal.commits.map(\.units) == [1, 5])
        #expect(faults.values.allSatisfy { $0.code == .locked })
    }

    @Test func aUnitThatIsUndoneLeavesTheOthers() throws {
        let good:
            @Sendable (Int) ->
                @Sendable (any JournalTransaction) throws(JournalFault)
                -> UnitVerdict = { set("k\($0)") }
        let faults = behindOne(3) { index in
            guard index == 1 else { return good(index) }
            return { transaction throws(JournalFault) in
                try transaction.setKey(KeyName("k1"), to: [1])
                return .undo
            }
        }
        #expect(faults.isEmpty)
        #expect(journal.commits.map(\.units) == [1, 3])
        #expect(try isSet("k0"))
        #expect(try !isSet("k1"))
        #expect(try isSet("k2"))
    }
}

/// Riders: units that nobody waits for.
@Suite struct LoopRiderTests {
    private let folder: TemporaryFolder
    private let journal: WatchedJournal
    private let writer: Writer

    init() throws {
        folder = try TemporaryFolder()
        journal = WatchedJournal(try SQLiteJournal(path: folder.path + "/journal.db"))
        writer = Writer(journal)
    }

    private func ride(_ name: String) {
        writer.ride { transaction throws(JournalFault) in
            try transaction.setKey(KeyName(name), to: [1])
            return .keep
        }
    }

    private func isSet(_ name: String) throws -> Bool {
        try journal.read { reading throws(JournalFault) in try reading.key(KeyName(name)) } != nil
    }

    @Test func aRiderWaitsForATransactionAndIsLostWithoutOne() throws {
        ride("r")
        #expect(journal.commits.isEmpty)
        #expect(try !isSet("r"))
        try writer.perform(.committed) { _ in .keep }
        #expect(journal.commits.map(\.units) == [2])
        #expect(try isSet("r"))
        try writer.perform(.committed) { _ in .keep }
        #expect(journal.commits.map(\.units) == [2, 1])
    }

    @Test func aFlushCarriesRidersOnlyOnceThereAreManyOfThem() throws {
        for index in 1..<HostLimits.batchUnits { ride("r\(index)") }
        try writer.perform(.flushed) { _ in .keep }
        #expect(journal.commits.map(\.units) == [1])
        #expect(try !isSet("r1"))
        ride("r\(HostLimits.batchUnits)")
        try writer.perform(.flushed) { _ in .keep }
        #expect(journal.commits.map(\.units) == [1, 1 + HostLimits.batchUnits])
        #expect(try isSet("r1"))
    }

    @Test func flushingRidersCommitsThemWithoutAFlushAndOnlyWhereThereAreAny() throws {
        try writer.flushRiders()
        #expect(journal.commits.isEmpty)
        ride("r")
        try writer.flushRiders()
        #expect(journal.commits.map(\.units) == [2])
        #expect(journal.commits.map(\.durability) == [.committed])
        #expect(try isSet("r"))
    }

    @Test func whatRidesIsKeptWhereTheJournalCannotBeWritten() throws {
        ride("r")
        journal.fail(JournalFault(.full, "no room"), times: 1)
        #expect(throws: JournalFault.self) { try writer.perform(.committed) { _ in .keep } }
        try writer.flushRiders()
        #expect(try isSet("r"))
    }

    @Test func aRidersFaultIsNoConcernOfThoseWhoCarryIt() throws {
        let ended = Mutex(0)
        let bad: @Sendable (any JournalTransaction) throws(JournalFault) -> UnitVerdict = { _
            throws(JournalFault) in throw JournalFault(.conflict, "mine")
        }
        writer.ride(bad) { ended.withLock { $0 += 1 } }
        try writer.perform(.committed) { transaction throws(JournalFault) in
            try transaction.setKey(KeyName("k"), to: [1])
            return .keep
        }
        #expect(try isSet("k"))
        // Each by itself, then given up.
        #expect(journal.commits.map(\.units) == [2, 1, 1])
        #expect(ended.withLock { $0 } == 1)
        try writer.flushRiders()
        #expect(journal.commits.count == 3)
    }

    @Test func aRiderHearsThatItWasCommitted() throws {
        let ended = Mutex(0)
        writer.ride { _ in .keep } ended: { ended.withLock { $0 += 1 } }
        #expect(ended.withLock { $0 } == 0)
        try writer.flushRiders()
        #expect(ended.withLock { $0 } == 1)
    }
}

/// A journal whose commits are counted, can be held up and can be made to fail.
final class WatchedJournal: Journal {
    struct Commit {
        let units: Int
        let durability: Durability
        let thread: UInt
    }
    private struct State {
        var commits: [Commit] = []
        var isHolding = false
        var isHeld = false
        var failures: [JournalFault] = []
        var failsAfterHeld = false
    }
    let inner: SQLiteJournal
    private let state = Mutex(State())

    init(_ inner: SQLiteJournal) { self.inner = inner }

    var commits: [Commit] { state.withLock { $0.commits } }

    /// The next commit waits until ``letGo()``.
    func hold() { state.withLock { $0.isHolding = true } }
    func letGo() { state.withLock { $0.isHolding = false } }
    func waitUntilHeld() { while !state.withLock({ $0.isHeld }) { usleep(500) } }

    /// The next commits fail; with `afterHeld`, those that come after a held one.
    func fail(_ fault: JournalFault, times: Int, afterHeld: Bool = false) {
        state.withLock {
            $0.failures = Array(repeating: fault, count: times)
            $0.failsAfterHeld = afterHeld
        }
    }

    func commit(
        _ units: [JournalUnit], _ durability: Durability
    ) throws(JournalFault) {
        let thread = UInt(pthread_self())
        let (waits, fault) = state.withLock { state -> (Bool, JournalFault?) in
            state.commits.append(
                Commit(units: units.count, durability: durability, thread: thread))
            let waits = state.isHolding && !state.isHeld
            if waits { state.isHeld = true }
            guard !state.failures.isEmpty, !(waits && state.failsAfterHeld) else {
                return (waits, nil)
            }
            return (waits, state.failures.removeFirst())
        }
        if waits { while state.withLock({ $0.isHolding }) { usleep(500) } }
        if let fault { throw fault }
        try inner.commit(units, durability)
    }

    func read<Answer>(
        _ body: (any JournalReading) throws(JournalFault) -> Answer
    ) throws(JournalFault) -> Answer { try inner.read(body) }
}
