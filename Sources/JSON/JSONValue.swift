// The JSON value itself: what a document is once it has been read. No reading, no writing here.

/// A JSON value as it was received: members keep their order, numbers keep their digits.
package enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

extension JSONValue {
    package static func integer(_ value: Int) -> JSONValue { .number(JSONNumber(value)) }

    package var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }
    package var numberValue: JSONNumber? {
        if case .number(let value) = self { value } else { nil }
    }
    package var stringValue: String? { if case .string(let value) = self { value } else { nil } }
    package var arrayValue: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
    package var objectValue: JSONObject? {
        if case .object(let value) = self { value } else { nil }
    }

    /// The whole number this value is (`1`, `1.0` and `1e0` alike), where it fits an `Int`.
    package var intValue: Int? { numberValue?.int }

    /// The member `name` of an object; nil for a missing member and for every other kind of value.
    package subscript(name: String) -> JSONValue? { objectValue?[name] }

    /// The kind's name as people and JSON Schema say it.
    package var kindName: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .number(let number): number.isWhole ? "integer" : "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }

    // Swift compares strings by canonical equivalence ("é" equals "e" + U+0301). JSON does not, and
    // neither may a record that is hashed byte for byte: strings are compared by their UTF-8.
    package static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.number(let a), .number(let b)): a == b
        case (.string(let a), .string(let b)): a.isSameText(as: b)
        case (.array(let a), .array(let b)): a == b
        case (.object(let a), .object(let b)): a == b
        case (.null, _), (.bool, _), (.number, _), (.string, _), (.array, _), (.object, _): false
        }
    }

    package func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .bool(let value): hasher.combine(value)
        case .number(let value): hasher.combine(value)
        case .string(let value): value.hashText(into: &hasher)
        case .array(let value): hasher.combine(value)
        case .object(let value): hasher.combine(value)
        }
    }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    package init(nilLiteral: ()) { self = .null }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int) { self = .integer(value) }
    package init(stringLiteral value: String) { self = .string(value) }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(JSONObject(elements))
    }
}
