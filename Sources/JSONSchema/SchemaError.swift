// Why a schema cannot be used. For people who write schemas; violations are another file.
package import JSON

/// What is wrong with a schema, where, and what to do about it.
package struct SchemaError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The place in the schema document.
    package let pointer: JSONPointer
    /// A sentence that starts with the place and ends with what to do.
    package let message: String

    init(_ pointer: JSONPointer, _ problem: String) {
        self.pointer = pointer
        let place = pointer.tokens.isEmpty ? "the schema" : "\(pointer)"
        // Schemas of other programs come here too: their texts may not break lines.
        message = "\(place): \(problem)".withVisibleControls
    }

    package var description: String { message }
}
