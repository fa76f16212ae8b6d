// The cursors of paged lists: made here, read here, and opaque to everybody else.

import JSON

/// The lists that may have more than one page.
enum PagedList: String, Sendable {
    case tools, resources
}

extension PagePosition {
    /// The position a request asks to go on from; nil where it asks for the first page. Some
    /// clients write a cursor that they do not have as `null`.
    static func asked(
        _ params: JSONObject, of list: PagedList
    ) throws(ErrorAnswer) -> PagePosition? {
        guard let cursor = given(in: params) else { return nil }
        guard let text = cursor.stringValue, let position = PagePosition(cursor: text, of: list)
        else { throw .invalidCursor() }
        return position
    }

    /// Refuses every cursor: for lists that are one page and never gave one out.
    static func refuse(in params: JSONObject) throws(ErrorAnswer) {
        guard given(in: params) == nil else { throw .invalidCursor() }
    }

    private static func given(in params: JSONObject) -> JSONValue? {
        guard let cursor = params["cursor"], cursor != .null else { return nil }
        return cursor
    }

    /// In hexadecimal digits: a check of what follows, the list's name, the position.
    func cursor(of list: PagedList) -> String {
        let body = Array("\(list.rawValue):\(text)".utf8)
        return Self.hex(Self.check(body) + body)
    }

    /// Nil for everything that ``cursor(of:)`` does not give for this list.
    private init?(cursor: String, of list: PagedList) {
        guard cursor.utf8.count <= MCPLimits.cursorBytes, let bytes = Self.bytes(hex: cursor),
            bytes.count > Self.checkBytes
        else { return nil }
        let body = Array(bytes[Self.checkBytes...])
        let head = "\(list.rawValue):"
        guard Self.check(body).elementsEqual(bytes[..<Self.checkBytes]),
            body.starts(with: head.utf8),
            let text = String(validating: body.dropFirst(head.utf8.count), as: UTF8.self)
        else { return nil }
        self.init(text)
    }

    private static let checkBytes = 4

    /// FNV-1a of 32 bits: a cursor that was cut or altered is refused and not misread. It keeps
    /// no secret, and none is needed: a position lets nobody see what is not listed for them.
    private static func check(_ bytes: [UInt8]) -> [UInt8] {
        var hash: UInt32 = 2_166_136_261
        for byte in bytes { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: hash >> UInt32($0)) }
    }

    private static let digits = Array("0123456789abcdef".utf8)

    private static func hex(_ bytes: [UInt8]) -> String {
        let text = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }

    private static func bytes(hex text: String) -> [UInt8]? {
        let nibbles = text.utf8.compactMap { digits.firstIndex(of: $0) }
        guard nibbles.count == text.utf8.count, nibbles.count % 2 == 0 else { return nil }
        return stride(from: 0, to: nibbles.count, by: 2).map { at in
            UInt8(nibbles[at] << 4 | nibbles[at + 1])
        }
    }
}
