// Random JSON: values, their texts in many spellings, and damage to bytes. What is checked on them
// is said by the cases.

import JSON

enum Generate {
    private static let texts = [
        "", "a", "b", "name", "type", "\u{0}", "\n", "\"", "\\", "/", "\u{7F}", "é", "e\u{301}",
        "\u{FFFF}", "\u{10000}", "\u{1F432}", "\u{FEFF}", "1", "null", "id", "method",
        "2025-03-31", "https://example.org/a?b#c", "::1", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!",
    ]
    private static let numbers = [
        "0", "-0", "1", "-1", "1.0", "10e-1", "0.1", "1e400", "-1e-400", "9007199254740991",
        "9007199254740993", "9223372036854775807", "-9223372036854775808", "18446744073709551616",
        "1e999999999999999999999", "900900900719925474099.3", "0e0", "3.5", "1E+2", "2", "7", "100",
    ]

    static func text(_ chance: inout Chance) -> String {
        if chance.once(in: 3) == false { return chance.pick(texts) }
        var scalars = String.UnicodeScalarView()
        for _ in 0..<chance.below(8) {
            let number = UInt32(chance.below(0x11_0000))
            if let scalar = Unicode.Scalar(number) { scalars.append(scalar) }
        }
        return String(scalars)
    }

    static func number(_ chance: inout Chance) -> JSONNumber {
        if chance.once(in: 2) { return JSONNumber(chance.below(65_536) - 32_768) }
        return JSONNumber(validLexeme: chance.pick(numbers))
    }

    static func value(_ chance: inout Chance, depth: Int = 4) -> JSONValue {
        switch chance.below(depth > 0 ? 8 : 5) {
        case 0: return .null
        case 1: return .bool(chance.once(in: 2))
        case 2, 3: return .number(number(&chance))
        case 4, 5: return .string(text(&chance))
        case 6: return .array((0..<chance.below(5)).map { _ in value(&chance, depth: depth - 1) })
        case _: return .object(object(&chance, depth: depth - 1))
        }
    }

    static func object(_ chance: inout Chance, depth: Int = 3) -> JSONObject {
        var object = JSONObject()
        for _ in 0..<chance.below(chance.once(in: 20) ? 40 : 5) {
            object[text(&chance)] = value(&chance, depth: depth)
        }
        return object
    }

    /// One of the many texts that mean `value`.
    static func spelling(of value: JSONValue, _ chance: inout Chance) -> [UInt8] {
        var bytes: [UInt8] = []
        spell(value, into: &bytes, &chance)
        return bytes
    }

    private static func spell(
        _ value: JSONValue, into bytes: inout [UInt8], _ chance: inout Chance
    ) {
        space(&bytes, &chance)
        switch value {
        case .null, .bool, .number: value.write(into: &bytes)
        case .string(let text): spell(text, into: &bytes, &chance)
        case .array(let items):
            bytes.append(UInt8(ascii: "["))
            for (index, item) in items.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                spell(item, into: &bytes, &chance)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let object):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in object.members.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                space(&bytes, &chance)
                spell(member.name, into: &bytes, &chance)
                space(&bytes, &chance)
                bytes.append(UInt8(ascii: ":"))
                spell(member.value, into: &bytes, &chance)
            }
            bytes.append(UInt8(ascii: "}"))
        }
        space(&bytes, &chance)
    }

    private static func spell(
        _ text: String, into bytes: inout [UInt8], _ chance: inout Chance
    ) {
        guard chance.once(in: 2) else { return JSONValue.string(text).write(into: &bytes) }
        bytes.append(UInt8(ascii: "\""))
        for unit in text.utf16 {
            let hex = String(unit, radix: 16, uppercase: chance.once(in: 2))
            bytes += Array("\\u".utf8) + Array(String(repeating: "0", count: 4 - hex.count).utf8)
            bytes += Array(hex.utf8)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func space(_ bytes: inout [UInt8], _ chance: inout Chance) {
        while chance.once(in: 8) { bytes.append(chance.pick(Array(" \t\r\n".utf8))) }
    }

    private static let tokens = [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\uD800", "\\uDC00", "true", "null", "-",
        "0", ".", "e", "1e9", "\u{FEFF}", "\n", "\r", "{\"a\":", "\"jsonrpc\":\"2.0\",",
        "\"id\":1,", "\"id\":null,",
    ].map { Array($0.utf8) } + [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90], [0]]

    /// `bytes` with some places damaged.
    static func damaged(_ bytes: [UInt8], _ chance: inout Chance) -> [UInt8] {
        var bytes = bytes
        for _ in 0...chance.below(4) {
            let at = chance.below(bytes.count + 1)
            let end = min(bytes.count, at + chance.below(9))
            switch chance.below(6) {
            case 0: bytes.removeSubrange(at..<end)
            case 1: bytes.insert(contentsOf: chance.pick(tokens), at: at)
            case 2: bytes.replaceSubrange(at..<end, with: chance.pick(tokens))
            case 3: bytes.insert(contentsOf: bytes[at..<end], at: chance.below(bytes.count + 1))
            case 4: bytes.removeSubrange(at...)
            case _: if at < bytes.count { bytes[at] ^= 1 << UInt8(chance.below(8)) }
            }
        }
        return bytes
    }

    /// `value` with one place changed, removed or moved, still JSON.
    static func mutated(_ value: JSONValue, _ chance: inout Chance, depth: Int = 12) -> JSONValue {
        if depth == 0 || chance.once(in: 6) { return Generate.value(&chance, depth: 2) }
        switch value {
        case .null, .bool, .number, .string: return Generate.value(&chance, depth: 1)
        case .array(var items):
            guard items.isEmpty == false else { return [Generate.value(&chance, depth: 1)] }
            let at = chance.below(items.count)
            switch chance.below(4) {
            case 0: items.remove(at: at)
            case 1: items.append(items[at])
            case _: items[at] = mutated(items[at], &chance, depth: depth - 1)
            }
            return .array(items)
        case .object(var object):
            guard object.isEmpty == false else {
                return .object(Generate.object(&chance, depth: 1))
            }
            let member = chance.pick(object.members)
            switch chance.below(5) {
            case 0: object[member.name] = nil
            case 1: object[chance.pick(object.members).name] = member.value
            case 2: object[text(&chance)] = member.value
            case _: object[member.name] = mutated(member.value, &chance, depth: depth - 1)
            }
            return .object(object)
        }
    }
}
