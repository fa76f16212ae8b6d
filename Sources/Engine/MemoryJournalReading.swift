// The in-memory journal's answers to people and audits, over what was committed.

import Proofs

final class MemoryReading: JournalReading {
    private let tables: MemoryTables

    init(_ tables: MemoryTables) { self.tables = tables }

    func records(
        of run: RunID, from sequence: Int, limit: Int
    ) throws(JournalFault) -> [StoredRecord] {
        tables.stream(run, from: sequence, limit: limit)
    }

    func log(from index: Int, limit: Int) throws(JournalFault) -> [StoredRecord] {
        Array(tables.records.dropFirst(max(0, index)).prefix(max(0, limit)))
    }

    func state(of run: RunID, knowing head: Digest?) throws(JournalFault) -> StateAnswer {
        tables.state(of: run, knowing: head)
    }

    func states(
        label: String?, before: RunID?, limit: Int
    ) throws(JournalFault) -> [(run: RunID, state: StoredState)] {
        let label = label.map(ByteText.init)
        return states(before, limit) { state in label.map { $0 == ByteText(state.label) } ?? true }
    }

    func states(
        of group: String, before: RunID?, limit: Int
    ) throws(JournalFault) -> [(run: RunID, state: StoredState)] {
        let group = ByteText(group)
        return states(before, limit) { ByteText($0.group) == group }
    }

    private func states(
        _ before: RunID?, _ limit: Int, _ isWanted: (StoredState) -> Bool
    ) -> [(run: RunID, state: StoredState)] {
        let before = before.map { ByteText($0.text) }
        let wanted = tables.states.filter { run, state in
            isWanted(state) && (before.map { ByteText(run.text) < $0 } ?? true)
        }
        let ordered = wanted.sorted { ByteText($1.key.text) < ByteText($0.key.text) }
        return ordered.prefix(max(0, limit)).map { (run: $0.key, state: $0.value) }
    }

    func key(_ name: KeyName) throws(JournalFault) -> [UInt8]? {
        tables.keys[ByteText(name.text)]?.value
    }

    func keys(
        prefix: String, after: KeyName?, limit: Int
    ) throws(JournalFault) -> [(name: KeyName, value: [UInt8])] {
        let prefix = ByteText(prefix)
        let after = after.map { ByteText($0.text) }
        let wanted = tables.keys.filter { name, _ in
            name.bytes.starts(with: prefix.bytes) && (after.map { $0 < name } ?? true)
        }
        let ordered = wanted.sorted { $0.key < $1.key }
        return ordered.prefix(max(0, limit)).map { ($0.value.name, $0.value.value) }
    }

    func payload(_ commitment: Commitment) throws(JournalFault) -> StoredPayload? {
        tables.payloads[commitment]
    }

    func agenda(limit: Int) throws(JournalFault) -> [AgendaItem] {
        tables.sortedAgenda(where: { _ in true }, limit: limit)
    }

    func counter(_ name: CounterName) throws(JournalFault) -> Int {
        tables.counter(name)
    }
}
