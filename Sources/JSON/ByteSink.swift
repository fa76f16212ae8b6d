// Where a writer's bytes gather before they are an array, and the literals that all writers share.
// The one place of the writers that handles memory by hand.

/// Bytes that only grow.
///
/// An array would ask at every byte whether it is shared and has room, which costs several times
/// what writing the byte does. This cannot be copied, so it is never shared, and it asks for room
/// once for each run of bytes.
struct ByteSink: ~Copyable {
    private var start: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private var count = 0

    init(capacity: Int) {
        self.capacity = max(capacity, 64)
        start = .allocate(capacity: self.capacity)
    }

    deinit { start.deallocate() }

    consuming func finished() -> [UInt8] {
        Array(UnsafeBufferPointer(start: start, count: count))
    }

    consuming func finishedText() -> String {
        String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    mutating func append(_ byte: UInt8) {
        makeRoom(for: 1)
        put(byte)
    }

    mutating func append(_ source: UnsafeBufferPointer<UInt8>) {
        guard let first = source.baseAddress else { return }
        makeRoom(for: source.count)
        (start + count).initialize(from: first, count: source.count)
        count += source.count
    }

    mutating func append(_ text: StaticString) {
        append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func append(_ text: String) {
        text.withBytes { append($0) }
    }

    /// Appends a string literal that escapes only what JSON demands, in the form of RFC 8785.
    mutating func appendLiteral(_ text: String) {
        text.withBytes { appendLiteral($0) }
    }

    mutating func appendLiteral(_ utf8: UnsafeBufferPointer<UInt8>) {
        makeRoom(for: utf8.count + 2)
        put(ASCII.quote)
        var at = putPlain(utf8, from: 0)
        while at < utf8.count {
            // The longest escape, what is left, and the closing quote.
            makeRoom(for: 6 + utf8.count - at)
            putEscape(of: utf8[at])
            at = putPlain(utf8, from: at + 1)
        }
        put(ASCII.quote)
    }

    mutating func append(_ value: Int) {
        var digits = 1
        var rest = value.magnitude
        while rest >= 10 {
            rest /= 10
            digits += 1
        }
        makeRoom(for: digits + 1)
        if value < 0 { put(ASCII.minus) }
        count += digits
        rest = value.magnitude
        for place in 1...digits {
            start[count - place] = ASCII.zero + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }

    /// Appends a string literal of lower-case hexadecimal digits.
    mutating func appendHexLiteral(_ octets: [UInt8]) {
        makeRoom(for: octets.count * 2 + 2)
        put(ASCII.quote)
        for octet in octets {
            put(ASCII.hexDigit(octet >> 4))
            put(ASCII.hexDigit(octet))
        }
        put(ASCII.quote)
    }

    // Below: whatever is put has been made room for.

    @inline(__always)
    private mutating func makeRoom(for more: Int) {
        if more > capacity - count { grow(by: more) }
    }

    @inline(never)
    private mutating func grow(by more: Int) {
        capacity = max(capacity * 2, count + more)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        larger.moveInitialize(from: start, count: count)
        start.deallocate()
        start = larger
    }

    @inline(__always)
    private mutating func put(_ byte: UInt8) {
        start[count] = byte
        count += 1
    }

    /// Copies up to the first byte that must be escaped. There must be room for all that is left.
    /// - Returns: where that byte is, or the end.
    @inline(__always)
    private mutating func putPlain(_ utf8: UnsafeBufferPointer<UInt8>, from first: Int) -> Int {
        let source = UnsafeRawBufferPointer(utf8)
        let target = start + count - first
        var at = first
        defer { count += at - first }
        while at + 8 <= utf8.count {
            let word = source.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            // What is copied too much is written over.
            UnsafeMutableRawPointer(target + at).storeBytes(of: word, as: UInt64.self)
            let plain = PlainRun.leading(UInt64(littleEndian: word))
            at += plain
            if plain < 8 { return at }
        }
        while at < utf8.count, !PlainRun.isSpecial(utf8[at]) {
            target[at] = utf8[at]
            at += 1
        }
        return at
    }

    private mutating func putEscape(of byte: UInt8) {
        put(ASCII.backslash)
        switch byte {
        case ASCII.quote, ASCII.backslash: put(byte)
        case ASCII.backspace: put(ASCII.lowerB)
        case ASCII.tab: put(ASCII.lowerT)
        case ASCII.lineFeed: put(ASCII.lowerN)
        case ASCII.formFeed: put(ASCII.lowerF)
        case ASCII.carriageReturn: put(ASCII.lowerR)
        case _:
            put(ASCII.lowerU)
            put(ASCII.zero)
            put(ASCII.zero)
            put(ASCII.hexDigit(byte >> 4))
            put(ASCII.hexDigit(byte))
        }
    }
}
