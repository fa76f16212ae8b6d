// The rules of a world, each as the engine reads it and as it can be read off: a tool, a least
// number in the arguments, and what follows. Drawn from a stream of their own.

import Engine
import JSON
import JSONSchema
import Proofs

struct WorldRules {
    struct Line {
        let tool: ToolName?
        let least: Int
        let then: Consequence
        let name: String
    }
    let lines: [Line]
    let mode: Mode
    let people: [Approver]
    let rulebook: Rulebook

    static let keys = (1...2).map { SigningKey(seed: [UInt8](repeating: UInt8($0), count: 32)) }
    /// Accounts that somebody may decide from: approvers, the requester, and strangers.
    static let accounts = ["ana", "maria", "chief1", "chief2", "lead1", "clerk1", "eve"]

    /// - Parameter base: what is limited, and the tools.
    init(_ chance: inout Chance, _ base: Rulebook, version: Int) {
        let names = base.policy.allow
        var lines: [Line] = []
        for number in 0..<chance.below(4) {
            let name = "rule \(number)"
            lines.append(
                Line(
                    tool: chance.percent(60) ? chance.pick(names) : nil,
                    least: chance.below(8), then: WorldRules.consequence(name, &chance),
                    name: name))
        }
        self.lines = lines
        mode = chance.percent(92) ? .full : chance.percent(50) ? .shadow : .readOnly
        people = WorldRules.people(&chance)
        rulebook = Rulebook(
            policy: Policy(
                digest: Digest.sha256(Array("rules \(version)".utf8)), allow: names, mode: mode,
                rules: lines.map(\.rule), allowance: base.policy.allowance,
                directory: Directory(people)),
            tools: base.tools)
    }

    private static func consequence(_ name: String, _ chance: inout Chance) -> Consequence {
        switch chance.below(12) {
        case 0: return .deny(reason: "not now")
        case 1: return .shadow
        case 2: return .allow
        case _: break
        }
        let roles = [["manager"], ["finance"], ["manager", "finance"]]
        var stages: [Stage] = []
        for _ in 0...(chance.percent(20) ? 1 : 0) {
            stages.append(
                Stage(
                    by: .named(chance.pick(roles) ?? []),
                    count: chance.percent(3) ? 9 : chance.percent(30) ? 2 : 1))
        }
        return .approve(
            ApprovalRule(
                name: name, stages: stages, decideWithinMs: chance.within(5_000...120_000),
                executeWithinMs: chance.within(2_000...60_000),
                remindAfterMs: chance.percent(30) ? chance.within(2_000...20_000) : nil,
                escalateAfterMs: chance.percent(30) ? chance.within(2_000...20_000) : nil,
                escalateTo: ["finance"],
                onSilence: chance.pick(Silence.allCases) ?? .deny,
                abortsWhenDenied: chance.percent(10)))
    }

    private static func people(_ chance: inout Chance) -> [Approver] {
        func one(
            _ name: String, _ accounts: [String], _ keys: [PublicKey], _ aliases: [String],
            _ roles: [String]
        ) -> Approver {
            Approver(name: name, accounts: accounts, keys: keys, aliases: aliases, roles: roles)
        }
        return [
            one("chief", ["chief1", "chief2"], [keys[0].publicKey], [], ["manager", "finance"]),
            one("lead", ["lead1"], [keys[1].publicKey], [], ["manager"]),
            one("clerk", ["clerk1"], [], chance.percent(8) ? ["Ana"] : [], ["finance"]),
            one("maria", ["maria"], [], ["ANA"], ["manager", "finance"]),
        ].filter { _ in chance.percent(92) }
    }
}

extension WorldRules.Line {
    fileprivate var rule: Rule {
        var properties: JSONObject = [
            "arguments": ["properties": ["n": ["minimum": .integer(least)]], "required": ["n"]]
        ]
        if let tool { properties["tool"] = ["const": .string(tool.text)] }
        let condition: JSONValue = [
            "properties": .object(properties), "required": ["arguments"],
        ]
        do {
            return Rule(name: name, when: try CompiledSchema(compiling: condition), then: then)
        } catch {
            preconditionFailure("The conditions of a world's rules are schemas: \(error.message)")
        }
    }
}

extension WorldRules {
    enum Verdict {
        case no, onPaper, yes
        case ask([ApprovalRule])
    }

    /// What the rules say of a call, by code of its own.
    func verdict(_ call: Call, _ n: Int) -> Verdict {
        let isWrite = call.delivery != .read
        if isWrite, mode == .readOnly { return .no }
        let holding = lines.filter { ($0.tool == nil || $0.tool == call.tool) && n >= $0.least }
        if holding.contains(where: { $0.then.verdict == .deny }) { return .no }
        if isWrite, mode == .shadow { return .onPaper }
        let demands = demands(of: holding, call.tool)
        if demands.count > Limits.demandsPerCall { return .no }
        if !demands.isEmpty { return .ask(demands) }
        if holding.contains(where: { $0.then.verdict == .shadow }) { return .onPaper }
        return isWrite && call.reversibility == .irreversible ? .no : .yes
    }

    /// Everybody whom any of the lines asks, and the tool's own manifest.
    func demands(of lines: [Line], _ tool: ToolName) -> [ApprovalRule] {
        var demands: [ApprovalRule] = []
        for case .approve(let demand) in lines.map(\.then) { demands.append(demand) }
        if let own = rulebook.tools[tool]?.approval { demands.append(own) }
        return demands
    }

    /// Whom an identity stands for, and whether that is whoever asks.
    private func who(_ identity: Identity) -> (name: String, entry: Approver?, account: String)? {
        switch identity {
        case .account(let account):
            let entry = people.first { $0.accounts.contains(account) }
            return (entry?.name ?? account, entry, account)
        case .key(let key, _, _):
            return people.first { $0.keys.contains(key) }.map { ($0.name, $0, "") }
        case .client(let person): return (person, nil, person)
        case .silence, .grant: return nil
        }
    }

    /// Whether enough different people whom the demand asks have said yes, in their order.
    func isMet(
        _ demand: ApprovalRule, _ yeses: [Identity], isEscalated: Bool, for caller: Caller
    ) -> Bool {
        var counted: Set<String> = []
        var rest = yeses.compactMap(who)[...]
        for stage in demand.stages {
            var missing = stage.count
            while missing > 0 {
                guard let (name, entry, account) = rest.popFirst() else { return false }
                let isOwn = [caller.person, caller.account].contains(account)
                let isAsked: Bool
                switch stage.by {
                case .requester: isAsked = isOwn
                case .named(let names):
                    let asked = names + (isEscalated ? demand.escalateTo : [])
                    let known = (entry?.aliases ?? []) + (entry?.accounts ?? [])
                    isAsked = !isOwn && entry?.roles.contains(where: asked.contains) == true
                        && !known.contains { $0.lowercased() == caller.person }
                }
                guard isAsked, counted.insert(name).inserted else { continue }
                missing -= 1
            }
        }
        return true
    }
}
