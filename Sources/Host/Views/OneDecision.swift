// One transaction of one door, for a process that decides and goes: no owner, no lease, no files.

import Engine
import Proofs

struct OneDecision {
    private let journal: any Journal
    private let doors: Doors
    private let clock: HostClock
    private let writesNotices: Bool

    /// What people decide makes no keyed value, so the record's secret is not asked for: another
    /// account of the store's group may not read it, and a stop must hold where it is gone.
    /// - Parameter configuration: says who may decide, and whether approvers are told of it; nil
    ///   where there is none, or it has another journal.
    init(_ journal: any Journal, _ configuration: Configuration?, _ clock: HostClock) {
        self.journal = journal
        doors = Doors(
            keyed: .absent, rulebook: (configuration?.directory).map { .people($0) })
        self.clock = clock
        writesNotices = configuration?.notify.isEmpty == false
    }

    func perform<Answer: Sendable>(
        _ door: @escaping @Sendable (Doors, any JournalTransaction, Moment) throws(DoorError)
            -> Answer
    ) throws(DoorError) -> Answer {
        let doors = doors
        return try Writer(journal, writesNotices: writesNotices).perform(.flushed, at: moment()) {
            transaction, moment throws(DoorError) in
            try door(doors, transaction, moment)
        }
    }

    // Decisions claim nothing, so the owner is a name that nobody will ask for.
    private func moment() -> Moment {
        var entropy = Chance.entropy()
        let now = clock.now()
        let owner = OwnerID.mint(now: now, entropy: &entropy)
        return Moment(now: now, owner: owner, leaseUntil: now, entropy: entropy)
    }
}
