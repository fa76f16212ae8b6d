// Putting names where a masked value may stand by another way: in what tools take and give, in what
// the host says, and elsewhere in messages, where a name cannot be played again.

import JSON

extension SessionScribe {
    /// What comes from a client or a system: the same names stand in it when it is played.
    mutating func data(_ value: JSONValue) -> JSONValue {
        if mask.words.isEmpty { return value }
        switch value {
        case .null, .bool: return value
        case .number(let number): return mask.name(ofNumber: number) ?? value
        case .string(let said): return .string(text(said))
        case .array(let elements):
            var changed: [JSONValue] = []
            for element in elements { changed.append(data(element)) }
            return .array(changed)
        case .object(let object):
            var changed: JSONObject = [:]
            for member in object.members { changed[field(member.name)] = data(member.value) }
            return .object(changed)
        }
    }

    private mutating func field(_ name: String) -> String {
        let found = mask.words.scrubbed(name)
        guard found.isHit, !tools.isField(name) else { return name }
        doubt(
            "a masked value is the name of a field elsewhere; record with made-up values instead")
        return found.text
    }

    /// Free text of a client or a system.
    mutating func text(_ text: String) -> String { mask.words.scrubbed(text).text }

    /// Free text of the host, which may say by itself what is masked elsewhere.
    mutating func hostText(_ text: String) -> String {
        guard let (start, document) = SessionMask.document(in: text) else { return words(text) }
        return words(String(text[..<start])) + hostDocument(document).compactText
    }

    mutating func words(_ text: String) -> String {
        let found = mask.words.scrubbed(text)
        if found.isDoubtful {
            doubt(
                "what is masked is a word that the host may say too, or was cut off; record with "
                    + "made-up values that stand for nothing else")
        }
        return found.text
    }

    /// The texts of a document that the host made; its fields are its own.
    mutating func hostDocument(_ value: JSONValue) -> JSONValue {
        if mask.words.isEmpty { return value }
        switch value {
        case .null, .bool: return value
        case .number(let number):
            guard number.lexeme.utf8.count >= HostLimits.boundCharacters,
                let name = mask.name(ofNumber: number)
            else { return value }
            _ = words(number.lexeme)
            return name
        case .string(let said): return .string(words(said))
        case .array(let elements):
            var changed: [JSONValue] = []
            for element in elements { changed.append(hostDocument(element)) }
            return .array(changed)
        case .object(let object):
            var changed: JSONObject = [:]
            for member in object.members {
                changed[member.name] = hostDocument(member.value)
            }
            return .object(changed)
        }
    }

    /// What is no free text: a name that has to stand here cannot be played.
    mutating func fixed(_ value: JSONValue) -> JSONValue {
        if mask.words.isEmpty { return value }
        switch value {
        case .null, .bool, .number: return value
        case .string(let said):
            let found = mask.words.scrubbed(said)
            if found.isHit {
                doubt("a masked value stands where the protocol has a word of its own")
            }
            return .string(found.text)
        case .array(let elements):
            var changed: [JSONValue] = []
            for element in elements { changed.append(fixed(element)) }
            return .array(changed)
        case .object(let object):
            var changed: JSONObject = [:]
            for member in object.members { changed[member.name] = fixed(member.value) }
            return .object(changed)
        }
    }

    /// A copy of `value` with some of its members changed.
    mutating func members(
        of value: JSONValue, _ change: (inout SessionScribe, JSONObject.Member) -> JSONValue
    ) -> JSONValue {
        guard let object = value.objectValue else { return value }
        var changed: JSONObject = [:]
        for member in object.members { changed[member.name] = change(&self, member) }
        return .object(changed)
    }

    /// The message, or the messages of a batch one by one in their array.
    mutating func each(
        _ message: JSONValue, _ change: (inout SessionScribe, JSONValue) -> JSONValue
    ) -> JSONValue {
        guard let batch = message.arrayValue else { return change(&self, message) }
        var changed: [JSONValue] = []
        for element in batch { changed.append(change(&self, element)) }
        return .array(changed)
    }
}
