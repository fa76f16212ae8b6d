// The words of violations and schema errors: values shown shortly, guesses at what was meant. No
// decision about what is valid is made here.
import JSON

enum Wording {
    static let secret = "a secret value"

    /// A place as people read it; names from outside are kept from breaking lines or filling pages.
    static func place(_ pointer: JSONPointer) -> String {
        if pointer.tokens.isEmpty { return "the value" }
        let text = JSONValue.string(shortened(pointer.description, 200)).compactText
        return String(text.dropFirst().dropLast())
    }

    static func shortened(_ text: String, _ limit: Int) -> String {
        guard text.utf8.count > limit, text.unicodeScalars.count > limit else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit))) + "…"
    }

    /// A value as it may appear in a sentence: scalars as JSON, the rest by its size.
    static func show(_ value: JSONValue, limit: Int) -> String {
        switch value {
        case .null, .bool: return value.compactText
        case .number(let number): return shortened(number.lexeme, limit)
        case .string(let text):
            let shown = JSONValue.string(shortened(text, limit)).compactText
            let length = text.unicodeScalars.count
            return length > limit ? "\(shown) (\(length) characters)" : shown
        case .array(let items):
            return "an array of \(items.count) \(plural(items.count, "item"))"
        case .object(let object):
            return "an object with \(object.count) "
                + plural(object.count, "property", "properties")
        }
    }

    /// A name in quotes, short enough for a sentence.
    static func quoted(_ name: String) -> String {
        JSONValue.string(shortened(name, 60)).compactText
    }

    static func aKind(of value: JSONValue) -> String { withArticle(value.kindName) }

    static func withArticle(_ kind: String) -> String {
        if kind == "null" { return kind }
        return (["integer", "object", "array"].contains(kind) ? "an " : "a ") + kind
    }

    static func expected(_ types: TypeSet) -> String {
        let names = TypeSet.named.filter { types.contains($0.type) }.map { withArticle($0.name) }
        return list(names, "or")
    }

    static func wrongType(
        _ value: JSONValue, expected types: TypeSet, _ voice: Voice
    ) -> String {
        let wanted = "expected \(expected(types))"
        switch value {
        case .null: return "found null; \(wanted)"
        case .array, .object: return "found \(voice.show(value)); \(wanted)"
        case .bool, .number, .string:
            let hint = voice.isSecret ? "" : typeHint(value, types)
            return "\(voice.show(value)) is \(aKind(of: value)); \(wanted)\(hint)"
        }
    }

    private static func typeHint(_ value: JSONValue, _ types: TypeSet) -> String {
        if case .number(let number) = value, types.contains(.integer) {
            return NearestChoice.multiples(of: JSONNumber(1), around: number)
        }
        return unquotingHint(value, types)
    }

    /// Models often send a value as the text of that value.
    private static func unquotingHint(_ value: JSONValue, _ types: TypeSet) -> String {
        guard case .string(let text) = value, text.utf8.count < 1_000 else { return "" }
        do throws(JSONSyntaxError) {
            let inner = try JSONParser.parse(text)
            guard types.accepts(inner) else { return "" }
            switch inner {
            case .object, .array: return "; send it as JSON, not as text that holds JSON"
            case .null, .bool, .number: return "; send it without quotes"
            case .string: return ""
            }
        } catch {
            return ""
        }
    }

    static func notAmong(
        _ choices: [JSONValue], _ value: JSONValue, _ voice: Voice
    ) -> String {
        let limits = voice.program.limits
        let shown = voice.show(value)
        guard let only = choices.first else { return "no value is allowed here; remove it" }
        let detail = choice(only, limits.shownCharacters)
        if choices.count == 1 { return "\(shown) is not \(detail), the only value allowed" }
        var names = choices.prefix(limits.shownChoices).map { choice($0, limits.shownCharacters) }
        let more = choices.count - names.count
        if more > 0 { names.append("\(more) more") }
        var text = "\(shown) is not one of \(names.joined(separator: ", "))"
        if !voice.isSecret { text += NearestChoice.clause(for: value, among: choices) }
        return text
    }

    /// An allowed value, which comes from the schema and may be shown in full if it is short.
    private static func choice(_ value: JSONValue, _ limit: Int) -> String {
        let text = value.compactText
        return text.utf8.count <= limit ? text : show(value, limit: limit)
    }

    static func unknownProperty(_ name: String, known: [String], limit: Int) -> String {
        let guess = didYouMean(name, among: known)
        if !guess.isEmpty { return "unknown property" + guess }
        guard !known.isEmpty else { return "unknown property; none are allowed here, remove it" }
        var names = known.prefix(limit).map(quoted)
        if known.count > limit { names.append("\(known.count - limit) more") }
        return "unknown property; allowed are \(list(names, "and"))"
    }

    /// What a schema asks for, as a clause after "values that" or "items".
    static func brief(_ node: SchemaNode, limits: SchemaLimits) -> String {
        let constants = node.choices?.values ?? node.constant.map { [$0] } ?? []
        if !constants.isEmpty, constants.count <= limits.shownChoices {
            return "equal " + list(constants.map { choice($0, limits.shownCharacters) }, "or")
        }
        let required = node.objects.map { rule in
            zip(rule.names.names, rule.required).filter(\.1).map(\.0)
        }
        if let required, !required.isEmpty, required.count <= limits.shownChoices {
            return "have " + list(required.map(quoted), "and")
        }
        if let types = node.types { return "are of type " + expected(types) }
        if let pattern = node.strings?.pattern {
            return "match the pattern " + shortened(pattern.source, 200)
        }
        return "fit the schema at \(node.pointer)"
    }

    static func list(_ words: [String], _ last: String) -> String {
        guard words.count > 1, let final = words.last else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " \(last) " + final
    }

    static func numbered(_ reasons: [String], limit: Int) -> String {
        let shown = reasons.prefix(limit).enumerated().map { "(\($0 + 1)) \($1)" }
        let more = reasons.count - shown.count
        return shown.joined(separator: "; ") + (more > 0 ? "; and \(more) more" : "")
    }

    static func plural(_ count: Int, _ one: String, _ many: String? = nil) -> String {
        count == 1 ? one : many ?? one + "s"
    }

    /// `; did you mean "…"?` where one of `names` is near enough, else nothing.
    static func didYouMean(_ text: String, among names: [String]) -> String {
        guard let best = EditDistance.nearest(to: text, among: names) else { return "" }
        return "; did you mean \(quoted(best))?"
    }
}
