// Keeping what schemas mark as secret or personal out of a recording. Each value gets a name of its
// own, so that what was the same stays the same, and what was not, not.

import JSON
import JSONSchema

struct SessionMask {
    private var names: [JSONValue: JSONValue] = [:]
    /// Texts to be found wherever they stand, longest first.
    private var texts: [(text: String, name: String)] = []

    /// `value` with a name in every marked place.
    mutating func masked(_ value: JSONValue, by schema: CompiledSchema?) -> JSONValue {
        guard let schema else { return value }
        var copy = value
        for place in schema.sensitivePointers(in: value) {
            guard let found = place.pointer.resolve(in: value) else { continue }
            let name = name(of: found, place.sensitivity == .secret ? "secret" : "personal")
            copy = copy.replacing(place.pointer.tokens[...], with: name)
        }
        return copy
    }

    /// Whether a text holds a name that stands for a marked text.
    static func isName(in text: String) -> Bool {
        text.contains(#/\((?:secret|personal) [0-9]+\)/#)
    }

    /// The JSON object that a text block is, or ends with, and where it begins.
    static func document(in text: String) -> (start: String.Index, value: JSONValue)? {
        let line = text.lastIndex(of: "\n").map { text.index(after: $0) }
        for start in [text.startIndex, line ?? text.startIndex] {
            guard text[start...].utf8.first == UInt8(ascii: "{") else { continue }
            do {
                return (start, try JSONParser.parse(Array(text[start...].utf8)))
            } catch {
                continue  // Words, and no document.
            }
        }
        return nil
    }

    /// A copy in which no text says what was masked elsewhere.
    func scrubbed(_ value: JSONValue) -> JSONValue {
        if texts.isEmpty { return value }
        switch value {
        case .null, .bool, .number: return value
        case .string(let text): return .string(scrubbed(text))
        case .array(let elements): return .array(elements.map(scrubbed))
        case .object(let object):
            return .object(
                JSONObject(
                    uniqueMembers: object.members.map {
                        JSONObject.Member(name: $0.name, value: scrubbed($0.value))
                    }))
        }
    }

    func scrubbed(_ text: String) -> String {
        texts.reduce(text) { $0.replacing($1.text, with: $1.name) }
    }

    private mutating func name(of value: JSONValue, _ word: String) -> JSONValue {
        if let known = names[value] { return known }
        let number = names.count + 1
        let text = "(\(word) \(number))"
        let name: JSONValue
        switch value {
        case .null: name = .null
        case .bool: name = false
        case .number: name = .integer(number)
        case .string, .array, .object: name = .string(text)
        }
        names[value] = name
        switch value {
        case .string(let found): remember(found, text)
        case .number(let found): remember(found.lexeme, String(number))
        case .null, .bool, .array, .object: break
        }
        return name
    }

    private mutating func remember(_ found: String, _ name: String) {
        guard found.count >= HostLimits.scrubbedCharacters else { return }
        // In a document within a text it stands escaped.
        let escaped = String(JSONValue.string(found).compactText.dropFirst().dropLast())
        for text in escaped == found ? [found] : [found, escaped] { texts.append((text, name)) }
        texts.sort { ($1.text.utf8.count, $0.text) < ($0.text.utf8.count, $1.text) }
    }
}
