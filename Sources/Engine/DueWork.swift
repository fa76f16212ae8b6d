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

    package init(environments: [String], gone: [OwnerID], limit: Int) {
        self.environments = environments
        self.gone = gone
        self.limit = limit
    }
}

package struct DueWork: Sendable {
    /// To be executed now.
    package let attempts: [Attempt]
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
        let query = AgendaQuery(
            now: moment.now, gone: search.gone, environments: search.environments,
            limit: min(search.limit, Limits.agendaPage))
        let items = try journal.due(query)
        var attempts: [Attempt] = []
        var oddities: [String] = []
        var served = 0
        var entropy = moment.entropy
        for item in items {
            let drafts = Drafts(Entropy(seed: entropy.bytes(32)))
            do throws(JournalFault) {
                let (isServed, attempt) = try take(item, search, drafts, in: journal, moment)
                if isServed { served += 1 }
                if let attempt { attempts.append(attempt) }
            } catch where error.code.concernsOneRun {
                // One damaged run must not stop the work of all others.
                oddities.append(
                    "\(item.call) could not be taken up and is looked at again in a minute: "
                        + error.message)
                try put(off: item, until: moment.now + Limits.oddLineMs, in: journal)
                served += 1
            }
        }
        return DueWork(
            attempts: attempts, examined: items.count, served: served, oddities: oddities)
    }

    // State says what to do: every command is put to the run, and the rules answer.
    private func take(
        _ item: AgendaItem, _ search: DueSearch, _ drafts: Drafts,
        in journal: any JournalTransaction, _ moment: Moment
    ) throws(JournalFault) -> (isServed: Bool, attempt: Attempt?) {
        guard let run = try journal.run(item.run), let call = run[item.call] else {
            throw JournalFault(.corrupt, "The agenda names \(item.call), which no run knows.")
        }
        var editor = RunEditor(run)
        let facts = Facts(owner: try ownerFact(of: call, search, in: journal))
        performAlways(.expire(call.id), facts, &editor, by: moment.host, at: moment.now)
        performAlways(.investigate(call.id), facts, &editor, by: moment.host, at: moment.now)
        if search.environments.contains(call.environment) {
            let claim = Command.claim(
                call.id, owner: moment.owner, leaseUntil: moment.leaseUntil)
            performAlways(claim, facts, &editor, by: moment.host, at: moment.now)
        }
        guard editor.hasChanged, let changed = editor.run[call.id] else {
            let implied = call.agendaItem(in: run.id)
            return (try setRight(item, implied, facts.owner, in: journal), nil)
        }
        // Looked for before anything is written: what cannot be sent is not claimed.
        let attempt =
            changed.attempts > call.attempts
            ? try journal.attempt(of: changed, in: editor.run, claimedBy: moment.owner) : nil
        try editor.save(drafts, in: journal, at: moment.now)
        return (true, attempt?.resting(on: editor.run))
    }

    // An owner that renewed its lease is looked at again when that lease ends; a line that says
    // something else than its call's state follows the state, and goes where that has none.
    private func setRight(
        _ item: AgendaItem, _ implied: AgendaItem?, _ owner: OwnerFact?,
        in journal: any JournalTransaction
    ) throws(JournalFault) -> Bool {
        if case .leasedUntil(let until) = owner, until > item.due {
            try put(off: item, until: until, in: journal)
        } else if implied != item {
            try journal.schedule(implied, for: item.call, formerly: item.due)
        } else {
            return false
        }
        return true
    }

    private func put(
        off item: AgendaItem, until later: Instant, in journal: any JournalTransaction
    ) throws(JournalFault) {
        let line = AgendaItem(
            call: item.call, run: item.run, due: later, owner: item.owner,
            environment: item.environment)
        try journal.schedule(line, for: item.call, formerly: item.due)
    }

    private func ownerFact(
        of call: Call, _ search: DueSearch, in journal: any JournalTransaction
    ) throws(JournalFault) -> OwnerFact? {
        guard case .running(let owner, _) = call.phase else { return nil }
        if search.gone.contains(owner) { return .gone }
        return try journal.lease(of: owner).map(OwnerFact.leasedUntil)
    }
}
