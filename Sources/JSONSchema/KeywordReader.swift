// Reads the keywords of one schema as the kinds of value they must be, or says what is wrong.
import JSON

struct KeywordReader {
    let object: JSONObject
    let pointer: JSONPointer

    func has(_ keyword: String) -> Bool { object[keyword] != nil }

    func error(_ keyword: String, _ problem: String) -> SchemaError {
        SchemaError(pointer.appending(keyword), "\(keyword) \(problem)")
    }

    private func wrong(_ keyword: String, _ expected: String, _ found: JSONValue) -> SchemaError {
        error(keyword, "must be \(expected), and this is \(Wording.aKind(of: found)); correct it")
    }

    func string(_ keyword: String) throws(SchemaError) -> String? {
        guard let value = object[keyword] else { return nil }
        guard let text = value.stringValue else { throw wrong(keyword, "a text", value) }
        return text
    }

    func bool(_ keyword: String) throws(SchemaError) -> Bool? {
        guard let value = object[keyword] else { return nil }
        guard let flag = value.boolValue else { throw wrong(keyword, "true or false", value) }
        return flag
    }

    func number(_ keyword: String) throws(SchemaError) -> JSONNumber? {
        guard let value = object[keyword] else { return nil }
        guard let number = value.numberValue else { throw wrong(keyword, "a number", value) }
        return number
    }

    func bound(_ keyword: String) throws(SchemaError) -> NumberBound? {
        try number(keyword).map(NumberBound.init)
    }

    /// A whole number from 0 on; one too large for an `Int` limits nothing that fits in memory.
    func count(_ keyword: String) throws(SchemaError) -> Int? {
        guard let number = try number(keyword) else { return nil }
        guard number.isWhole, number >= JSONNumber(0) else {
            throw error(keyword, "must be a whole number from 0 on, and this is \(number.lexeme)")
        }
        return number.int ?? Int.max
    }

    func list(_ keyword: String) throws(SchemaError) -> [JSONValue]? {
        guard let value = object[keyword] else { return nil }
        guard let items = value.arrayValue else { throw wrong(keyword, "a list", value) }
        return items
    }

    func map(_ keyword: String) throws(SchemaError) -> JSONObject? {
        guard let value = object[keyword] else { return nil }
        guard let members = value.objectValue else { throw wrong(keyword, "an object", value) }
        return members
    }

    func names(_ keyword: String) throws(SchemaError) -> [String] {
        guard let value = object[keyword] else { return [] }
        return try names(keyword, value)
    }

    func names(_ keyword: String, _ value: JSONValue) throws(SchemaError) -> [String] {
        guard let items = value.arrayValue else {
            throw wrong(keyword, "a list of property names", value)
        }
        var names: [String] = []
        for item in items {
            guard let name = item.stringValue else {
                throw error(
                    keyword, "lists property names, and \(Wording.aKind(of: item)) is none; "
                        + "put it in quotes or remove it")
            }
            names.append(name)
        }
        return names
    }

    func types() throws(SchemaError) -> TypeSet? {
        guard let value = object["type"] else { return nil }
        let entries = value.arrayValue ?? [value]
        var types = TypeSet()
        for entry in entries {
            let known = TypeSet.named.map(\.name)
            guard let name = entry.stringValue,
                let type = TypeSet.named.first(where: { $0.name == name })?.type
            else {
                let found = Wording.show(entry, limit: 60)
                throw error(
                    "type", "must be one of \(known.joined(separator: ", ")); found \(found)"
                        + Wording.didYouMean(entry.stringValue ?? "", among: known))
            }
            types.insert(type)
        }
        guard !entries.isEmpty else {
            throw error("type", "lists no type, so nothing could fit; name one or remove it")
        }
        return types
    }

    func sensitivity() throws(SchemaError) -> Sensitivity? {
        guard let text = try string("x-sensitivity") else { return nil }
        guard let sensitivity = Sensitivity(rawValue: text) else {
            throw error(
                "x-sensitivity", "must be \"secret\" or \"personal\", and this is \"\(text)\"")
        }
        return sensitivity
    }
}
