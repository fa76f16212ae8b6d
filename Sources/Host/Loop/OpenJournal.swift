// A host's journal once it is open, with all that writing to it needs. Opening happens on first
// use: never before a client has had its first answer.

import Dispatch
package import Engine
import Glibc
import JSON
import SQLite
import SQLiteJournal
import Synchronization

/// An open journal, its writer, the engine's doors and this process as an owner.
package struct OpenJournal: Sendable {
    package let journal: any Journal
    package let writer: Writer
    package let doors: Doors
    package let owner: Owner
    /// Which work this host may do, and by which it marks its own.
    package let environment: String
    /// The same for calls that tell approvers something: any host with the same targets may.
    package let noticeEnvironment: String
    private let kept = KeptManifests()

    init(
        journal: any Journal, writer: Writer, doors: Doors, owner: Owner, environment: String,
        noticeEnvironment: String
    ) {
        self.journal = journal
        self.writer = writer
        self.doors = doors
        self.owner = owner
        self.environment = environment
        self.noticeEnvironment = noticeEnvironment
    }

    package var environments: [String] { [environment, noticeEnvironment] }
}

/// The manifests that this process knows to be in the journal.
private final class KeptManifests: Sendable {
    private let digests = Mutex<Set<ManifestDigest>>([])

    func missing(of pins: [ToolPin]) -> [ManifestDigest] {
        digests.withLock { digests in pins.map(\.manifest).filter { !digests.contains($0) } }
    }

    func add(_ more: [ManifestDigest]) { digests.withLock { $0.formUnion(more) } }
}

/// Opens the journal the first time it is asked for, and again after a failure.
package final class JournalOpener: Sendable {
    private enum State {
        case closed
        case open(OpenJournal)
    }

    private let configuration: Configuration
    private let profile: Profile
    private let person: Person
    private let clock: HostClock
    private let state = Mutex(State.closed)

    init(
        _ configuration: Configuration, _ profile: Profile, _ person: Person, clock: HostClock
    ) {
        self.configuration = configuration
        self.profile = profile
        self.person = person
        self.clock = clock
    }

    /// The journal, where it has been opened.
    package var current: OpenJournal? {
        state.withLock { if case .open(let journal) = $0 { journal } else { nil } }
    }

    /// Blocks while it opens; callers that come meanwhile wait for the same journal.
    package func open() throws(JournalFault) -> OpenJournal {
        try state.withLock { state throws(JournalFault) in
            if case .open(let journal) = state { return journal }
            let journal = try make()
            state = .open(journal)
            return journal
        }
    }

    private func make() throws(JournalFault) -> OpenJournal {
        let journal = try SQLiteJournal(
            path: configuration.storePath, configuration.storeOptions())
        let secret = try RecordSecret.load(configuration.recordSecretPath, of: journal)
        if configuration.isBuiltin { try prepareBookingDesk() }
        let owner = try Owner(
            beside: configuration.stateFolder, leaseMs: configuration.leaseMs, clock: clock)
        let open = OpenJournal(
            journal: journal, writer: Writer(journal, writesNotices: !configuration.notify.isEmpty),
            doors: Doors(keyed: secret), owner: owner,
            environment: configuration.environmentDigest(
                of: profile, person: person, secret: secret),
            noticeEnvironment: configuration.noticeEnvironmentDigest(secret: secret))
        try open.register(clock)
        return open
    }

    // The built-in default works on its own small database, made with its sample data.
    private func prepareBookingDesk() throws(JournalFault) {
        for path in configuration.databases.values.sorted() where access(path, F_OK) != 0 {
            try BookingDesk.create(at: path)
        }
    }
}

extension Configuration {
    /// How the journal is opened, and whom it is for.
    func storeOptions() throws(JournalFault) -> SharedDatabase.Options {
        var options = SharedDatabase.Options()
        guard let group else { return options }
        guard let access = FileAccess.group(named: group) else {
            throw JournalFault(
                .readOnly,
                "The config gives the journal to the group `\(group)`, but this machine has no "
                    + "such group. Make it (groupadd \(group)), or correct `store.group`.")
        }
        options.access = access
        return options
    }
}

extension BookingDesk {
    /// Makes the booking desk's database, or leaves it as it is; safe for many at once.
    package static func create(at path: String) throws(JournalFault) {
        do {
            let database = try SharedDatabase(path: path)
            try database.write(.now) { connection throws(DatabaseFault) in
                try connection.execute(sql)
            }
        } catch {
            throw JournalFault(error)
        }
    }
}

extension OpenJournal {
    /// Puts this owner's first lease into the journal.
    func register(_ clock: HostClock) throws(JournalFault) {
        let startedMs = clock.steadyMs()
        let moment = owner.moment()
        try writer.perform(.flushed) { [doors] transaction throws(JournalFault) in
            try doors.sealSecret(in: transaction)
            try doors.renewLease(in: transaction, moment)
            return .keep
        }
        owner.leased(from: startedMs)
    }

    func renewLease(_ clock: HostClock) throws(JournalFault) {
        let startedMs = clock.steadyMs()
        let moment = owner.moment()
        try writer.perform(.committed) { [doors] transaction throws(JournalFault) in
            try doors.renewLease(in: transaction, moment)
            return .keep
        }
        owner.leased(from: startedMs)
    }

    /// One door, in a transaction that other callers may share.
    package func perform<Answer: Sendable>(
        _ durability: Durability,
        _ door: @escaping @Sendable (any JournalTransaction, Moment) throws(DoorError) -> Answer
    ) throws(DoorError) -> Answer {
        try writer.perform(durability, at: owner.moment(), door)
    }

    /// The same for one that pins manifests: those that the journal may not have yet go with it,
    /// so that what is accepted can be understood when their files have changed.
    func perform<Answer: Sendable>(
        _ durability: Durability, pinning pins: [ToolPin], of catalog: Catalog,
        _ door: @escaping @Sendable (any JournalTransaction, Moment) throws(DoorError) -> Answer
    ) throws(DoorError) -> Answer {
        let missing = kept.missing(of: pins)
        guard !missing.isEmpty else { return try perform(durability, door) }
        let manifests = missing.compactMap { catalog.tool(digest: $0)?.manifest }
        let answer = try perform(durability) {
            [doors] transaction, moment throws(DoorError) in
            do throws(JournalFault) {
                for manifest in manifests {
                    try doors.keep(manifest.content, as: manifest.digest, in: transaction)
                }
            } catch {
                throw .fault(error)
            }
            return try door(transaction, moment)
        }
        kept.add(missing)
        return answer
    }
}
