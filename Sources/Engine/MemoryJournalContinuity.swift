// The contradictions that every adapter of the journal reports alike, and in the same words.

/// What a journal refuses about rows. Adapters ask; nothing is stored here.
package enum JournalContinuity {
    /// Indexes continue the journal and sequences continue their run, each without a gap.
    package static func check(
        _ record: StoredRecord, index: Int, sequence: Int
    ) throws(JournalFault) {
        guard record.index != index || record.sequence != sequence else { return }
        throw JournalFault(
            .corrupt,
            "Record \(record.index) (number \(record.sequence) of \(record.run)) does not "
                + "continue the journal, which goes on with record \(index) and, in that run, "
                + "number \(sequence). Nothing was written; run 'holdfast doctor'.")
    }

    package static func conflict(_ run: RunID, replacing: Int?) -> JournalFault {
        JournalFault(
            .conflict,
            "The state of \(run) was to replace "
                + (replacing.map { "version \($0)" } ?? "nothing")
                + ", and something else is stored: another host wrote it in between. "
                + "Read it again and decide anew.")
    }

    package static func overflow(_ counter: CounterName) -> JournalFault {
        JournalFault(
            .corrupt,
            "The counter '\(counter.text)' cannot be added to: the sum does not fit into 64 bits.")
    }
}
