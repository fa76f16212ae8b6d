// What a policy says, said once more and plainly: conditions that can be read off, weighed by code
// of its own, so that a mistake in the engine's judgement does not hide here as well.

import JSON
import JSONSchema
import Proofs

@testable import Engine

/// A rule whose condition is a tool and a least number in its arguments.
struct PlainRule {
    let tool: ToolName?
    let least: Int
    let then: Consequence
    let name: String

    var rule: Rule {
        get throws {
            var properties: JSONObject = [
                "arguments": [
                    "required": ["n"],
                    "properties": ["n": ["minimum": .integer(least)]],
                ]
            ]
            if let tool { properties["tool"] = ["const": .string(tool.text)] }
            return try .when(
                ["properties": .object(properties), "required": ["arguments"]], then, name: name)
        }
    }

    func holds(_ tool: ToolName, _ n: Int) -> Bool {
        (self.tool == nil || self.tool == tool) && n >= least
    }
}

/// The rules in force at one host.
struct PlainBook {
    var rules: [PlainRule] = []
    var allow: [ToolName] = []
    var mode = Mode.full
    var people: [Approver] = []
    var tools: [ToolName: Tool] = [:]
    var version = 0

    var rulebook: Rulebook {
        get throws {
            Rulebook(
                policy: Policy(
                    digest: Digest.sha256(Array("book \(version)".utf8)), allow: allow,
                    mode: mode, rules: try rules.map { try $0.rule }, allowance: .unlimited,
                    directory: Directory(people)),
                tools: tools)
        }
    }

    enum Verdict {
        case no, onPaper, yes
        case ask([ApprovalRule])
    }

    func verdict(
        _ tool: ToolName, _ n: Int, _ delivery: Delivery, _ reversibility: Reversibility?
    ) -> Verdict {
        guard allow.contains(tool), let own = tools[tool] else { return .no }
        let isWrite = delivery != .read
        let modes = [mode, own.mode]
        if isWrite, modes.contains(.readOnly) { return .no }
        var demands: [ApprovalRule] = []
        var isOnPaper = false
        for rule in rules where rule.holds(tool, n) {
            switch rule.then {
            case .deny: return .no
            case .approve(let demand): demands.append(demand)
            case .shadow: isOnPaper = true
            case .allow: break
            }
        }
        if let demand = own.approval { demands.append(demand) }
        if demands.count > Limits.demandsPerCall { return .no }
        if isWrite, modes.contains(.shadow) { return .onPaper }
        if !demands.isEmpty { return .ask(demands) }
        if isOnPaper { return .onPaper }
        return isWrite && reversibility == .irreversible ? .no : .yes
    }

    /// Everybody whom a rule might ask for a call of the tool.
    func demands(of tool: ToolName) -> [ApprovalRule] {
        var demands: [ApprovalRule] = []
        for rule in rules where rule.tool == nil || rule.tool == tool {
            if case .approve(let demand) = rule.then { demands.append(demand) }
        }
        return demands + (tools[tool]?.approval.map { [$0] } ?? [])
    }
}

/// A yes as it was heard.
struct PlainYes {
    let identity: Identity
    let approval: ApprovalID
    let action: Digest
}

extension PlainBook {
    private enum Someone: Hashable {
        case approver(String)
        case other(String)
    }

    private func someone(_ yes: PlainYes) -> (Someone, Approver?, account: String?)? {
        switch yes.identity {
        case .account(let account):
            let entry = people.first { $0.accounts.contains(account) }
            return (entry.map { .approver($0.name) } ?? .other(account), entry, account)
        case .key(let key, let signature, let at):
            let note = DecisionNote(
                approval: yes.approval, action: yes.action, word: .approve, at: at)
            guard key.isSignature(signature, of: note.signedBytes),
                let entry = people.first(where: { $0.keys.contains(key) })
            else { return nil }
            return (.approver(entry.name), entry, nil)
        case .client(let person): return (.other(person), nil, person)
        case .silence, .grant: return nil
        }
    }

    /// Whether those who said yes, in this order, are whom the demand asks, each once.
    func isMet(
        _ demand: ApprovalRule, _ yeses: [PlainYes], isEscalated: Bool, for caller: Caller
    ) -> Bool {
        var counted: Set<Someone> = []
        var rest = yeses[...]
        for stage in demand.stages {
            var missing = stage.count
            while missing > 0 {
                guard let yes = rest.popFirst() else { return false }
                guard let (who, entry, account) = someone(yes), !counted.contains(who) else {
                    continue
                }
                switch stage.by {
                case .requester:
                    guard account == caller.person || account == caller.account else { continue }
                case .named(let names):
                    let asked = names + (isEscalated ? demand.escalateTo : [])
                    guard let entry,
                        asked.contains(where: { ([entry.name] + entry.roles).contains($0) })
                    else { continue }
                    let known = ([entry.name] + entry.accounts + entry.aliases)
                        .map { $0.lowercased() }
                    let own = [caller.person.lowercased(), caller.account.lowercased()]
                    guard !known.contains(where: own.contains), account != caller.person,
                        account != caller.account
                    else { continue }
                }
                counted.insert(who)
                missing -= 1
            }
        }
        return true
    }
}
