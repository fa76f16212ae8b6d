// The systems of record behind the tools: what really happened there, which no host can see. Each
// delivery's promise is kept here and nothing more.

import Engine
import JSON

struct Ledger {
    /// What one call did downstream.
    struct Entry {
        /// The attempts that had an effect, in the order of their arrival.
        var applied: [Int] = []
        /// Whether a void row holds the key (`transactional`).
        var isVoid = false
        /// The calls that have undone it, in order.
        var undoneBy: [CallID] = []
        /// Whether the effect is there now.
        var stands = false
        /// With which arguments attempts arrived, in order, each once.
        var arguments: [JSONObject] = []
    }

    private(set) var entries: [CallID: Entry] = [:]

    subscript(call: CallID) -> Entry { entries[call] ?? Entry() }

    /// What a system answers to an attempt that reaches it and that it does not turn away.
    mutating func arrive(_ attempt: Attempt) -> AttemptOutcome {
        var entry = self[attempt.call]
        if !entry.arguments.contains(attempt.arguments) {
            entry.arguments.append(attempt.arguments)
        }
        defer { entries[attempt.call] = entry }
        switch attempt.purpose {
        case .effect: break
        case .void:
            guard entry.applied.isEmpty else { return .succeeded(Ledger.result(attempt)) }
            entry.isVoid = true
            return .voided
        }
        if entry.isVoid {
            return .failed(Failure(.fatal, "The key is taken by a void row."))
        }
        switch attempt.delivery {
        case .read: return .succeeded(["seen": .bool(true)])
        case .transactional, .keyed:
            // The key is known: the former answer, and no second effect.
            guard entry.applied.isEmpty else { return .succeeded(Ledger.result(attempt)) }
        case .natural, .atMostOnce: break
        }
        entry.applied.append(attempt.number)
        entry.stands = true
        undo(attempt)
        return .succeeded(Ledger.result(attempt))
    }

    // To undo what is not there is success.
    private mutating func undo(_ attempt: Attempt) {
        guard let text = attempt.arguments["undoes"]?.stringValue, let target = CallID(text),
            entries[target] != nil
        else { return }
        entries[target]?.stands = false
        entries[target]?.undoneBy.append(attempt.call)
    }

    static func result(_ attempt: Attempt) -> JSONValue { result(attempt.call) }
    static func result(_ call: CallID) -> JSONValue { ["effect": .string(call.text)] }

    /// What the undo of a call with this result is called with.
    static func undoArguments(_ undo: Undo) -> JSONObject? {
        guard let effect = undo.result?.objectValue?["effect"] else { return nil }
        return ["undoes": effect]
    }
}
