// The names messages go by: the client's id, the client's progress token, the session's handle.

package import JSON

/// A JSON-RPC id as the client wrote it: a string or a whole number, told apart by type (`"1"` is
/// not `1`) and repeated digit for digit (`1.0` comes back as `1.0`).
package struct RequestID: Hashable, Sendable {
    package let value: JSONValue

    /// Nil for every value that is not a string or whole number of reasonable length.
    package init?(_ value: JSONValue) {
        switch value {
        case .string(let text):
            guard text.utf8.count <= MCPLimits.tokenBytes else { return nil }
        case .number(let number):
            // Length first: what a number means is not worked out for a megabyte of digits.
            guard number.lexeme.utf8.count <= MCPLimits.tokenBytes, number.isWhole else {
                return nil
            }
        case .null, .bool, .array, .object: return nil
        }
        self.value = value
    }
}

/// The name under which a client wants to hear of a request's progress: shaped like an id.
struct ProgressToken: Hashable, Sendable {
    let value: JSONValue

    init?(_ value: JSONValue) {
        guard let shaped = RequestID(value) else { return nil }
        self.value = shaped.value
    }
}

extension RequestID {
    /// The id under which the client's session sends a request of its own.
    init(_ handle: RequestHandle) { value = .integer(handle.number) }
}

/// The session's own name for a request: on the server's side one that the host is to answer, on
/// the client's side one that the server is to answer. Unlike an id of the other side it is never
/// used twice, so a late answer cannot reach a later request.
package struct RequestHandle: Hashable, Comparable, Sendable {
    package let number: Int

    /// Only the session mints handles.
    init(number: Int) { self.number = number }

    package static func < (left: RequestHandle, right: RequestHandle) -> Bool {
        left.number < right.number
    }
}
