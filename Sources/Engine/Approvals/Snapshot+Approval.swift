// An approval, and a grant, as they lie in a run's snapshot, and back.

import JSON
import Proofs

extension Approval {
    var snapshot: JSONObject {
        var json: JSONObject = [
            "id": .string(id.text), "rule": .string(rule), "action": .string(action.hex),
            "asked_at": .string(askedAt.description),
            "decide_by": .string(decideBy.description),
            "execute_within_ms": .integer(Int(executeWithinMs)), "state": .string(state.rawValue),
            "demands": .array(demands.map(\.json)),
        ]
        json.set("because", because?.rawValue)
        json.set("policy", policy?.hex)
        json.set("execute_by", executeBy)
        if !decisions.isEmpty { json["decisions"] = .array(decisions.map(\.json)) }
        if isEscalated { json["escalated"] = true }
        if isPassedOn { json["passed_on"] = true }
        if reminders != 0 { json["reminders"] = .integer(reminders) }
        json.set("reminded_at", remindedAt)
        return json
    }

    init(reading reader: ObjectReader) throws(JSONShapeError) {
        let executeWithinMs = Int64(try reader.int("execute_within_ms"))
        self.init(
            id: try reader.minted("id"),
            demands: try reader.demands(of: try reader.string("rule"), executeWithinMs),
            action: try reader.digest("action"), askedAt: try reader.instant("asked_at"),
            decideBy: try reader.instant("decide_by"), executeWithinMs: executeWithinMs,
            because: try reader.optionalWord("because"),
            policy: try reader.optionalDigest("policy"), state: try reader.word("state"),
            executeBy: try reader.optionalInstant("execute_by"),
            decisions: try Approval.decisions(reader),
            isEscalated: try reader.optionalBool("escalated") ?? false,
            isPassedOn: try reader.optionalBool("passed_on") ?? false,
            reminders: try reader.optionalInt("reminders") ?? 0,
            remindedAt: try reader.optionalInstant("reminded_at"))
    }

    private static func decisions(
        _ reader: ObjectReader
    ) throws(JSONShapeError) -> [Decision] {
        var decisions: [Decision] = []
        for value in try reader.optionalArray("decisions") ?? [] {
            decisions.append(try Decision(reading: try ObjectReader(value)))
        }
        return decisions
    }
}

extension Decision {
    fileprivate var json: JSONValue {
        var json: JSONObject = [
            "word": .string(word.rawValue), "by": .string(by), "identity": identity.json,
            "at": .string(at.description),
        ]
        json.set("reason", reason)
        return .object(json)
    }

    fileprivate init(reading reader: ObjectReader) throws(JSONShapeError) {
        self.init(
            word: try reader.word("word"), by: try reader.string("by"),
            identity: try Identity(reading: try reader.object("identity")),
            reason: try reader.optionalPayload("reason"), at: try reader.instant("at"))
    }
}

extension GrantState {
    var snapshot: JSONObject {
        var json: JSONObject = ["until": .string(until.description)]
        if let revoked {
            json["revoked"] = [
                "by": .string(revoked.by), "at": .string(revoked.at.description),
                "reason": revoked.reason.json,
            ]
        }
        return json
    }

    init(_ reader: ObjectReader) throws(JSONShapeError) {
        self.init(until: try reader.instant("until"))
        guard let revoked = try reader.optionalObject("revoked") else { return }
        self.revoked = Revocation(
            by: try revoked.string("by"), reason: try revoked.payload("reason"),
            at: try revoked.instant("at"))
    }
}
