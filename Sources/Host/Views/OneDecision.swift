// One transaction of one door, for a process that decides and goes: no owner, no lease, no files.

import Engine

struct OneDecision {
    private let journal: any Journal
    private let doors: Doors
    private let clock: HostClock

    init(_ journal: any Journal, _ doors: Doors, _ clock: HostClock) {
        self.journal = journal
        self.doors = doors
        self.clock = clock
    }

    /// With the secret that the journal's keyed values were made with.
    init(
        _ journal: any Journal, _ configuration: Configuration, _ clock: HostClock
    ) throws(JournalFault) {
        let secret = try RecordSecret.load(configuration.recordSecretPath, of: journal)
        self.init(journal, Doors(keyed: secret), clock)
    }

    func perform<Answer: Sendable>(
        _ door: @escaping @Sendable (Doors, any JournalTransaction, Moment) throws(DoorError)
            -> Answer
    ) throws(DoorError) -> Answer {
        let doors = doors
        return try Writer(journal).perform(.flushed, at: moment()) {
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
