// Runs as this host last saw them committed. What is kept here only saves reading: the journal says
// by its version whether it still holds, so nothing is decided on what is old.

import Engine
import Synchronization

/// The runs of agents that are at work now. A call's own run ends with it and is not kept.
final class RecentRuns: Sendable {
    /// Most recently seen last.
    private let runs = Mutex<[Run]>([])

    func find(_ id: RunID) -> Run? { runs.withLock { $0.last { $0.id == id } } }

    /// To be told only of what was committed. Calls in flight may tell it out of their order.
    func saw(_ run: Run) {
        guard !run.isSingle else { return }
        runs.withLock { runs in
            if let place = runs.firstIndex(where: { $0.id == run.id }) {
                guard runs[place].version <= run.version else { return }
                runs.remove(at: place)
            }
            if runs.count == HostLimits.recentRuns { runs.removeFirst() }
            runs.append(run)
        }
    }
}
