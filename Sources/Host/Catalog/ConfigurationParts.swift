// What a config comes to, part by part, before it is one value; and the policies that are made of
// it.

import Engine
import JSON
import Proofs

struct ConfigurationParts {
    let storePath: String
    let group: String?
    let toolPaths: [String]
    let databases: [String: String]
    let secrets: [String: SecretSource]
    let profiles: [ProfilePart]
    let approvers: [ApproverPart]
    let operators: [String]?
    let rules: [ConfiguredRule]
    let policies: [String: Policy]
    let recordSecretPath: String
    let notify: [NotifyTarget]
    let leaseMs: Int64
    let graceMs: Int64
}

/// A rule with what it was made from: messages and the policy's digest go by what was written.
struct ConfiguredRule: Sendable {
    let rule: Rule
    let when: JSONValue
    /// The whole entry.
    let written: JSONValue
    let reach: RuleReach
    /// The entry's place in the config.
    let place: JSONPointer

    var name: String { rule.name }
    /// What the rule asks for, where it asks for a yes.
    var demand: ApprovalRule? {
        if case .approve(let demand) = rule.then { demand } else { nil }
    }
}

struct ApproverPart {
    let approver: Approver
    let written: JSONValue
    let place: JSONPointer
}

extension ConfigurationReader {
    static let policyDomain = "holdfast.policy.v1"

    /// Made once, so that nothing is compiled or hashed when a call is judged.
    mutating func policies(
        _ profiles: [ProfilePart], _ approvers: [ApproverPart], _ rules: [ConfiguredRule]
    ) -> [String: Policy] {
        let directory = Directory(approvers.map(\.approver))
        var policies: [String: Policy] = [:]
        for part in profiles {
            do {
                policies[part.profile.name] = Policy(
                    digest: try .canonical(
                        ConfigurationReader.deciding(part, approvers, rules),
                        domain: ConfigurationReader.policyDomain),
                    allow: part.profile.allow, mode: part.mode, rules: rules.map(\.rule),
                    allowance: part.allowance, directory: directory)
            } catch {
                // Numbers that have no canonical form are told where they stand: see `rules` and
                // `profiles`.
                precondition(!findings.all.isEmpty, "Every such number is a finding: \(error)")
            }
        }
        return policies
    }

    /// Everything that decides, in one document: the order of keys and the spelling of numbers and
    /// texts are gone in its canonical form.
    private static func deciding(
        _ part: ProfilePart, _ approvers: [ApproverPart], _ rules: [ConfiguredRule]
    ) -> JSONValue {
        let allow = part.profile.allow.map(\.text).sorted()
        return [
            "allow": .array(allow.map { .string($0) }),
            "mode": .string(part.mode.rawValue),
            "budget": part.allowance.budget,
            "limits": part.allowance.limits,
            "rules": .array(rules.map(\.written)),
            "approvers": .array(approvers.map(\.written)),
        ]
    }
}

// Amounts are texts: in millionths they may be more than a canonical number holds.
extension Allowance {
    fileprivate var budget: JSONValue { ["run": run.json, "day": day.json] }

    fileprivate var limits: JSONValue {
        var object: JSONObject = [:]
        object["rate"] = rate.map { ["count": .integer($0.count), "per": .ms($0.perMs)] }
        object["concurrency"] = concurrency.map { .integer($0) }
        return .object(object)
    }
}

extension Budget {
    fileprivate var json: JSONValue {
        var object: JSONObject = [:]
        object["calls"] = calls.map { .integer($0) }
        object["writes"] = writes.map { .integer($0) }
        object["cost"] = cost.map { .string("\($0.micros)") }
        object["bytes"] = bytes.map { .integer($0) }
        object["time"] = timeMs.map { .ms($0) }
        object["identical"] = identical.map { .integer($0) }
        return .object(object)
    }
}

extension JSONValue {
    fileprivate static func ms(_ ms: Int64) -> JSONValue { .integer(Int(ms)) }
}
