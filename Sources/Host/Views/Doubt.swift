// Why nobody knows what a call came to, and who may still be at it, in words and for documents.

import Engine
import JSON

extension CallEntry {
    /// The newest attempt whose outcome is not known, and why; nil where that is settled.
    var doubt: (attempt: Int, cause: UnknownCause)? {
        guard call.isInDoubt else { return nil }
        for entry in events.reversed() {
            if case .attemptUnknown(_, let attempt, let unknown) = entry.record.event {
                return (attempt, unknown.cause)
            }
        }
        return nil
    }

    /// A line for the cause, and one for each attempt that may still be under way.
    var doubtLines: [String] {
        guard let doubt else { return [] }
        return [doubt.cause.words(of: doubt.attempt)]
            + call.senders.map { sender in
                "attempt \(sender.attempt) may still be under way in host \(sender.owner); end "
                    + "that process before you settle it"
            }
    }

    /// `{attempt, cause, senders}`.
    var doubtDocument: JSONValue? {
        doubt.map { doubt in
            [
                "attempt": .integer(doubt.attempt), "cause": .string(doubt.cause.rawValue),
                "senders": .array(
                    call.senders.map {
                        ["attempt": .integer($0.attempt), "owner": .string($0.owner.text)]
                    }),
            ]
        }
    }
}

extension Call {
    fileprivate var isInDoubt: Bool {
        switch phase {
        case .unknown, .needsAttention(.recoveryExhausted): true
        case .verifying(let probing): probing.purpose == .verify
        case .held, .ready, .running, .waiting, .confirming, .succeeded, .failed, .denied,
            .cancelled, .shadow, .compensating, .compensated, .needsAttention:
            false
        }
    }
}

extension UnknownCause {
    fileprivate func words(of attempt: Int) -> String {
        switch self {
        case .noAnswer: "attempt \(attempt) brought no answer that tells"
        case .ownerGone:
            "the host that made attempt \(attempt) ended before its outcome was recorded"
        case .leaseExpired:
            "the lease of the host that made attempt \(attempt) ran out, and it may still live"
        case .stillSending:
            "attempt \(attempt) brought no answer that tells, and what it started may still be "
                + "at it"
        case .earlierAttempt:
            "attempt \(attempt) surely did nothing, but an earlier one may have happened"
        }
    }
}
