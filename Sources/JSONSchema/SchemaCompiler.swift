// Turns indexed schemas into nodes, one for one. Everything that can be wrong with a schema is
// found here or in the index, so that applying it cannot fail.
import JSON

/// A schema ready to be applied, with what is true of it as a whole.
struct SchemaProgram: Sendable {
    var nodes: [SchemaNode] = []
    var root = 0
    /// Whether resources must be remembered on the way, for some `$dynamicRef`.
    var tracksScope = false
    var hasSensitivity = false
    let limits: SchemaLimits
}

struct SchemaCompiler {
    private var index: SchemaIndex
    private var program: SchemaProgram
    private let limits: SchemaLimits
    private let assertsFormats: Bool
    private var patternInstructions = 0

    static func compile(
        _ document: JSONValue, limits: SchemaLimits, assertsFormats: Bool,
        registry: [String: JSONValue]
    ) throws(SchemaError) -> SchemaProgram {
        var compiler = SchemaCompiler(
            limits: limits, assertsFormats: assertsFormats, registry: registry)
        compiler.program.root = try compiler.index.add(document, uri: "")
        // References may bring in further schemas, which then wait at the end of the list.
        while compiler.program.nodes.count < compiler.index.sites.count {
            try compiler.compileNext()
        }
        try compiler.addDynamicTargets()
        try SchemaCycles.refuse(in: compiler.program.nodes)
        return compiler.program
    }

    private init(limits: SchemaLimits, assertsFormats: Bool, registry: [String: JSONValue]) {
        index = SchemaIndex(registry: registry, limits: limits)
        program = SchemaProgram(limits: limits)
        self.limits = limits
        self.assertsFormats = assertsFormats
    }

    private mutating func compileNext() throws(SchemaError) {
        let number = program.nodes.count
        let site = index.sites[number]
        var node = SchemaNode(pointer: site.place.path, resource: site.resource)
        switch site.value {
        case .object(let object):
            let reader = KeywordReader(object: object, pointer: site.place.path)
            let dialect = index.resources[site.resource].dialect
            try readCore(reader, number, &node)
            if dialect.validates { try readAssertions(reader, &node) }
            node.strings = try strings(reader, dialect)
            node.arrays = try arrays(reader, site.place, dialect)
            node.objects = try objects(reader, site.place, dialect)
            if dialect.appliesSchemas { node.logic = logic(reader, site.place) }
            if dialect.appliesUnevaluated {
                node.unevaluatedItems = child(site.place, "unevaluatedItems")
                node.unevaluatedProperties = child(site.place, "unevaluatedProperties")
            }
        case .bool(let verdict): node.verdict = verdict
        case .null, .number, .string, .array:
            preconditionFailure("the index takes in objects and booleans only")
        }
        program.nodes.append(node)
    }

    private mutating func readCore(
        _ reader: KeywordReader, _ site: Int, _ node: inout SchemaNode
    ) throws(SchemaError) {
        if let reference = try reader.string("$ref") {
            let pointer = reader.pointer.appending("$ref")
            node.reference = try index.resolve(reference, from: site, at: pointer).site
        }
        if let reference = try reader.string("$dynamicRef") {
            let pointer = reader.pointer.appending("$dynamicRef")
            let target = try index.resolve(reference, from: site, at: pointer)
            // The targets by resource are added once every resource is known.
            node.dynamicReference = DynamicReference(initial: target.site, targets: [:])
        }
        node.sensitivity = try reader.sensitivity()
        if node.sensitivity != nil { program.hasSensitivity = true }
    }

    /// Gives each `$dynamicRef` the choices it has. It has some only where its first target was
    /// found by a `$dynamicAnchor`; otherwise it is a plain reference.
    private mutating func addDynamicTargets() throws(SchemaError) {
        for number in program.nodes.indices {
            guard let dynamic = program.nodes[number].dynamicReference else { continue }
            let text = index.sites[number].value["$dynamicRef"]?.stringValue ?? ""
            let pointer = program.nodes[number].pointer.appending("$dynamicRef")
            let anchor = try index.resolve(text, from: number, at: pointer).anchor
            let home = index.resources[program.nodes[dynamic.initial].resource]
            guard let anchor, home.dynamicAnchors[anchor] == dynamic.initial else {
                continue
            }
            var targets: [Int: Int] = [:]
            for (resource, value) in index.resources.enumerated() {
                if let target = value.dynamicAnchors[anchor] { targets[resource] = target }
            }
            program.nodes[number].dynamicReference = DynamicReference(
                initial: dynamic.initial, targets: targets)
            program.tracksScope = true
        }
    }

    private func child(_ place: SchemaPlace, _ keyword: String) -> Int? {
        index.site(at: place.appending(keyword))
    }

    private func children(_ place: SchemaPlace, _ keyword: String, _ count: Int) -> [Int] {
        let list = place.appending(keyword)
        return (0..<count).compactMap { index.site(at: list.appending(String($0))) }
    }

    private func readAssertions(
        _ reader: KeywordReader, _ node: inout SchemaNode
    ) throws(SchemaError) {
        node.types = try reader.types()
        if let values = try reader.list("enum") { node.choices = ChoiceRule(values) }
        node.constant = reader.object["const"]
        node.numbers = try numbers(reader)
    }

    private func numbers(_ reader: KeywordReader) throws(SchemaError) -> NumberRule? {
        let keywords = [
            "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
        ]
        guard keywords.contains(where: reader.has) else { return nil }
        var divisor: DecimalDivisor?
        if let number = try reader.number("multipleOf") {
            divisor = DecimalDivisor(number, maxDigits: limits.divisorDigits)
            if divisor == nil {
                throw reader.error(
                    "multipleOf", "must be above 0 with at most \(limits.divisorDigits) "
                        + "significant digits, and this is "
                        + Wording.show(.number(number), limit: limits.shownCharacters))
            }
        }
        return NumberRule(
            minimum: try reader.bound("minimum"), maximum: try reader.bound("maximum"),
            exclusiveMinimum: try reader.bound("exclusiveMinimum"),
            exclusiveMaximum: try reader.bound("exclusiveMaximum"), divisor: divisor)
    }

    private mutating func pattern(
        _ text: String, at pointer: JSONPointer
    ) throws(SchemaError) -> Pattern {
        do throws(PatternError) {
            let pattern = try Pattern(text, limits: limits)
            patternInstructions += pattern.instructions.count
            guard patternInstructions <= limits.allPatternInstructions else {
                throw PatternError(
                    message: "is one too many: all patterns together become more than "
                        + "\(limits.allPatternInstructions) steps; simplify them")
            }
            return pattern
        } catch {
            let shown = Wording.show(.string(text), limit: limits.shownCharacters)
            throw SchemaError(pointer, "the pattern \(shown) \(error.message)")
        }
    }

    private mutating func strings(
        _ reader: KeywordReader, _ dialect: SchemaDialect
    ) throws(SchemaError) -> StringRule? {
        let validates = dialect.validates
        var compiled: Pattern?
        if validates, let text = try reader.string("pattern") {
            compiled = try pattern(text, at: reader.pointer.appending("pattern"))
        }
        var format: StringFormat?
        if let name = try reader.string("format"), dialect.assertsFormats ?? assertsFormats {
            format = StringFormat(rawValue: name)
        }
        let minLength = validates ? try reader.count("minLength") : nil
        let maxLength = validates ? try reader.count("maxLength") : nil
        if compiled == nil, format == nil, minLength == nil, maxLength == nil { return nil }
        return StringRule(
            minLength: minLength, maxLength: maxLength, pattern: compiled, format: format)
    }

    private func arrays(
        _ reader: KeywordReader, _ place: SchemaPlace, _ dialect: SchemaDialect
    ) throws(SchemaError) -> ArrayRule? {
        let keywords = [
            "prefixItems", "items", "contains", "minContains", "maxContains", "minItems",
            "maxItems", "uniqueItems",
        ]
        guard keywords.contains(where: reader.has) else { return nil }
        var rule = ArrayRule()
        if dialect.appliesSchemas {
            let count = try reader.list("prefixItems")?.count ?? 0
            rule.prefix = children(place, "prefixItems", count)
            rule.items = child(place, "items")
            rule.contains = child(place, "contains")
        }
        if dialect.validates {
            rule.minContains = try reader.count("minContains") ?? 1
            rule.maxContains = try reader.count("maxContains")
            rule.minItems = try reader.count("minItems")
            rule.maxItems = try reader.count("maxItems")
            rule.isUnique = try reader.bool("uniqueItems") ?? false
        }
        return rule
    }

    private func logic(_ reader: KeywordReader, _ place: SchemaPlace) -> LogicRule? {
        func list(_ keyword: String) -> [Int] {
            children(place, keyword, reader.object[keyword]?.arrayValue?.count ?? 0)
        }
        let rule = LogicRule(
            allOf: list("allOf"), anyOf: list("anyOf"), oneOf: list("oneOf"),
            not: child(place, "not"), condition: child(place, "if"), then: child(place, "then"),
            otherwise: child(place, "else"))
        let isEmpty =
            rule.allOf.isEmpty && rule.anyOf.isEmpty && rule.oneOf.isEmpty && rule.not == nil
            && rule.condition == nil
        return isEmpty ? nil : rule
    }

    private mutating func objects(
        _ reader: KeywordReader, _ place: SchemaPlace, _ dialect: SchemaDialect
    ) throws(SchemaError) -> ObjectRule? {
        let keywords = [
            "properties", "patternProperties", "additionalProperties", "propertyNames",
            "dependentSchemas", "required", "minProperties", "maxProperties", "dependentRequired",
        ]
        guard keywords.contains(where: reader.has) else { return nil }
        var parts = ObjectParts()
        if dialect.appliesSchemas { try addPropertySchemas(reader, place, &parts) }
        if dialect.validates { try addPropertyAssertions(reader, &parts) }
        return ObjectRule(parts)
    }

    private mutating func addPropertySchemas(
        _ reader: KeywordReader, _ place: SchemaPlace, _ parts: inout ObjectParts
    ) throws(SchemaError) {
        for member in try reader.map("properties") ?? [:] {
            let number = parts.number(of: member.name)
            parts.properties[number] =
                index.site(at: place.appending("properties").appending(member.name))
        }
        for member in try reader.map("patternProperties") ?? [:] {
            let inner = place.appending("patternProperties").appending(member.name)
            let compiled = try pattern(member.name, at: inner.path)
            if let node = index.site(at: inner) { parts.patterns.append((compiled, node)) }
        }
        for member in try reader.map("dependentSchemas") ?? [:] {
            let inner = place.appending("dependentSchemas").appending(member.name)
            let number = parts.number(of: member.name)
            if let node = index.site(at: inner) { parts.dependentSchemas.append((number, node)) }
        }
        parts.additional = child(place, "additionalProperties")
        parts.propertyNames = child(place, "propertyNames")
    }

    private func addPropertyAssertions(
        _ reader: KeywordReader, _ parts: inout ObjectParts
    ) throws(SchemaError) {
        for name in try reader.names("required") { parts.required[parts.number(of: name)] = true }
        for member in try reader.map("dependentRequired") ?? [:] {
            let needs = try reader.names("dependentRequired", member.value)
            let number = parts.number(of: member.name)
            parts.dependentRequired.append((number, needs.map { parts.number(of: $0) }))
        }
        parts.minProperties = try reader.count("minProperties")
        parts.maxProperties = try reader.count("maxProperties")
    }
}
