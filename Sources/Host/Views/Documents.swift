// The JSON documents of the command line (DESIGN section 9). Scripts read them: members are added,
// never renamed.

import Engine
package import JSON
import Proofs

extension RunEntry {
    package var document: JSONValue {
        var document: JSONObject = [
            "run_id": .string(run.id.text), "state": .string(run.state.rawValue),
            "purpose": .text(purpose), "profile": .string(run.caller.profile),
            "on_behalf_of": .string(run.caller.person),
            "created_at": .string(run.createdAt.description),
        ]
        if let summary { document["summary"] = .string(summary) }
        if let deadline = run.deadline { document["deadline"] = .string(deadline.description) }
        document["ending"] = ending
        document["quarantine"] = quarantine
        if let step = nextStep { document["next"] = .string(step) }
        document["calls"] = .array(calls.map(\.document))
        return .object(document)
    }

    /// `{cause, by, reason, started_at, ended_at, forced, undone, standing, pending}`.
    private var ending: JSONValue? {
        guard let ending = run.ending else { return nil }
        var document: JSONObject = [
            "cause": .string(ending.cause.rawValue), "by": .string(ending.by),
            "reason": .text(abortReason), "started_at": .string(ending.startedAt.description),
            "ended_at": .text(ending.endedAt?.description), "forced": .bool(ending.isForced),
        ]
        if let force {
            document["forced_by"] = .string(force.by)
            document["forced_at"] = .string(force.at.description)
            document["force_reason"] = .text(force.reason)
        }
        for member in run.abortReport { document[member.name] = member.value }
        return .object(document)
    }

    private var quarantine: JSONValue? {
        run.quarantine.map { quarantine in
            [
                "by": .string(quarantine.by), "at": .string(quarantine.at.description),
                "reason": .text(quarantineReason),
            ]
        }
    }
}

extension CallEntry {
    package var document: JSONValue {
        var document: JSONObject = [
            "call_id": .string(call.id.text), "tool": .string(call.tool.text),
            "state": .string(call.word), "status": .string(call.status.rawValue),
            "attempts": .integer(call.attempts),
        ]
        if let error { document["error"] = error }
        document["arguments"] = arguments
        document["result"] = result
        if let withheld { document["withheld"] = .string(withheld.rawValue) }
        if let did { document["did"] = .string(did) }
        if let approval { document["approval_id"] = .string(approval.approval.id.text) }
        if let undone = call.undoes { document["undoes"] = .string(undone.text) }
        if let undo = call.undo { document["undone_by"] = .string(undo.text) }
        if let at = retryAt { document["retry_at"] = .string(at.description) }
        if let at = probeAt { document["probe_at"] = .string(at.description) }
        if case .needsAttention(.readBack) = call.phase { document["found"] = found ?? .null }
        document["doubt"] = doubtDocument
        document["hold"] = hold?.document
        document["pinned"] = pin?.document
        if let step = nextStep { document["next"] = .string(step) }
        document["events"] = .array(events.map(\.document))
        return .object(document)
    }

    /// `{class?, message}`; nil where nothing went wrong so far.
    private var error: JSONValue? {
        switch call.phase {
        case .waiting(_, let kind, _), .failed(let kind, _):
            ["class": .string(kind.rawValue), "message": .string(message ?? "")]
        case .denied, .cancelled: ["message": .text(message)]
        case .unknown, .needsAttention:
            ["message": .string(message ?? "the outcome was never heard of")]
        case .held, .ready, .running, .verifying, .confirming, .succeeded, .shadow,
            .compensating, .compensated:
            nil
        }
    }
}

extension EventEntry {
    var document: JSONValue {
        var document: JSONObject = [
            "index": .integer(record.index), "at": .string(record.at.description),
            "kind": .string(record.kind),
        ]
        if let attempt = record.attempt { document["attempt"] = .integer(attempt) }
        document["actor"] = [
            "kind": .string(record.actor.kind.rawValue), "name": .string(record.actor.name),
        ]
        document["body"] = record.body
        let texts = record.payloads.compactMap { reference in
            self.texts[reference.name].map { (reference.name.rawValue, JSONValue.string($0)) }
        }
        if !texts.isEmpty { document["texts"] = .object(JSONObject(texts)) }
        return .object(document)
    }
}

extension RecordEntry {
    /// The leaf as it is committed to, its hash, and what may be shown of its payloads.
    package var document: JSONValue {
        let shown = payloads.map { reference, value in
            JSONValue.object([
                "name": .string(reference.name.rawValue), "value": value ?? .null,
                "erased": .bool(value == nil),
            ])
        }
        return [
            "leaf": leaf, "leaf_hash": .string(stored.leafHash.hex),
            "payloads": .array(shown),
        ]
    }

    package var leaf: JSONValue {
        do {
            return try JSONParser.parse(stored.leaf)
        } catch {
            preconditionFailure("A record that was read is JSON: \(error)")
        }
    }
}

extension JSONValue {
    static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
}
