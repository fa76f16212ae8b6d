// The keywords about objects.
import JSON

extension Evaluator {
    mutating func checkObject(
        _ number: Int, _ rule: ObjectRule, _ object: JSONObject, _ seen: inout Evaluated
    ) -> Bool {
        var fits = checkMemberCount(number, rule, object.count)
        if !fits, !isCollecting { return false }
        var present = BitSet()
        for (position, member) in object.members.enumerated() {
            let known = rule.names.index(of: member.name)
            if let known, rule.notesPresence { present.insert(known) }
            fits = checkMember(number, rule, member, known, position, &seen) && fits
            if !fits, !isCollecting || halt != nil { return false }
        }
        guard rule.notesPresence else { return fits }
        fits = checkPresence(number, rule, present) && fits
        for dependent in rule.dependentSchemas where present.contains(dependent.name) {
            if !fits, !isCollecting { return false }
            fits = check(dependent.node, .object(object), &seen) && fits
        }
        return fits
    }

    private mutating func checkMemberCount(
        _ number: Int, _ rule: ObjectRule, _ count: Int
    ) -> Bool {
        var fits = true
        if let least = rule.minProperties, count < least {
            fits = fail(number, "minProperties") { _ in
                "has \(count) \(Wording.plural(count, "property", "properties")); at least "
                    + "\(least) \(Wording.plural(least, "is", "are")) needed"
            }
        }
        if let most = rule.maxProperties, count > most {
            fits = fail(number, "maxProperties") { _ in
                "has \(count) \(Wording.plural(count, "property", "properties")); at most "
                    + "\(most) \(Wording.plural(most, "is", "are")) allowed"
            }
        }
        return fits
    }

    private mutating func checkMember(
        _ number: Int, _ rule: ObjectRule, _ member: JSONObject.Member, _ known: Int?,
        _ position: Int, _ seen: inout Evaluated
    ) -> Bool {
        guard spend(1) else { return false }
        var fits = true
        var isCovered = false
        if let names = rule.propertyNames {
            fits = checkName(number, names, member.name)
        }
        if let known, let node = rule.properties[known] {
            isCovered = true
            fits = check(node, member.value, at: .member(member.name)) && fits
        }
        for (pattern, node) in rule.patterns {
            guard let matches = pattern.matches(member.name, steps: &stepsLeft) else {
                halt = .work
                return false
            }
            guard matches else { continue }
            isCovered = true
            fits = check(node, member.value, at: .member(member.name)) && fits
        }
        if !isCovered, let node = rule.additional {
            isCovered = true
            if program.nodes[node].verdict == false {
                fits = failUnknown(number, "additionalProperties", member.name)
            } else {
                fits = check(node, member.value, at: .member(member.name)) && fits
            }
        }
        if isCovered { seen.insert(position) }
        return fits
    }

    private mutating func checkName(_ number: Int, _ node: Int, _ name: String) -> Bool {
        var ignored = Evaluated.ignored
        guard isCollecting else { return check(node, .string(name), &ignored) }
        let (fits, problems) = attempt(node, .string(name), &ignored)
        if fits { return true }
        return fail(number, "propertyNames", at: .member(name)) { _ in
            "this property name is not allowed: \(problems.first?.text ?? "no name is")"
        }
    }

    private mutating func checkPresence(
        _ number: Int, _ rule: ObjectRule, _ present: BitSet
    ) -> Bool {
        var fits = true
        for (name, isRequired) in rule.required.enumerated()
        where isRequired && !present.contains(name) {
            guard isCollecting else { return false }
            fits = fail(number, "required", at: .member(rule.names.names[name])) { _ in
                "required but missing"
            }
        }
        for dependent in rule.dependentRequired where present.contains(dependent.name) {
            for name in dependent.needs where !present.contains(name) {
                guard isCollecting else { return false }
                let cause = rule.names.names[dependent.name]
                let missing = PathStep.member(rule.names.names[name])
                fits = fail(number, "dependentRequired", inner: cause, at: missing) { _ in
                    "required together with \(Wording.quoted(cause)) but missing"
                }
            }
        }
        return fits
    }

    private mutating func failUnknown(_ number: Int, _ keyword: String, _ name: String) -> Bool {
        fail(number, keyword, at: .member(name)) { voice in
            let known = voice.program.knownNames(number)
            return Wording.unknownProperty(
                name, known: known, limit: voice.program.limits.shownChoices)
        }
    }

    mutating func checkUnevaluated(
        _ node: Int, _ number: Int, _ object: JSONObject, _ seen: inout Evaluated
    ) -> Bool {
        var fits = true
        for (position, member) in object.members.enumerated() where !seen.contains(position) {
            guard spend(1) else { return false }
            if program.nodes[node].verdict == false {
                fits = failUnknown(number, "unevaluatedProperties", member.name)
            } else {
                fits = check(node, member.value, at: .member(member.name)) && fits
            }
            if !fits, !isCollecting || halt != nil { return false }
        }
        seen.insertAll()
        return fits
    }
}

extension SchemaProgram {
    /// The property names that the schemas for one place know, in their order; of very many, the
    /// first ones.
    func knownNames(_ number: Int) -> [String] {
        var names: [String] = []
        var waiting = [number]
        var visited: Set<Int> = []
        while let next = waiting.popLast(), names.count < EditDistance.maxCandidates {
            guard visited.insert(next).inserted else { continue }
            if let rule = nodes[next].objects {
                let known = rule.names.names.prefix(EditDistance.maxCandidates)
                for (index, name) in known.enumerated()
                where rule.properties[index] != nil && !names.contains(name) {
                    names.append(name)
                }
            }
            waiting += nodes[next].sameValueNodes.reversed()
        }
        return names
    }
}
