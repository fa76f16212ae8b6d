// Which notices are left alone for a while, since they could not be taken up just now. Kept in
// memory: another host, or this one anew, may look at once.

import Engine
import Synchronization

final class NoticePauses: Sendable {
    private let untilMs = Mutex<[DueNotice: Int64]>([:])

    var count: Int { untilMs.withLock(\.count) }

    func isOver(_ notice: DueNotice, at nowMs: Int64) -> Bool {
        untilMs.withLock { $0[notice].map { $0 <= nowMs } ?? true }
    }

    func begin(of notice: DueNotice, until ms: Int64) { untilMs.withLock { $0[notice] = ms } }

    func end(of notice: DueNotice) { untilMs.withLock { $0[notice] = nil } }

    /// Forgets those that somebody else has taken up.
    func keep(_ due: [DueNotice]) {
        let due = Set(due)
        untilMs.withLock { untilMs in untilMs = untilMs.filter { due.contains($0.key) } }
    }
}
