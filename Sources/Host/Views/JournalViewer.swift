// Reading the journal for people: runs, calls, approvals, records. It registers no owner, takes no
// part in the work, and makes nothing where there is no journal yet.

package import Engine
import JSON
import SQLite
import SQLiteJournal

package struct JournalViewer: Sendable {
    /// Nil where nothing was ever journaled.
    let journal: (any Journal)?
    private let catalog: Catalog
    private let directory: Directory
    private let clock: HostClock

    init(
        _ journal: (any Journal)?, _ catalog: Catalog, _ directory: Directory = Directory(),
        clock: HostClock = .system
    ) {
        self.journal = journal
        self.catalog = catalog
        self.directory = directory
        self.clock = clock
    }

    package static func open(_ project: Project) throws(Ending) -> JournalViewer {
        JournalViewer(
            try project.journal(), project.catalog(), project.configuration.directory)
    }

    /// Newest first.
    package func runs(state: RunState?, limit: Int) throws(Ending) -> [RunEntry] {
        try read(else: []) { reading, reader throws(JournalFault) in
            // One more, for the journal's own run is nobody's and in no list.
            let states = try reading.states(
                label: state?.rawValue, before: nil, limit: min(limit, Int.max - 1) + 1)
            var runs: [RunEntry] = []
            for (id, state) in states.filter({ $0.run != .journal }).prefix(limit) {
                if let run = try reading.run(id, state) { runs.append(try reader.entry(of: run)) }
            }
            return runs
        }
    }

    /// The run named by its own id, or with the one call that is named by its id or approval.
    package func run(_ id: String) throws(Ending) -> RunEntry {
        let found: RunEntry? = try read(else: nil) { reading, reader throws(JournalFault) in
            if let run = RunID(id) { return try reading.run(run).map(reader.entry) }
            var place: CallPlace?
            if let call = CallID(id) { place = try reading.place(of: call) }
            if let approval = ApprovalID(id) { place = try reading.place(of: approval) }
            guard let place, let run = try reading.run(place.run) else { return nil }
            return try reader.entry(of: run, only: place.call)
        }
        guard let found else { throw JournalViewer.nothing(id) }
        return found
    }

    /// The profile of a run of an agent's.
    func profile(of id: RunID) throws(Ending) -> String? {
        try read(else: nil) { reading, _ throws(JournalFault) in
            id == .journal ? nil : try reading.run(id)?.caller.profile
        }
    }

    /// What operators have stopped.
    package func halts() throws(Ending) -> [StandingHalt] {
        try read(else: []) { reading, _ throws(JournalFault) in try reading.standingHalts }
    }

    /// Nil where the journal has none of that id, or it has been asked anew under another.
    func approval(_ text: String) throws(Ending) -> ApprovalEntry? {
        guard let id = ApprovalID(text) else { return nil }
        return try read(else: nil) { reading, reader throws(JournalFault) in
            guard let place = try reading.place(of: id) else { return nil }
            return try reader.approval(at: place)
        }
    }

    /// Newest last; those that wait for a decision, or all.
    package func approvals(all: Bool) throws(Ending) -> [ApprovalEntry] {
        try approvals(besides: []) { _, state in all || state == .pending }
    }

    /// - Parameters:
    ///   - skipped: approvals that are not even looked up.
    ///   - isWanted: asked before the rest of an approval is gathered.
    func approvals(
        besides skipped: Set<ApprovalID>,
        where isWanted: (ApprovalID, Approval.State) -> Bool
    ) throws(Ending) -> [ApprovalEntry] {
        try read(else: []) { reading, reader throws(JournalFault) in
            var entries: [ApprovalEntry] = []
            var after: ApprovalID?
            while true {
                let page = try reading.approvalPlaces(after: after, limit: HostLimits.listPage)
                for (id, place) in page where !skipped.contains(id) {
                    // A call that is asked about anew has its earlier request at the same place,
                    // which is not this one.
                    guard let run = try reading.run(place.run), let call = run[place.call],
                        let approval = call.approval, approval.id == id,
                        isWanted(id, approval.state(at: reader.now)),
                        let entry = try reader.approval(of: call, in: run, isAlone: true)
                    else { continue }
                    entries.append(entry)
                }
                after = page.last?.approval
                if page.count < HostLimits.listPage { return entries }
            }
        }
    }

    /// Records of the whole journal from `index` on.
    package func records(from index: Int, limit: Int) throws(Ending) -> [RecordEntry] {
        try read(else: []) { reading, reader throws(JournalFault) in
            try reader.records(try reading.log(from: index, limit: limit))
        }
    }

    /// The records named by an index, a run's id or a call's.
    package func records(named name: String) throws(Ending) -> [RecordEntry] {
        let found: [RecordEntry] = try read(else: []) { reading, reader throws(JournalFault) in
            if let index = Int(name), index >= 0 {
                return try reader.records(try reading.log(from: index, limit: 1))
            }
            if let run = RunID(name) { return try reader.records(of: run, only: nil) }
            guard let call = CallID(name), let place = try reading.place(of: call) else {
                return []
            }
            return try reader.records(of: place.run, only: call)
        }
        if found.isEmpty { throw JournalViewer.nothing(name) }
        return found
    }

    func read<Answer>(
        else nothing: Answer,
        _ body: (any JournalReading, EntryReader) throws(JournalFault) -> Answer
    ) throws(Ending) -> Answer {
        guard let journal else { return nothing }
        return try Ending.ifFault { () throws(JournalFault) in
            try journal.read { reading throws(JournalFault) in
                let reader = EntryReader(
                    reading, ManifestShelf(catalog), directory, now: clock.now())
                return try body(reading, reader)
            }
        }
    }

    static func nothing(_ id: String) -> Ending {
        Ending(
            .badData,
            "holdfast: the journal has no \(id.visibleLiteral). `holdfast runs` and "
                + "`holdfast approvals --all` list what there is.")
    }
}

extension Project {
    /// The journal for a command that looks or decides; nil where there is none, and then none is
    /// made.
    func journal() throws(Ending) -> SQLiteJournal? {
        guard
            try StoreOwner.isReached(
                configuration.storePath, surroundings.account, configuration.group)
        else { return nil }
        return try Ending.ifFault { () throws(JournalFault) in
            var options = try configuration.storeOptions()
            options.creates = false
            return try SQLiteJournal(path: configuration.storePath, options)
        }
    }
}
