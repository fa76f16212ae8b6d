// The parts that records and snapshots share: how times, names, digests and payload references are
// written and read. Whole records and whole snapshots have their own files.

import JSON
import Proofs

extension ObjectReader {
    func word<Word: RawRepresentable>(
        _ name: String, _ type: Word.Type = Word.self
    ) throws(JSONShapeError) -> Word where Word.RawValue == String {
        guard let word = Word(rawValue: try string(name)) else {
            throw error(name, "a \(Word.self) this release knows")
        }
        return word
    }

    func optionalWord<Word: RawRepresentable>(
        _ name: String, _ type: Word.Type = Word.self
    ) throws(JSONShapeError) -> Word? where Word.RawValue == String {
        guard try optionalString(name) != nil else { return nil }
        return try word(name, type)
    }

    func instant(_ name: String) throws(JSONShapeError) -> Instant {
        guard let instant = Instant(try string(name)) else {
            throw error(name, "a time such as 2026-07-28T09:30:00.000Z")
        }
        return instant
    }

    func optionalInstant(_ name: String) throws(JSONShapeError) -> Instant? {
        guard try optionalString(name) != nil else { return nil }
        return try instant(name)
    }

    func minted<ID: MintedID>(_ name: String) throws(JSONShapeError) -> ID {
        guard let id = ID(try string(name)) else { throw error(name, "a \(ID.prefix)_… id") }
        return id
    }

    func digest(_ name: String) throws(JSONShapeError) -> Digest {
        guard let digest = Digest(hex: try string(name)) else {
            throw error(name, "64 hexadecimal digits")
        }
        return digest
    }

    func tag(_ name: String) throws(JSONShapeError) -> KeyedTag {
        guard let tag = KeyedTag(try string(name)) else {
            throw error(name, "hmac-sha256: and 64 hexadecimal digits")
        }
        return tag
    }

    func optionalTag(_ name: String) throws(JSONShapeError) -> KeyedTag? {
        guard try optionalString(name) != nil else { return nil }
        return try tag(name)
    }

    func optionalPayload(_ name: String) throws(JSONShapeError) -> PayloadRef? {
        guard let reader = try optionalObject(name) else { return nil }
        return try PayloadRef(reading: reader)
    }

    func payload(_ name: String) throws(JSONShapeError) -> PayloadRef {
        try PayloadRef(reading: try object(name))
    }

    func pins(_ name: String) throws(JSONShapeError) -> [ToolPin] {
        let reader = try object(name)
        var pins: [ToolPin] = []
        for member in reader.object {
            pins.append(
                ToolPin(
                    tool: ToolName(member.name),
                    manifest: ManifestDigest(try reader.digest(member.name))))
        }
        return pins
    }

    func caller() throws(JSONShapeError) -> Caller {
        Caller(
            profile: try string("profile"), person: try string("on_behalf_of"),
            account: try string("account"))
    }

    func optionalKey(_ name: String) throws(JSONShapeError) -> CallKey? {
        guard let key = try optionalObject(name) else { return nil }
        return CallKey(
            tag: try key.tag("tag"), source: try key.word("source"),
            fingerprint: try key.tag("fingerprint"), windowMs: Int64(try key.int("window_ms")))
    }
}

extension ObjectReader {
    func origin() throws(JSONShapeError) -> CallOrigin {
        if let grant = try optionalObject("grant") { return .grant(try GrantScope(reading: grant)) }
        guard try optionalString("undo_of") != nil else { return .agent }
        return .undo(of: try minted("undo_of"))
    }

    func scope() throws(JSONShapeError) -> HaltScope {
        if let tool = try optionalString("tool") { return .tool(ToolName(tool)) }
        if let profile = try optionalString("profile") { return .profile(profile) }
        return .everything
    }

    func charge(_ amount: PayloadRef?) throws(JSONShapeError) -> Charge? {
        guard let charge = try optionalObject("charge") else { return nil }
        return try Charge(reading: charge, amount: amount)
    }

    func followUps() throws(JSONShapeError) -> FollowUps {
        var followUps = FollowUps()
        if let verify = try optionalObject("verify") {
            followUps.verify = VerifyRule(
                settleMs: Int64(try verify.int("settle_ms")),
                retriesAbsent: try verify.optionalBool("retries_absent") ?? false)
        }
        followUps.readsBack = try optionalBool("reads_back") ?? false
        followUps.refreshes = try optionalBool("refreshes") ?? false
        for name in try optionalArray("probe_tools") ?? [] {
            guard let text = name.stringValue else { throw error("probe_tools", "names of tools") }
            followUps.probes.append(ToolName(text))
        }
        followUps.undo = try optionalString("undo").map(ToolName.init)
        followUps.isPivot = try optionalBool("pivot") ?? false
        return followUps
    }
}

extension JSONObject {
    mutating func set(_ scope: HaltScope) {
        switch scope {
        case .everything: break
        case .tool(let tool): self["tool"] = .string(tool.text)
        case .profile(let profile): self["profile"] = .string(profile)
        }
    }

    mutating func set(_ followUps: FollowUps) {
        if let verify = followUps.verify {
            var rule: JSONObject = ["settle_ms": .integer(Int(verify.settleMs))]
            if verify.retriesAbsent { rule["retries_absent"] = true }
            self["verify"] = .object(rule)
        }
        if followUps.readsBack { self["reads_back"] = true }
        if followUps.refreshes { self["refreshes"] = true }
        if !followUps.probes.isEmpty {
            self["probe_tools"] = .array(followUps.probes.map { .string($0.text) })
        }
        set("undo", followUps.undo)
        if followUps.isPivot { self["pivot"] = true }
    }
}

extension PayloadRef {
    init(reading reader: ObjectReader) throws(JSONShapeError) {
        guard let commitment = Commitment(hex: try reader.string("commit")) else {
            throw reader.error("commit", "64 hexadecimal digits")
        }
        self.init(
            name: try reader.word("name"), commitment: commitment,
            byteCount: try reader.int("bytes"), kind: try reader.word("class"))
    }

    var json: JSONValue {
        [
            "name": .string(name.rawValue), "commit": .string(commitment.description),
            "bytes": .integer(byteCount), "class": .string(kind.rawValue),
        ]
    }
}

extension CallKey {
    var json: JSONValue {
        [
            "tag": .string(tag.description), "source": .string(source.rawValue),
            "fingerprint": .string(fingerprint.description), "window_ms": .integer(Int(windowMs)),
        ]
    }
}

extension JSONObject {
    /// Sets `name` where there is a value, leaves it out where there is none.
    mutating func set(_ name: String, _ value: String?) {
        if let value { self[name] = .string(value) }
    }

    mutating func set(_ name: String, _ value: (some CustomStringConvertible)?) {
        if let value { self[name] = .string(value.description) }
    }

    mutating func set(_ name: String, _ payload: PayloadRef?) {
        if let payload { self[name] = payload.json }
    }

    init(pins: [ToolPin]) {
        let sorted = pins.sorted { $0.tool < $1.tool }
        self.init(sorted.map { ($0.tool.text, .string($0.manifest.description)) })
    }
}
