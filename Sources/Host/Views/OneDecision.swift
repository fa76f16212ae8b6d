// One transaction of one door, for a process that decides and goes: no owner, no lease, no files.

import Engine

struct OneDecision {
    private let journal: any Journal
    private let configuration: Configuration
    private let clock: HostClock

    init(_ journal: any Journal, _ configuration: Configuration, _ clock: HostClock) {
        self.journal = journal
        self.configuration = configuration
        self.clock = clock
    }

    func perform(
        _ door: @escaping @Sendable (Doors, any JournalTransaction, Moment) throws(DoorError)
            -> CallView
    ) throws(DoorError) -> CallView {
        let doors: Doors
        do throws(JournalFault) {
            doors = Doors(keyed: try RecordSecret.load(configuration.recordSecretPath, of: journal))
        } catch {
            throw .fault(error)
        }
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
