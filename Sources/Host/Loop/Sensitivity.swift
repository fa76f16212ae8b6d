// Keeping what a schema marks as secret or personal from those who only need to know that it is
// there.

import Engine
package import JSON
package import JSONSchema

extension CompiledSchema {
    /// How careful a reader of `value` must be.
    func payloadClass(of value: JSONValue) -> PayloadRef.Class {
        let places = sensitivePointers(in: value)
        if places.contains(where: { $0.sensitivity == .secret }) { return .secret }
        return places.isEmpty ? .plain : .personal
    }

    /// A copy of `value` in which every marked part reads `(secret)` or `(personal)`.
    package func masked(_ value: JSONValue) -> JSONValue {
        var copy = value
        for place in sensitivePointers(in: value) {
            let word = place.sensitivity == .secret ? "(secret)" : "(personal)"
            copy = copy.replacing(place.pointer.tokens[...], with: .string(word))
        }
        return copy
    }
}

extension JSONValue {
    /// A copy with `mask` in the place that `path` leads to.
    func replacing(_ path: ArraySlice<String>, with mask: JSONValue) -> JSONValue {
        guard let name = path.first else { return mask }
        switch self {
        case .object(var object):
            guard let inner = object[name] else { return self }
            object[name] = inner.replacing(path.dropFirst(), with: mask)
            return .object(object)
        case .array(var elements):
            guard let index = Int(name), elements.indices.contains(index) else { return self }
            elements[index] = elements[index].replacing(path.dropFirst(), with: mask)
            return .array(elements)
        case .null, .bool, .number, .string: return self
        }
    }
}
