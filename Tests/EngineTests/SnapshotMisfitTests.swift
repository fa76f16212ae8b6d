// Snapshots that can be read and are none of the run's records, and rows that say what the records
// do not: neither is believed, and neither ends the host.

import JSON
import Testing

@testable import Engine

struct SnapshotMisfitTests {
    private let world = World()

    private func longRun() throws -> Run {
        let run = try world.begin().run.id
        for number in 1...7 {
            let attempt = try world.start(Sample.tool(.keyed), ["n": .integer(number)], run: run)
            try world.record(attempt, .succeeded(1))
        }
        return try world.run(run)
    }

    private func put(_ snapshot: StoredSnapshot, for run: Run) throws {
        let state = StoredState(
            version: run.version, head: run.head, label: "open", group: "g", snapshot: snapshot)
        let unit: JournalUnit = { (journal) throws(JournalFault) in
            try journal.setState(state, of: run.id, replacing: run.version)
            return .keep
        }
        try world.journal.commit([unit], .flushed)
    }

    private func resumed(_ run: RunID, as given: StoredState? = nil) throws -> Run? {
        try world.journal.read { (reading) throws(JournalFault) in
            guard let stored = try reading.state(of: run) else { return nil }
            return try reading.resumed(run, given ?? stored)
        }
    }

    /// The records since speak of a call that the snapshot does not know.
    @Test func recordsThatDoNotFitTheirSnapshotEndNoHost() throws {
        let before = try longRun()
        var other = before
        other.calls.removeLast()
        other.version = before.version - 1
        #expect(try Run(snapshot: other.snapshot).calls.count == before.calls.count - 1)
        let state = StoredState(
            version: before.version, head: before.head, label: "open", group: "g",
            snapshot: other.snapshot)
        #expect(try resumed(before.id, as: state) == nil)
        let read = try world.journal.read { (reading) throws(JournalFault) in
            try reading.run(before.id, state)
        }
        #expect(read == before)
    }

    @Test func aSnapshotOfMoreRecordsThanThereAreIsNotBelieved() throws {
        let before = try longRun()
        var other = before
        other.isCompleted = true
        other.version = before.version + 1
        try put(other.snapshot, for: before)
        #expect(try resumed(before.id) == nil)
        #expect(try world.run(before.id) == before)
    }

    @Test func aSnapshotOfAnotherRunIsNotBelieved() throws {
        let before = try longRun()
        let other = try longRun()
        #expect(other.version == before.version && other.id != before.id)
        try put(other.snapshot, for: before)
        #expect(try world.run(before.id).id == before.id)
    }

    /// Once is enough: else whoever touches the run folds and writes it whole each time.
    @Test func aPieceTooManyIsGoneOnceTheSnapshotIsMadeAnew() throws {
        let before = try longRun()
        var pieces = before.snapshot.pieces
        pieces[before.calls.count] = Array("{}".utf8)
        try put(StoredSnapshot(version: before.version, pieces: pieces), for: before)
        #expect(try world.run(before.id) == before)
        let look: JournalUnit = { (journal) throws(JournalFault) in
            _ = try journal.run(before.id)
            return .keep
        }
        try world.journal.commit([look], .flushed)
        #expect(try resumed(before.id) == before)
    }
}
