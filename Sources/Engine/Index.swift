// The names under which runs are found in the journal's table of keys, and what stands there.

package import JSON
import Proofs

enum Index {
    static func call(_ id: CallID) -> KeyName { KeyName("call:\(id)") }
    static func approval(_ id: ApprovalID) -> KeyName { KeyName("\(approvals)\(id)") }
    static func idempotency(_ tag: KeyedTag) -> KeyName { KeyName("key:\(tag)") }
    static func intent(_ tag: KeyedTag) -> KeyName { KeyName("intent:\(tag)") }
    static func owner(_ id: OwnerID) -> KeyName { KeyName("owner:\(id)") }
    static func manifest(_ digest: ManifestDigest) -> KeyName { KeyName("manifest:\(digest)") }

    static func health(_ tool: ToolName) -> KeyName { KeyName("health:\(tool)") }

    /// No secret is in it: the record names all three.
    static func denials(_ tool: ToolName, _ caller: Caller) -> KeyName {
        KeyName("denials:\(tool) \(caller.group)")
    }
    /// What the agents of a profile have read lately for a person.
    static func taint(_ caller: Caller) -> KeyName { KeyName("taint:\(caller.group)") }
    static func grants(_ tool: ToolName) -> KeyName { KeyName("grants:\(tool)") }
    static func grantUse(_ grant: CallID) -> KeyName { KeyName("grant-use:\(grant)") }

    static let approvals = "approval:"
    /// What operators have stopped.
    static let halts = KeyName("halts")
    /// Stands for the secret that this journal's keyed values were made with.
    static let secret = KeyName("secret")
}

/// A run and a call in it, as index entries hold them: `run_… call_…`.
package struct CallPlace: Hashable, Sendable {
    package let run: RunID
    package let call: CallID

    var bytes: [UInt8] { Array("\(run) \(call)".utf8) }

    init(run: RunID, call: CallID) {
        self.run = run
        self.call = call
    }

    init(reading bytes: [UInt8]) throws(JournalFault) {
        let parts = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        guard parts.count == 2, let run = RunID(String(parts[0])),
            let call = CallID(String(parts[1]))
        else { throw JournalFault(.corrupt, "An index entry of the journal cannot be read.") }
        self.init(run: run, call: call)
    }
}

extension JournalLookup {
    /// The run as its snapshot says, or, where that cannot be read, as its records say.
    /// - Parameter known: the run as the asker last saw it committed: where it has not changed
    ///   since, it is not read again.
    package func run(_ id: RunID, known: Run? = nil) throws(JournalFault) -> Run? {
        precondition(known.map { $0.id == id } ?? true, "What is known is known of this run.")
        switch try state(of: id, knowing: known?.head) {
        case .none: return nil
        case .unchanged: return known
        case .stored(let stored): return try run(id, stored)
        }
    }

    /// The run of a state that was read already.
    package func run(_ id: RunID, _ stored: StoredState) throws(JournalFault) -> Run? {
        if let run = try resumed(id, stored) { return run }
        return try foldedRun(id)
    }

    /// The run as its snapshot says, with the records since folded onto it; nil where there should
    /// be a snapshot and none can be read, or the records lead elsewhere.
    package func resumed(_ id: RunID, _ stored: StoredState) throws(JournalFault) -> Run? {
        var start: Run?
        if let snapshot = stored.snapshot {
            do { start = try Run(snapshot: snapshot) } catch { return nil }
        } else if stored.version >= Limits.recordsPerSnapshot {
            return nil
        }
        if let start, start.id != id { return nil }
        if start?.version == stored.version {
            start?.head = stored.head
            return start
        }
        do throws(JournalFault) {
            let run = try fold(onto: start, of: id)
            return run?.version == stored.version && run?.head == stored.head ? run : nil
        } catch {
            guard error.code == .corrupt, start != nil else { throw error }
            // A snapshot that is no run of these records: they alone will tell.
            return nil
        }
    }

    /// The fold of the run's records: the truth that its snapshot repeats.
    package func foldedRun(_ id: RunID) throws(JournalFault) -> Run? {
        try fold(onto: nil, of: id)
    }

    private func fold(onto start: Run?, of id: RunID) throws(JournalFault) -> Run? {
        var run = start
        var next = start?.version ?? 0
        while true {
            let page = try records(of: id, from: next, limit: Limits.recordPage)
            for stored in page {
                let record = try decoded(stored)
                guard run.fits(record.event) else {
                    throw JournalFault(
                        .corrupt, "Record \(stored.index) of the journal does not fit \(id).")
                }
                if run == nil {
                    run = Run(id: id, opening: record.event, at: record.at)
                } else {
                    run?.evolve(record.event, at: record.at)
                }
                run?.head = stored.leafHash
            }
            next += page.count
            if page.count < Limits.recordPage { return run }
        }
    }

    package func decoded(_ stored: StoredRecord) throws(JournalFault) -> Record {
        do {
            return try Record(leaf: stored.leaf)
        } catch {
            switch error.code {
            case .newerVersion, .unknownKind: throw JournalFault(.newer, error.message)
            case .malformed:
                throw JournalFault(
                    .corrupt, "Record \(stored.index) of the journal cannot be read.",
                    cause: error.message)
            }
        }
    }

    /// Where a call stands; nil for an id that no run here knows.
    package func place(of call: CallID) throws(JournalFault) -> CallPlace? {
        // A run has at least the record that opened it.
        if try !records(of: call.runIfFirst, from: 0, limit: 1).isEmpty {
            return CallPlace(run: call.runIfFirst, call: call)
        }
        guard let entry = try key(Index.call(call)) else { return nil }
        return try CallPlace(reading: entry)
    }

    package func place(of approval: ApprovalID) throws(JournalFault) -> CallPlace? {
        guard let entry = try key(Index.approval(approval)) else { return nil }
        return try CallPlace(reading: entry)
    }

    /// The payload's value; nil where it was erased.
    package func value(_ reference: PayloadRef?) throws(JournalFault) -> JSONValue? {
        guard let reference, let stored = try payload(reference.commitment) else { return nil }
        do {
            return try JSONParser.parse(stored.bytes, limits: .snapshot)
        } catch {
            throw JournalFault(
                .corrupt, "A payload of the journal is not JSON.", cause: error.message)
        }
    }

    package func text(_ reference: PayloadRef?) throws(JournalFault) -> String? {
        try value(reference)?.stringValue
    }

    /// A manifest's content as the journal keeps it; nil where no host here ever had it.
    package func manifest(_ digest: ManifestDigest) throws(JournalFault) -> JSONValue? {
        guard let bytes = try key(Index.manifest(digest)) else { return nil }
        do {
            return try JSONParser.parse(bytes, limits: .snapshot)
        } catch {
            throw JournalFault(
                .corrupt, "A manifest kept in the journal is not JSON.", cause: error.message)
        }
    }
}

extension JournalTransaction {
    /// The run; a snapshot that cannot be read is replaced on the way, so that whoever saves the
    /// run may rely on the pieces of it that he does not write.
    /// - Parameter known: the run as it was when the asker last saw it in this journal, committed:
    ///   where it has not changed since, it is not read again.
    package func run(_ id: RunID, known: Run? = nil) throws(JournalFault) -> Run? {
        precondition(known.map { $0.id == id } ?? true, "What is known is known of this run.")
        let known = memory.runs[id] ?? known
        switch try state(of: id, knowing: known?.head) {
        case .none: return nil
        case .unchanged: memory.runs[id] = known
        case .stored(let stored): memory.runs[id] = try healed(id, stored)
        }
        return memory.runs[id]
    }

    private func healed(_ id: RunID, _ stored: StoredState) throws(JournalFault) -> Run? {
        if let run = try resumed(id, stored) { return run }
        guard let run = try foldedRun(id) else { return nil }
        let whole = StoredState(
            version: run.version, head: run.head, label: run.state.rawValue,
            group: run.caller.group, snapshot: run.snapshot)
        try setState(whole, of: id, replacing: stored.version)
        return run
    }
}

extension JournalReading {
    /// Every approval's place, in order of their ids (which is their order in time).
    package func approvalPlaces(
        after: ApprovalID?, limit: Int
    ) throws(JournalFault) -> [(approval: ApprovalID, place: CallPlace)] {
        let entries = try keys(
            prefix: Index.approvals, after: after.map(Index.approval), limit: limit)
        var found: [(approval: ApprovalID, place: CallPlace)] = []
        for entry in entries {
            guard let id = ApprovalID(String(entry.name.text.dropFirst(Index.approvals.count)))
            else { throw JournalFault(.corrupt, "An approval's name cannot be read.") }
            found.append((id, try CallPlace(reading: entry.value)))
        }
        return found
    }
}
