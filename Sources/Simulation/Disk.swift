// The journal as the hosts of the simulated machine share it: the in-memory model, which knows what
// a disk does with flushed and unflushed commits, and how many of its records survive the power.

import Engine

struct Disk {
    private(set) var journal = MemoryJournal()
    /// So many records, from the first, are on the disk.
    private(set) var flushedCount = 0
    private(set) var recordCount = 0

    mutating func commit(
        _ unit: @escaping JournalUnit, _ durability: Durability,
        failing failure: MemoryJournal.Failure?
    ) throws(JournalFault) {
        if let failure { journal.failNextCommit(failure) }
        let flushes = journal.flushCount
        defer {
            recordCount = count()
            // A flush takes all earlier commits along, whether or not its caller hears of it.
            if journal.flushCount > flushes { flushedCount = recordCount }
        }
        try journal.commit([unit], durability)
    }

    mutating func losePower() {
        journal.losePower()
        recordCount = count()
        precondition(flushedCount <= recordCount, "What was flushed is never lost.")
    }

    func read<Answer>(
        _ body: (any JournalReading) throws(JournalFault) -> Answer
    ) -> Answer {
        do {
            return try journal.read(body)
        } catch {
            preconditionFailure("The journal of the simulation can always be read: \(error)")
        }
    }

    private func count() -> Int {
        read { (reading) throws(JournalFault) in try reading.counter(.records) }
    }
}
