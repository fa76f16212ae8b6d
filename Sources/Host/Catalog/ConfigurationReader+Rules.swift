// The rules of a config, each by itself: a name, a condition that compiles, and what follows. What
// a rule says of tools is held against the catalog elsewhere.

import Engine
import JSON
import JSONSchema

extension ConfigurationReader {
    /// What decides without being a rule, so that no rule may be called so.
    static let reservedRuleNames = [
        ApprovalRule.manifest, Policy.byMode, Policy.byProfile, Policy.byArguments,
        Policy.byIrreversibility,
    ]

    mutating func rules(_ approvers: [ApproverPart]) -> [ConfiguredRule] {
        let people = ApprovalPeople(Directory(approvers.map(\.approver)))
        var rules: [ConfiguredRule] = []
        var names: [String: JSONPointer] = [:]
        let parts = root.parts(
            "rules", keys: ConfigurationKeys.rule, most: CatalogLimits.maxRules, &findings)
        for part in parts {
            let name = ruleName(part, &names)
            let when = condition(part)
            let then = consequence(part, name: name ?? "", people)
            guard let name, let when, let then else { continue }
            rules.append(
                ConfiguredRule(
                    rule: Rule(name: name, when: when.compiled, then: then), when: when.value,
                    written: .object(part.object), reach: RuleReach(when.value),
                    place: part.pointer))
        }
        return rules
    }

    private mutating func ruleName(
        _ part: Part, _ names: inout [String: JSONPointer]
    ) -> String? {
        guard part.required("name", &findings) != nil,
            let name = part.line("name", maxBytes: CatalogLimits.maxRuleNameBytes, &findings)
        else { return nil }
        if ConfigurationReader.reservedRuleNames.contains(name) {
            findings.add(
                part.place("name"),
                "`\(name)` stands for what decides without a rule; choose another name")
        }
        if let before = names.updateValue(part.pointer, forKey: name) {
            findings.add(
                part.place("name"),
                "the rule at \(before) has the name `\(name)` too; rename one, so that a record "
                    + "says which of them decided")
        }
        return name
    }

    private mutating func condition(_ part: Part) -> ReadSchema? {
        guard let value = part.required("when", &findings) else { return nil }
        let place = part.place("when")
        do {
            let compiled = try CompiledSchema(compiling: value)
            _ = try value.canonicalBytes()
            RuleKeywords.check(value, at: place, &findings)
            return ReadSchema(value: value, compiled: compiled)
        } catch let error as SchemaError {
            findings.add(place.appending(error.pointer), error.message)
        } catch let error as CanonicalError {
            findings.add(place.appending(error.pointer), error.message)
        } catch {
            preconditionFailure("Reading a schema throws only the two errors caught above.")
        }
        return nil
    }

    private mutating func consequence(
        _ rule: Part, name: String, _ people: ApprovalPeople
    ) -> Consequence? {
        guard rule.required("then", &findings) != nil,
            let part = rule.part("then", keys: ConfigurationKeys.then, &findings)
        else { return nil }
        let given = ConfigurationKeys.then.known.filter(part.has)
        guard let word = given.first, given.count == 1 else {
            findings.add(
                part.pointer,
                "has exactly one of \(ConfigurationKeys.then.known.joined(separator: ", "))")
            return nil
        }
        switch word {
        case "deny":
            return part.line("deny", maxBytes: CatalogLimits.maxReasonBytes, &findings)
                .map { .deny(reason: $0) }
        case "approve":
            let place = part.place("approve")
            let demand = ApprovalReader(
                part.object["approve"] ?? .null, at: place, name: name, &findings)?
                .rule(&findings)
            if let demand { people.check(demand, at: place, &findings) }
            return demand.map { .approve($0) }
        case let flag:
            guard let isSet = part.flag(flag, &findings) else { return nil }
            if !isSet {
                findings.add(
                    part.place(flag), "can only be true; remove the rule where it is not to hold")
            }
            return flag == "shadow" ? .shadow : .allow
        }
    }
}
