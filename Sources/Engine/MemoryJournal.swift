// The journal in memory: the model that every adapter is held to. It knows what a disk does with
// flushed and unflushed commits, and can be told to fail. No rule about runs may enter here.

/// A journal as a value. Whoever shares it between hosts puts it behind a lock of its own.
package struct MemoryJournal: Sendable {
    /// How the next commit that reaches this journal goes wrong.
    package enum Failure: Sendable {
        /// Nothing is written, as when the disk is full.
        case refuse(JournalFault)
        /// All is written, and the caller does not hear of it, as when a process dies there.
        case loseAnswer(JournalFault)
    }

    private var tables = MemoryTables()
    /// What takes back the commits that a loss of power would lose, oldest first.
    private var unflushed: [MemoryChange] = []
    private var failures: [Failure] = []
    /// How many commits asked for the disk.
    package private(set) var flushCount = 0

    package init() {}

    /// Queues a failure; each is used up by one commit.
    package mutating func failNextCommit(_ failure: Failure) { failures.append(failure) }

    /// Back to the last commit that was flushed.
    package mutating func losePower() {
        for change in unflushed.reversed() { _ = tables.apply(change) }
        unflushed = []
    }

    package mutating func commit(
        _ units: [JournalUnit], _ durability: Durability
    ) throws(JournalFault) {
        let failure = failures.isEmpty ? nil : failures.removeFirst()
        if case .refuse(let fault) = failure { throw fault }
        // The tables move into the transaction and back, so that they are never copied.
        let transaction = MemoryTransaction(tables)
        tables = MemoryTables()
        do throws(JournalFault) {
            for unit in units { try transaction.run(unit) }
        } catch {
            transaction.undo(downTo: 0)
            tables = transaction.close()
            throw error
        }
        unflushed += transaction.undoLog
        tables = transaction.close()
        switch durability {
        case .flushed:
            unflushed = []
            flushCount += 1
        case .committed: break
        }
        if case .loseAnswer(let fault) = failure { throw fault }
    }

    package func read<Answer>(
        _ body: (any JournalReading) throws(JournalFault) -> Answer
    ) throws(JournalFault) -> Answer {
        try body(MemoryReading(tables))
    }
}
