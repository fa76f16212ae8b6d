// One call in words: a few lines where it stands among others, all that is known where it stands
// alone.

import Engine
import JSON

extension CallEntry {
    /// What it is, what became of it, and what to do.
    /// - Parameter more: what an abort makes of it; empty where there is none.
    func lines(_ more: String, _ style: TextStyle) -> [String] {
        let tries =
            switch call.attempts {
            case 0: "never tried"
            case 1: "1 attempt"
            case let count: "\(count) attempts"
            }
        let name = call.isUndo ? "undo by \(call.tool)" : call.tool.text
        var lines = ["  \(name): \(standing)\(more)"]
        lines += doubtLines.map { "    \($0)" }
        if let hold { lines.append("    \(hold.words)") }
        if let nextStep { lines.append("    → \(nextStep)") }
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
            return approval.expiry ?? "denied by \(approval.decider)" + because
        case .shadow: return "checked and recorded, and not executed (shadow)"
        case .cancelled:
            return call.attempts == 0
                ? "cancelled before it ran" + because
                : "cancelled; what had been tried surely did not happen" + because
        case .held:
            guard let approval else { return "waits for a yes" }
            return "waits for a yes or no (\(approval.neededWords)) until "
                + "\(approval.approval.decideBy); no answer: \(approval.approval.afterSilence)"
                + (approval.undoing.map { "; \($0.afterNo)" } ?? "")
        case .ready: return "waits for a host to start it" + until(call.approval?.executeBy)
        case .running(_, let leaseUntil):
            return "under way; looked after at \(leaseUntil) where nothing was heard"
        case .waiting(let until, let kind, _):
            return "surely did not happen (\(kind.rawValue)); tried again at \(until)" + because
        case .verifying(let probing):
            return "a probe (\(probing.purpose.rawValue)) is under way; looked after at "
                + "\(probing.leaseUntil) where nothing was heard"
        case .confirming(let at): return "succeeded; read back at \(at)"
        case .compensating(let undo): return "had succeeded; is being undone by \(undo)"
        case .compensated(let undo): return "had succeeded; was undone by \(undo)"
        case .unknown where call.isLeft:
            return "may have happened; left standing" + because
        case .needsAttention where call.isLeft: return "left standing" + because
        case .unknown(recoverAt: let at?):
            return "may have happened; \(call.isVerified ? "probed" : "tried") again at \(at)"
                + because
        case .unknown(recoverAt: nil):
            return "may have happened, and it is not safe to try again" + because
        case .needsAttention(.recoveryExhausted):
            return "tried again \(call.recoveries) times and its outcome is still not known"
                + because
        case .needsAttention(.readBack(let found)):
            return found == nil
                ? "succeeded, and what it left could not be read back" + because
                : "succeeded, and reading it back found something else"
        case .needsAttention(.undoFailed):
            return "was to undo \(call.undoes?.text ?? "another call"), which stands"
                + (approval?.expiry.map { ": \($0)" } ?? because)
        case .needsAttention(.undoImpossible): return "succeeded and cannot be undone" + because
        case .needsAttention(.lateSuccess):
            return "was given up, and its success arrived later: its effect stands"
        }
    }

    var because: String { message.map { ": " + $0.quoted() } ?? "" }

    private func until(_ end: Instant?) -> String { end.map { ", until \($0)" } ?? "" }

    /// Arguments, result and history.
    func details(_ style: TextStyle) -> String {
        var lines = ["", style.tinted("arguments", .bold), arguments?.prettyText ?? "(erased)"]
        if let result { lines += ["", style.tinted("result", .bold), result.prettyText] }
        if let found {
            lines += ["", style.tinted("found when read back", .bold), found.prettyText]
        }
        if let words = pin?.words(call.tool) { lines += ["", words] }
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
    /// What was said and by which rule, and the event's free texts, each in quotes.
    fileprivate var said: String {
        let quotes = record.payloads.compactMap { texts[$0.name]?.quoted(upTo: 200) }
        return ([record.event.words].compactMap { $0 } + quotes).joined(separator: " ")
    }
}

extension ApprovalEntry {
    var decider: String { approval.decidedBy?.shownInLine ?? "nobody" }

    /// Which of its two clocks ran out; nil where neither did.
    var expiry: String? {
        guard state == .expired else { return nil }
        guard approval.executeBy != nil else { return "nobody said yes in time" }
        return "was approved by \(decider), and was not done by \(executeEnd)"
    }

    var executeEnd: String { approval.executeBy?.description ?? "its time" }
}

extension Undoing {
    /// What follows where it is not allowed.
    var afterNo: String {
        "a no leaves \(tool) standing" + (ending.isForced ? "" : ", and the run needs a person")
    }
}
