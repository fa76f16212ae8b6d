// Words of a command made fit for people: what cannot be seen and what is secret taken out. Where
// the words come from and what they mean is not known here.

import JSON

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

    /// What cannot be seen is left out; lines and tabs stay.
    private static func visibleBytes(_ text: String) -> [UInt8] {
        var seen = String.UnicodeScalarView()
        seen.append(
            contentsOf: text.unicodeScalars.filter { $0 == "\n" || $0 == "\t" || !$0.isUnseen })
        return Array(String(seen).utf8)
    }
}
