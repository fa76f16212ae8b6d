// The keywords about single values: type, enum, const, numbers, strings.
import JSON

extension Evaluator {
    mutating func failType(_ number: Int, _ types: TypeSet, _ value: JSONValue) -> Bool {
        fail(number, "type", kind: .type(types)) { voice in
            Wording.wrongType(value, expected: types, voice)
        }
    }

    mutating func checkChoices(_ number: Int, _ value: JSONValue) -> Bool {
        var fits = true
        if let rule = program.nodes[number].choices {
            guard spend(Self.weight(of: value)) else { return false }
            if !rule.contains(value) {
                fits = failChoice(number, "enum", rule.values, value)
            }
        }
        if let constant = program.nodes[number].constant, constant != value {
            fits = failChoice(number, "const", [constant], value)
        }
        return fits
    }

    mutating func failChoice(
        _ number: Int, _ keyword: String, _ choices: [JSONValue], _ value: JSONValue
    ) -> Bool {
        fail(number, keyword, kind: .choice(choices)) { Wording.notAmong(choices, value, $0) }
    }

    mutating func checkNumber(_ number: Int, _ rule: NumberRule, _ value: JSONNumber) -> Bool {
        var fits = true
        if let bound = rule.minimum, bound.isAbove(value) {
            fits = failNumber(number, "minimum", value, "below the minimum of", bound.number)
        }
        if let bound = rule.maximum, bound.isBelow(value) {
            fits = failNumber(number, "maximum", value, "above the maximum of", bound.number)
        }
        if let bound = rule.exclusiveMinimum, !bound.isBelow(value) {
            fits = failNumber(
                number, "exclusiveMinimum", value, "not allowed; it must be greater than",
                bound.number)
        }
        if let bound = rule.exclusiveMaximum, !bound.isAbove(value) {
            fits = failNumber(
                number, "exclusiveMaximum", value, "not allowed; it must be less than",
                bound.number)
        }
        if let divisor = rule.divisor {
            guard spend(1 + value.lexeme.utf8.count / 16) else { return false }
            if !divisor.divides(value) {
                fits = failNumber(
                    number, "multipleOf", value, "not a multiple of", divisor.number,
                    NearestChoice.multiples(of: divisor.number, around: value))
            }
        }
        return fits
    }

    private mutating func failNumber(
        _ number: Int, _ keyword: String, _ value: JSONNumber, _ problem: String,
        _ bound: JSONNumber, _ nearest: String = ""
    ) -> Bool {
        fail(number, keyword) { voice in
            "\(voice.show(.number(value))) is \(problem) \(bound.lexeme)"
                + (voice.isSecret ? "" : nearest)
        }
    }

    mutating func checkString(_ number: Int, _ rule: StringRule, _ text: String) -> Bool {
        guard spend(text.utf8.count / 32) else { return false }
        var fits = checkLength(number, rule, text)
        if !fits, !isCollecting { return false }
        if let format = rule.format, !format.accepts(text) {
            fits = fail(number, "format") { "\($0.show(.string(text))) is not \(format.phrase)" }
        }
        if let pattern = rule.pattern {
            guard let found = pattern.matches(text, steps: &stepsLeft) else {
                halt = .work
                return false
            }
            if !found {
                fits = fail(number, "pattern") {
                    "\($0.show(.string(text))) does not match the pattern "
                        + Wording.shortened(pattern.source, 200)
                }
            }
        }
        return fits
    }

    private mutating func checkLength(_ number: Int, _ rule: StringRule, _ text: String) -> Bool {
        guard rule.minLength != nil || rule.maxLength != nil else { return true }
        let length = text.unicodeScalars.count
        var fits = true
        if let least = rule.minLength, length < least {
            fits = fail(number, "minLength") { _ in
                "is \(length) \(Wording.plural(length, "character")) long; at least \(least) "
                    + "\(Wording.plural(least, "is", "are")) needed"
            }
        }
        if let most = rule.maxLength, length > most {
            fits = fail(number, "maxLength") { _ in
                "is \(length) characters long; at most \(most) "
                    + "\(Wording.plural(most, "is", "are")) allowed"
            }
        }
        return fits
    }

    /// What comparing or hashing a value costs. Two objects of one size compare name by name.
    static func weight(of value: JSONValue) -> Int {
        switch value {
        case .null, .bool: 1
        case .number(let number): 1 + number.lexeme.utf8.count / 32
        case .string(let text): 1 + text.utf8.count / 32
        case .array(let items): items.reduce(1) { $0 + weight(of: $1) }
        case .object(let object):
            object.members.reduce(1 + object.count * object.count / 64) {
                $0 + 1 + weight(of: $1.value)
            }
        }
    }
}
