// What a schema says about a place in its values, read off the schema alone: whether the place is
// declared and whether it is sensitive. Where only validation could tell, the answer is unsure.

import JSON
import JSONSchema

enum SchemaPaths {
    enum Answer: Equatable {
        case declared
        /// The first token that is not among the declared properties, and those.
        case undeclared(String, properties: [String])
        case unsure
    }

    /// Keywords that can declare more properties than `properties` does.
    private static let openers = [
        "$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "if", "then", "else",
        "patternProperties", "dependentSchemas",
    ]

    static func look(_ tokens: some Collection<String>, in schema: JSONValue) -> Answer {
        var place = schema
        for token in tokens {
            guard let object = place.objectValue else { return .unsure }
            if let property = object["properties"]?[token] {
                place = property
            } else if let items = object["items"], token.utf8.allSatisfy(isDigit) {
                place = items
            } else if openers.contains(where: object.contains)
                || object["additionalProperties"]?.objectValue != nil
                || (object["properties"] == nil && !isClosed(object))
            {
                return .unsure
            } else {
                let properties = object["properties"]?.objectValue?.names ?? []
                return .undeclared(token, properties: properties)
            }
        }
        return .declared
    }

    /// What the properties themselves say of a place; nil where they do not.
    static func schema(at tokens: some Collection<String>, in schema: JSONValue) -> JSONValue? {
        var place = schema
        for token in tokens {
            guard
                let next = place["properties"]?[token]
                    ?? (token.utf8.allSatisfy(isDigit) ? place["items"] : nil)
            else { return nil }
            place = next
        }
        return place
    }

    /// Whether every value has this place, by the `required` of what is around it.
    static func isRequired(_ tokens: [String], in schema: JSONValue) -> Bool {
        tokens.indices.allSatisfy { index in
            let around = Self.schema(at: tokens[..<index], in: schema)
            return around?["required"]?.arrayValue?.contains(.string(tokens[index])) == true
        }
    }

    private static func isClosed(_ schema: JSONObject) -> Bool {
        schema["additionalProperties"] == .bool(false)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    /// The strongest mark on the way to a place, at it, or below it.
    static func sensitivity(
        of tokens: some Collection<String>, in schema: JSONValue
    ) -> Sensitivity? {
        var place = schema
        var found = [mark(on: place)]
        for token in tokens {
            let next = place["properties"]?[token] ?? place["items"]
            guard let next else { return found.compactMap(\.self).max() }
            place = next
            found.append(mark(on: place))
        }
        return (found + marks(in: place)).compactMap(\.self).max()
    }

    private static func mark(on schema: JSONValue) -> Sensitivity? {
        (schema["x-sensitivity"]?.stringValue).flatMap(Sensitivity.init(rawValue:))
    }

    /// Every `x-sensitivity` below `schema`, its own included.
    private static func marks(in schema: JSONValue) -> [Sensitivity?] {
        switch schema {
        case .null, .bool, .number, .string: []
        case .array(let elements): elements.flatMap { marks(in: $0) }
        case .object(let object):
            [mark(on: schema)] + object.members.flatMap { marks(in: $0.value) }
        }
    }
}
