// A host: one profile's tools over one journal. What it does with a call, with due work and with
// its own tools lies in the files beside it; here is what all of them share.

package import Engine
import Glibc
import JSON
import MCP
import Synchronization

/// Everything between an agent's request and the engine. Its calls may block: they belong on
/// ``BlockingThreads``.
package final class ToolHost: Sendable {
    package let configuration: Configuration
    package let profile: Profile
    /// What the profile's agents may do.
    package let policy: Policy
    package let caller: Caller
    package let opener: JournalOpener
    let clock: HostClock
    let running = RunningAttempts()
    let unrecorded = UnrecordedOutcomes()
    let recentRuns = RecentRuns()
    let deliveries = Deliveries()
    let noticePauses = NoticePauses()
    let taint = SessionTaint()
    private let tools: LiveCatalog
    let clockWatch = ClockWatch()
    /// Raised at the end of input: calls that only wait are answered as they stand.
    let isDraining = Atomic<Bool>(false)

    /// - Throws: `Problem` where the profile cannot be used.
    package init(
        _ configuration: Configuration, profile name: String?, kinds: [any ConnectorKind],
        in surroundings: Surroundings, clock: HostClock = .system
    ) throws(Problem) {
        let profile = try configuration.profile(named: name)
        let person = try configuration.person(of: profile, in: surroundings)
        self.configuration = configuration
        self.profile = profile
        policy = configuration.policy(for: profile)
        tools = LiveCatalog(configuration, kinds: kinds, in: surroundings)
        self.clock = clock
        caller = Caller(
            profile: profile.name, person: person.name, account: surroundings.account)
        opener = JournalOpener(configuration, profile, person, clock: clock)
    }

    /// The catalog in force, read when it is first asked for: a client's first question needs no
    /// tool. A request takes it once, so that all of it sees the same tools.
    package var catalog: Catalog { tools.current }

    /// The calls that this process has in hand, those included whose end is not recorded yet.
    var inHand: [CallID] { running.calls.map(\.call) + unrecorded.calls }

    /// The engine under the rules as they are at this moment: what manifests and config say of
    /// permission and patience is never pinned.
    func doors(of open: OpenJournal) -> Doors { open.doors.under(rulebook(of: catalog)) }

    func rulebook(of catalog: Catalog) -> Rulebook {
        Rulebook(
            policy: policy.mistaken(catalog.ruleProblems.first?.description.shown),
            tools: catalog.engineTools)
    }

    /// What is wrong with the tools and was not told yet, a line each.
    func complaints() -> [String] { tools.complaints() }

    /// Takes up manifests that have changed. Blocks for a moment where some have.
    /// - Parameter note: told of the change before anybody sees it.
    /// - Returns: nil where nothing was taken up.
    func noticeChanges(_ note: (CatalogChange) -> Void = { _ in }) -> ToolNews? {
        let change = tools.look(
            atMs: clock.steadyMs(), pause: { usleep(UInt32($0) * 1_000) }, note: note)
        guard let change else { return nil }
        let (old, new) = (offered(of: change.before), offered(of: change.after))
        return ToolNews(
            lines: [change.summary].compactMap { $0 } + complaints(),
            isListChanged: old.map(\.manifest.listing) != new.map(\.manifest.listing))
    }

    /// From now on nothing new is taken up, and whoever only waits is answered.
    package func drain() { isDraining.store(true, ordering: .releasing) }

    /// Asks every attempt under way to stop.
    package func stopAll() { running.stopAll() }

    /// Commits what is left over and leaves the owners' folder, at the very end.
    package func close() throws(JournalFault) {
        guard let open = opener.current else { return }
        try recordLeftOver(in: open)
        try markDelivered(in: open)
        guard running.isEmpty else { return }
        let id = open.owner.id
        try open.writer.perform(.flushed) { [doors = open.doors] transaction
            throws(JournalFault) in
            try doors.forget(id, in: transaction)
            return .keep
        }
        open.owner.retire()
    }

    /// A tool of the catalog in force, or of one that was.
    func knownTool(_ digest: ManifestDigest) -> CatalogTool? { tools.tool(digest: digest) }

    /// The tool as a call's run pinned it; nil where its manifest can no longer be understood.
    func tool(_ digest: ManifestDigest, _ lookup: some JournalLookup) throws(JournalFault)
        -> CatalogTool?
    {
        if let known = knownTool(digest) { return known }
        guard let content = try lookup.manifest(digest) else { return nil }
        do {
            return try catalog.tool(fromPinned: content)
        } catch {
            // A newer release may have pinned what this one cannot read: then it is not ours to do.
            return nil
        }
    }
}

/// What came of a look at the manifests.
struct ToolNews: Sendable {
    /// For the operator.
    let lines: [String]
    /// Whether the profile's agents see other tools than before.
    let isListChanged: Bool
}

/// The attempts this process has under way, by call, so that they can be asked to stop.
final class RunningAttempts: Sendable {
    /// Two attempts of one call may overlap here, where the first was given up by another host; and
    /// its probes, which other tools make, are numbered by themselves.
    private struct Key: Hashable {
        let call: CallID
        let tool: ToolName
        let number: Int

        init(_ attempt: Attempt) {
            call = attempt.call
            tool = attempt.tool
            number = attempt.number
        }
    }
    private struct UnderWay {
        let run: RunID
        let stop: StopSignal
        /// Whoever wants a call stopped still wants to know what has come of it.
        let isProbe: Bool
    }
    private struct State {
        var all: [Key: UnderWay] = [:]
        var isStopping = false
    }
    private let state = Mutex(State())

    var isEmpty: Bool { state.withLock(\.all.isEmpty) }

    /// Whether everything has been asked to stop, and what comes now must not begin.
    var isStopping: Bool { state.withLock(\.isStopping) }

    /// The calls with an attempt or a probe under way and their runs, sorted.
    var calls: [(call: CallID, run: RunID)] {
        let runs = state.withLock { state in
            Dictionary(
                state.all.map { ($0.key.call, $0.value.run) }, uniquingKeysWith: { $1 })
        }
        return runs.sorted { $0.key.text < $1.key.text }.map { ($0.key, $0.value) }
    }

    func add(_ attempt: Attempt, _ stop: StopSignal, isProbe: Bool = false) {
        let isLate = state.withLock { state in
            state.all[Key(attempt)] = UnderWay(run: attempt.run, stop: stop, isProbe: isProbe)
            return state.isStopping
        }
        if isLate { stop.raise() }
    }

    func remove(_ attempt: Attempt) { state.withLock { $0.all[Key(attempt)] = nil } }

    func contains(_ attempt: Attempt) -> Bool {
        state.withLock { $0.all[Key(attempt)] != nil }
    }

    func stop(_ call: CallID) {
        let found = state.withLock { state in
            state.all.filter { $0.key.call == call && !$0.value.isProbe }.map(\.value.stop)
        }
        for signal in found { signal.raise() }
    }

    func stopAll() {
        let all = state.withLock { state in
            state.isStopping = true
            return state.all.values.map(\.stop)
        }
        for signal in all { signal.raise() }
    }
}
