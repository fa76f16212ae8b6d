// A run as it lies in the journal's state, and back: a head with the first call, and every later
// call a piece of its own, so that a long run costs no more to change than a short one. The shape
// may change with a release: a snapshot that cannot be read is made anew from the run's records.

import JSON
import Proofs

extension Run {
    package var snapshot: StoredState { snapshot(changedSince: nil) }

    /// Without the pieces that are in `former`'s snapshot already.
    func snapshot(changedSince former: Run?) -> StoredState {
        var json: JSONObject = [
            "id": .string(id.text), "profile": .string(caller.profile),
            "on_behalf_of": .string(caller.person), "account": .string(caller.account),
            "single": .bool(isSingle), "created_at": .string(createdAt.description),
            "completed": .bool(isCompleted), "manifests": .object(JSONObject(pins: pins)),
            "call_count": .integer(calls.count),
        ]
        if let first = calls.first { json["call"] = first.snapshot }
        json.set("purpose", purpose)
        json.set("summary", summary)
        var parts: [Int: [UInt8]] = [:]
        for (position, call) in calls.enumerated().dropFirst() {
            if let former, position < former.calls.count, former.calls[position] == call {
                continue
            }
            parts[position] = call.snapshot.compactBytes()
        }
        return StoredState(
            version: version, head: head, label: state.rawValue, group: caller.group,
            bytes: JSONValue.object(json).compactBytes(), parts: parts)
    }

    /// Reads a snapshot's bytes. The caller answers an error by folding the run's records.
    package init(snapshot stored: StoredState) throws(RecordError) {
        do {
            let reader = try ObjectReader(try Run.parsed(stored.bytes))
            self.init(
                id: try reader.minted("id"), caller: try reader.caller(),
                isSingle: try reader.bool("single"), createdAt: try reader.instant("created_at"),
                isCompleted: try reader.bool("completed"), pins: try reader.pins("manifests"),
                purpose: try reader.optionalPayload("purpose"),
                summary: try reader.optionalPayload("summary"),
                calls: try Run.calls(reader, stored.parts), version: stored.version,
                head: stored.head)
        } catch {
            throw RecordError(code: .malformed, message: "A snapshot: \(error.message)")
        }
    }

    private static func parsed(_ bytes: [UInt8]) throws(JSONShapeError) -> JSONValue {
        do {
            return try JSONParser.parse(bytes, limits: .snapshot)
        } catch {
            throw JSONShapeError(pointer: .root, expected: "JSON", found: error.message)
        }
    }

    private static func calls(
        _ head: ObjectReader, _ parts: [Int: [UInt8]]
    ) throws(JSONShapeError) -> [Call] {
        let count = try head.int("call_count")
        var calls: [Call] = []
        if let first = try head.optionalObject("call") { calls.append(try Call(reading: first)) }
        while let part = parts[calls.count], calls.count < count {
            let place = JSONPointer(tokens: ["calls", String(calls.count)])
            calls.append(try Call(reading: try ObjectReader(try parsed(part), at: place)))
        }
        // Neither one too few nor one too many, and none twice.
        guard calls.count == count, parts.count == max(0, count - 1),
            Set(calls.map(\.id)).count == count
        else {
            throw head.error("call_count", "the number of calls that are there, \(calls.count)")
        }
        return calls
    }
}

extension Call {
    fileprivate var snapshot: JSONValue {
        var json: JSONObject = [
            "id": .string(id.text), "tool": .string(tool.text),
            "manifest": .string(manifest.description), "delivery": .string(delivery.rawValue),
            "timeout_ms": .integer(Int(timeoutMs)), "environment": .string(environment),
            "arguments": arguments.json, "accepted_at": .string(acceptedAt.description),
            "phase": .object(phase.snapshot), "attempts": .integer(attempts),
            "recoveries": .integer(recoveries), "cancel_requested": .bool(cancelRequested),
        ]
        json.set("reversibility", reversibility?.rawValue)
        if let key { json["key"] = key.json }
        if let approval { json["approval"] = .object(approval.snapshot) }
        if !doubtful.isEmpty { json["doubtful"] = .array(doubtful.map { .integer($0) }) }
        if let heard {
            json["heard"] = ["attempt": .integer(heard.attempt), "result": heard.result.json]
        }
        json.set("doubt", doubt)
        json.set("ended_at", endedAt)
        json.set("delivered_at", deliveredAt)
        return .object(json)
    }

    fileprivate init(reading reader: ObjectReader) throws(JSONShapeError) {
        self.init(
            id: try reader.minted("id"), tool: ToolName(try reader.string("tool")),
            manifest: ManifestDigest(try reader.digest("manifest")),
            delivery: try reader.word("delivery"),
            reversibility: try reader.optionalWord("reversibility"),
            timeoutMs: Int64(try reader.int("timeout_ms")), key: try reader.optionalKey("key"),
            environment: try reader.string("environment"),
            arguments: try reader.payload("arguments"),
            acceptedAt: try reader.instant("accepted_at"),
            phase: try Phase(reading: try reader.object("phase")),
            approval: try Call.approval(reader), attempts: try reader.int("attempts"),
            recoveries: try reader.int("recoveries"),
            cancelRequested: try reader.bool("cancel_requested"),
            doubtful: (try reader.optionalArray("doubtful") ?? []).compactMap(\.intValue),
            doubt: try reader.optionalPayload("doubt"), heard: try Call.heard(reader),
            endedAt: try reader.optionalInstant("ended_at"),
            deliveredAt: try reader.optionalInstant("delivered_at"))
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

extension Approval {
    fileprivate var snapshot: JSONObject {
        var json: JSONObject = [
            "id": .string(id.text), "rule": .string(rule), "action": .string(action.hex),
            "decide_by": .string(decideBy.description),
            "execute_within_ms": .integer(Int(executeWithinMs)), "state": .string(state.rawValue),
        ]
        json.set("execute_by", executeBy)
        json.set("decided_by", decidedBy)
        json.set("decided_at", decidedAt)
        json.set("reason", reason)
        return json
    }

    fileprivate init(reading reader: ObjectReader) throws(JSONShapeError) {
        self.init(
            id: try reader.minted("id"), rule: try reader.string("rule"),
            action: try reader.digest("action"), decideBy: try reader.instant("decide_by"),
            executeWithinMs: Int64(try reader.int("execute_within_ms")),
            state: try reader.word("state"), executeBy: try reader.optionalInstant("execute_by"),
            decidedBy: try reader.optionalString("decided_by"),
            decidedAt: try reader.optionalInstant("decided_at"),
            reason: try reader.optionalPayload("reason"))
    }
}

extension Phase {
    fileprivate enum Word: String {
        case held, ready, running, unknown, succeeded, failed, denied, cancelled
        case recoveryExhausted = "recovery_exhausted"
        case lateSuccess = "late_success"
    }

    fileprivate var snapshot: JSONObject {
        var json: JSONObject = [:]
        func word(_ word: Word) -> JSONValue { .string(word.rawValue) }
        switch self {
        case .held: json["is"] = word(.held)
        case .ready: json["is"] = word(.ready)
        case .running(let owner, let leaseUntil):
            json["is"] = word(.running)
            json.set("owner", owner)
            json.set("lease_until", leaseUntil)
        case .unknown(let recoverAt):
            json["is"] = word(.unknown)
            json.set("recover_at", recoverAt)
        case .succeeded(let result, let withheld):
            json["is"] = word(.succeeded)
            json.set("result", result)
            json.set("withheld", withheld?.rawValue)
        case .failed(let failure, let error):
            json["is"] = word(.failed)
            json.set("class", failure.rawValue)
            json.set("error", error)
        case .denied(let reason):
            json["is"] = word(.denied)
            json.set("reason", reason)
        case .cancelled(let reason):
            json["is"] = word(.cancelled)
            json.set("reason", reason)
        case .needsAttention(.recoveryExhausted): json["is"] = word(.recoveryExhausted)
        case .needsAttention(.lateSuccess(let result)):
            json["is"] = word(.lateSuccess)
            json.set("result", result)
        }
        return json
    }

    fileprivate init(reading reader: ObjectReader) throws(JSONShapeError) {
        switch try reader.word("is", Word.self) {
        case .held: self = .held
        case .ready: self = .ready
        case .running:
            self = .running(
                owner: try reader.minted("owner"), leaseUntil: try reader.instant("lease_until"))
        case .unknown: self = .unknown(recoverAt: try reader.optionalInstant("recover_at"))
        case .succeeded:
            self = .succeeded(
                result: try reader.payload("result"),
                withheld: try reader.optionalWord("withheld"))
        case .failed:
            self = .failed(try reader.word("class"), error: try reader.payload("error"))
        case .denied: self = .denied(reason: try reader.optionalPayload("reason"))
        case .cancelled: self = .cancelled(reason: try reader.optionalPayload("reason"))
        case .recoveryExhausted: self = .needsAttention(.recoveryExhausted)
        case .lateSuccess:
            self = .needsAttention(.lateSuccess(result: try reader.payload("result")))
        }
    }
}
