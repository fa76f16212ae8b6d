// Applies a compiled schema to one value: the order of keywords, the budget and the findings. What
// each keyword asks is in the extensions Evaluator+*.swift.
import JSON

/// One validation. It is run twice at most: first only for the answer, which costs no paths and no
/// words, and then, where the answer is no, collecting what is wrong.
struct Evaluator {
    enum Halt { case work, depth }

    enum PathStep {
        case member(String)
        case index(Int)

        var token: String {
            switch self {
            case .member(let name): name
            case .index(let index): String(index)
            }
        }
    }

    let program: SchemaProgram
    var isCollecting: Bool
    var stepsLeft: Int
    var halt: Halt?
    var path: [PathStep] = []
    var findings: [Finding] = []
    private let instance: JSONValue
    private var secretPlaces: [JSONPointer]?
    private var depth = 0
    /// The resources entered so far, outermost first; kept only where a `$dynamicRef` asks.
    private(set) var scope: [Int] = []

    init(_ program: SchemaProgram, _ instance: JSONValue, isCollecting: Bool) {
        self.program = program
        self.instance = instance
        self.isCollecting = isCollecting
        stepsLeft = program.limits.validationSteps
    }

    mutating func run() -> Bool {
        var seen = Evaluated.ignored
        let fits = check(program.root, instance, &seen)
        return fits && halt == nil
    }

    /// Takes `count` from the budget; false once it is used up, and from then on.
    mutating func spend(_ count: Int) -> Bool {
        guard halt == nil else { return false }
        stepsLeft -= count
        if stepsLeft < 0 { halt = .work }
        return halt == nil
    }

    mutating func check(_ number: Int, _ value: JSONValue, _ seen: inout Evaluated) -> Bool {
        guard spend(1) else { return false }
        guard depth < program.limits.validationDepth else {
            halt = .depth
            return false
        }
        depth += 1
        defer { depth -= 1 }
        if let verdict = program.nodes[number].verdict {
            return verdict || fail(number, nil) { _ in "is not allowed here; remove it" }
        }
        guard program.tracksScope else { return checkUnevaluated(number, value, &seen) }
        scope.append(program.nodes[number].resource)
        defer { scope.removeLast() }
        return checkUnevaluated(number, value, &seen)
    }

    /// Applies a node with, last of all, the keywords that need to know what the others looked at.
    private mutating func checkUnevaluated(
        _ number: Int, _ value: JSONValue, _ seen: inout Evaluated
    ) -> Bool {
        let items = program.nodes[number].unevaluatedItems
        let properties = program.nodes[number].unevaluatedProperties
        guard items != nil || properties != nil else { return checkKeywords(number, value, &seen) }
        var own = Evaluated(isActive: true)
        var fits = checkKeywords(number, value, &own)
        if !fits, !isCollecting { return false }
        switch value {
        case .array(let array):
            if let items { fits = checkUnevaluated(items, number, array, &own) && fits }
        case .object(let object):
            if let properties { fits = checkUnevaluated(properties, number, object, &own) && fits }
        case .null, .bool, .number, .string: break
        }
        seen.formUnion(own)
        return fits
    }

    private mutating func checkKeywords(
        _ number: Int, _ value: JSONValue, _ seen: inout Evaluated
    ) -> Bool {
        if let types = program.nodes[number].types, !types.accepts(value) {
            guard isCollecting else { return false }
            // The choices say more than the type; what else the schema asks is beside the point.
            return checkChoices(number, value) ? failType(number, types, value) : false
        }
        var fits = checkChoices(number, value)
        if !fits, !isCollecting { return false }
        fits = checkContent(number, value, &seen) && fits
        if !fits, !isCollecting { return false }
        if let target = program.nodes[number].reference {
            fits = check(target, value, &seen) && fits
        }
        if let dynamic = program.nodes[number].dynamicReference {
            fits = check(target(of: dynamic), value, &seen) && fits
        }
        if let logic = program.nodes[number].logic {
            if !fits, !isCollecting { return false }
            fits = checkLogic(number, logic, value, &seen) && fits
        }
        return fits
    }

    private mutating func checkContent(
        _ number: Int, _ value: JSONValue, _ seen: inout Evaluated
    ) -> Bool {
        switch value {
        case .null, .bool: return true
        case .number(let found):
            guard let rule = program.nodes[number].numbers else { return true }
            return checkNumber(number, rule, found)
        case .string(let text):
            guard let rule = program.nodes[number].strings else { return true }
            return checkString(number, rule, text)
        case .array(let items):
            guard let rule = program.nodes[number].arrays else { return true }
            return checkArray(number, rule, items, &seen)
        case .object(let object):
            guard let rule = program.nodes[number].objects else { return true }
            return checkObject(number, rule, object, &seen)
        }
    }

    private func target(of dynamic: DynamicReference) -> Int {
        guard !dynamic.targets.isEmpty else { return dynamic.initial }
        for resource in scope {
            if let target = dynamic.targets[resource] { return target }
        }
        return dynamic.initial
    }
}

extension Evaluator {
    /// Applies a schema to a part of the value, with the path kept while collecting.
    mutating func check(
        _ number: Int, _ value: JSONValue, at step: @autoclosure () -> PathStep
    ) -> Bool {
        var ignored = Evaluated.ignored
        guard isCollecting else { return check(number, value, &ignored) }
        path.append(step())
        defer { path.removeLast() }
        return check(number, value, &ignored)
    }

    /// Whether a schema fits, with nothing said about why not.
    mutating func quietly(_ number: Int, _ value: JSONValue, _ seen: inout Evaluated) -> Bool {
        let wasCollecting = isCollecting
        isCollecting = false
        defer { isCollecting = wasCollecting }
        return check(number, value, &seen)
    }

    /// Whether a schema fits, and what would be wrong; nothing is added to the findings.
    mutating func attempt(
        _ number: Int, _ value: JSONValue, _ seen: inout Evaluated
    ) -> (fits: Bool, findings: [Finding]) {
        let outer = findings
        findings = []
        defer { findings = outer }
        let fits = check(number, value, &seen)
        return (fits, findings)
    }

    /// Notes what is wrong, while collecting, and is always false.
    mutating func fail(
        _ number: Int, _ keyword: String?, inner: String? = nil, at step: PathStep? = nil,
        kind: Finding.Kind = .other, _ text: (Voice) -> String
    ) -> Bool {
        guard isCollecting, findings.count < program.limits.violations else { return false }
        let tokens = path.map(\.token) + (step.map { [$0.token] } ?? [])
        let place = JSONPointer(tokens: tokens)
        let words = text(Voice(program: program, isSecret: isSecret(place)))
        var schema = program.nodes[number].pointer
        if let keyword { schema = schema.appending(keyword) }
        if let inner { schema = schema.appending(inner) }
        findings.append(Finding(place: place, schema: schema, text: words, kind: kind))
        return false
    }

    private mutating func isSecret(_ place: JSONPointer) -> Bool {
        guard program.hasSensitivity else { return false }
        let places = secretPlaces ?? Self.secretPlaces(program, instance)
        secretPlaces = places
        return places.contains { secret in
            secret.tokens.count <= place.tokens.count
                && zip(secret.tokens, place.tokens).allSatisfy { $0.isSameText(as: $1) }
        }
    }

    private static func secretPlaces(
        _ program: SchemaProgram, _ instance: JSONValue
    ) -> [JSONPointer] {
        var finder = SensitiveFinder(program)
        return finder.find(in: instance).filter { $0.sensitivity == .secret }.map(\.pointer)
    }
}

/// What the words about one place may draw on; keeps a secret value out of all of them.
struct Voice {
    let program: SchemaProgram
    let isSecret: Bool

    func show(_ value: JSONValue) -> String {
        isSecret ? Wording.secret : Wording.show(value, limit: program.limits.shownCharacters)
    }
}

/// A violation before it is worded for good, with what helps to choose among alternatives.
struct Finding {
    enum Kind {
        case type(TypeSet)
        /// None of these values.
        case choice([JSONValue])
        case other
    }

    let place: JSONPointer
    let schema: JSONPointer
    let text: String
    let kind: Kind

    var message: String { "\(Wording.place(place)): \(text)" }

    var violation: SchemaViolation {
        SchemaViolation(instance: place, schema: schema, message: message.withVisibleControls)
    }
}
