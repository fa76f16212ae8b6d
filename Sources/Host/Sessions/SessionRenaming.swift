// Which names of a recording stand for which of the host that plays it: ids and times differ from
// one session to the next, everything else must not.

import Engine
import JSON

struct SessionRenaming {
    private var now: [String: String] = [:]
    private var recorded: [String: String] = [:]

    /// The recorded text as it would read now: known ids replaced, others taken as they are.
    mutating func current(_ text: String) -> String {
        if let opaque = now[text] { return opaque }
        var out = ""
        for piece in SessionRenaming.pieces(of: text) {
            switch piece {
            case .words(let words): out += words
            case .time(let time): out += time
            case .id(let id):
                // An id that the client made up is the same in both.
                if now[id] == nil { learn(id, id) }
                out += now[id] ?? id
            }
        }
        return out
    }

    mutating func current(_ value: JSONValue) -> JSONValue {
        switch value {
        case .null, .bool, .number: return value
        case .string(let text): return .string(current(text))
        case .array(let elements):
            var changed: [JSONValue] = []
            for element in elements { changed.append(current(element)) }
            return .array(changed)
        case .object(let object):
            var changed: JSONObject = [:]
            for member in object.members { changed[member.name] = current(member.value) }
            return .object(changed)
        }
    }

    /// Whether two texts say the same, ids renamed consistently and times aside.
    mutating func matches(_ old: String, _ new: String) -> Bool {
        let (left, right) = (SessionRenaming.pieces(of: old), SessionRenaming.pieces(of: new))
        guard left.count == right.count else { return false }
        var renaming = self
        for (old, new) in zip(left, right) where !renaming.matches(old, new) { return false }
        self = renaming
        return true
    }

    private mutating func matches(_ old: Piece, _ new: Piece) -> Bool {
        switch (old, new) {
        case (.words(let old), .words(let new)): return old.isSameText(as: new)
        case (.time, .time): return true
        case (.id(let old), .id(let new)):
            guard old.prefix(4) == new.prefix(4) else { return false }
            if let known = now[old] { return known == new }
            guard recorded[new] == nil else { return false }
            learn(old, new)
            return true
        case (.words, _), (.time, _), (.id, _): return false
        }
    }

    /// From now on `old` stands for `new`: an id, or a text that means nothing by itself.
    mutating func learn(_ old: String, _ new: String) {
        now[old] = new
        recorded[new] = old
    }

    enum Piece: Equatable {
        case words(String)
        case id(String)
        case time(String)
    }

    static func pieces(of text: String) -> [Piece] {
        let bytes = Array(text.utf8)
        var pieces: [Piece] = []
        var start = 0
        var index = 0
        func words(until end: Int) {
            guard end > start else { return }
            pieces.append(.words(String(decoding: bytes[start..<end], as: UTF8.self)))
        }
        while index < bytes.count {
            guard let (length, make) = token(bytes[index...]) else {
                index += 1
                continue
            }
            words(until: index)
            pieces.append(make(String(decoding: bytes[index..<index + length], as: UTF8.self)))
            index += length
            start = index
        }
        words(until: bytes.count)
        return pieces
    }

    private static let prefixes = [
        RunID.prefix, CallID.prefix, ApprovalID.prefix, OwnerID.prefix, QuestionID.prefix,
    ].map { Array(($0 + "_").utf8) }

    private static func token(
        _ bytes: ArraySlice<UInt8>
    ) -> (length: Int, make: (String) -> Piece)? {
        for prefix in prefixes where bytes.starts(with: prefix) {
            let suffix = bytes.dropFirst(prefix.count).prefix(while: isIDCharacter)
            if suffix.count == 36 { return (prefix.count + 36, Piece.id) }
        }
        guard bytes.first.map(isDigit) == true, bytes.count >= 24,
            Instant(String(decoding: bytes.prefix(24), as: UTF8.self)) != nil
        else { return nil }
        return (24, Piece.time)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isIDCharacter(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x61...0x7a).contains(byte)
    }
}
