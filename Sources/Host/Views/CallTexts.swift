// One call in words: a few lines where it stands among others, all that is known where it stands
// alone.

import Engine
import JSON

extension CallEntry {
    /// What it is, what became of it, and what to do.
    func lines(_ style: TextStyle) -> [String] {
        let tries =
            switch call.attempts {
            case 0: "never tried"
            case 1: "1 attempt"
            case let count: "\(count) attempts"
            }
        var lines = ["  \(call.tool): \(standing)"]
        if let step { lines.append("    → \(step)") }
        lines.append(style.tinted("    \(call.id), \(tries)", .dim))
        return lines
    }

    private var standing: String {
        switch call.phase {
        case .succeeded:
            let withheld = self.withheld.map { " (its result is withheld: \($0.rawValue))" } ?? ""
            return (did?.shownInLine ?? "succeeded") + withheld
        case .failed(let kind, _): return "failed (\(kind.rawValue))" + because
        case .denied:
            guard let approval else { return "denied" + because }
            return approval.approval.state == .expired
                ? "nobody said yes in time" : "denied by \(approval.decider)" + because
        case .cancelled: return "cancelled before it ran" + because
        case .held:
            guard let approval else { return "waits for a yes" }
            return "waits for a yes or no from \(approval.caller.person.shownInLine) until "
                + "\(approval.approval.decideBy); silence is a no"
        case .ready: return "waits for a host to start it" + until(call.approval?.executeBy)
        case .running(_, let leaseUntil):
            return "under way; looked after at \(leaseUntil) where nothing was heard"
        case .unknown(recoverAt: let at?):
            return "may have happened; tried again at \(at)" + because
        case .unknown(recoverAt: nil):
            return "may have happened, and it is not safe to try again" + because
        case .needsAttention(.recoveryExhausted):
            return "tried again \(call.recoveries) times and its outcome is still not known"
                + because
        case .needsAttention(.lateSuccess):
            return "was given up, and its success arrived later: its effect stands"
        }
    }

    private var step: String? {
        switch call.phase {
        case .held:
            approval.map { approval in
                "holdfast approve \(approval.approval.id)   or   "
                    + "holdfast deny \(approval.approval.id) --reason …"
            }
        case .ready, .unknown(recoverAt: _?):
            "a live host of its profile does it within a second; else: holdfast worker --once"
        case .unknown(recoverAt: nil), .needsAttention:
            "look in the system itself, then: holdfast resolve \(call.id) "
                + "--succeeded JSON | --failed CLASS | --retry  --reason …"
        case .running, .succeeded, .failed, .denied, .cancelled: nil
        }
    }

    private var because: String { message.map { ": " + $0.quoted() } ?? "" }

    private func until(_ end: Instant?) -> String { end.map { ", until \($0)" } ?? "" }

    /// Arguments, result and history.
    func details(_ style: TextStyle) -> String {
        var lines = ["", style.tinted("arguments", .bold), arguments?.prettyText ?? "(erased)"]
        if let result { lines += ["", style.tinted("result", .bold), result.prettyText] }
        lines += ["", style.tinted("history", .bold)]
        var table = TextTable(["INDEX", "AT", "WHAT", "BY", "SAID"])
        for event in events {
            let actor = event.record.actor
            table.add([
                "\(event.record.index)", event.record.at.description, event.record.kind,
                "\(actor.kind.rawValue) \(actor.name)", event.said,
            ])
        }
        return (lines + [table.text(style)]).joined(separator: "\n")
    }
}

extension EventEntry {
    /// The event's free texts, each in quotes.
    fileprivate var said: String {
        record.payloads.compactMap { texts[$0.name]?.quoted(upTo: 200) }.joined(separator: " ")
    }
}

extension ApprovalEntry {
    var decider: String { approval.decidedBy?.shownInLine ?? "nobody" }
}
