// Why a text is not JSON that this project accepts, and at which byte. No parsing here.

/// The refusal of a document: the first fault found and its byte offset, counted from 0.
package struct JSONSyntaxError: Error, Hashable, Sendable {
    package enum Code: String, Sendable, CaseIterable {
        case unexpectedByte
        case unexpectedEnd
        case duplicateName
        case tooDeep
        case tooManyNodes
        case tooLarge
        case loneSurrogate
        case invalidEscape
        case invalidUTF8
        case invalidNumber
        case controlCharacter
        case byteOrderMark
        case trailingBytes
    }

    package let code: Code
    package let offset: Int

    package init(_ code: Code, at offset: Int) {
        self.code = code
        self.offset = offset
    }

    /// One sentence for people, ending in the offset.
    package var message: String { "\(fault) (at byte \(offset))" }

    private var fault: String {
        switch code {
        case .unexpectedByte: "this byte cannot stand here in JSON"
        case .unexpectedEnd: "the text ends before the JSON value does"
        case .duplicateName: "an object has this member name twice; names must be unique"
        case .tooDeep: "arrays and objects are nested deeper than is accepted; flatten the value"
        case .tooManyNodes: "the document has more values than are accepted; send fewer at once"
        case .tooLarge: "the document is longer than is accepted; send less at once"
        case .loneSurrogate:
            "this \\u escape is half of a surrogate pair; write the pair or the character itself"
        case .invalidEscape:
            "this is not an escape of JSON; after a backslash stands one of \"\\/bfnrt or uXXXX"
        case .invalidUTF8: "these bytes are not valid UTF-8"
        case .invalidNumber: "this byte makes the number invalid in JSON"
        case .controlCharacter: "a control character in a string must be escaped, as in \\n"
        case .byteOrderMark: "the text starts with a byte order mark; send it without one"
        case .trailingBytes: "there is more text after the end of the JSON value"
        }
    }
}

extension JSONSyntaxError: CustomStringConvertible {
    package var description: String { message }
}
