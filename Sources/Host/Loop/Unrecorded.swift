// Outcomes that the journal could not take when they came, for want of room or of its lock. They
// are kept until it can: what happened must not be forgotten while the process that knows it lives.

import Engine
import Synchronization

/// The reports of attempts that have ended and are not recorded yet, oldest first.
final class UnrecordedOutcomes: Sendable {
    private let reports = Mutex<[AttemptReport]>([])

    var isEmpty: Bool { reports.withLock(\.isEmpty) }

    var calls: [CallID] { reports.withLock { $0.map(\.attempt.call) } }

    func keep(_ report: AttemptReport) { reports.withLock { $0.append(report) } }

    /// Takes the oldest; whoever cannot record it keeps it again.
    func take() -> AttemptReport? {
        reports.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    }
}

extension ToolHost {
    /// Records what could not be recorded before. One that fails again stays, and the rest with it.
    func recordLeftOver(in open: OpenJournal) throws(JournalFault) {
        while var report = unrecorded.take() {
            // Nobody waits here to do what comes next: the agenda has it.
            report.goesOn = false
            _ = try record(report, in: open)
        }
    }
}

extension JournalFault {
    /// For the caller of a call that is in the journal: that it may have happened all the same.
    func afterSubmitting(_ call: Call) -> JournalFault {
        JournalFault(
            code,
            "\(message) \(call.tool) was accepted as \(call.id) before that and may have happened. "
                + "Do not repeat it in other words: ask call_status with that call_id, or make the "
                + "same call again.", cause: cause)
    }

    /// For a caller whose request did not get into the journal.
    var beforeSubmitting: JournalFault {
        JournalFault(code, "\(message) Nothing was done by this request.", cause: cause)
    }
}

extension DoorError {
    func mappingFault(_ change: (JournalFault) -> JournalFault) -> DoorError {
        switch self {
        case .rejected: self
        case .fault(let fault): .fault(change(fault))
        }
    }
}
