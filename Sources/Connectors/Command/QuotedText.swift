// Words of a command made fit for people: what cannot be seen and what is secret taken out. Where
// the words come from and what they mean is not known here.

enum QuotedText {
    private static let mask = Array("[secret]".utf8)

    /// What cannot be seen goes first, from the secrets too: a sign that falls out later would
    /// bring the halves of a secret together. And bytes are compared, not Characters: an accent
    /// after a secret makes its last letter another Character, and the secret stays readable.
    static func visible(_ text: String, without secrets: [String]) -> String {
        let bytes = visibleBytes(text)
        // The longest first, so that of two secrets that begin alike no rest is left.
        let hidden = secrets.map(visibleBytes).filter { !$0.isEmpty }
            .sorted { $0.count > $1.count }
        var kept: [UInt8] = []
        var at = 0
        while at < bytes.count {
            let rest = bytes[at...]
            if let secret = hidden.first(where: { rest.starts(with: $0) }) {
                kept += mask
                at += secret.count
            } else {
                kept.append(bytes[at])
                at += 1
            }
        }
        return String(decoding: kept, as: UTF8.self)
    }

    /// Control characters and those that print nothing are left out; lines and tabs stay.
    private static func visibleBytes(_ text: String) -> [UInt8] {
        var seen = String.UnicodeScalarView()
        seen.append(
            contentsOf: text.unicodeScalars.filter { scalar in
                guard scalar != "\n", scalar != "\t" else { return true }
                return !isInvisible(scalar)
            })
        return Array(String(seen).utf8)
    }

    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7f }
        switch scalar.properties.generalCategory {
        case .control, .format: return true
        case _: return scalar.properties.isDefaultIgnorableCodePoint
        }
    }
}
