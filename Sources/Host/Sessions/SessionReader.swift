// Reading a recorded session, whole or not at all: one that is cut off, holds nothing to compare,
// or rests on what it does not hold is refused, for replaying it would prove nothing.

import JSON

/// Why a recording cannot be played.
package struct SessionRefusal: Error, Hashable, Sendable {
    /// Counted from one; nil where it is about the whole.
    package let line: Int?
    package let message: String
}

extension RecordedSession {
    package static func read(path: String) throws(SessionRefusal) -> RecordedSession {
        let bytes: [UInt8]
        do {
            bytes = try BoundedFile.read(path, maxBytes: HostLimits.sessionBytes)
        } catch {
            throw SessionRefusal(line: nil, message: "it \(error.message)")
        }
        return try parse(bytes)
    }

    package static func parse(_ bytes: [UInt8]) throws(SessionRefusal) -> RecordedSession {
        guard bytes.last == UInt8(ascii: "\n") else {
            throw SessionRefusal(line: nil, message: "it is empty, or its last line is cut off")
        }
        let texts = bytes.dropLast().split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard texts.count <= HostLimits.sessionLines else {
            throw SessionRefusal(
                line: nil, message: "it has more than \(HostLimits.sessionLines) lines")
        }
        let header = try line(1, texts[0]) { value throws(JSONShapeError) in
            try SessionHeader(value)
        }
        var lines: [SessionLine] = []
        for (index, text) in texts.enumerated().dropFirst() {
            lines.append(
                try line(index + 1, text) { value throws(JSONShapeError) in
                    try SessionLine(value)
                })
        }
        let session = RecordedSession(header: header, lines: lines)
        try session.requirePlayable()
        return session
    }

    private static func line<Made>(
        _ number: Int, _ text: ArraySlice<UInt8>,
        _ make: (JSONValue) throws(JSONShapeError) -> Made
    ) throws(SessionRefusal) -> Made {
        let value: JSONValue
        do {
            value = try JSONParser.parse(Array(text), limits: .session)
        } catch {
            throw SessionRefusal(line: number, message: "not JSON: \(error.message)")
        }
        do {
            return try make(value)
        } catch {
            throw SessionRefusal(line: number, message: error.description)
        }
    }

    private func requirePlayable() throws(SessionRefusal) {
        for (index, line) in lines.enumerated() {
            if case .unplayable(let why) = line.entry {
                throw SessionRefusal(line: index + 2, message: why)
            }
            if case .end = line.entry, index < lines.count - 1 {
                throw SessionRefusal(line: index + 2, message: "it ends here, but goes on")
            }
        }
        guard case .end? = lines.last?.entry else {
            throw SessionRefusal(
                line: nil, message: "it is cut off: the recording did not come to its end")
        }
        let isSpoken = lines.contains { line in
            if case .server = line.entry { true } else { false }
        }
        guard isSpoken else {
            throw SessionRefusal(
                line: nil, message: "the server says nothing in it, so there is nothing to compare")
        }
    }
}

extension JSONLimits {
    /// A line holds a message of the protocol, one object deeper.
    static let session = JSONLimits(
        maxBytes: HostLimits.sessionBytes, maxDepth: 140, maxNodes: 1_000_000)
}
