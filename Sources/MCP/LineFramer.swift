// Cutting the byte stream into lines. What a line says is not looked at here.

/// What stood between two newlines.
package enum FramedLine: Hashable, Sendable {
    /// A line's bytes without its ending; never empty.
    case line([UInt8])
    /// A line over the limit. Its bytes were dropped as they came; `bytes` is how many.
    case oversized(bytes: Int)
}

/// Turns chunks of bytes, however they are cut, into lines. Ends a line at a newline, takes one
/// carriage return off its end, a byte-order mark off the very start, and leaves out blank lines.
/// Holds at most one line, and looks at each byte once.
package struct LineFramer: Sendable {
    private enum State: Sendable {
        case collecting([UInt8])
        /// The line is too long already; only its length is kept.
        case discarding(bytes: Int)
    }

    private let limitBytes: Int
    private var state = State.collecting([])
    private var isFirstLine = true

    package init(limitBytes: Int = MCPLimits.lineBytes) { self.limitBytes = limitBytes }

    /// The bytes kept of a line that has not ended: at most the limit and what may be stripped.
    package var heldBytes: Int {
        switch state {
        case .collecting(let held): held.count
        case .discarding: 0
        }
    }

    package mutating func receive(_ chunk: [UInt8]) -> [FramedLine] { receive(chunk[...]) }

    package mutating func receive(_ chunk: ArraySlice<UInt8>) -> [FramedLine] {
        var lines: [FramedLine] = []
        var rest = chunk
        while let end = rest.firstIndex(of: Byte.newline) {
            collect(rest[..<end])
            if let line = endLine() { lines.append(line) }
            rest = rest[rest.index(after: end)...]
        }
        collect(rest)
        return lines
    }

    /// The last line where the stream ended without a newline.
    package mutating func finish() -> FramedLine? { endLine() }

    private mutating func collect(_ bytes: ArraySlice<UInt8>) {
        switch state {
        case .discarding(let count):
            state = .discarding(bytes: count + bytes.count)
        case .collecting(var held):
            // What may still be stripped (mark, carriage return) does not count against the line.
            let allowed = limitBytes + Byte.orderMark.count + 1
            if held.count + bytes.count > allowed {
                state = .discarding(bytes: held.count + bytes.count)
            } else {
                // Emptied first, so that appending does not copy what is held already.
                state = .collecting([])
                held.append(contentsOf: bytes)
                state = .collecting(held)
            }
        }
    }

    private mutating func endLine() -> FramedLine? {
        let ended = state
        state = .collecting([])
        defer { isFirstLine = false }
        switch ended {
        case .discarding(let bytes): return .oversized(bytes: bytes)
        case .collecting(let held):
            var line = held[...]
            if isFirstLine, line.starts(with: Byte.orderMark) {
                line = line.dropFirst(Byte.orderMark.count)
            }
            if line.last == Byte.carriageReturn { line = line.dropLast() }
            if line.count > limitBytes { return .oversized(bytes: held.count) }
            if line.allSatisfy(Byte.isBlank) { return nil }
            return .line(line.count == held.count ? held : Array(line))
        }
    }
}

private enum Byte {
    static let newline = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let orderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == carriageReturn
    }
}
