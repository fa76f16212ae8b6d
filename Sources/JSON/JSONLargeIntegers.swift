// Finding and replacing the whole numbers that have no canonical form. No writing here.

extension JSONValue {
    /// The place of the first whole number that has no exact canonical form (see
    /// `JSONNumber.isBeyondCanonical`), in the order of writing; nil where there is none.
    package func firstNumberBeyondCanonical() -> JSONPointer? {
        switch self {
        case .null, .bool, .string: return nil
        case .number(let number): return number.isBeyondCanonical ? .root : nil
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                if let found = element.placeBeyondCanonical({ String(index) }) { return found }
            }
            return nil
        case .object(let object):
            for member in object {
                if let found = member.value.placeBeyondCanonical({ member.name }) { return found }
            }
            return nil
        }
    }

    private func placeBeyondCanonical(_ token: () -> String) -> JSONPointer? {
        guard var place = firstNumberBeyondCanonical() else { return nil }
        place.prepend(token())
        return place
    }

    /// This value with each such number replaced by its digits as text; the rest is as it was.
    package func withLargeIntegersAsText() -> JSONValue {
        guard firstNumberBeyondCanonical() != nil else { return self }
        return replacingLargeIntegers()
    }

    private func replacingLargeIntegers() -> JSONValue {
        switch self {
        case .null, .bool, .string: return self
        case .number(let number): return number.isBeyondCanonical ? .string(number.lexeme) : self
        case .array(let elements): return .array(elements.map { $0.replacingLargeIntegers() })
        case .object(let object):
            let members = object.members.map {
                JSONObject.Member(name: $0.name, value: $0.value.replacingLargeIntegers())
            }
            return .object(JSONObject(uniqueMembers: members))
        }
    }
}
