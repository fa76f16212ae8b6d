// Reads the ECMA-262 patterns that JSON Schema uses into a tree. Escapes and classes are read in
// PatternEscapes.swift; nothing here matches text.

struct PatternParser {
    let scalars: [Unicode.Scalar]
    var position = 0
    private let limits: SchemaLimits
    private var depth = 0

    static func parse(_ text: String, limits: SchemaLimits) throws(PatternError) -> PatternNode {
        var parser = PatternParser(scalars: Array(text.unicodeScalars), limits: limits)
        let node = try parser.choice()
        guard parser.next == nil else {
            throw PatternError(message: "has a \")\" without its \"(\"; escape it as \\)")
        }
        return node
    }

    private init(scalars: [Unicode.Scalar], limits: SchemaLimits) {
        self.scalars = scalars
        self.limits = limits
    }

    var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    mutating func take() -> Unicode.Scalar? {
        guard let scalar = next else { return nil }
        position += 1
        return scalar
    }

    mutating func take(_ wanted: Unicode.Scalar) -> Bool {
        guard next == wanted else { return false }
        position += 1
        return true
    }

    private mutating func choice() throws(PatternError) -> PatternNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= limits.patternDepth else {
            throw PatternError(
                message: "nests groups deeper than \(limits.patternDepth); flatten it")
        }
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() throws(PatternError) -> PatternNode {
        var parts: [PatternNode] = []
        while let scalar = next, scalar != "|", scalar != ")" {
            let part = try term()
            parts.append(try quantified(part))
        }
        return parts.count == 1 ? parts[0] : parts.isEmpty ? .empty : .sequence(parts)
    }

    private mutating func term() throws(PatternError) -> PatternNode {
        guard let scalar = take() else { return .empty }
        switch scalar {
        case "^": return .textStart
        case "$": return .textEnd
        case ".": return .set(ScalarSet(ranges: ScalarSet.lineEnds, isInverted: true))
        case "(": return try group()
        case "[": return .set(try characterClass())
        case "\\": return try escapedTerm()
        case "*", "+", "?":
            throw PatternError(
                message: "has \"\(scalar)\" with nothing before it to repeat; escape it as "
                    + "\\\(scalar)")
        case _: return .set(.single(scalar.value))
        }
    }

    private mutating func group() throws(PatternError) -> PatternNode {
        if take("?") { try groupKind() }
        let node = try choice()
        guard take(")") else {
            throw PatternError(message: "has a \"(\" without its \")\"; close it or escape it")
        }
        return node
    }

    /// Reads what follows `(?`. Names of groups are read over: nothing can refer to them.
    private mutating func groupKind() throws(PatternError) {
        if take(":") { return }
        if next == "=" || next == "!" {
            throw PatternError(message: "looks ahead with (?\(text(1)), \(Self.noLookaround)")
        }
        guard take("<") else {
            throw PatternError(
                message: "has the group (?\(text(1)), which ECMA-262 does not know; use (...) or "
                    + "(?:...) and write both cases as [aA]")
        }
        if next == "=" || next == "!" {
            throw PatternError(message: "looks behind with (?<\(text(1)), \(Self.noLookaround)")
        }
        while let scalar = take() { if scalar == ">" { return } }
        throw PatternError(message: "has a group name that does not end; close it with \">\"")
    }

    private static let noLookaround =
        "which is not supported (patterns are matched in linear time); "
        + "state the condition with allOf, not and a second pattern"

    private func text(_ count: Int) -> String {
        String(String.UnicodeScalarView(scalars[position...].prefix(count)))
    }

    private mutating func quantified(_ part: PatternNode) throws(PatternError) -> PatternNode {
        guard let (least, most) = try quantifier() else { return part }
        switch part {
        case .textStart, .textEnd, .wordBoundary:
            throw PatternError(
                message: "repeats an anchor (^, $, \\b or \\B); remove the repetition")
        case .empty, .set, .sequence, .choice, .repeated: break
        }
        _ = take("?")  // Lazy: finds another match, but never another answer.
        let again = position
        if try quantifier() != nil {
            position = again
            throw PatternError(
                message: "repeats a repetition at \"\(text(1))\"; put the inner one in (?:...)")
        }
        return .repeated(part, least: least, most: most)
    }

    private mutating func quantifier() throws(PatternError) -> (Int, Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        let start = position
        guard take("{"), let least = try number() else {
            position = start
            return nil
        }
        var most: Int? = least
        if take(",") { most = try number() }
        guard take("}") else {
            position = start
            return nil
        }
        if let most, most < least {
            throw PatternError(
                message: "repeats from \(least) up to \(most) times; "
                    + "write the smaller number first")
        }
        return (least, most)
    }

    private mutating func number() throws(PatternError) -> Int? {
        var value: Int?
        while let scalar = next, ("0"..."9").contains(scalar) {
            position += 1
            let sum = (value ?? 0) * 10 + Int(scalar.value - 0x30)
            guard sum <= limits.patternInstructions else {
                throw PatternError(
                    message: "repeats more than \(limits.patternInstructions) times; "
                        + "use minLength and maxLength for lengths")
            }
            value = sum
        }
        return value
    }
}
