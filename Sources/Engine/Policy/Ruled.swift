// A ruling ready for the record: what it takes to write it down is already committed to, so that a
// decision only refers to it.

import Proofs

package enum Ruled: Hashable, Sendable {
    case allow(RulingNote?)
    case hold(RulingNote?, ApprovalRequested)
    case shadow(RulingNote, preview: PayloadRef?)
    case deny(RulingNote, reason: PayloadRef)

    var note: RulingNote? {
        switch self {
        case .allow(let note), .hold(let note, _): note
        case .shadow(let note, _), .deny(let note, _): note
        }
    }
}

extension RulingNote {
    init(_ ruling: Ruling) {
        self.init(
            verdict: ruling.outcome.verdict, rules: ruling.rules, policy: ruling.policy)
    }
}
