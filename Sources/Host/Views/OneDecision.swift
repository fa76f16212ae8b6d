// One transaction of one door, for a process that decides and goes: no owner, no lease, no files.

import Engine
import Synchronization

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
        let answer = Mutex<Result<CallView, DoorError>?>(nil)
        do throws(JournalFault) {
            let doors = Doors(keyed: try RecordSecret.load(configuration.recordSecretPath))
            let moment = moment()
            try Writer(journal).perform(.flushed) { transaction throws(JournalFault) in
                do throws(DoorError) {
                    let view = try door(doors, transaction, moment)
                    answer.withLock { $0 = .success(view) }
                    return .keep
                } catch {
                    switch error {
                    case .rejected:
                        answer.withLock { $0 = .failure(error) }
                        return .undo
                    case .fault(let fault): throw fault
                    }
                }
            }
        } catch {
            throw .fault(error)
        }
        switch answer.withLock({ $0 }) {
        case .success(let view): return view
        case .failure(let error): throw error
        case nil: preconditionFailure("A unit that was committed has answered.")
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
