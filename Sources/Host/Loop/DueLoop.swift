// What a host does besides answering: work whose time has come, calls of hosts that have ended, its
// own lease. One loop for start-up, timers and recovery.

package import Engine
import Synchronization

/// Does due work until it is cancelled, and finishes what it has begun.
package struct DueLoop: Sendable {
    let host: ToolHost
    let threads: BlockingThreads
    /// What went wrong is told to the operator and tried again at the next look.
    let report: @Sendable (JournalFault) -> Void
    private let underWay = Counter()

    package init(
        _ host: ToolHost, on threads: BlockingThreads,
        report: @escaping @Sendable (JournalFault) -> Void
    ) {
        self.host = host
        self.threads = threads
        self.report = report
    }

    /// Whether attempts that were due are still under way: until they have ended, the loop must go
    /// on, for it renews the lease that they were claimed under.
    var isBusy: Bool { underWay.value > 0 }

    /// Runs until the surrounding task is cancelled.
    package func run() async {
        await withDiscardingTaskGroup { group in
            var patrolAtMs: Int64 = 0
            var renewAtMs: Int64 = 0
            var told: JournalFault?
            while !Task.isCancelled {
                do throws(JournalFault) {
                    let open = try host.opener.open()
                    let nowMs = host.clock.steadyMs()
                    if nowMs >= renewAtMs {
                        try open.renewLease(host.clock)
                        renewAtMs = nowMs + open.owner.renewEveryMs
                    }
                    if nowMs >= patrolAtMs {
                        try host.recordLeftOver(in: open)
                        try patrol(open, &group)
                        patrolAtMs = nowMs + HostLimits.patrolEveryMs
                    }
                    try open.writer.flushRiders()
                    try takeDue(open, [], &group)
                    told = nil
                } catch {
                    // The same fault at every look is one thing to know.
                    if told?.description != error.description { report(error) }
                    told = error
                }
                await host.pause(HostLimits.agendaEveryMs)
            }
        }
    }

    /// Takes up everything that is due now, and returns once it is done and nothing is left.
    /// - Returns: how many attempts were made.
    package func runOnce() async throws(JournalFault) -> Int {
        let open = try host.opener.open()
        try open.renewLease(host.clock)
        // One attempt after another may take longer than one lease.
        let made = await withTaskGroup(of: Void.self) { group in
            group.addTask(executorPreference: threads) { await keepLease(open) }
            defer { group.cancelAll() }
            do throws(JournalFault) {
                return Result<Int, JournalFault>.success(try await doAll(open))
            } catch {
                return .failure(error)
            }
        }
        return try made.get()
    }

    private func keepLease(_ open: OpenJournal) async {
        while true {
            await host.pause(open.owner.renewEveryMs)
            if Task.isCancelled { return }
            do throws(JournalFault) { try open.renewLease(host.clock) } catch { report(error) }
        }
    }

    private func doAll(_ open: OpenJournal) async throws(JournalFault) -> Int {
        let gone = open.owner.findGone()
        var attempts = 0
        while true {
            let ticket = open.owner.ticket
            let work = try due(open, gone.map(\.id))
            for attempt in work.attempts { _ = try await host.execute(attempt, in: open, ticket) }
            attempts += work.attempts.count
            let isLast = work.examined < HostLimits.dueAttempts || work.served == 0
            if work.attempts.isEmpty && isLast { break }
        }
        try bury(gone, open)
        return attempts
    }

    // Owners that have ended are buried once none of their work is left; attempts that somebody
    // wants stopped are told so.
    private func patrol(
        _ open: OpenJournal, _ group: inout DiscardingTaskGroup
    ) throws(JournalFault) {
        let gone = open.owner.findGone()
        if !gone.isEmpty {
            let hasMore = try takeDue(open, gone.map(\.id), &group)
            if !hasMore { try bury(gone, open) }
        }
        for (call, run) in host.running.calls {
            let known = host.recentRuns.find(run)
            let view = try open.journal.read { reading throws(JournalFault) in
                try reading.view(of: call, known: known)
            }
            if view?.call.cancelRequested == true { host.running.stop(call) }
        }
    }

    /// - Returns: whether there may be more.
    @discardableResult
    private func takeDue(
        _ open: OpenJournal, _ gone: [OwnerID], _ group: inout DiscardingTaskGroup
    ) throws(JournalFault) -> Bool {
        // What is claimed must be begun at once: no more than can be.
        guard !host.isDraining.load(ordering: .acquiring),
            underWay.value < HostLimits.dueAttempts
        else { return true }
        if gone.isEmpty {
            guard try hasDue(open) else { return false }
        }
        let ticket = open.owner.ticket
        let work = try due(open, gone)
        for attempt in work.attempts {
            underWay.add(1)
            group.addTask(executorPreference: threads) { [host, report, underWay] in
                defer { underWay.add(-1) }
                do throws(JournalFault) {
                    _ = try await host.execute(attempt, in: open, ticket)
                } catch {
                    report(error)
                }
            }
        }
        return work.examined == HostLimits.dueAttempts
    }

    // Reading takes no lock and writes nothing: most looks at the agenda end here.
    private func hasDue(_ open: OpenJournal) throws(JournalFault) -> Bool {
        let now = host.clock.now()
        return try open.journal.read { reading throws(JournalFault) in
            try reading.agenda(limit: 1).contains { $0.due <= now }
        }
    }

    private func due(
        _ open: OpenJournal, _ gone: [OwnerID]
    ) throws(JournalFault) -> DueWork {
        let search = DueSearch(
            environments: [open.environment], gone: gone, limit: HostLimits.dueAttempts)
        let doors = open.doors
        do throws(DoorError) {
            let work = try open.perform(.flushed) { transaction, moment throws(DoorError) in
                do throws(JournalFault) {
                    return try doors.due(search, in: transaction, moment)
                } catch {
                    throw .fault(error)
                }
            }
            for oddity in work.oddities { report(JournalFault(.corrupt, oddity)) }
            return work
        } catch {
            switch error {
            case .fault(let fault): throw fault
            case .rejected(let rejection):
                preconditionFailure("Looking for work is never turned down: \(rejection.message)")
            }
        }
    }

    // Nothing of theirs is left on the agenda: their leases and lock files may go.
    private func bury(_ gone: [GoneOwner], _ open: OpenJournal) throws(JournalFault) {
        guard !gone.isEmpty else { return }
        let ids = gone.map(\.id)
        let doors = open.doors
        try open.writer.perform(.committed) { transaction throws(JournalFault) in
            for id in ids { try doors.forget(id, in: transaction) }
            return .keep
        }
        for owner in gone { owner.bury() }
    }
}

/// How many of something there are, counted by several threads.
private final class Counter: Sendable {
    private let count = Atomic<Int>(0)
    var value: Int { count.load(ordering: .acquiring) }
    func add(_ amount: Int) { count.add(amount, ordering: .acquiringAndReleasing) }
}
