// The port to the journal: twelve dumb methods inside one transaction, and how transactions are
// asked for. No word of runs' rules may enter here; adapters know rows, not meaning.

package import Proofs

/// One record as it lies in the journal: the exact bytes of a leaf (DESIGN section 8).
package struct StoredRecord: Hashable, Sendable {
    /// The position in the whole journal, counted from zero without gaps.
    package let index: Int
    package let run: RunID
    /// The position in the run's own stream, counted from zero without gaps.
    package let sequence: Int
    package let leaf: [UInt8]
    package let leafHash: Digest

    package init(index: Int, run: RunID, sequence: Int, leaf: [UInt8], leafHash: Digest) {
        self.index = index
        self.run = run
        self.sequence = sequence
        self.leaf = leaf
        self.leafHash = leafHash
    }
}

/// Where a run stands: `version` is how many records it has.
package struct StoredState: Hashable, Sendable {
    package let version: Int
    /// The leaf hash of the newest of them.
    package let head: Digest
    /// A word to find states by (the run's state); the port gives it no meaning.
    package let label: String
    /// Another one (whose the run is), which never changes.
    package let group: String
    /// The newest there is, perhaps of an earlier version. Setting a state without one keeps the
    /// one that is stored.
    package let snapshot: StoredSnapshot?

    package init(
        version: Int, head: Digest, label: String, group: String, snapshot: StoredSnapshot?
    ) {
        self.version = version
        self.head = head
        self.label = label
        self.group = group
        self.snapshot = snapshot
    }
}

/// A run as it was when it had `version` records, so that nobody has to read those again.
package struct StoredSnapshot: Hashable, Sendable {
    package let version: Int
    /// By position. Setting a snapshot sets the pieces that it has and keeps the others, so that
    /// it costs no more in a long run than in a short one; one that was read has them all.
    package let pieces: [Int: [UInt8]]

    package init(version: Int, pieces: [Int: [UInt8]]) {
        self.version = version
        self.pieces = pieces
    }
}

/// What a look at a run's state found.
package enum StateAnswer: Hashable, Sendable {
    case none
    /// It has the head that the asker knows already.
    case unchanged
    case stored(StoredState)
}

/// A payload beside the journal: what a commitment commits to.
package struct StoredPayload: Hashable, Sendable {
    package let salt: [UInt8]
    /// Canonical JSON.
    package let bytes: [UInt8]

    package init(salt: [UInt8], bytes: [UInt8]) {
        self.salt = salt
        self.bytes = bytes
    }
}

/// A name in the journal's table of unique keys.
package struct KeyName: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let text: String
    package init(_ text: String) { self.text = text }
    package var description: String { text }
    package static func < (a: KeyName, b: KeyName) -> Bool {
        a.text.utf8.lexicographicallyPrecedes(b.text.utf8)
    }
}

package struct CounterName: Hashable, Sendable {
    /// How many records there are. The journal counts them itself: nobody adds to it.
    package static let records = CounterName("records")
    package let text: String
    package init(_ text: String) { self.text = text }
}

/// What a line of the agenda is about, and named by.
package enum AgendaSubject: Hashable, Sendable, Comparable, CustomStringConvertible {
    case call(CallID)
    case run(RunID)

    package var text: String {
        switch self {
        case .call(let call): call.text
        case .run(let run): run.text
        }
    }
    package var description: String { text }

    /// From a name that the journal wrote.
    package init(unchecked text: String) {
        self = text.utf8.starts(with: "run_".utf8)
            ? .run(RunID(unchecked: text)) : .call(CallID(unchecked: text))
    }

    package static func < (a: AgendaSubject, b: AgendaSubject) -> Bool {
        a.text.utf8.lexicographicallyPrecedes(b.text.utf8)
    }
}

/// Something whose time comes: one line of the agenda.
package struct AgendaItem: Hashable, Sendable {
    package let subject: AgendaSubject
    package let run: RunID
    package let due: Instant
    /// Who holds the work now; nil where nobody does.
    package let owner: OwnerID?
    /// Which hosts may do it (their profile and resources, by digest); nil: any host.
    package let environment: String?

    package init(
        subject: AgendaSubject, run: RunID, due: Instant, owner: OwnerID?, environment: String?
    ) {
        self.subject = subject
        self.run = run
        self.due = due
        self.owner = owner
        self.environment = environment
    }
}

/// Which lines of the agenda are wanted: those due by `now`, and those of the owners in `gone` up
/// to the `horizon`.
package struct AgendaQuery: Hashable, Sendable {
    package let now: Instant
    package let gone: [OwnerID]
    /// What is due later still is not searched for owners: it costs nothing until it is due.
    package let horizon: Instant
    /// Lines for other environments are left out.
    package let environments: [String]
    package let limit: Int

    package init(
        now: Instant, gone: [OwnerID], horizon: Instant, environments: [String], limit: Int
    ) {
        self.now = now
        self.gone = gone
        self.horizon = horizon
        self.environments = environments
        self.limit = limit
    }
}

/// What may be looked up by name both inside and outside a transaction.
package protocol JournalLookup {
    /// A run's records from `sequence` on, in order, at most `limit`.
    func records(
        of run: RunID, from sequence: Int, limit: Int
    ) throws(JournalFault) -> [StoredRecord]
    /// - Parameter head: of the state that the asker has; where it is the stored one, nothing is
    ///   read.
    func state(of run: RunID, knowing head: Digest?) throws(JournalFault) -> StateAnswer
    func key(_ name: KeyName) throws(JournalFault) -> [UInt8]?
    func payload(_ commitment: Commitment) throws(JournalFault) -> StoredPayload?
    func counter(_ name: CounterName) throws(JournalFault) -> Int
}

extension JournalLookup {
    /// The whole state; nil where the run has none.
    package func state(of run: RunID) throws(JournalFault) -> StoredState? {
        switch try state(of: run, knowing: nil) {
        case .none: return nil
        case .stored(let state): return state
        case .unchanged:
            preconditionFailure("Nothing was known of the state, so it cannot be unchanged.")
        }
    }
}

/// What the engine remembers within one transaction, so that units about one run do not each read
/// it anew. Adapters keep it and forget it where a unit is undone; they look at nothing in it.
package final class TransactionMemory {
    var runs: [RunID: Run] = [:]
    /// Whether what approvers are to be told of is noted (Approvals/Notices.swift).
    package var writesNotices = false
    package init() {}
    package func forget() { runs = [:] }
}

/// What can be done inside one transaction: with the lookups, twelve methods.
package protocol JournalTransaction: JournalLookup {
    var memory: TransactionMemory { get }
    /// Adds records; their indexes continue the journal's and their sequences their run's.
    func append(_ records: [StoredRecord]) throws(JournalFault)
    /// Replaces the state whose version is `replacing` (nil: there is none yet); a `conflict`
    /// fault where that is not what is stored.
    func setState(
        _ state: StoredState, of run: RunID, replacing: Int?
    ) throws(JournalFault)
    /// Sets or, with nil, frees a key.
    func setKey(_ name: KeyName, to value: [UInt8]?) throws(JournalFault)
    /// Keeps or, with nil, erases a payload.
    func setPayload(
        _ payload: StoredPayload?, for commitment: Commitment
    ) throws(JournalFault)
    /// Puts a line on the agenda in place of the subject's former one; nil takes it off.
    /// - Parameter former: where the former line is thought to stand; a wrong guess costs a search.
    ///   Nil only where the subject has none.
    func schedule(
        _ item: AgendaItem?, for subject: AgendaSubject, formerly former: Instant?
    ) throws(JournalFault)
    /// The lines asked for, earliest first, then by subject.
    func due(_ query: AgendaQuery) throws(JournalFault) -> [AgendaItem]
    /// Adds to a counter that starts at zero, and answers its new value.
    func add(_ amount: Int, to counter: CounterName) throws(JournalFault) -> Int
}

/// What people and audits read, outside every write.
package protocol JournalReading: JournalLookup {
    /// The whole journal's records from `index` on, in order, at most `limit`.
    func log(from index: Int, limit: Int) throws(JournalFault) -> [StoredRecord]
    /// States newest run first, below `before` where given, with the label where given.
    func states(
        label: String?, before: RunID?, limit: Int
    ) throws(JournalFault) -> [(run: RunID, state: StoredState)]
    /// The states of a group, newest run first, below `before` where given.
    func states(
        of group: String, before: RunID?, limit: Int
    ) throws(JournalFault) -> [(run: RunID, state: StoredState)]
    /// Keys that start with `prefix`, above `after` where given, in byte order.
    func keys(
        prefix: String, after: KeyName?, limit: Int
    ) throws(JournalFault) -> [(name: KeyName, value: [UInt8])]
    func agenda(limit: Int) throws(JournalFault) -> [AgendaItem]
}

/// Whether a commit must have reached the disk before it is reported.
package enum Durability: Sendable {
    /// Survives the process, perhaps not the power.
    case committed
    /// Survives the power.
    case flushed
}

/// What a unit of work wants done with what it wrote.
package enum UnitVerdict: Sendable {
    case keep
    /// Undo this unit alone; the others in the transaction stand.
    case undo
}

/// A piece of a transaction; it keeps its own answer. A fault it throws undoes the transaction.
package typealias JournalUnit =
    (any JournalTransaction) throws(JournalFault) -> UnitVerdict

/// A journal: transactions made of units, and reads of what was committed.
package protocol Journal: Sendable {
    /// Runs the units one after another inside one transaction, each in its own savepoint.
    func commit(_ units: [JournalUnit], _ durability: Durability) throws(JournalFault)
    func read<Answer>(
        _ body: (any JournalReading) throws(JournalFault) -> Answer
    ) throws(JournalFault) -> Answer
}
