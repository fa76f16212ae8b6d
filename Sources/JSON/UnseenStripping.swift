// Taking out of a text what nobody sees in it, for what a model reads: a person who looks at the
// same text must find in it all that the model finds. Which characters those are is not said here.

/// Something without what nobody sees in it, and how many characters that were.
package struct Stripped<Value> {
    package let value: Value
    package let count: Int

    package init(_ value: Value, count: Int) {
        self.value = value
        self.count = count
    }
}

extension String {
    /// This text without its unseen characters and whole terminal sequences. Tabs and line feeds
    /// stay, and what else ends a line becomes a line feed, so that no two words are joined.
    package var strippedOfUnseen: Stripped<String> {
        guard mayHoldUnseen, unicodeScalars.contains(where: { $0.isUnseen && !$0.isPlainSpace })
        else { return Stripped(self, count: 0) }
        var stripper = UnseenStripper(self)
        return stripper.strip()
    }
}

extension JSONValue {
    /// This value with every text and every name in it stripped. Names that become the same stay
    /// apart.
    package var strippedOfUnseen: Stripped<JSONValue> {
        switch self {
        case .null, .bool, .number: return Stripped(self, count: 0)
        case .string(let text):
            let stripped = text.strippedOfUnseen
            return Stripped(.string(stripped.value), count: stripped.count)
        case .array(let elements):
            let all = elements.map(\.strippedOfUnseen)
            return Stripped(.array(all.map(\.value)), count: all.reduce(0) { $0 + $1.count })
        case .object(let object):
            let stripped = object.strippedOfUnseen
            return Stripped(.object(stripped.value), count: stripped.count)
        }
    }
}

extension JSONObject {
    package var strippedOfUnseen: Stripped<JSONObject> {
        var members: JSONObject = [:]
        var count = 0
        var copies = 1
        for member in self.members {
            let value = member.value.strippedOfUnseen
            let name = member.name.strippedOfUnseen
            count += value.count + name.count
            var free = name.value
            // Another member's own name is never taken by one that was written to look like it.
            while members.contains(free) || name.count > 0 && contains(free) {
                copies += 1
                free = name.value + "_\(copies)"
            }
            members[free] = value.value
        }
        return Stripped(members, count: count)
    }
}

extension Unicode.Scalar {
    fileprivate var isPlainSpace: Bool { self == "\n" || self == "\t" }
}

/// One pass over a text. Every sequence is looked through once, however it is made.
private struct UnseenStripper {
    private let scalars: [Unicode.Scalar]
    private var at = 0
    private var kept = String.UnicodeScalarView()
    private var count = 0
    /// Where the last sign stands that ends a command string; past them none is looked for.
    private let lastStringEnd: Int
    private let lastBell: Int

    init(_ text: String) {
        let scalars = Array(text.unicodeScalars)
        self.scalars = scalars
        lastBell = scalars.lastIndex(of: "\u{07}") ?? -1
        let lastEscape = zip(scalars.indices, zip(scalars, scalars.dropFirst())).reversed()
            .first { $0.1.0 == "\u{1B}" && $0.1.1 == "\\" }
        lastStringEnd = max(scalars.lastIndex(of: "\u{9C}") ?? -1, lastEscape?.0 ?? -1)
    }

    mutating func strip() -> Stripped<String> {
        while at < scalars.count {
            let scalar = scalars[at]
            if let length = sequenceLength() {
                at += length
                count += length
            } else if scalar.breaksLine {
                breakLine(scalar)
            } else {
                if scalar.isUnseen && !scalar.isPlainSpace {
                    count += 1
                } else {
                    kept.append(scalar)
                }
                at += 1
            }
        }
        return Stripped(String(kept), count: count)
    }

    /// The two signs of one line's end stay as they are.
    private mutating func breakLine(_ scalar: Unicode.Scalar) {
        at += 1
        if scalar == "\r", at < scalars.count, scalars[at] == "\n" {
            kept.append(scalar)
        } else {
            kept.append("\n")
            count += 1
        }
    }

    /// How many scalars a terminal would take for one command here; nil where it would for none.
    private func sequenceLength() -> Int? {
        switch scalars[at].value {
        case 0x9B: return control(from: at + 1)
        case 0x9D: return string(from: at + 1, endsWithBell: true)
        case 0x90, 0x98, 0x9E, 0x9F: return string(from: at + 1, endsWithBell: false)
        case 0x1B: return escape()
        case _: return nil
        }
    }

    private func escape() -> Int? {
        guard at + 1 < scalars.count else { return nil }
        switch scalars[at + 1].value {
        case 0x5B: return control(from: at + 2)  // [
        case 0x5D: return string(from: at + 2, endsWithBell: true)  // ]
        case 0x50, 0x58, 0x5E, 0x5F:  // P X ^ _
            return string(from: at + 2, endsWithBell: false)
        case 0x20..<0x30:
            let end = skip(from: at + 1, 0x20..<0x30)
            return end < scalars.count && (0x30..<0x7F).contains(scalars[end].value)
                ? end + 1 - at : nil
        case 0x30..<0x7F: return 2
        case _: return nil
        }
    }

    private func control(from start: Int) -> Int? {
        let end = skip(from: skip(from: start, 0x30..<0x40), 0x20..<0x30)
        guard end < scalars.count, (0x40..<0x7F).contains(scalars[end].value) else { return nil }
        return end + 1 - at
    }

    private func string(from start: Int, endsWithBell: Bool) -> Int? {
        var index = start
        while index <= lastStringEnd || endsWithBell && index <= lastBell {
            switch scalars[index].value {
            case 0x9C: return index + 1 - at
            case 0x07 where endsWithBell: return index + 1 - at
            case 0x1B where index + 1 < scalars.count && scalars[index + 1] == "\\":
                return index + 2 - at
            case _: index += 1
            }
        }
        return nil
    }

    private func skip(from start: Int, _ range: Range<UInt32>) -> Int {
        var index = start
        while index < scalars.count, range.contains(scalars[index].value) { index += 1 }
        return index
    }
}
