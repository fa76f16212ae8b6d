// Places where a test may have the process die, as if the power had gone. Switched on by a hidden
// variable and costing one comparison otherwise.

import Glibc
import Synchronization

/// `HOLDFAST_FAILPOINT=NAME[:N]` kills the process the Nth time (first: 1) it comes by NAME.
package enum FailPoint: String, Sendable, CaseIterable {
    case beforeSubmitCommit = "before_submit_commit"
    case afterSubmitCommit = "after_submit_commit"
    case beforeEffect = "before_effect"
    case beforeEffectCommit = "before_effect_commit"
    case afterEffectCommit = "after_effect_commit"
    case afterEffect = "after_effect"
    case beforeRecordCommit = "before_record_commit"
    case afterRecordCommit = "after_record_commit"
    case afterAnswer = "after_answer"

    package static let variable = "HOLDFAST_FAILPOINT"

    private static let armed: (point: FailPoint, after: Int)? = {
        guard let text = getenv(variable).map({ String(cString: $0) }) else { return nil }
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        guard let name = parts.first, let point = FailPoint(rawValue: name) else {
            preconditionFailure("\(variable)=\(text) names no fail point.")
        }
        return (point, parts.count > 1 ? Int(parts[1]) ?? 1 : 1)
    }()
    private static let passed = Atomic<Int>(0)

    package static func pass(_ point: FailPoint) {
        guard let armed, armed.point == point else { return }
        let count = passed.add(1, ordering: .relaxed).newValue
        if count == armed.after { kill(getpid(), SIGKILL) }
    }
}
