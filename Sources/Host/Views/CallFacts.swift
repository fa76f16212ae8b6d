// What a call waits for and what it rests on, as the documents of the command line say it. Words
// are beside.

import Engine
import JSON

extension CallEntry {
    /// When its next attempt may begin.
    var retryAt: Instant? {
        switch call.phase {
        case .waiting(let until, _, _): until
        case .unknown(let recoverAt?): call.isVerified || call.isLeft ? nil : recoverAt
        case .held, .ready, .running, .unknown, .verifying, .confirming, .succeeded, .failed,
            .denied, .cancelled, .shadow, .compensating, .compensated, .needsAttention:
            nil
        }
    }

    /// When it is next looked at in the system itself.
    var probeAt: Instant? {
        switch call.phase {
        case .unknown(let recoverAt?): call.isVerified && !call.isLeft ? recoverAt : nil
        case .confirming(let at): at
        case .held, .ready, .running, .waiting, .unknown, .verifying, .succeeded, .failed,
            .denied, .cancelled, .shadow, .compensating, .compensated, .needsAttention:
            nil
        }
    }
}

extension Call {
    /// The call that undoes it, or has.
    var undo: CallID? {
        switch phase {
        case .compensating(let undo), .compensated(let undo): undo
        case .held, .ready, .running, .waiting, .unknown, .verifying, .confirming, .succeeded,
            .failed, .denied, .cancelled, .shadow, .needsAttention:
            nil
        }
    }
}

extension Hold {
    /// What keeps it, who, since when, why, and what ends it.
    var words: String {
        switch self {
        case .halt(let standing):
            "held back by a halt of \(standing.words); \(standing.halt.scope.resumeCommand) ends it"
        case .quarantine(let quarantine, let reason):
            "held back by the run's quarantine, by \(quarantine.by.shownInLine) since "
                + "\(quarantine.at)" + (reason.map { ": \($0.quoted(upTo: 200))" } ?? "")
        case .breaker(let until):
            "held back until \(until): its system has failed again and again"
        }
    }

    var document: JSONValue {
        switch self {
        case .halt(let standing): ["kind": "halt", "halt": standing.document]
        case .quarantine(let quarantine, let reason):
            [
                "kind": "quarantine", "by": .string(quarantine.by),
                "at": .string(quarantine.at.description), "reason": .text(reason),
            ]
        case .breaker(let until):
            ["kind": "breaker", "until": .string(until.description)]
        }
    }
}

extension Pin {
    var document: JSONValue {
        [
            "manifest": .string(manifest.description), "current": .text(current?.description),
            "changed": .bool(isChanged),
        ]
    }

    /// That the tool is not what it was; nil where it is.
    func words(_ tool: ToolName) -> String? {
        guard isChanged else { return nil }
        // What the host does by itself has no manifest of a file that could go.
        if current == nil, tool.text.hasPrefix(NotifyTarget.reservedPrefix) { return nil }
        let now = current.map { "has changed since (\($0.short) now)" } ?? "is gone"
        return "\(tool)'s manifest \(now); this run uses the version it was begun with "
            + "(\(manifest.short))"
    }
}

extension ManifestDigest {
    /// Enough of it to tell versions apart.
    fileprivate var short: String { String(description.prefix(12)) }
}
