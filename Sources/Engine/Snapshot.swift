// A run as it lies in its snapshot, and back: a head with the first call, and every later call a
// piece of its own, so that a long run costs no more to change than a short one. The shape may
// change with a release: a snapshot that cannot be read is made anew from the run's records.

import JSON
import Proofs

extension Run {
    package var snapshot: StoredSnapshot { snapshot(changedSince: 0) }

    /// Without the calls that have not changed since the run was at `former`.
    func snapshot(changedSince former: Int) -> StoredSnapshot {
        var json: JSONObject = [
            "id": .string(id.text), "profile": .string(caller.profile),
            "on_behalf_of": .string(caller.person), "account": .string(caller.account),
            "single": .bool(isSingle), "created_at": .string(createdAt.description),
            "completed": .bool(isCompleted), "manifests": .object(JSONObject(pins: pins)),
            "call_count": .integer(calls.count), "version": .integer(version),
        ]
        if let first = calls.first { json["call"] = first.snapshot }
        json.set("purpose", purpose)
        json.set("summary", summary)
        json.set("deadline", deadline)
        if let ending { json["ending"] = .object(ending.snapshot) }
        if let quarantine { json["quarantine"] = .object(quarantine.snapshot) }
        if !halts.isEmpty { json["halts"] = .array(halts.map { .object($0.json) }) }
        var pieces = [Run.headPiece: JSONValue.object(json).compactBytes()]
        for (position, call) in calls.enumerated().dropFirst() where call.changedAt > former {
            pieces[position] = call.snapshot.compactBytes()
        }
        return StoredSnapshot(version: version, pieces: pieces)
    }

    /// Where the head lies; the first call, whose place it takes, is in it.
    private static let headPiece = 0

    /// Reads a snapshot's bytes. The caller answers an error by folding the run's records.
    package init(snapshot stored: StoredSnapshot) throws(RecordError) {
        do throws(JSONShapeError) {
            let reader = try ObjectReader(try Run.parsed(stored.pieces[Run.headPiece] ?? []))
            guard try reader.int("version") == stored.version else {
                throw reader.error("version", "\(stored.version)")
            }
            self.init(
                id: try reader.minted("id"), caller: try reader.caller(),
                isSingle: try reader.bool("single"), createdAt: try reader.instant("created_at"),
                isCompleted: try reader.bool("completed"), pins: try reader.pins("manifests"),
                purpose: try reader.optionalPayload("purpose"),
                summary: try reader.optionalPayload("summary"),
                deadline: try reader.optionalInstant("deadline"),
                ending: try reader.optionalObject("ending").map(RunEnding.init),
                quarantine: try reader.optionalObject("quarantine").map(Quarantine.init),
                halts: try Run.halts(reader),
                calls: try Run.calls(reader, stored.pieces), version: stored.version)
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

    private static func halts(_ reader: ObjectReader) throws(JSONShapeError) -> [Halt] {
        var halts: [Halt] = []
        for value in try reader.optionalArray("halts") ?? [] {
            halts.append(try Halt(try ObjectReader(value)))
        }
        return halts
    }

    private static func calls(
        _ head: ObjectReader, _ pieces: [Int: [UInt8]]
    ) throws(JSONShapeError) -> [Call] {
        let count = try head.int("call_count")
        var calls: [Call] = []
        if let first = try head.optionalObject("call") { calls.append(try Call(reading: first)) }
        while !calls.isEmpty, let piece = pieces[calls.count], calls.count < count {
            let place = JSONPointer(tokens: ["calls", String(calls.count)])
            calls.append(try Call(reading: try ObjectReader(try parsed(piece), at: place)))
        }
        // Not one too few, and none twice; what lies beyond them is nobody's.
        guard calls.count == count, Set(calls.map(\.id)).count == count
        else {
            throw head.error("call_count", "the number of calls that are there, \(calls.count)")
        }
        return calls
    }
}

extension RunEnding {
    fileprivate var snapshot: JSONObject {
        var json: JSONObject = [
            "cause": .string(cause.rawValue), "by": .string(by),
            "started_at": .string(startedAt.description), "forced": .bool(isForced),
        ]
        json.set("reason", reason)
        json.set("ended_at", endedAt)
        return json
    }

    fileprivate init(_ reader: ObjectReader) throws(JSONShapeError) {
        self.init(
            cause: try reader.word("cause"), by: try reader.string("by"),
            reason: try reader.optionalPayload("reason"),
            startedAt: try reader.instant("started_at"), isForced: try reader.bool("forced"),
            endedAt: try reader.optionalInstant("ended_at"))
    }
}

extension Quarantine {
    fileprivate var snapshot: JSONObject {
        ["by": .string(by), "at": .string(at.description), "reason": reason.json]
    }

    fileprivate init(_ reader: ObjectReader) throws(JSONShapeError) {
        self.init(
            by: try reader.string("by"), reason: try reader.payload("reason"),
            at: try reader.instant("at"))
    }
}
