// What policy and people say of a call, as its history tells it. Other events are told by their
// kind and by what was written with them.

import Engine
import Proofs

extension Event {
    /// Nil where the kind says it all.
    var words: String? {
        switch self {
        case .callAccepted(let accepted): accepted.ruling?.words
        case .callDenied(_, let ruling, _): ruling.words
        case .callShadowed(_, let ruling, _): ruling.words + "; recorded, and not executed"
        case .approvalRequested(_, let request): request.words
        case .decisionMade(_, _, let decision): decision.words
        case .callQueued: "as many are under way as may be; it waits for its turn"
        case .approvalReminded: "nobody has decided yet; they are reminded"
        case .approvalEscalated(_, _, let decideBy):
            "nobody has decided yet; others are asked too"
                + (decideBy.map { ", until \($0)" } ?? "")
        case .approvalGranted(_, _, let by, let executeBy, _):
            "complete, by \(by.shownInLine); to be started by \(executeBy)"
        case .approvalDenied(_, _, let by, _): "no, by \(by.shownInLine)"
        case .approvalExpired(_, _, let clock): clock.words
        case .grantIssued(_, let until): "it holds until \(until)"
        case .grantRevoked(_, let by, _): "taken back by \(by.shownInLine)"
        case .runOpened, .manifestsPinned, .runCompleted, .runAborting, .abortForced,
            .runAborted, .runQuarantined, .runReleased, .halted, .resumed, .attemptStarted,
            .attemptSucceeded, .attemptFailed, .attemptUnknown, .senderGone, .probeStarted,
            .probeEnded, .lateAnswer, .recoveryExhausted, .cancelRequested, .callCancelled,
            .callResolved, .outcomeDelivered, .callCompensated, .undoFailed, .undoImpossible,
            .leftStanding:
            nil
        }
    }
}

extension RulingNote {
    /// For example `approve, by “big refunds” under policy 1a2b3c4d5e6f`.
    var words: String {
        let by = rules.map { "“\($0.shownInLine)”" }.joined(separator: ", ")
        return "\(verdict.rawValue), by \(by) under policy \(policy.hex.prefix(12))"
    }
}

extension ApprovalRequested {
    fileprivate var words: String {
        let asking = demands.map { "“\($0.name.shownInLine)”" }.joined(separator: ", ")
        return (because.map { "asked again: \($0.words); " } ?? "")
            + "\(asking) until \(decideBy)"
    }
}

extension Decision {
    fileprivate var words: String {
        let word =
            switch word {
            case .approve: "yes"
            case .deny: "no"
            case .withdraw: "yes taken back"
            }
        return "\(word), by \(by.shownInLine)\(identity.words(of: by))"
    }
}

extension Identity {
    /// How it is known that it was `person`, for the end of a sentence.
    func words(of person: String) -> String {
        switch self {
        case .account(let account):
            account.utf8.elementsEqual(person.utf8) ? "" : ", account \(account.shownInLine)"
        case .key(let key, _, let at): ", signed at \(at) with \(key)"
        case .client: ", in the agent's own client"
        case .silence: ", as the rule says where nobody answers"
        case .grant: ", given beforehand"
        }
    }
}

extension ApprovalClock {
    fileprivate var words: String {
        switch self {
        case .decide: "nobody decided in time"
        case .execute: "it was not started in time"
        }
    }
}
