// Changing one run inside a transaction: events are decided, folded and saved together with all
// that follows from the run's new state. The only writer of records.

import Proofs

struct RunEditor {
    private(set) var run: Run
    private let stored: Run?
    private var pending: [(event: Event, actor: Actor)] = []

    /// A run that a door found in the journal.
    init(_ run: Run) {
        self.run = run
        stored = run
    }

    /// A new run.
    init(opening opened: RunOpened, as id: RunID, by actor: Actor, at now: Instant) {
        // Pins beyond what one leaf holds follow in leaves of their own.
        var first = opened
        let rest = opened.pins.dropFirst(Limits.pinsPerLeaf)
        first.pins = Array(opened.pins.prefix(Limits.pinsPerLeaf))
        let event = Event.runOpened(first)
        guard let run = Run(id: id, opening: event, at: now) else {
            preconditionFailure("A run_opened event opens a run.")
        }
        self.run = run
        stored = nil
        pending = [(event, actor)]
        pin(Array(rest), by: actor, at: now)
    }

    /// Pins what the run has not pinned yet: tools that are new since it was begun.
    mutating func pin(_ pins: [ToolPin], by actor: Actor, at now: Instant) {
        let known = Set(run.pins.map(\.tool))
        let missing = pins.filter { !known.contains($0.tool) }
        for start in stride(from: 0, to: missing.count, by: Limits.pinsPerLeaf) {
            let end = min(start + Limits.pinsPerLeaf, missing.count)
            apply([.manifestsPinned(Array(missing[start..<end]))], by: actor, at: now)
        }
    }

    var hasChanged: Bool { !pending.isEmpty }

    mutating func apply(_ events: [Event], by actor: Actor, at now: Instant) {
        for event in events {
            run.evolve(event, at: now)
            pending.append((event, actor))
        }
    }

    /// Decides and applies; answers whether anything new happened.
    @discardableResult
    mutating func perform(
        _ command: Command, _ facts: Facts = Facts(), by actor: Actor, at now: Instant
    ) throws(Rejection) -> Bool {
        let events = try run.decide(command, facts, now: now)
        apply(events, by: actor, at: now)
        return !events.isEmpty
    }

    /// - Returns: the index of the newest record it added; nil where there was nothing to add.
    @discardableResult
    mutating func save(
        _ drafts: Drafts, in journal: any JournalTransaction, at now: Instant
    ) throws(JournalFault) -> Int? {
        guard hasChanged else { return nil }
        let firstIndex = try journal.counter(.records)
        let firstSequence = stored?.version ?? 0
        var records: [StoredRecord] = []
        for (offset, item) in pending.enumerated() {
            let record = Record(
                index: firstIndex + offset, at: now, run: run.id, actor: item.actor,
                event: item.event)
            let bytes = record.stored(sequence: firstSequence + offset)
            guard bytes.leaf.count <= Limits.leafBytes else {
                throw JournalFault(.io, "A record is larger than \(Limits.leafBytes) bytes.")
            }
            records.append(bytes)
        }
        try journal.append(records)
        if let newest = records.last { run.head = newest.leafHash }
        var drafts = drafts
        try drafts.keep(in: journal)
        try journal.setState(state, of: run.id, replacing: stored?.version)
        journal.memory.runs[run.id] = run
        try saveIndexes(in: journal, at: now)
        return firstIndex + pending.count - 1
    }

    /// A snapshot is written where the records pass a multiple of ``Limits/recordsPerSnapshot``; a
    /// run that ends before has none. It repeats what has changed since the last multiple, which
    /// the one before it may not have.
    private var state: StoredState {
        let former = (stored?.version ?? 0) / Limits.recordsPerSnapshot
        let isDue = run.version / Limits.recordsPerSnapshot > former
        return StoredState(
            version: run.version, head: run.head, label: run.state.rawValue,
            group: run.caller.group,
            snapshot: isDue
                ? run.snapshot(changedSince: former * Limits.recordsPerSnapshot) : nil)
    }

    // The agenda and the keys follow from the calls' states alone: whatever differs is set.
    private func saveIndexes(
        in journal: any JournalTransaction, at now: Instant
    ) throws(JournalFault) {
        // A quarantine takes its calls off the agenda, and its end puts them on again.
        let hasTurned = run.quarantine != stored?.quarantine
        if run.halts != stored?.halts ?? [] {
            try journal.setKey(Index.halts, to: run.halts.bytes)
        }
        try saveLine(.run(run.id), run.agendaItem, stored?.agendaItem, in: journal)
        for (position, call) in run.calls.enumerated() {
            let former = stored.flatMap { position < $0.calls.count ? $0.calls[position] : nil }
            guard former?.changedAt != call.changedAt || hasTurned else { continue }
            let formerItem = former.flatMap { stored?.agendaItem(of: $0) }
            try saveLine(.call(call.id), run.agendaItem(of: call), formerItem, in: journal)
            if former == nil, call.id.runIfFirst != run.id {
                let place = CallPlace(run: run.id, call: call.id)
                try journal.setKey(Index.call(call.id), to: place.bytes)
            }
            if let approval = call.approval, former?.approval?.id != approval.id {
                let place = CallPlace(run: run.id, call: call.id)
                try journal.setKey(Index.approval(approval.id), to: place.bytes)
            }
            try saveKey(of: call, former, in: journal)
            try saveGrants(of: call, former, in: journal, at: now)
            try saveDenial(of: call, former, in: journal, at: now)
            try saveTaint(of: call, former, in: journal, at: now)
            try count(call, former, in: journal, at: now)
            try journal.saveNotices(of: call, since: former, in: run.id)
        }
    }

    private func saveLine(
        _ subject: AgendaSubject, _ item: AgendaItem?, _ former: AgendaItem?,
        in journal: any JournalTransaction
    ) throws(JournalFault) {
        guard item != former else { return }
        try journal.schedule(item, for: subject, formerly: former?.due)
    }

    private func saveKey(
        of call: Call, _ former: Call?, in journal: any JournalTransaction
    ) throws(JournalFault) {
        guard let key = call.key else { return }
        let name = Index.idempotency(key.tag)
        let place = CallPlace(run: run.id, call: call.id)
        switch (former.map(\.keepsKey) ?? false, call.keepsKey) {
        case (false, true):
            // A new call takes the key over from one whose window has closed. A call that a late
            // success brought back takes it only where nobody else has it.
            if former != nil, try journal.key(name) != nil { return }
            try journal.setKey(name, to: place.bytes)
        case (true, false):
            guard try journal.key(name) == place.bytes else { return }
            try journal.setKey(name, to: nil)
        case (true, true), (false, false): break
        }
    }
}
