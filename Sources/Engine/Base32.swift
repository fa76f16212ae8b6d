// Crockford's base 32 in lower case: digits that keep the order of the bytes they stand for.

enum Base32 {
    private static let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    static func characters(forBytes count: Int) -> Int { (count * 8 + 4) / 5 }

    static func isDigit(_ byte: UInt8) -> Bool { digits.contains(byte) }

    static func encode(_ bytes: [UInt8]) -> String {
        var out: [UInt8] = []
        out.reserveCapacity(characters(forBytes: bytes.count))
        var pending = 0
        var bits = 0
        for byte in bytes {
            pending = pending << 8 | Int(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                out.append(digits[pending >> bits & 31])
            }
            pending &= (1 << bits) - 1
        }
        if bits > 0 { out.append(digits[pending << (5 - bits) & 31]) }
        return String(decoding: out, as: UTF8.self)
    }
}
