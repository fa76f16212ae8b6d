// Values worth trying where a schema says something: what it names, the edges of what it lets
// through, and one more on either side. Samples prove nothing; they find what is plainly wrong.

import JSON

struct ValueSamples {
    /// In the order they were found, none twice.
    private(set) var values: [JSONValue] = []
    /// Whether the schema says something that no sample stands for, so that nothing follows from
    /// none being right.
    private(set) var isPartial = false

    mutating func add(_ value: JSONValue) {
        guard values.count < CatalogLimits.maxValueSamples, !values.contains(value) else { return }
        values.append(value)
    }

    /// What `schema` names itself, without what it says of members.
    mutating func addNamed(by schema: JSONObject) {
        for keyword in schema { addNamed(by: keyword) }
    }

    private mutating func addNamed(by keyword: JSONObject.Member) {
        switch keyword.name {
        case "const": add(keyword.value)
        case "enum": for value in keyword.value.arrayValue ?? [] { add(value) }
        case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf":
            addAround(keyword.value)
        case "minLength", "maxLength": addLengths(around: keyword.value)
        case "contains": addLists(with: keyword.value)
        case "type":
            let types = keyword.value.arrayValue ?? [keyword.value]
            for type in types.compactMap(\.stringValue) { addExample(of: type) }
        case "properties", "required", "allOf", "anyOf", "oneOf", "not", "if", "then", "else",
            "additionalProperties", "title", "description", "$comment", "examples", "default",
            "x-sensitivity":
            break
        case _:
            // A pattern, a reference, a count of items: nothing here makes a value of it.
            isPartial = true
        }
    }

    private mutating func addAround(_ value: JSONValue) {
        guard let number = value.numberValue else { return }
        add(value)
        if let whole = number.int, abs(whole) < 1 << 50 {
            add(.integer(whole - 1))
            add(.integer(whole + 1))
        } else if let double = number.double {
            for near in [double - 1, double + 1].compactMap(JSONNumber.init) { add(.number(near)) }
        }
    }

    private mutating func addLengths(around value: JSONValue) {
        guard let length = value.intValue, length < CatalogLimits.maxSampleLength else {
            isPartial = true
            return
        }
        for count in [length, length - 1, length + 1] where count >= 0 {
            add(.string(String(repeating: "x", count: count)))
        }
    }

    private mutating func addLists(with element: JSONValue) {
        var elements = ValueSamples()
        if let object = element.objectValue { elements.addNamed(by: object) }
        if elements.values.isEmpty || elements.isPartial { isPartial = true }
        for value in elements.values { add(.array([value])) }
        add(.array([]))
    }

    private mutating func addExample(of type: String) {
        switch type {
        case "string": add("text")
        case "integer", "number":
            add(1)
            add(0)
        case "boolean":
            add(true)
            add(false)
        case "array": add([])
        case "object": add([:])
        case "null": add(nil)
        case _: break
        }
    }
}

/// What a condition says of each place of a call.
struct ConditionSamples {
    /// By the depth of the place, then by its text.
    private(set) var places: [(place: JSONPointer, values: [JSONValue])] = []
    private(set) var isPartial = false

    private var found: [JSONPointer: ValueSamples] = [:]

    init(_ condition: JSONValue) {
        collect(condition, at: .root)
        places = found.keys
            .sorted { ($0.tokens.count, $0) < ($1.tokens.count, $1) }
            .map { ($0, found[$0]?.values ?? []) }
    }

    private mutating func collect(_ schema: JSONValue, at place: JSONPointer) {
        guard let object = schema.objectValue else { return }
        var samples = found[place] ?? ValueSamples()
        samples.addNamed(by: object)
        if samples.isPartial { isPartial = true }
        if !place.tokens.isEmpty { found[place] = samples }
        for member in object["properties"]?.objectValue?.members ?? [] {
            collect(member.value, at: place.appending(member.name))
        }
        for name in (object["required"]?.arrayValue ?? []).compactMap(\.stringValue) {
            let inner = place.appending(name)
            if found[inner] == nil { found[inner] = ValueSamples() }
        }
        for key in ["allOf", "anyOf", "oneOf"] {
            for part in object[key]?.arrayValue ?? [] { collect(part, at: place) }
        }
        for key in ["not", "if", "then", "else"] {
            if let part = object[key] { collect(part, at: place) }
        }
    }
}
