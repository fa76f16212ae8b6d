// How a command asks to be left alone for a while: a last line of its standard error.

/// A last line `retry-after: SECONDS`, and what was said before it.
struct RetryAfter: Equatable {
    let ms: Int64
    let rest: [UInt8]

    private static let mark = Array("retry-after:".utf8)

    /// Nil where the last line that is not blank says anything else, or says it wrongly.
    init?(endOf errors: [UInt8]) {
        guard let last = errors.lastIndex(where: { !RetryAfter.isBlank($0) }) else { return nil }
        let start = errors[...last].lastIndex(where: RetryAfter.endsLine).map { $0 + 1 } ?? 0
        let line = errors[start...last].drop(while: RetryAfter.isBlank)
        guard line.prefix(RetryAfter.mark.count).map(RetryAfter.lowercased) == RetryAfter.mark
        else { return nil }
        let digits = line.dropFirst(RetryAfter.mark.count).drop(while: RetryAfter.isBlank)
        guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        // Whatever has more digits than fit is more than the limit.
        let seconds = Int64(String(decoding: digits, as: UTF8.self)) ?? .max
        ms = min(seconds, ConnectorLimits.retryAfterMaxSeconds) * 1_000
        rest = Array(errors[..<start])
    }

    private static func endsLine(_ byte: UInt8) -> Bool { byte == 0x0a || byte == 0x0d }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || endsLine(byte)
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (0x41...0x5a).contains(byte) ? byte + 0x20 : byte
    }
}
