// The refusal of a value that is JSON but not of the shape its reader needs. No reading here.

/// A member is missing or of another kind than its reader needs.
package struct JSONShapeError: Error, Hashable, Sendable, CustomStringConvertible {
    package let pointer: JSONPointer
    /// What should stand there, such as "a string".
    package let expected: String
    /// What stands there: a kind's name, or "nothing".
    package let found: String

    package init(pointer: JSONPointer, expected: String, found: String) {
        self.pointer = pointer
        self.expected = expected
        self.found = found
    }

    package var message: String {
        let place = pointer.tokens.isEmpty ? "the value" : "\(pointer)"
        return "\(place) must be \(expected), but \(found) is there"
    }

    package var description: String { message }
}
