// What waits until its time has come: calls to start, unknown outcomes to try again, approvals
// whose clock ran out, owners that may be gone. One door for start-up, timers and recovery.

import JSON
import Proofs

/// A search for work: whose time has come, or whose owner is found dead.
package struct DueSearch: Sendable {
    package let environments: [String]
    /// Owners whose process has ended: their lock was free.
    package let gone: [OwnerID]
    package let limit: Int
    /// Calls that the searcher itself has in hand. What it claimed and knows nothing of (the claim
    /// was committed, and the commit was reported as failed) is taken up again.
    /// Nil where that is not known.
    package let inHand: [CallID]?
    /// The searcher's profile, whose halt stops all of its work; nil where it is not asked for.
    package let profile: String?
    /// False while the clock has just been set: a lease that seems to have run out says nothing.
    package let trustsLeases: Bool

    package init(
        environments: [String], gone: [OwnerID], limit: Int, inHand: [CallID]? = nil,
        profile: String? = nil, trustsLeases: Bool = true
    ) {
        self.profile = profile
        self.trustsLeases = trustsLeases
        self.inHand = inHand
        self.environments = environments
        self.gone = gone
        self.limit = limit
    }
}

package struct DueWork: Sendable {
    /// To be done now.
    package let work: [Work]
    /// How many lines of the agenda were looked at: as many as asked for means there is more.
    package let examined: Int
    /// How many of them led to a change: a round that changes nothing need not be repeated.
    package let served: Int
    /// Lines that could not be served and do not hold up the others, for the operator.
    package let oddities: [String]
}

extension Doors {
    package func due(
        _ search: DueSearch, in journal: any JournalTransaction, _ moment: Moment
    ) throws(JournalFault) -> DueWork {
        // What a halt of all this host's work holds back is left where it is: looking costs
        // nothing, and it goes on at once when the halt ends.
        let isHalted = try isHalted(search.profile, in: journal)
        let query = AgendaQuery(
            now: moment.now, gone: search.gone, horizon: moment.now + Limits.goneHorizonMs,
            environments: isHalted ? [] : search.environments,
            limit: min(search.limit, Limits.agendaPage))
        let items = try journal.due(query)
        var all: [Work] = []
        var oddities: [String] = []
        var served = 0
        var entropy = moment.entropy
        for item in items {
            let drafts = Drafts(Entropy(seed: entropy.bytes(32)))
            do throws(JournalFault) {
                let (isServed, work) = try take(item, search, drafts, in: journal, moment)
                if isServed { served += 1 }
                if let work { all.append(work) }
            } catch where error.code.concernsOneRun {
                // One damaged run must not stop the work of all others.
                oddities.append(
                    "\(item.subject) could not be taken up and is looked at again in a minute: "
                        + error.message)
                try put(off: item, until: moment.now + Limits.oddLineMs, in: journal)
                served += 1
            }
        }
        return DueWork(
            work: all, examined: items.count, served: served, oddities: oddities)
    }

    private func isHalted(
        _ profile: String?, in journal: any JournalTransaction
    ) throws(JournalFault) -> Bool {
        guard let profile else { return false }
        do throws(JournalFault) {
            return try journal.standingHalts.contains { standing in
                switch standing.halt.scope {
                case .everything: true
                case .profile(let name): name.utf8.elementsEqual(profile.utf8)
                case .tool: false
                }
            }
        } catch where error.code.concernsOneRun {
            // What is halted and cannot be read halts all.
            return true
        }
    }

    private func take(
        _ item: AgendaItem, _ search: DueSearch, _ drafts: Drafts,
        in journal: any JournalTransaction, _ moment: Moment
    ) throws(JournalFault) -> (isServed: Bool, work: Work?) {
        guard let run = try journal.run(item.run) else {
            throw JournalFault(.corrupt, "The agenda names \(item.run), which is not there.")
        }
        switch item.subject {
        case .run: return try take(run, item, search, drafts, in: journal, moment)
        case .call(let id):
            guard let call = run[id] else {
                throw JournalFault(.corrupt, "The agenda names \(id), which no run knows.")
            }
            return try take(call, of: run, item, search, drafts, in: journal, moment)
        }
    }

    // State says what to do: every command is put to the run, and the rules answer.
    private func take(
        _ call: Call, of run: Run, _ item: AgendaItem, _ search: DueSearch, _ drafts: Drafts,
        in journal: any JournalTransaction, _ moment: Moment
    ) throws(JournalFault) -> (isServed: Bool, work: Work?) {
        var drafts = drafts
        var editor = RunEditor(run)
        var facts = try gather(about: call.tool, in: journal, chance: &drafts.entropy)
        facts.slots = try slots(for: call, of: run.caller.profile, in: journal)
        facts.owner = try ownerFact(of: call, search, in: journal, moment)
        facts.silent = try silent(of: call, search, in: journal)
        facts.directory = rulebook?.policy.directory ?? Directory()
        if call.approval != nil { facts.grants = try journal.grants(under: call, moment.now) }
        performAlways(.expire(call.id), facts, &editor, by: moment.host, at: moment.now)
        performAlways(.investigate(call.id), facts, &editor, by: moment.host, at: moment.now)
        // Looked for before anything is written: what cannot be sent is not claimed.
        let work = try goOn(
            with: call.id, &editor, facts, &drafts, for: search.environments, in: journal, moment)
        guard editor.hasChanged else {
            let later = facts.owner?.laterThan(item) ?? heldBack(call, in: run, facts, item, moment)
                ?? run.turn(of: call, facts, since: run.agendaItem(of: call)?.due, moment.now)
            return (try setRight(item, run.agendaItem(of: call), later, in: journal), nil)
        }
        try editor.save(drafts, in: journal, at: moment.now)
        return (true, work?.resting(on: editor.run))
    }

    private func take(
        _ run: Run, _ item: AgendaItem, _ search: DueSearch, _ drafts: Drafts,
        in journal: any JournalTransaction, _ moment: Moment
    ) throws(JournalFault) -> (isServed: Bool, work: Work?) {
        var editor = RunEditor(run)
        performAlways(.expireRun, Facts(), &editor, by: moment.host, at: moment.now)
        if editor.hasChanged {
            let work = try journal.undo(in: editor.run, for: search.environments)
            try editor.save(drafts, in: journal, at: moment.now)
            return (true, work?.resting(on: editor.run))
        }
        // Nothing of an undo is claimed before it is submitted. Whoever was handed it last may
        // still be about to: the line comes back a little later.
        let work = try journal.undo(in: run, for: search.environments)
        let later = work == nil ? nil : moment.now + Limits.heldBackMs
        return (try setRight(item, run.agendaItem, later, in: journal), work)
    }

    // Its time has come, and a halt or a breaker keeps it: it is looked at again, the later the
    // longer that lasts.
    private func heldBack(
        _ call: Call, in run: Run, _ facts: Facts, _ item: AgendaItem, _ moment: Moment
    ) -> Instant? {
        guard let since = run.agendaItem(of: call)?.due, since <= moment.now,
            run.isReady(call), let hold = run.hold(on: call, facts, moment.now)
        else { return nil }
        switch hold {
        case .breaker(let until): return max(until, moment.now + Limits.heldBackMs)
        case .halt, .quarantine:
            let heldMs = moment.now.ms - since.ms
            return moment.now
                + min(max(Limits.heldBackMs, heldMs), Limits.longestHeldBackMs)
        }
    }

    // A line follows the state, or goes where that has none; it may stand later than that says.
    // What was read of it may be old: a line before it in the same look may have changed its run.
    private func setRight(
        _ item: AgendaItem, _ implied: AgendaItem?, _ later: Instant?,
        in journal: any JournalTransaction
    ) throws(JournalFault) -> Bool {
        let line = implied.map { implied in
            AgendaItem(
                subject: implied.subject, run: implied.run,
                due: later.map { max($0, implied.due) } ?? implied.due, owner: implied.owner,
                environment: implied.environment)
        }
        guard line != item else { return false }
        try journal.schedule(line, for: item.subject, formerly: item.due)
        return true
    }

    private func put(
        off item: AgendaItem, until later: Instant, in journal: any JournalTransaction
    ) throws(JournalFault) {
        let line = AgendaItem(
            subject: item.subject, run: item.run, due: later, owner: item.owner,
            environment: item.environment)
        try journal.schedule(line, for: item.subject, formerly: item.due)
    }

    private func ownerFact(
        of call: Call, _ search: DueSearch, in journal: any JournalTransaction,
        _ moment: Moment
    ) throws(JournalFault) -> OwnerFact? {
        guard let (owner, claimedUntil) = call.claim else { return nil }
        if let inHand = search.inHand, owner == moment.owner {
            // What was claimed a moment ago may be on its way into this host's hand. After its
            // lease it is not sent any more, whatever becomes of it.
            let isForgotten = !inHand.contains(call.id) && search.trustsLeases
                && moment.now >= claimedUntil
            return isForgotten ? .gone : .leasedUntil(moment.leaseUntil)
        }
        if search.gone.contains(owner) { return .gone }
        guard let until = try journal.lease(of: owner) else { return nil }
        return .leasedUntil(search.trustsLeases ? until : max(until, moment.leaseUntil))
    }

    // An owner that the journal knows no more has been buried, or has left in order.
    private func silent(
        of call: Call, _ search: DueSearch, in journal: any JournalTransaction
    ) throws(JournalFault) -> [Int] {
        var silent: [Int] = []
        for sender in call.senders {
            let lease = try journal.lease(of: sender.owner)
            if lease == nil || search.gone.contains(sender.owner) {
                silent.append(sender.attempt)
            }
        }
        return silent
    }
}

extension Call {
    /// Who has it in hand now, and until when that was claimed.
    fileprivate var claim: (owner: OwnerID, until: Instant)? {
        switch phase {
        case .running(let owner, let leaseUntil): (owner, leaseUntil)
        case .verifying(let probing): (probing.owner, probing.leaseUntil)
        case .held, .ready, .waiting, .unknown, .confirming, .succeeded, .failed, .denied,
            .cancelled, .shadow, .compensating, .compensated, .needsAttention:
            nil
        }
    }
}

extension Run {
    /// Whether nothing but time, a halt or a breaker keeps the call from going on.
    fileprivate func isReady(_ call: Call) -> Bool {
        switch call.phase {
        case .ready, .waiting, .unknown, .confirming: true
        case .held, .running, .verifying, .succeeded, .failed, .denied, .cancelled, .shadow,
            .compensating, .compensated, .needsAttention:
            false
        }
    }
}

extension OwnerFact {
    /// An owner that renewed its lease is looked at again when that lease ends.
    fileprivate func laterThan(_ item: AgendaItem) -> Instant? {
        switch self {
        case .gone: nil
        case .leasedUntil(let until): until > item.due ? until : nil
        }
    }
}
