// Policies and people for tests: who they are, what the rules ask, and a world under them.

import JSON
import JSONSchema
import Proofs

@testable import Engine

enum Crew {
    static let leadKey = SigningKey(seed: [UInt8](repeating: 1, count: 32))
    static let chiefKey = SigningKey(seed: [UInt8](repeating: 2, count: 32))

    static let lead = Approver(
        name: "lead", accounts: ["frontdesk"], keys: [leadKey.publicKey], roles: ["manager"])
    static let chief = Approver(
        name: "chief", accounts: ["finance1"], keys: [chiefKey.publicKey],
        roles: ["manager", "finance"])
    static let clerk = Approver(
        name: "clerk", accounts: ["finance2", "finance2b"], keys: [], roles: ["finance"])
    /// The person behind the agent, under another name.
    static let ana = Approver(
        name: "ana-maria", accounts: ["amaria"], keys: [], aliases: ["ANA"],
        roles: ["finance", "manager"])

    static let all = Directory([lead, chief, clerk, ana])
}

extension ApprovalRule {
    static func by(
        _ names: [String], count: Int = 1, name: String = "rule", decideWithinMs: Int64 = 60_000,
        executeWithinMs: Int64 = 10_000, remindAfterMs: Int64? = nil,
        escalateAfterMs: Int64? = nil, escalateTo: [String] = [], onSilence: Silence = .deny,
        abortsWhenDenied: Bool = false
    ) -> ApprovalRule {
        ApprovalRule(
            name: name, stages: [Stage(by: .named(names), count: count)],
            decideWithinMs: decideWithinMs, executeWithinMs: executeWithinMs,
            remindAfterMs: remindAfterMs, escalateAfterMs: escalateAfterMs,
            escalateTo: escalateTo, onSilence: onSilence, abortsWhenDenied: abortsWhenDenied)
    }
}

extension Rule {
    static func when(
        _ condition: JSONValue, _ then: Consequence, name: String = "rule"
    ) throws -> Rule {
        Rule(name: name, when: try CompiledSchema(compiling: condition), then: then)
    }

    static func always(_ then: Consequence, name: String = "rule") throws -> Rule {
        try when(true, then, name: name)
    }

    static func argument(
        _ name: String, _ schema: JSONValue, _ then: Consequence, named rule: String = "rule"
    ) throws -> Rule {
        try when(
            [
                "required": ["arguments"],
                "properties": [
                    "arguments": [
                        "required": [.string(name)],
                        "properties": .object(JSONObject([(name, schema)])),
                    ]
                ],
            ], then, name: rule)
    }
}

extension World {
    /// From now on these rules are in force for everybody.
    func rule(
        _ rules: [Rule], over tools: [Tool], mode: Mode = .full, allow: [ToolName]? = nil,
        directory: Directory = Crew.all, allowance: Allowance = .unlimited, version: String = "1"
    ) {
        let policy = Policy(
            digest: Digest.sha256(Array("policy \(version)".utf8)),
            allow: allow ?? tools.map(\.name), mode: mode, rules: rules, allowance: allowance,
            directory: directory)
        let byName = Dictionary(
            tools.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        doors = doors.under(Rulebook(policy: policy, tools: byName))
    }

    @discardableResult
    func decide(
        _ approval: ApprovalID, _ decision: ApprovalDecision, as decider: Decider
    ) throws -> CallView {
        let moment = moment()
        return try door { [doors] (journal) throws(DoorError) in
            try doors.decide(approval, decision, by: decider, in: journal, moment)
        }
    }

    func signed(
        _ approval: Approval, _ word: DecisionWord, with key: SigningKey, at: Instant? = nil,
        digest: Digest? = nil
    ) -> Decider {
        let at = at ?? now
        let note = DecisionNote(
            approval: approval.id, action: digest ?? approval.action, word: word, at: at)
        return .signed(key.publicKey, key.sign(note.signedBytes), at: at)
    }

    func approval(of call: CallID) throws -> Approval {
        guard let approval = try self.call(call).approval else {
            preconditionFailure("The test's call has an approval.")
        }
        return approval
    }

    func grant(
        _ wish: GrantRequest.Wish, by account: String = "ops"
    ) throws -> CallView {
        let moment = moment()
        return try door { [doors] (journal) throws(DoorError) in
            try doors.request(
                GrantRequest(wish, reason: "a busy day", by: account), in: journal, moment)
        }
    }

    @discardableResult
    func revoke(_ grant: CallID, by account: String = "ops") throws -> CallView {
        let moment = moment()
        return try door { [doors] (journal) throws(DoorError) in
            try doors.revoke(grant, reason: "enough", by: account, in: journal, moment)
        }
    }
}
