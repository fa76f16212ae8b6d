// What the in-memory journal holds, and single changes to it that can be turned round. No
// transactions and no checking here.

import Proofs

/// Text compared by its bytes, as a database compares it. (Swift's strings are equal where Unicode
/// says that they look the same.)
struct ByteText: Hashable, Comparable {
    let bytes: [UInt8]
    init(_ text: String) { bytes = Array(text.utf8) }
    static func < (a: ByteText, b: ByteText) -> Bool {
        a.bytes.lexicographicallyPrecedes(b.bytes)
    }
}

/// One change to the tables. Applying it answers the change that takes it back.
enum MemoryChange: Sendable {
    case append([StoredRecord])
    case dropLast(Int)
    case state(RunID, StoredState?)
    case key(ByteText, MemoryTables.Key?)
    case payload(Commitment, StoredPayload?)
    case agenda(AgendaSubject, AgendaItem?)
    case counter(ByteText, Int?)
}

struct MemoryTables: Sendable {
    struct Key: Sendable {
        let name: KeyName
        let value: [UInt8]
    }

    private(set) var records: [StoredRecord] = []
    /// Where each run's records lie in ``records``, in the order of their sequences.
    private(set) var streams: [RunID: [Int]] = [:]
    private(set) var states: [RunID: StoredState] = [:]
    private(set) var keys: [ByteText: Key] = [:]
    private(set) var payloads: [Commitment: StoredPayload] = [:]
    private(set) var agenda: [AgendaSubject: AgendaItem] = [:]
    private(set) var counters: [ByteText: Int] = [:]

    mutating func apply(_ change: MemoryChange) -> MemoryChange {
        switch change {
        case .append(let added):
            for record in added {
                streams[record.run, default: []].append(records.count)
                records.append(record)
            }
            return .dropLast(added.count)
        case .dropLast(let count):
            let dropped = Array(records.suffix(count))
            records.removeLast(count)
            for record in dropped { streams[record.run, default: []].removeLast() }
            return .append(dropped)
        case .state(let run, let state):
            return .state(run, exchange(&states[run], state))
        case .key(let name, let key):
            return .key(name, exchange(&keys[name], key))
        case .payload(let commitment, let payload):
            return .payload(commitment, exchange(&payloads[commitment], payload))
        case .agenda(let subject, let item):
            return .agenda(subject, exchange(&agenda[subject], item))
        case .counter(let name, let value):
            return .counter(name, exchange(&counters[name], value))
        }
    }

    func stream(_ run: RunID, from sequence: Int, limit: Int) -> [StoredRecord] {
        guard let places = streams[run] else { return [] }
        return places.dropFirst(max(0, sequence)).prefix(max(0, limit)).map { records[$0] }
    }

    func state(of run: RunID, knowing head: Digest?) -> StateAnswer {
        guard let state = states[run] else { return .none }
        return state.head == head ? .unchanged : .stored(state)
    }

    func counter(_ name: CounterName) -> Int {
        name == .records ? records.count : counters[ByteText(name.text)] ?? 0
    }

    /// Agenda lines by time, then by subject: the order in which they are handed out.
    func sortedAgenda(
        where isWanted: (AgendaItem) -> Bool, limit: Int
    ) -> [AgendaItem] {
        let wanted = agenda.values.filter(isWanted)
        let ordered = wanted.sorted {
            ($0.due, ByteText($0.subject.text)) < ($1.due, ByteText($1.subject.text))
        }
        return Array(ordered.prefix(max(0, limit)))
    }
}

private func exchange<Value>(_ place: inout Value, _ new: Value) -> Value {
    let old = place
    place = new
    return old
}
