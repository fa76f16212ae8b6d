// What the journal's tests share: places to write, the model behind a lock, and sample values.

import Engine
import Foundation
import Proofs
import SQLite
import SQLiteJournal
import Synchronization
import Testing

/// A directory that goes with the test.
final class Scratch: Sendable {
    let path: String

    init() throws {
        let place = FileManager.default.temporaryDirectory
            .appendingPathComponent("holdfast-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        path = place.path
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            print("The scratch directory \(path) stays: \(error)")
        }
    }

    var journalPath: String { path + "/journal.db" }
}

/// The model as a journal that threads can share.
final class SharedMemoryJournal: Journal {
    let model = Mutex(MemoryJournal())

    func commit(_ units: [JournalUnit], _ durability: Durability) throws(JournalFault) {
        try model.withLock { model throws(JournalFault) in try model.commit(units, durability) }
    }

    func read<Answer>(
        _ body: (any JournalReading) throws(JournalFault) -> Answer
    ) throws(JournalFault) -> Answer {
        try model.withLock { $0 }.read(body)
    }
}

enum Adapter: String, CaseIterable, CustomTestStringConvertible {
    case memory, sqlite
    var testDescription: String { rawValue }

    func make(_ scratch: Scratch) throws -> any Journal {
        switch self {
        case .memory: SharedMemoryJournal()
        case .sqlite: try SQLiteJournal(path: scratch.journalPath)
        }
    }
}

/// Numbers that look random and are the same for the same seed (SplitMix64).
struct Chance {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func below(_ bound: Int) -> Int {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return Int((z ^ (z >> 31)) % UInt64(bound))
    }

    mutating func one<Item>(of items: [Item]) -> Item { items[below(items.count)] }
    mutating func isTrue(oneIn count: Int) -> Bool { below(count) == 0 }
}

enum Sample {
    static func run(_ number: Int) -> RunID { RunID(unchecked: "run_\(number)") }
    static func call(_ number: Int) -> CallID { CallID(unchecked: "call_\(number)") }
    static func owner(_ number: Int) -> OwnerID { OwnerID(unchecked: "own_\(number)") }
    static func commitment(_ number: Int) -> Commitment {
        Commitment(digest: Digest.sha256([UInt8(number)]))
    }

    static func head(_ number: Int) -> Digest { Digest.sha256([UInt8(number), 1]) }

    static func state(
        _ version: Int, _ label: String, group: String, pieces: [Int: [UInt8]]? = nil
    ) -> StoredState {
        StoredState(
            version: version, head: head(version), label: label, group: group,
            snapshot: pieces.map { StoredSnapshot(version: version, pieces: $0) })
    }

    static func record(
        _ index: Int, of run: RunID, _ sequence: Int, bytes: Int = 40
    ) -> StoredRecord {
        let leaf = [UInt8](repeating: UInt8(index % 251), count: bytes)
        return StoredRecord(
            index: index, run: run, sequence: sequence, leaf: leaf,
            leafHash: MerkleTree.leafHash(of: leaf))
    }

    /// Calls and runs in turn, the first ones calls.
    static func subject(_ number: Int) -> AgendaSubject {
        number < 4 ? .call(call(number)) : .run(run(number))
    }

    static func line(
        _ number: Int, due: Int64, owner: Int? = nil, environment: String? = nil
    ) -> AgendaItem {
        AgendaItem(
            subject: subject(number), run: run(number), due: Instant(ms: due),
            owner: owner.map(Sample.owner), environment: environment)
    }
}

extension Journal {
    /// One unit that is kept.
    func write(
        _ durability: Durability = .flushed,
        _ body: (any JournalTransaction) throws(JournalFault) -> Void
    ) throws(JournalFault) {
        try withoutActuallyEscaping(body) { body throws(JournalFault) in
            let unit: JournalUnit = { transaction throws(JournalFault) in
                try body(transaction)
                return .keep
            }
            try commit([unit], durability)
        }
    }
}

/// The code of the fault that `body` throws; nil where it throws none.
func faultCode(_ body: () throws(JournalFault) -> Void) -> JournalFault.Code? {
    do throws(JournalFault) {
        try body()
        return nil
    } catch {
        return error.code
    }
}
