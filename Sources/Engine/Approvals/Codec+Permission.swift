// How what policy and people say of a call is written into records and snapshots, and read back.

import JSON
import Proofs

extension EventParts {
    init(permission event: Event) {
        switch event {
        case .callDenied(let call, let note, let reason):
            self.init(.callDenied, call, payloads: [reason])
            body = ["ruling": note.json]
        case .callShadowed(let call, let note, let preview):
            self.init(.callShadowed, call, payloads: [preview])
            body = ["ruling": note.json]
        case .approvalRequested(let call, let request):
            self.init(.approvalRequested, call)
            body = request.body
        case .decisionMade(let call, let approval, let decision):
            self.init(.decisionMade, call, payloads: [decision.reason])
            body = [
                "approval": .string(approval.text), "decision": .string(decision.word.rawValue),
                "by": .string(decision.by), "identity": decision.identity.json,
            ]
        case .approvalReminded(let call, let approval):
            self.init(.approvalReminded, call)
            body = ["approval": .string(approval.text)]
        case .approvalEscalated(let call, let approval, let decideBy):
            self.init(.approvalEscalated, call)
            body = ["approval": .string(approval.text)]
            body.set("decide_by", decideBy)
        case .approvalGranted(let call, let approval, let by, let executeBy, let reason):
            self.init(.approvalGranted, call, payloads: [reason])
            body = [
                "approval": .string(approval.text), "by": .string(by),
                "execute_by": .string(executeBy.description),
            ]
        case .approvalDenied(let call, let approval, let by, let reason):
            self.init(.approvalDenied, call, payloads: [reason])
            body = ["approval": .string(approval.text), "by": .string(by)]
        case .approvalExpired(let call, let approval, let clock):
            self.init(.approvalExpired, call)
            body = ["approval": .string(approval.text), "clock": .string(clock.rawValue)]
        case .grantIssued(let call, let until):
            self.init(.grantIssued, call)
            body = ["until": .string(until.description)]
        case .grantRevoked(let call, let by, let reason):
            self.init(.grantRevoked, call, payloads: [reason])
            body = ["by": .string(by)]
        case .runOpened, .manifestsPinned, .runCompleted, .runAborting, .abortForced,
            .runAborted, .runQuarantined, .runReleased, .halted, .resumed, .callAccepted,
            .attemptStarted, .attemptSucceeded, .attemptFailed, .attemptUnknown, .senderGone,
            .probeStarted, .probeEnded, .lateAnswer, .recoveryExhausted, .cancelRequested,
            .callCancelled, .callResolved, .outcomeDelivered, .callCompensated, .undoFailed,
            .undoImpossible, .leftStanding, .callQueued:
            preconditionFailure("Only what policy and people say of a call is taken apart here.")
        }
    }
}

extension EventSource {
    func permission(_ kind: EventKind) throws(JSONShapeError) -> Event {
        switch kind {
        case .callDenied:
            return .callDenied(
                try call(), try body.ruling("ruling"), reason: try required(.reason))
        case .callShadowed:
            return .callShadowed(
                try call(), try body.ruling("ruling"), preview: payload(.preview))
        case .approvalRequested:
            return .approvalRequested(try call(), try ApprovalRequested(reading: body))
        case .decisionMade:
            // When it was made is when the record was; the run's fold sets it.
            return .decisionMade(
                try call(), try body.minted("approval"),
                Decision(
                    word: try body.word("decision"), by: try body.string("by"),
                    identity: try Identity(reading: try body.object("identity")),
                    reason: payload(.reason), at: try leaf.instant("at")))
        case .approvalReminded:
            return .approvalReminded(try call(), try body.minted("approval"))
        case .approvalEscalated:
            return .approvalEscalated(
                try call(), try body.minted("approval"),
                decideBy: try body.optionalInstant("decide_by"))
        case .approvalGranted:
            return .approvalGranted(
                try call(), try body.minted("approval"), by: try body.string("by"),
                executeBy: try body.instant("execute_by"), reason: payload(.reason))
        case .approvalDenied:
            return .approvalDenied(
                try call(), try body.minted("approval"), by: try body.string("by"),
                reason: try required(.reason))
        case .approvalExpired:
            return .approvalExpired(
                try call(), try body.minted("approval"), try body.word("clock"))
        case .grantIssued:
            return .grantIssued(try call(), until: try body.instant("until"))
        case .grantRevoked:
            return .grantRevoked(
                try call(), by: try body.string("by"), reason: try required(.reason))
        case .runOpened, .manifestsPinned, .runCompleted, .runAborting, .abortForced,
            .runAborted, .runQuarantined, .runReleased, .halted, .resumed, .callAccepted,
            .attemptStarted, .attemptSucceeded, .attemptFailed, .attemptUnknown, .senderGone,
            .probeStarted, .probeEnded, .lateAnswer, .recoveryExhausted, .cancelRequested,
            .callCancelled, .callResolved, .outcomeDelivered, .callCompensated, .undoFailed,
            .undoImpossible, .leftStanding, .callQueued:
            preconditionFailure("Only what policy and people say of a call is read here.")
        }
    }
}

extension ApprovalRequested {
    fileprivate var body: JSONObject {
        var body: JSONObject = [
            "approval": .string(approval.text), "rule": .string(rule),
            "action": .string(action.hex), "decide_by": .string(decideBy.description),
            "execute_within_ms": .integer(Int(executeWithinMs)),
        ]
        // What the first records asked is still written as they wrote it.
        if demands != [.confirmation(name: rule, executeWithinMs: executeWithinMs)] {
            body["demands"] = .array(demands.map(\.json))
        }
        body.set("because", because?.rawValue)
        body.set("policy", policy?.hex)
        return body
    }

    fileprivate init(reading body: ObjectReader) throws(JSONShapeError) {
        let rule = try body.string("rule")
        let executeWithinMs = Int64(try body.int("execute_within_ms"))
        self.init(
            approval: try body.minted("approval"), rule: rule, action: try body.digest("action"),
            decideBy: try body.instant("decide_by"), executeWithinMs: executeWithinMs,
            demands: try body.demands(of: rule, executeWithinMs),
            because: try body.optionalWord("because"),
            policy: try body.optionalDigest("policy"))
    }
}

extension ObjectReader {
    /// The first records said nothing of it, for there was one kind of approval.
    func demands(
        of rule: String, _ executeWithinMs: Int64
    ) throws(JSONShapeError) -> [ApprovalRule] {
        guard let written = try optionalArray("demands") else {
            return [.confirmation(name: rule, executeWithinMs: executeWithinMs)]
        }
        guard !written.isEmpty else { throw error("demands", "at least one demand") }
        var demands: [ApprovalRule] = []
        for value in written { demands.append(try ApprovalRule(reading: ObjectReader(value))) }
        return demands
    }

    func optionalDigest(_ name: String) throws(JSONShapeError) -> Digest? {
        guard try optionalString(name) != nil else { return nil }
        return try digest(name)
    }

    func ruling(_ name: String) throws(JSONShapeError) -> RulingNote {
        let reader = try object(name)
        return RulingNote(
            verdict: try reader.word("verdict"), rules: try reader.texts("rules"),
            policy: try reader.digest("policy"))
    }

    func optionalRuling(_ name: String) throws(JSONShapeError) -> RulingNote? {
        guard try optionalObject(name) != nil else { return nil }
        return try ruling(name)
    }

    func texts(_ name: String) throws(JSONShapeError) -> [String] {
        var texts: [String] = []
        for value in try array(name) {
            guard let text = value.stringValue else { throw error(name, "a list of texts") }
            texts.append(text)
        }
        return texts
    }

    func labels() throws(JSONShapeError) -> Labels {
        Labels(reads: try optionalLabels("reads"), changes: try optionalLabels("changes"))
    }

    func optionalLabels(_ name: String) throws(JSONShapeError) -> [Label] {
        guard try optionalArray(name) != nil else { return [] }
        var labels: [Label] = []
        for text in try texts(name) {
            guard let label = Label(rawValue: text) else {
                throw error(name, "labels that this release knows")
            }
            labels.append(label)
        }
        return labels
    }
}

extension JSONObject {
    mutating func set(_ labels: Labels) {
        set("reads", labels.reads)
        set("changes", labels.changes)
    }

    mutating func set(_ name: String, _ labels: [Label]) {
        if !labels.isEmpty { self[name] = .array(labels.map { .string($0.rawValue) }) }
    }
}

extension RulingNote {
    var json: JSONValue {
        [
            "verdict": .string(verdict.rawValue), "policy": .string(policy.hex),
            "rules": .array(rules.map { .string($0) }),
        ]
    }
}

extension Identity {
    var json: JSONValue {
        switch self {
        case .account(let name): ["account": .string(name)]
        case .key(let key, let signature, let at):
            [
                "key": .string(key.description), "signature": .string(signature.description),
                "signed_at": .string(at.description),
            ]
        case .client(let person): ["client": .string(person)]
        case .silence: ["silence": true]
        case .grant(let call): ["grant": .string(call.text)]
        }
    }

    init(reading reader: ObjectReader) throws(JSONShapeError) {
        if let name = try reader.optionalString("account") {
            self = .account(name)
        } else if let text = try reader.optionalString("key") {
            guard let key = PublicKey(text),
                let signature = Signature(try reader.string("signature"))
            else { throw reader.error("key", "an Ed25519 key and its signature") }
            self = .key(key, signature, at: try reader.instant("signed_at"))
        } else if let person = try reader.optionalString("client") {
            self = .client(person)
        } else if try reader.optionalString("grant") != nil {
            self = .grant(try reader.minted("grant"))
        } else {
            guard try reader.bool("silence") else { throw reader.error("silence", "true") }
            self = .silence
        }
    }
}

extension GrantScope {
    var json: JSONValue {
        var json: JSONObject = ["stands_ms": .integer(Int(standsMs))]
        json.set("tool", tool?.text)
        return .object(json)
    }

    init(reading reader: ObjectReader) throws(JSONShapeError) {
        self.init(
            tool: try reader.optionalString("tool").map(ToolName.init),
            standsMs: Int64(try reader.int("stands_ms")))
    }
}

extension ApprovalRule {
    var json: JSONValue {
        var json: JSONObject = [
            "name": .string(name), "stages": .array(stages.map(\.json)),
            "decide_within_ms": .integer(Int(decideWithinMs)),
            "execute_within_ms": .integer(Int(executeWithinMs)),
        ]
        if let remindAfterMs { json["remind_after_ms"] = .integer(Int(remindAfterMs)) }
        if let escalateAfterMs { json["escalate_after_ms"] = .integer(Int(escalateAfterMs)) }
        if !escalateTo.isEmpty {
            json["escalate_to"] = .array(escalateTo.map { .string($0) })
        }
        if onSilence != .deny { json.set("on_silence", onSilence.rawValue) }
        if abortsWhenDenied { json["on_denial"] = "abort" }
        return .object(json)
    }

    init(reading reader: ObjectReader) throws(JSONShapeError) {
        var stages: [Stage] = []
        for value in try reader.array("stages") {
            stages.append(try Stage(reading: try ObjectReader(value)))
        }
        guard !stages.isEmpty else { throw reader.error("stages", "at least one stage") }
        self.init(
            name: try reader.string("name"), stages: stages,
            decideWithinMs: Int64(try reader.int("decide_within_ms")),
            executeWithinMs: Int64(try reader.int("execute_within_ms")),
            remindAfterMs: try reader.optionalInt("remind_after_ms").map(Int64.init),
            escalateAfterMs: try reader.optionalInt("escalate_after_ms").map(Int64.init),
            escalateTo: try reader.optionalArray("escalate_to") == nil
                ? [] : try reader.texts("escalate_to"),
            onSilence: try reader.optionalWord("on_silence") ?? .deny,
            abortsWhenDenied: try reader.optionalString("on_denial") == "abort")
    }
}

extension Stage {
    fileprivate var json: JSONValue {
        var json: JSONObject = ["count": .integer(count)]
        switch by {
        case .requester: json["by"] = "requester"
        case .named(let names): json["by"] = .array(names.map { .string($0) })
        }
        return .object(json)
    }

    fileprivate init(reading reader: ObjectReader) throws(JSONShapeError) {
        let count = try reader.int("count")
        guard count >= 1 else { throw reader.error("count", "at least 1") }
        if case .string("requester")? = reader.object["by"] {
            self.init(by: .requester, count: count)
        } else {
            self.init(by: .named(try reader.texts("by")), count: count)
        }
    }
}
