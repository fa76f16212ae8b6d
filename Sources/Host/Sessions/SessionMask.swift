// Keeping what schemas mark as secret or personal out of a recording. Each value gets a name of its
// own, so that what was the same stays the same, and what was not, not.

import JSON
import JSONSchema

struct SessionMask {
    private var names: [JSONValue: JSONValue] = [:]
    private var given: Set<String> = []
    private(set) var words = SessionWords()

    /// `value` with a name in every place that any of the schemas marks.
    mutating func masked(_ value: JSONValue, by schemas: [CompiledSchema]) -> JSONValue {
        var copy = value
        for schema in schemas {
            for place in schema.sensitivePointers(in: value) {
                guard let found = place.pointer.resolve(in: value) else { continue }
                let name = name(of: found, place.sensitivity == .secret ? "secret" : "personal")
                copy = copy.replacing(place.pointer.tokens[...], with: name)
            }
        }
        return copy
    }

    /// Whether a text holds a name that stands for a marked text.
    static func isName(in text: String) -> Bool {
        text.contains(#/\((?:secret|personal|masked) [0-9]+\)/#)
    }

    /// `value` with a name in place of everything in it, where nobody knows what is marked.
    mutating func blanked(_ value: JSONValue) -> JSONValue {
        switch value {
        case .null: return .null
        case .bool: return false
        case .string(let text) where given.contains(text): return value
        case .number, .string: return name(of: value, "masked", isMarked: false)
        case .array(let elements):
            var blank: [JSONValue] = []
            for element in elements { blank.append(blanked(element)) }
            return .array(blank)
        case .object(let object):
            var blank: JSONObject = [:]
            for member in object.members { blank[member.name] = blanked(member.value) }
            return .object(blank)
        }
    }

    /// What a number that was masked somewhere is called everywhere.
    func name(ofNumber number: JSONNumber) -> JSONValue? { names[.number(number)] }

    /// The JSON object that a text block is, or ends with, and where it begins.
    static func document(in text: String) -> (start: String.Index, value: JSONValue)? {
        let line = text.lastIndex(of: "\n").map { text.index(after: $0) }
        for start in [text.startIndex, line ?? text.startIndex] {
            guard text[start...].utf8.first == UInt8(ascii: "{") else { continue }
            do {
                return (start, try JSONParser.parse(Array(text[start...].utf8), limits: .session))
            } catch {
                continue  // Words, and no document.
            }
        }
        return nil
    }

    /// - Parameter isMarked: else an ordinary word stays one elsewhere.
    private mutating func name(
        of value: JSONValue, _ word: String, isMarked: Bool = true
    ) -> JSONValue {
        if let known = names[value] {
            if isMarked { remember(value, known, isMarked) }
            return known
        }
        let number = names.count + 1
        let text = "(\(word) \(number))"
        let name: JSONValue
        switch value {
        case .null: return .null
        case .bool: return false
        case .number: name = .integer(number)
        case .string, .array, .object: name = .string(text)
        }
        names[value] = name
        given.insert(text)
        remember(value, name, isMarked)
        rememberParts(of: value, word)
        return name
    }

    private mutating func remember(_ value: JSONValue, _ name: JSONValue, _ isMarked: Bool) {
        switch (value, name) {
        case (.string(let found), .string(let name)):
            words.add(found, isNumber: false, as: name, isMarked: isMarked)
        case (.number(let found), .number(let name)):
            words.add(found.lexeme, isNumber: true, as: name.lexeme, isMarked: isMarked)
        case (.null, _), (.bool, _), (.number, _), (.string, _), (.array, _), (.object, _): break
        }
    }

    /// A part of what is marked is marked.
    private mutating func rememberParts(of value: JSONValue, _ word: String) {
        switch value {
        case .null, .bool, .number, .string: break
        case .array(let elements):
            for element in elements { _ = name(of: element, word) }
        case .object(let object):
            for member in object.members {
                // Names of fields are words of the schema; others are values.
                if !SessionMask.isFieldName(member.name) {
                    _ = name(of: .string(member.name), word)
                }
                _ = name(of: member.value, word)
            }
        }
    }

    private static func isFieldName(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x61...0x7a).contains($0 | 0x20) || $0 == 0x5f }
    }
}
