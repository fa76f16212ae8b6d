// What a compiled schema consists of: numbered nodes whose keywords are already understood. Data
// only; SchemaCompiler.swift makes it, Evaluator.swift applies it.
import JSON

/// One schema with its keywords as values. Other schemas are named by their numbers.
struct SchemaNode: Sendable {
    let pointer: JSONPointer
    let resource: Int
    /// The answer of a schema that is just `true` or `false`.
    var verdict: Bool?
    var types: TypeSet?
    var choices: ChoiceRule?
    var constant: JSONValue?
    var numbers: NumberRule?
    var strings: StringRule?
    var arrays: ArrayRule?
    var objects: ObjectRule?
    var reference: Int?
    var dynamicReference: DynamicReference?
    var logic: LogicRule?
    var unevaluatedItems: Int?
    var unevaluatedProperties: Int?
    var sensitivity: Sensitivity?

    /// The schemas that apply to the very value this one applies to, whether they must fit or not.
    var sameValueNodes: [Int] {
        var nodes: [Int] = []
        if let reference { nodes.append(reference) }
        if let logic {
            nodes += logic.allOf + logic.anyOf + logic.oneOf
            nodes += [logic.not, logic.condition, logic.then, logic.otherwise].compactMap(\.self)
        }
        if let objects { nodes += objects.dependentSchemas.map(\.node) }
        return nodes
    }
}

/// Whether a value may be shown. The order is that of the care needed.
package enum Sensitivity: String, Sendable, Comparable {
    case personal, secret

    package static func < (left: Sensitivity, right: Sensitivity) -> Bool {
        left == .personal && right == .secret
    }
}

struct TypeSet: OptionSet, Sendable {
    let rawValue: UInt8

    static let null = TypeSet(rawValue: 1)
    static let boolean = TypeSet(rawValue: 2)
    static let integer = TypeSet(rawValue: 4)
    static let number = TypeSet(rawValue: 8)
    static let string = TypeSet(rawValue: 16)
    static let array = TypeSet(rawValue: 32)
    static let object = TypeSet(rawValue: 64)

    static let named: [(name: String, type: TypeSet)] = [
        ("string", .string), ("integer", .integer), ("number", .number), ("boolean", .boolean),
        ("object", .object), ("array", .array), ("null", .null),
    ]

    func accepts(_ value: JSONValue) -> Bool {
        switch value {
        case .null: contains(.null)
        case .bool: contains(.boolean)
        case .number(let number): contains(.number) || contains(.integer) && number.isWhole
        case .string: contains(.string)
        case .array: contains(.array)
        case .object: contains(.object)
        }
    }
}

// The rules are classes so that applying a node copies one reference and not a dozen arrays.

final class ChoiceRule: Sendable {
    let values: [JSONValue]
    /// Only for long lists, where hashing is cheaper than comparing.
    let lookup: Set<JSONValue>

    init(_ values: [JSONValue]) {
        self.values = values
        lookup = values.count > 8 ? Set(values) : []
    }

    func contains(_ value: JSONValue) -> Bool {
        lookup.isEmpty ? values.contains(value) : lookup.contains(value)
    }
}

final class NumberRule: Sendable {
    let minimum: NumberBound?
    let maximum: NumberBound?
    let exclusiveMinimum: NumberBound?
    let exclusiveMaximum: NumberBound?
    let divisor: DecimalDivisor?

    init(
        minimum: NumberBound?, maximum: NumberBound?, exclusiveMinimum: NumberBound?,
        exclusiveMaximum: NumberBound?, divisor: DecimalDivisor?
    ) {
        self.minimum = minimum
        self.maximum = maximum
        self.exclusiveMinimum = exclusiveMinimum
        self.exclusiveMaximum = exclusiveMaximum
        self.divisor = divisor
    }
}

/// A bound and, where it is whole, the integer that makes most comparisons cheap.
struct NumberBound: Sendable {
    let number: JSONNumber
    private let whole: Int?

    init(_ number: JSONNumber) {
        self.number = number
        whole = number.int
    }

    func isAbove(_ value: JSONNumber) -> Bool {
        if let whole, let plain = Int(value.lexeme) { return plain < whole }
        return value < number
    }

    func isBelow(_ value: JSONNumber) -> Bool {
        if let whole, let plain = Int(value.lexeme) { return plain > whole }
        return number < value
    }
}

final class StringRule: Sendable {
    let minLength: Int?
    let maxLength: Int?
    let pattern: Pattern?
    let format: StringFormat?

    init(minLength: Int?, maxLength: Int?, pattern: Pattern?, format: StringFormat?) {
        self.minLength = minLength
        self.maxLength = maxLength
        self.pattern = pattern
        self.format = format
    }
}

struct ArrayRule: Sendable {
    var prefix: [Int] = []
    var items: Int?
    var contains: Int?
    var minContains = 1
    var maxContains: Int?
    var minItems: Int?
    var maxItems: Int?
    var isUnique = false
}

final class ObjectRule: Sendable {
    let names: NameTable
    /// For each name of the table the schema of that property.
    let properties: [Int?]
    /// For each name of the table whether it must be present.
    let required: [Bool]
    let patterns: [(pattern: Pattern, node: Int)]
    let additional: Int?
    let propertyNames: Int?
    let minProperties: Int?
    let maxProperties: Int?
    let dependentRequired: [(name: Int, needs: [Int])]
    let dependentSchemas: [(name: Int, node: Int)]
    /// Whether presence of names matters, so that it has to be noted down.
    let notesPresence: Bool

    init(_ parts: ObjectParts) {
        names = NameTable(parts.names)
        properties = parts.properties
        required = parts.required
        patterns = parts.patterns
        additional = parts.additional
        propertyNames = parts.propertyNames
        minProperties = parts.minProperties
        maxProperties = parts.maxProperties
        dependentRequired = parts.dependentRequired
        dependentSchemas = parts.dependentSchemas
        notesPresence =
            parts.required.contains(true) || !parts.dependentRequired.isEmpty
            || !parts.dependentSchemas.isEmpty
    }
}

/// An object rule while it is being put together.
struct ObjectParts {
    private(set) var names: [String] = []
    var properties: [Int?] = []
    var required: [Bool] = []
    var patterns: [(pattern: Pattern, node: Int)] = []
    var additional: Int?
    var propertyNames: Int?
    var minProperties: Int?
    var maxProperties: Int?
    var dependentRequired: [(name: Int, needs: [Int])] = []
    var dependentSchemas: [(name: Int, node: Int)] = []
    private var numbers: [JSONPointer: Int] = [:]

    /// The number of `name` in the table, which it is added to where it is new. A pointer of one
    /// token serves as the key because it compares byte by byte.
    mutating func number(of name: String) -> Int {
        let key = JSONPointer(tokens: [name])
        if let known = numbers[key] { return known }
        numbers[key] = names.count
        names.append(name)
        properties.append(nil)
        required.append(false)
        return names.count - 1
    }
}

final class LogicRule: Sendable {
    let allOf: [Int]
    let anyOf: [Int]
    let oneOf: [Int]
    let not: Int?
    let condition: Int?
    let then: Int?
    let otherwise: Int?

    init(
        allOf: [Int], anyOf: [Int], oneOf: [Int], not: Int?, condition: Int?, then: Int?,
        otherwise: Int?
    ) {
        self.allOf = allOf
        self.anyOf = anyOf
        self.oneOf = oneOf
        self.not = not
        self.condition = condition
        self.then = then
        self.otherwise = otherwise
    }
}

/// A `$dynamicRef`: the schema it means where it stands, and, where that one has a dynamic anchor,
/// the schema to prefer for each resource that may have been entered before.
final class DynamicReference: Sendable {
    let initial: Int
    let targets: [Int: Int]

    init(initial: Int, targets: [Int: Int]) {
        self.initial = initial
        self.targets = targets
    }
}
