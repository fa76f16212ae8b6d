// One way in which a value does not fit its schema. Wording.swift chooses the words.
package import JSON

/// A violation as a language model or a person can act on it.
package struct SchemaViolation: Hashable, Sendable, CustomStringConvertible {
    /// The place in the value; for a missing or unknown property, that property.
    package let instance: JSONPointer
    /// The keyword in the schema that asks for something else.
    package let schema: JSONPointer
    /// A sentence that names the place, what was found and what was expected.
    package let message: String

    package var description: String { message }
}
