// A call as it lies in a run's snapshot, and back. Its phase is beside.

import JSON
import Proofs

extension Call {
    var snapshot: JSONValue {
        var json: JSONObject = [
            "id": .string(id.text), "tool": .string(tool.text),
            "manifest": .string(manifest.description), "delivery": .string(delivery.rawValue),
            "timeout_ms": .integer(Int(timeoutMs)), "environment": .string(environment),
            "arguments": arguments.json, "accepted_at": .string(acceptedAt.description),
            "phase": .object(phase.snapshot), "attempts": .integer(attempts),
            "recoveries": .integer(recoveries), "cancel_requested": .bool(cancelRequested),
            "changed_at": .integer(changedAt),
        ]
        json.set("reversibility", reversibility?.rawValue)
        if let key { json["key"] = key.json }
        if let approval { json["approval"] = .object(approval.snapshot) }
        if !doubtful.isEmpty { json["doubtful"] = .array(doubtful.map { .integer($0) }) }
        if let heard {
            json["heard"] = ["attempt": .integer(heard.attempt), "result": heard.result.json]
        }
        json.set("doubt", doubt)
        setLater(&json)
        json.set("ended_at", endedAt)
        json.set("delivered_at", deliveredAt)
        return .object(json)
    }

    init(reading reader: ObjectReader) throws(JSONShapeError) {
        self.init(
            try CallAccepted(snapshot: reader), at: try reader.instant("accepted_at"))
        phase = try Phase(reading: try reader.object("phase"))
        approval = try Call.approval(reader)
        changedAt = try reader.int("changed_at")
        attempts = try reader.int("attempts")
        purpose = try reader.optionalWord("purpose") ?? .effect
        recoveries = try reader.int("recoveries")
        failures = try reader.optionalInt("failures") ?? 0
        probes = try reader.optionalInt("probes") ?? 0
        unsure = try reader.optionalInt("unsure") ?? 0
        isRefreshed = try reader.optionalBool("refreshed") ?? false
        cancelRequested = try reader.bool("cancel_requested")
        isQueued = try reader.optionalBool("queued") ?? false
        startedAt = try reader.optionalInstant("started_at")
        workedMs = Int64(try reader.optionalInt("worked_ms") ?? 0)
        doubtful = (try reader.optionalArray("doubtful") ?? []).compactMap(\.intValue)
        overruled = (try reader.optionalArray("overruled") ?? []).compactMap(\.intValue)
        senders = try Call.senders(reader)
        quietAt = try reader.optionalInstant("quiet_at")
        waitsSince = try reader.optionalInstant("waits_since")
        doubt = try reader.optionalPayload("doubt")
        heard = try Call.heard(reader)
        achieved = try Call.achieved(reader)
        isLeft = try reader.optionalBool("left") ?? false
        isAcknowledged = try reader.optionalBool("acknowledged") ?? false
        grant = try reader.optionalObject("granted").map(GrantState.init)
        endedAt = try reader.optionalInstant("ended_at")
        deliveredAt = try reader.optionalInstant("delivered_at")
    }

    // What most calls never have is left out.
    private func setLater(_ json: inout JSONObject) {
        switch origin {
        case .agent: break
        case .undo(let undone): json["undo_of"] = .string(undone.text)
        case .grant(let scope): json["grant"] = scope.json
        }
        json.set(followUps)
        if let ruling { json["ruling"] = ruling.json }
        if isByPerson { json["by_person"] = true }
        json.set(labels)
        json.set("taint", taint)
        if let grant { json["granted"] = .object(grant.snapshot) }
        if purpose != .effect { json.set("purpose", purpose.rawValue) }
        if failures != 0 { json["failures"] = .integer(failures) }
        if probes != 0 { json["probes"] = .integer(probes) }
        if unsure != 0 { json["unsure"] = .integer(unsure) }
        if isRefreshed { json["refreshed"] = true }
        if !overruled.isEmpty { json["overruled"] = .array(overruled.map { .integer($0) }) }
        if !senders.isEmpty { json["senders"] = .array(senders.map(\.json)) }
        json.set("quiet_at", quietAt)
        if let achieved { json["achieved"] = achieved.json }
        json.set("waits_since", waitsSince)
        if let charge {
            json["charge"] = .object(charge.json)
            json.set("charge_amount", charge.amount)
        }
        if isQueued { json["queued"] = true }
        json.set("started_at", startedAt)
        if workedMs != 0 { json["worked_ms"] = .integer(Int(workedMs)) }
        if isLeft { json["left"] = true }
        if isAcknowledged { json["acknowledged"] = true }
    }

    private static func senders(_ reader: ObjectReader) throws(JSONShapeError) -> [Sender] {
        var senders: [Sender] = []
        for value in try reader.optionalArray("senders") ?? [] {
            let sender = try ObjectReader(value)
            senders.append(
                Sender(attempt: try sender.int("attempt"), owner: try sender.minted("owner")))
        }
        return senders
    }

    private static func achieved(_ reader: ObjectReader) throws(JSONShapeError) -> Achieved? {
        guard let object = try reader.optionalObject("achieved") else { return nil }
        return Achieved(
            attempt: try object.int("attempt"), result: try object.payload("result"),
            withheld: try object.optionalWord("withheld"))
    }

    private static func heard(_ reader: ObjectReader) throws(JSONShapeError) -> HeardSuccess? {
        guard let object = try reader.optionalObject("heard") else { return nil }
        return HeardSuccess(
            attempt: try object.int("attempt"), result: try object.payload("result"))
    }

    private static func approval(_ reader: ObjectReader) throws(JSONShapeError) -> Approval? {
        guard let object = try reader.optionalObject("approval") else { return nil }
        return try Approval(reading: object)
    }
}

extension CallAccepted {
    /// What a call keeps of how it was accepted.
    fileprivate init(snapshot reader: ObjectReader) throws(JSONShapeError) {
        self.init(
            call: try reader.minted("id"), tool: ToolName(try reader.string("tool")),
            manifest: ManifestDigest(try reader.digest("manifest")),
            delivery: try reader.word("delivery"),
            reversibility: try reader.optionalWord("reversibility"),
            timeoutMs: Int64(try reader.int("timeout_ms")), key: try reader.optionalKey("key"),
            environment: try reader.string("environment"), traceparent: nil,
            arguments: try reader.payload("arguments"), origin: try reader.origin(),
            followUps: try reader.followUps(),
            charge: try reader.charge(try reader.optionalPayload("charge_amount")),
            ruling: try reader.optionalRuling("ruling"),
            isByPerson: try reader.optionalBool("by_person") ?? false,
            labels: try reader.labels(), taint: try reader.optionalLabels("taint"))
    }
}

extension Sender {
    fileprivate var json: JSONValue {
        ["attempt": .integer(attempt), "owner": .string(owner.text)]
    }
}

extension Achieved {
    fileprivate var json: JSONValue {
        var json: JSONObject = ["attempt": .integer(attempt), "result": result.json]
        json.set("withheld", withheld?.rawValue)
        return .object(json)
    }
}
