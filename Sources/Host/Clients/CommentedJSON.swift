// JSON as editors let people write it: with comments and, in some, a comma after the last element.
// Here these are blanked out; what is left is read by the one parser there is.

enum CommentedJSON {
    /// What a client takes besides plain JSON.
    enum Extras: Sendable {
        case comments
        case commentsAndTrailingCommas
    }

    struct UnendedComment: Error, Hashable {
        let offset: Int
    }

    /// `bytes` with spaces in place of everything that plain JSON does not have: each other byte
    /// stays where it was, so that places in error messages are those of the file.
    static func plain(
        _ bytes: [UInt8], without extras: Extras
    ) throws(UnendedComment) -> [UInt8] {
        var text = bytes
        /// The last byte that was neither space nor comment, and where it is.
        var last: (byte: UInt8, at: Int)?
        /// Whether that is a comma behind an element.
        var endsElement = false
        var at = 0
        while at < text.count {
            let byte = text[at]
            switch byte {
            case UInt8(ascii: "/"):
                if let end = try endOfComment(in: text, from: at) {
                    for place in at..<end { text[place] = space }
                    at = end
                    continue
                }
            case UInt8(ascii: "\""):
                at = endOfString(in: text, from: at)
                (last, endsElement) = ((byte, at - 1), false)
                continue
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if extras == .commentsAndTrailingCommas, endsElement, let last {
                    text[last.at] = space
                }
            case space, tab, lineFeed, carriageReturn:
                at += 1
                continue
            case _: break
            }
            endsElement = byte == UInt8(ascii: ",") && last.map { mayEndElement($0.byte) } == true
            last = (byte, at)
            at += 1
        }
        return text
    }

    private static let space = UInt8(ascii: " ")
    private static let tab = UInt8(ascii: "\t")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    /// A comma behind one of these has no element before it, and is wrong everywhere.
    private static func mayEndElement(_ byte: UInt8) -> Bool {
        !"[{,:".utf8.contains(byte)
    }

    /// The place after the comment that begins at `start`; nil where none does.
    private static func endOfComment(
        in text: [UInt8], from start: Int
    ) throws(UnendedComment) -> Int? {
        guard start + 1 < text.count else { return nil }
        switch text[start + 1] {
        case UInt8(ascii: "/"):
            return text[start...].firstIndex { $0 == lineFeed || $0 == carriageReturn }
                ?? text.count
        case UInt8(ascii: "*"):
            var at = start + 2
            while at + 1 < text.count {
                if text[at] == UInt8(ascii: "*"), text[at + 1] == UInt8(ascii: "/") {
                    return at + 2
                }
                at += 1
            }
            throw UnendedComment(offset: start)
        case _: return nil
        }
    }

    /// The place after the string that begins at `start`, or the end where it has none.
    private static func endOfString(in text: [UInt8], from start: Int) -> Int {
        var at = start + 1
        while at < text.count, text[at] != UInt8(ascii: "\"") {
            at += text[at] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(at + 1, text.count)
    }
}
