// The lines of a recorded session as JSON, both ways. Their schema is published; a test holds the
// two equal.

import Engine
import JSON
import Proofs

enum SessionKeys {
    static let format = "holdfast.session"
    static let version = 1
    static let header = [
        "format", "version", "holdfast", "recorded_at", "profile", "allow", "person", "lease_ms",
        "grace_ms", "manifests",
    ]
    static let line = [
        "at_ms", "from", "message", "text", "hex", "oversized", "closed", "started", "ended",
        "decided", "manifests", "unplayable",
    ]
    static let started = ["call_id", "number", "tool", "arguments"]
    static let ended = [
        "call_id", "number", "tool", "result", "too_large_bytes", "failed", "voided", "unknown",
    ]
    static let failed = ["class", "message", "retry_after_ms"]
    static let decided = ["approval_id", "decision", "by", "reason"]
}

extension SessionHeader {
    var json: JSONValue {
        [
            "format": .string(SessionKeys.format), "version": .integer(SessionKeys.version),
            "holdfast": .string(holdfast), "recorded_at": .string(recordedAt.description),
            "profile": .string(profile), "allow": .array(allow.map { .string($0) }),
            "person": .string(person), "lease_ms": .integer(Int(leaseMs)),
            "grace_ms": .integer(Int(graceMs)), "manifests": .array(manifests),
        ]
    }

    init(_ value: JSONValue) throws(JSONShapeError) {
        let reader = try ObjectReader(value)
        guard value["format"]?.stringValue == SessionKeys.format else {
            throw reader.error("format", "\"\(SessionKeys.format)\"")
        }
        guard value["version"]?.intValue == SessionKeys.version else {
            throw reader.error("version", "\(SessionKeys.version), the one this release knows")
        }
        try reader.refuseOthers(than: SessionKeys.header)
        guard let recordedAt = Instant(try reader.string("recorded_at")) else {
            throw reader.error("recorded_at", "a time")
        }
        self.init(
            holdfast: try reader.string("holdfast"), recordedAt: recordedAt,
            profile: try reader.string("profile"), allow: try reader.strings("allow"),
            person: try reader.string("person"), leaseMs: Int64(try reader.int("lease_ms")),
            graceMs: Int64(try reader.int("grace_ms")), manifests: try reader.array("manifests"))
    }
}

extension SessionLine {
    var json: JSONValue {
        var line: JSONObject = ["at_ms": .integer(Int(atMs))]
        let (from, body) = entry.parts
        line["from"] = .string(from)
        if let body { line[body.name] = body.value }
        return .object(line)
    }

    init(_ value: JSONValue) throws(JSONShapeError) {
        let reader = try ObjectReader(value)
        try reader.refuseOthers(than: SessionKeys.line)
        let atMs = try reader.int("at_ms")
        guard (0...HostLimits.sessionMs).contains(Int64(atMs)) else {
            throw reader.error(
                "at_ms", "a number of milliseconds, at most \(HostLimits.sessionMs)")
        }
        self.init(atMs: Int64(atMs), entry: try SessionEntry(reader))
    }
}

extension SessionEntry {
    fileprivate typealias Body = (name: String, value: JSONValue)

    fileprivate var parts: (from: String, body: Body?) {
        switch self {
        case .client(.message(let message)): ("client", ("message", message))
        case .client(.text(let text)): ("client", ("text", .string(text)))
        case .client(.bytes(let bytes)): ("client", ("hex", .string(Hex.encode(bytes))))
        case .client(.oversized): ("client", ("oversized", true))
        case .client(.closed): ("client", ("closed", true))
        case .server(let message): ("server", ("message", message))
        case .started(let start): ("attempt", ("started", start.json))
        case .ended(let end): ("attempt", ("ended", end.json))
        case .decided(let decision): ("person", ("decided", decision.json))
        case .tools(let manifests): ("tools", ("manifests", .array(manifests)))
        case .unplayable(let why): ("host", ("unplayable", .string(why)))
        case .end: ("end", nil)
        }
    }

    fileprivate init(_ reader: ObjectReader) throws(JSONShapeError) {
        let from = try reader.string("from")
        // Beside the time and the side there is one member, save at the end.
        guard reader.object.count == (from == "end" ? 2 : 3),
            let body = from == "end"
                ? "" : reader.object.names.first(where: { $0 != "at_ms" && $0 != "from" })
        else { throw reader.error("from", "a side with one member of its own beside it") }
        switch (from, body) {
        case ("end", ""): self = .end
        case ("client", "message"): self = .client(.message(try reader.value("message")))
        case ("client", "text"): self = .client(.text(try reader.string("text")))
        case ("client", "hex"):
            guard let bytes = Hex.decode(try reader.string("hex")) else {
                throw reader.error("hex", "bytes in hexadecimal digits")
            }
            self = .client(.bytes(bytes))
        case ("client", "oversized"):
            try reader.requireTrue("oversized")
            self = .client(.oversized)
        case ("client", "closed"):
            try reader.requireTrue("closed")
            self = .client(.closed)
        case ("server", "message"): self = .server(try reader.value("message"))
        case ("attempt", "started"): self = .started(try .init(try reader.object("started")))
        case ("attempt", "ended"): self = .ended(try .init(try reader.object("ended")))
        case ("person", "decided"): self = .decided(try .init(try reader.object("decided")))
        case ("tools", "manifests"): self = .tools(try reader.array("manifests"))
        case ("host", "unplayable"): self = .unplayable(try reader.string("unplayable"))
        case _: throw reader.error("from", "a side that has \"\(body)\"")
        }
    }
}

extension AttemptStart {
    fileprivate var json: JSONValue {
        [
            "call_id": .string(call), "number": .integer(number), "tool": .string(tool),
            "arguments": .object(arguments),
        ]
    }

    fileprivate init(_ reader: ObjectReader) throws(JSONShapeError) {
        try reader.refuseOthers(than: SessionKeys.started)
        self.init(
            call: try reader.string("call_id"), number: try reader.int("number"),
            tool: try reader.string("tool"), arguments: try reader.object("arguments").object)
    }
}

extension AttemptEnd {
    fileprivate var json: JSONValue {
        var end: JSONObject = ["call_id": .string(call), "number": .integer(number)]
        end["tool"] = tool.map { .string($0) }
        switch outcome {
        case .succeeded(let result): end["result"] = result
        case .succeededTooLarge(let bytes): end["too_large_bytes"] = .integer(bytes)
        case .failed(let failure):
            var failed: JSONObject = [
                "class": .string(failure.kind.rawValue), "message": .string(failure.message),
            ]
            failed["retry_after_ms"] = failure.retryAfterMs.map { .integer(Int($0)) }
            end["failed"] = .object(failed)
        case .voided: end["voided"] = true
        case .unknown(let reason): end["unknown"] = .string(reason)
        }
        return .object(end)
    }

    fileprivate init(_ reader: ObjectReader) throws(JSONShapeError) {
        try reader.refuseOthers(than: SessionKeys.ended)
        tool = try reader.optionalString("tool")
        guard reader.object.count == (tool == nil ? 3 : 4) else {
            throw reader.error("number", "an attempt's end with one outcome")
        }
        call = try reader.string("call_id")
        number = try reader.int("number")
        if let result = reader.object["result"] {
            outcome = .succeeded(result)
        } else if let bytes = try reader.optionalInt("too_large_bytes") {
            outcome = .succeededTooLarge(byteCount: bytes)
        } else if let failed = try reader.optionalObject("failed") {
            try failed.refuseOthers(than: SessionKeys.failed)
            guard let kind = FailureClass(rawValue: try failed.string("class")) else {
                throw failed.error("class", "a failure class")
            }
            let retryAfterMs = try failed.optionalInt("retry_after_ms")
            guard retryAfterMs ?? 0 >= 0 else {
                throw failed.error("retry_after_ms", "a number of milliseconds")
            }
            outcome = .failed(
                Failure(
                    kind, try failed.string("message"), retryAfterMs: retryAfterMs.map(Int64.init)))
        } else if try reader.optionalBool("voided") == true {
            outcome = .voided
        } else {
            outcome = .unknown(reason: try reader.string("unknown"))
        }
    }
}

extension PersonDecision {
    fileprivate var json: JSONValue {
        var decided: JSONObject = ["approval_id": .string(approval)]
        switch decision {
        case .approve(let reason):
            decided["decision"] = "approved"
            decided["by"] = .string(person)
            decided["reason"] = reason.map { .string($0) }
        case .deny(let reason):
            decided["decision"] = "denied"
            decided["by"] = .string(person)
            decided["reason"] = .string(reason)
        case .withdraw(let reason):
            decided["decision"] = "withdrawn"
            decided["by"] = .string(person)
            decided["reason"] = reason.map { .string($0) }
        }
        return .object(decided)
    }

    fileprivate init(_ reader: ObjectReader) throws(JSONShapeError) {
        try reader.refuseOthers(than: SessionKeys.decided)
        let decision: ApprovalDecision
        switch try reader.string("decision") {
        case "approved": decision = .approve(reason: try reader.optionalString("reason"))
        case "denied": decision = .deny(reason: try reader.string("reason"))
        case "withdrawn":
            decision = .withdraw(reason: try reader.optionalString("reason"))
        case _:
            throw reader.error("decision", "\"approved\", \"denied\" or \"withdrawn\"")
        }
        self.init(
            approval: try reader.string("approval_id"), decision: decision,
            person: try reader.string("by"))
    }
}

extension ObjectReader {
    fileprivate func refuseOthers(than known: [String]) throws(JSONShapeError) {
        for name in object.names where !known.contains(name) {
            throw error(name, "one of \(known.joined(separator: ", "))")
        }
    }

    fileprivate func requireTrue(_ name: String) throws(JSONShapeError) {
        guard try bool(name) else { throw error(name, "true") }
    }

    fileprivate func strings(_ name: String) throws(JSONShapeError) -> [String] {
        var texts: [String] = []
        for value in try array(name) {
            guard let text = value.stringValue else { throw error(name, "an array of strings") }
            texts.append(text)
        }
        return texts
    }
}
