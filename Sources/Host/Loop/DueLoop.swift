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
    private let underWay = PiecesUnderWay()

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
    var isBusy: Bool { underWay.count > 0 }

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
                    try lookAtClock(open)
                    if nowMs >= patrolAtMs {
                        try host.recordLeftOver(in: open)
                        try patrol(open, &group)
                        patrolAtMs = nowMs + HostLimits.patrolEveryMs
                    }
                    try host.markDelivered(in: open)
                    try takeDue(open, [], &group)
                    try takeNotices(open, &group)
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
    /// - Returns: how many pieces of work were done.
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
        var made = 0
        while true {
            let ticket = open.owner.ticket
            let work = try due(open, gone.map(\.id))
            // What is claimed is begun at once: nobody may have halted it by then.
            try await performAll(work.work, in: open, ticket)
            made += work.work.count
            let noticeTicket = open.owner.ticket
            let notices = try host.takeUpNotices(in: open)
            try await performAll(notices.work, in: open, noticeTicket)
            made += notices.work.count
            for complaint in notices.complaints { report(complaint) }
            let isLast = work.examined < HostLimits.dueAttempts || work.served == 0
            if work.work.isEmpty && isLast && notices.work.isEmpty { break }
        }
        try bury(gone, open)
        return made
    }

    private func performAll(
        _ pieces: [Work], in open: OpenJournal, _ ticket: LeaseTicket
    ) async throws(JournalFault) {
        let ends = await withTaskGroup(of: Result<Void, JournalFault>.self) { group in
            for piece in pieces {
                underWay.add(piece.call)
                group.addTask(executorPreference: threads) { [host, underWay] in
                    defer { underWay.remove(piece.call) }
                    do throws(JournalFault) {
                        try await host.perform(piece, in: open, ticket)
                        return .success(())
                    } catch {
                        return .failure(error)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        for end in ends { try end.get() }
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
            do throws(JournalFault) {
                let view = try open.journal.read { reading throws(JournalFault) in
                    try reading.view(of: call, known: known)
                }
                if view?.call.cancelRequested == true { host.running.stop(call) }
            } catch {
                // A run that cannot be read holds up no other; whoever records its call tells it.
                guard error.code.concernsOneRun else { throw error }
            }
        }
    }

    /// - Returns: whether there may be more.
    @discardableResult
    private func takeDue(
        _ open: OpenJournal, _ gone: [OwnerID], _ group: inout DiscardingTaskGroup
    ) throws(JournalFault) -> Bool {
        // What is claimed must be begun at once: no more than can be.
        guard !host.isDraining.load(ordering: .acquiring),
            underWay.count < HostLimits.dueAttempts
        else { return true }
        if gone.isEmpty {
            guard try hasDue(open) else { return false }
        }
        let ticket = open.owner.ticket
        let work = try due(open, gone)
        begin(work.work, in: open, ticket, &group)
        return work.examined == HostLimits.dueAttempts
    }

    // What approvers are to be told becomes calls of its own.
    private func takeNotices(
        _ open: OpenJournal, _ group: inout DiscardingTaskGroup
    ) throws(JournalFault) {
        guard !host.isDraining.load(ordering: .acquiring),
            underWay.count < HostLimits.dueAttempts
        else { return }
        let ticket = open.owner.ticket
        let notices = try host.takeUpNotices(in: open)
        begin(notices.work, in: open, ticket, &group)
        for complaint in notices.complaints { report(complaint) }
    }

    private func begin(
        _ pieces: [Work], in open: OpenJournal, _ ticket: LeaseTicket,
        _ group: inout DiscardingTaskGroup
    ) {
        for piece in pieces {
            underWay.add(piece.call)
            group.addTask(executorPreference: threads) { [host, report, underWay] in
                defer { underWay.remove(piece.call) }
                do throws(JournalFault) {
                    try await host.perform(piece, in: open, ticket)
                } catch {
                    report(error)
                }
            }
        }
    }

    // Reading takes no lock and writes nothing: most looks at the agenda end here.
    private func hasDue(_ open: OpenJournal) throws(JournalFault) -> Bool {
        let now = host.clock.now()
        return try open.journal.read { reading throws(JournalFault) in
            // What is bound to other hosts is none of this one's work; a page full of it may hide
            // some.
            let page = try reading.agenda(limit: Limits.agendaPage).filter { $0.due <= now }
            return page.count == Limits.agendaPage
                || page.contains { line in
                    line.environment.map(open.environments.contains) ?? true
                }
        }
    }

    // Before anything is looked at by the clock.
    private func lookAtClock(_ open: OpenJournal) throws(JournalFault) {
        let setBackMs = host.clockWatch.look(host.clock, doubtMs: open.owner.renewEveryMs * 3)
        guard setBackMs > 0 else { return }
        let (doors, moment, environments) = (open.doors, open.owner.moment(), open.environments)
        try open.writer.perform(.flushed) { transaction throws(JournalFault) in
            try doors.wake(
                environments, setBackMs: setBackMs, in: transaction, moment)
            return .keep
        }
        host.clockWatch.woke()
    }

    private func due(
        _ open: OpenJournal, _ gone: [OwnerID]
    ) throws(JournalFault) -> DueWork {
        let search = DueSearch(
            environments: open.environments, gone: gone, limit: HostLimits.dueAttempts,
            inHand: host.inHand + underWay.calls, profile: host.profile.name,
            trustsLeases: host.clockWatch.trustsLeases)
        let doors = host.doors(of: open)
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
        // Flushed before their lock files go: an owner that the journal knows and that has no file
        // would be believed to live for ever.
        try open.writer.perform(.flushed) { transaction throws(JournalFault) in
            for id in ids { try doors.forget(id, in: transaction) }
            return .keep
        }
        for owner in gone { owner.bury() }
    }
}

/// The calls that have been claimed here and whose work has not ended, queued ones among them: what
/// waits for a thread is in hand.
private final class PiecesUnderWay: Sendable {
    private let pieces = Mutex<[CallID: Int]>([:])

    var count: Int { pieces.withLock { $0.values.reduce(0, +) } }
    var calls: [CallID] { pieces.withLock { $0.keys.sorted { $0.text < $1.text } } }

    func add(_ call: CallID) { pieces.withLock { $0[call, default: 0] += 1 } }

    func remove(_ call: CallID) {
        pieces.withLock { pieces in
            let left = (pieces[call] ?? 0) - 1
            pieces[call] = left > 0 ? left : nil
        }
    }
}
