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
        var entropy = moment.entropy
        for item in items {
            let drafts = Drafts(Entropy(seed: entropy.bytes(32)))
            if let attempt = try take(item, search, drafts, in: journal, moment) {
                attempts.append(attempt)
            }
        }
        return DueWork(attempts: attempts, examined: items.count)
    }

    // State says what to do: every command is put to the run, and the rules answer.
    private func take(
        _ item: AgendaItem, _ search: DueSearch, _ drafts: Drafts,
        in journal: any JournalTransaction, _ moment: Moment
    ) throws(JournalFault) -> Attempt? {
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
            try postpone(item, facts.owner, in: journal)
            return nil
        }
        try editor.save(drafts, in: journal, at: moment.now)
        guard changed.attempts > call.attempts else { return nil }
        return try journal.attempt(of: changed, in: editor.run, claimedBy: moment.owner)
    }

    // An owner that renewed its lease is looked at again when that lease ends.
    private func postpone(
        _ item: AgendaItem, _ owner: OwnerFact?, in journal: any JournalTransaction
    ) throws(JournalFault) {
        guard case .leasedUntil(let until) = owner, until > item.due else { return }
        let later = AgendaItem(
            call: item.call, run: item.run, due: until, owner: item.owner,
            environment: item.environment)
        try journal.schedule(later, for: item.call, formerly: item.due)
    }

    private func ownerFact(
        of call: Call, _ search: DueSearch, in journal: any JournalTransaction
    ) throws(JournalFault) -> OwnerFact? {
        guard case .running(let owner, _) = call.phase else { return nil }
        if search.gone.contains(owner) { return .gone }
        return try journal.lease(of: owner).map(OwnerFact.leasedUntil)
    }
}
