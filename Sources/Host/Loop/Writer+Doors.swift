// Running one of the engine's doors as a unit of the writer: what it answers is kept until its
// transaction is committed, and a request that is turned down undoes its unit alone.

package import Engine
import Synchronization

extension Writer {
    package func perform<Answer: Sendable>(
        _ durability: Durability, at moment: Moment,
        _ door: @escaping @Sendable (any JournalTransaction, Moment) throws(DoorError) -> Answer
    ) throws(DoorError) -> Answer {
        let answer = Mutex<Result<Answer, DoorError>?>(nil)
        do throws(JournalFault) {
            try perform(durability) { transaction throws(JournalFault) in
                do throws(DoorError) {
                    let made = try door(transaction, moment)
                    answer.withLock { $0 = .success(made) }
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
        case .success(let made): return made
        case .failure(let error): throw error
        case nil: preconditionFailure("A unit that was committed has answered.")
        }
    }
}
