// Our parser beside Foundation's: on texts right and damaged both say yes or both say no, and mean
// the same, but for the differences listed here, each with its reason.

import Foundation
import JSON

/// Where the two parsers differ, knowingly.
package enum FoundationDifference: String, CaseIterable, Sendable {
    /// We refuse a name given twice; Foundation takes one of the two.
    case duplicateName
    /// We refuse a comma before the closing bracket, as RFC 8259 does; Foundation takes it.
    case trailingComma
    /// We refuse the mark; Foundation takes it off.
    case byteOrderMark
    /// We read UTF-8 alone; Foundation takes zeros or another mark at the start for UTF-16 or -32.
    case otherEncoding
    /// A text may hold the mark as any character; Foundation takes it off where a piece begins,
    /// at the quote or after an escape.
    case markInText
    /// We keep a number as it is written; Foundation refuses what is beyond its own numbers.
    case hugeNumber
    /// Names that differ in bytes and are equal to Unicode are two to us, and one to Foundation.
    case equivalentNames
    /// We refuse what is nested deeper than our limit; Foundation's limit is another.
    case depth
}

package enum FoundationCase {
    static func run(_ start: Chance) throws(FuzzFinding) {
        var chance = start
        var text = Generate.spelling(of: Generate.value(&chance), &chance)
        if chance.once(in: 2) { text = Generate.damaged(text, &chance) }
        _ = try compare(text)
    }

    /// The listed difference that shows on `text`, nil where the two agree. Throws where they
    /// differ otherwise.
    package static func compare(_ text: [UInt8]) throws(FuzzFinding) -> FoundationDifference? {
        let ours = Result { () throws(JSONSyntaxError) in try JSONParser.parse(text) }
        switch (ours, foundation(text)) {
        case (.failure, .none): return nil
        case (.failure(let error), .some):
            if isLikeOtherEncoding(text) { return .otherEncoding }
            switch error.code {
            case .duplicateName: return .duplicateName
            case .byteOrderMark: return .byteOrderMark
            case .tooDeep: return .depth
            case .unexpectedByte where endsInComma(text.prefix(error.offset)):
                return .trailingComma
            case .unexpectedByte, .unexpectedEnd, .tooManyNodes, .tooLarge, .loneSurrogate,
                .invalidEscape, .invalidUTF8, .invalidNumber, .controlCharacter, .trailingBytes:
                throw FuzzFinding("only we refuse, \(error): \(ParserCase.shown(text))")
            }
        case (.success(let value), .none):
            if hasHugeNumber(value) { return .hugeNumber }
            throw FuzzFinding("only Foundation refuses: \(ParserCase.shown(text))")
        case (.success(let value), .some(let other)):
            if isSame(value, other) { return nil }
            if hasEquivalentNames(value) { return .equivalentNames }
            if hasMarkedText(value) { return .markInText }
            throw FuzzFinding("read as \(value) and as \(other): \(ParserCase.shown(text))")
        }
    }

    private static func foundation(_ text: [UInt8]) -> Any? {
        try? JSONSerialization.jsonObject(with: Data(text), options: .fragmentsAllowed)
    }

    private static func endsInComma(_ text: ArraySlice<UInt8>) -> Bool {
        text.last { " \t\r\n".utf8.contains($0) == false } == UInt8(ascii: ",")
    }

    private static func isLikeOtherEncoding(_ text: [UInt8]) -> Bool {
        text.prefix(4).contains(0) || text.starts(with: [0xFE, 0xFF])
            || text.starts(with: [0xFF, 0xFE])
    }

    private static func isSame(_ value: JSONValue, _ other: Any) -> Bool {
        switch value {
        case .null: return other is NSNull
        case .bool(let flag): return other as? Bool == flag
        case .string(let text): return (other as? String)?.isSameText(as: text) == true
        case .number(let number):
            guard let theirs = other as? NSNumber else { return false }
            if let int = number.int, let same = theirs as? Int { return int == same }
            guard let ours = number.double else { return false }
            // Foundation takes long numbers through a decimal that rounds once more.
            let slack = number.lexeme.utf8.count > 17 ? 2 * ours.ulp : 0
            return (ours - theirs.doubleValue).magnitude <= slack
        case .array(let items):
            guard let others = other as? [Any], others.count == items.count else { return false }
            return zip(items, others).allSatisfy { isSame($0, $1) }
        case .object(let object):
            guard let others = other as? [String: Any], others.count == object.count else {
                return false
            }
            return object.members.allSatisfy { member in
                others.contains {
                    $0.key.isSameText(as: member.name) && isSame(member.value, $0.value)
                }
            }
        }
    }

    private static func hasHugeNumber(_ value: JSONValue) -> Bool {
        switch value {
        case .null, .bool, .string: false
        // Also what is too near to zero for a double.
        case .number(let number):
            number.double.map { $0 == 0 && number != JSONNumber(0) } ?? true
        case .array(let items): items.contains(where: hasHugeNumber)
        case .object(let object): object.members.contains { hasHugeNumber($0.value) }
        }
    }

    private static func hasMarkedText(_ value: JSONValue) -> Bool {
        switch value {
        case .null, .bool, .number: false
        case .string(let text): text.unicodeScalars.contains("\u{FEFF}")
        case .array(let items): items.contains(where: hasMarkedText)
        case .object(let object):
            object.members.contains { member in
                member.name.unicodeScalars.contains("\u{FEFF}") || hasMarkedText(member.value)
            }
        }
    }

    private static func hasEquivalentNames(_ value: JSONValue) -> Bool {
        switch value {
        case .null, .bool, .number, .string: false
        case .array(let items): items.contains(where: hasEquivalentNames)
        case .object(let object):
            // A set of Swift's texts tells them apart as Foundation does.
            Set(object.names).count < object.count
                || object.members.contains { hasEquivalentNames($0.value) }
        }
    }
}
