// The keywords that combine schemas: allOf, anyOf, oneOf, not, if/then/else.
import JSON

extension Evaluator {
    mutating func checkLogic(
        _ number: Int, _ rule: LogicRule, _ value: JSONValue, _ seen: inout Evaluated
    ) -> Bool {
        var fits = true
        for node in rule.allOf {
            fits = check(node, value, &seen) && fits
            if !fits, !isCollecting { return false }
        }
        if !rule.anyOf.isEmpty { fits = checkAny(number, rule.anyOf, value, &seen) && fits }
        if !fits, !isCollecting { return false }
        if !rule.oneOf.isEmpty { fits = checkOne(number, rule.oneOf, value, &seen) && fits }
        if !fits, !isCollecting { return false }
        if let node = rule.not { fits = checkNot(number, node, value) && fits }
        if !fits, !isCollecting { return false }
        if let condition = rule.condition {
            fits = checkCondition(condition, rule, value, &seen) && fits
        }
        return fits
    }

    private mutating func checkAny(
        _ number: Int, _ nodes: [Int], _ value: JSONValue, _ seen: inout Evaluated
    ) -> Bool {
        var hasFit = false
        var failures: [[Finding]] = []
        for node in nodes {
            var own = Evaluated(isActive: seen.isActive)
            let (fits, problems) = attempt(node, value, &own)
            if fits {
                // Once one fits, the others matter only for what they have looked at.
                if !seen.isActive { return true }
                hasFit = true
                seen.formUnion(own)
            } else {
                failures.append(problems)
            }
        }
        return hasFit || failAlternatives(number, "anyOf", failures, value)
    }

    private mutating func checkOne(
        _ number: Int, _ nodes: [Int], _ value: JSONValue, _ seen: inout Evaluated
    ) -> Bool {
        var fitting: [Int] = []
        var failures: [[Finding]] = []
        for (position, node) in nodes.enumerated() {
            var own = Evaluated(isActive: seen.isActive)
            let (fits, problems) = attempt(node, value, &own)
            if fits {
                fitting.append(position + 1)
                seen.formUnion(own)
                if fitting.count > 1, !isCollecting { return false }
            } else {
                failures.append(problems)
            }
        }
        if fitting.count == 1 { return true }
        guard fitting.isEmpty else {
            return fail(number, "oneOf") { _ in
                "fits forms \(Wording.list(fitting.map(String.init), "and")) of the "
                    + "\(nodes.count) allowed, and must fit exactly one; "
                    + "leave out what belongs to the others"
            }
        }
        return failAlternatives(number, "oneOf", failures, value)
    }

    /// Says why none of several forms fits, as shortly as it can be said.
    private mutating func failAlternatives(
        _ number: Int, _ keyword: String, _ failures: [[Finding]], _ value: JSONValue
    ) -> Bool {
        guard isCollecting else { return false }
        let here = JSONPointer(tokens: path.map(\.token))
        switch Alternatives.judge(failures, at: here) {
        case .types(let types):
            return failType(number, types, value)
        case .choices(let choices):
            return failChoice(number, keyword, choices, value)
        case .one(let problems):
            let room = max(0, program.limits.violations - findings.count)
            findings += problems.prefix(room)
            return false
        case .several(let reasons):
            return fail(number, keyword) { _ in
                "fits none of the \(failures.count) allowed forms: "
                    + Wording.numbered(reasons, limit: 3)
            }
        }
    }

    private mutating func checkNot(_ number: Int, _ node: Int, _ value: JSONValue) -> Bool {
        var ignored = Evaluated.ignored
        guard quietly(node, value, &ignored) else { return halt == nil }
        return fail(number, "not") { voice in
            let excluded = Wording.brief(voice.program.nodes[node], limits: voice.program.limits)
            return "is one of the values that \(excluded), which are not allowed here; change it"
        }
    }

    private mutating func checkCondition(
        _ condition: Int, _ rule: LogicRule, _ value: JSONValue, _ seen: inout Evaluated
    ) -> Bool {
        var own = Evaluated(isActive: seen.isActive)
        if quietly(condition, value, &own) {
            seen.formUnion(own)
            return rule.then.map { check($0, value, &seen) } ?? true
        }
        return rule.otherwise.map { check($0, value, &seen) } ?? true
    }
}

/// How to tell somebody that none of several forms fits.
enum Alternatives {
    /// All ask only for another type.
    case types(TypeSet)
    /// All ask only for certain values: together they are a list of choices.
    case choices([JSONValue])
    /// One form was clearly meant; these are its problems.
    case one([Finding])
    case several([String])

    static func judge(_ failures: [[Finding]], at here: JSONPointer) -> Alternatives {
        if let types = onlyTypes(failures, at: here) { return .types(types) }
        if failures.count == 1 { return .one(failures[0]) }
        if let choices = onlyChoices(failures, at: here) { return .choices(choices) }
        // A wrong type or a wrong tag shows that another form was meant.
        let meant = failures.filter { problems in
            !problems.isEmpty && problems.allSatisfy { !isTelling($0, at: here) }
        }
        if meant.count == 1 { return .one(meant[0]) }
        return .several(
            failures.map { problems in
                guard let first = problems.first else { return "it does not fit" }
                return first.place == here ? first.text : first.message
            })
    }

    private static func onlyTypes(_ failures: [[Finding]], at here: JSONPointer) -> TypeSet? {
        var all = TypeSet()
        for problems in failures {
            guard problems.count == 1, problems[0].place == here,
                case .type(let types) = problems[0].kind
            else { return nil }
            all.formUnion(types)
        }
        return all
    }

    private static func onlyChoices(
        _ failures: [[Finding]], at here: JSONPointer
    ) -> [JSONValue]? {
        var all: [JSONValue] = []
        for problems in failures {
            guard problems.count == 1, problems[0].place == here,
                case .choice(let choices) = problems[0].kind
            else { return nil }
            all += choices
        }
        return all
    }

    private static func isTelling(_ finding: Finding, at here: JSONPointer) -> Bool {
        switch finding.kind {
        case .type: finding.place == here
        case .choice: true
        case .other: false
        }
    }
}
