// Reading the members of an object by name and kind, for decoders of records. Rules about what a
// value may be, beyond its kind, are JSON Schema's or the decoder's own.

/// An object and where it stands, so that an error can name the place. The `optional` readers give
/// nil for a member that is missing or null; every other wrong kind is an error.
package struct ObjectReader: Sendable {
    package let object: JSONObject
    package let pointer: JSONPointer

    package init(_ object: JSONObject, at pointer: JSONPointer = .root) {
        self.object = object
        self.pointer = pointer
    }

    package init(_ value: JSONValue, at pointer: JSONPointer = .root) throws(JSONShapeError) {
        guard let object = value.objectValue else {
            throw JSONShapeError(pointer: pointer, expected: "an object", found: value.kindName)
        }
        self.init(object, at: pointer)
    }

    package func string(_ name: String) throws(JSONShapeError) -> String {
        try required(name, "a string", \.stringValue)
    }
    package func optionalString(_ name: String) throws(JSONShapeError) -> String? {
        try optional(name, "a string", \.stringValue)
    }
    package func int(_ name: String) throws(JSONShapeError) -> Int {
        try required(name, "an integer", \.intValue)
    }
    package func optionalInt(_ name: String) throws(JSONShapeError) -> Int? {
        try optional(name, "an integer", \.intValue)
    }
    package func bool(_ name: String) throws(JSONShapeError) -> Bool {
        try required(name, "true or false", \.boolValue)
    }
    package func optionalBool(_ name: String) throws(JSONShapeError) -> Bool? {
        try optional(name, "true or false", \.boolValue)
    }
    package func array(_ name: String) throws(JSONShapeError) -> [JSONValue] {
        try required(name, "an array", \.arrayValue)
    }
    package func optionalArray(_ name: String) throws(JSONShapeError) -> [JSONValue]? {
        try optional(name, "an array", \.arrayValue)
    }
    package func object(_ name: String) throws(JSONShapeError) -> ObjectReader {
        ObjectReader(try required(name, "an object", \.objectValue), at: pointer.appending(name))
    }
    package func optionalObject(_ name: String) throws(JSONShapeError) -> ObjectReader? {
        guard let found = try optional(name, "an object", \.objectValue) else { return nil }
        return ObjectReader(found, at: pointer.appending(name))
    }
    /// A member of any kind, null included.
    package func value(_ name: String) throws(JSONShapeError) -> JSONValue {
        guard let value = object[name] else { throw error(name, "a value") }
        return value
    }

    /// The error that says `name` should be `expected`: also for decoders' own rules.
    package func error(_ name: String, _ expected: String) -> JSONShapeError {
        JSONShapeError(
            pointer: pointer.appending(name), expected: expected,
            found: object[name]?.kindName ?? "nothing")
    }

    private func required<Kind>(
        _ name: String, _ expected: String, _ read: (JSONValue) -> Kind?
    ) throws(JSONShapeError) -> Kind {
        guard let value = object[name], let found = read(value) else {
            throw error(name, expected)
        }
        return found
    }

    private func optional<Kind>(
        _ name: String, _ expected: String, _ read: (JSONValue) -> Kind?
    ) throws(JSONShapeError) -> Kind? {
        guard let value = object[name] else { return nil }
        if case .null = value { return nil }
        guard let found = read(value) else { throw error(name, expected) }
        return found
    }
}
