// Finding in free text what was masked elsewhere, and putting its name there. Which texts are free
// is decided in the scribe; ids and times in them are never touched.

import JSON

struct SessionWords {
    private struct Word {
        let bytes: [UInt8]
        let name: [UInt8]
        /// Found only where it is not a part of more: a digit of a number, a letter of a word.
        let isBound: Bool
        /// A host may say it by itself.
        let isOrdinary: Bool
    }

    /// A text with names in it.
    struct Scrubbed {
        var text: String
        var isHit = false
        /// The words of a host might hold what was found by themselves, or only its beginning: a
        /// replay might put something else there.
        var isDoubtful = false
    }

    /// By their first byte, longest first.
    private var words: [UInt8: [Word]] = [:]
    /// Those that look like an id or hold a time, which are otherwise left alone.
    private var tokens: [Word] = []
    private var known: Set<[UInt8]> = []

    var isEmpty: Bool { known.isEmpty }

    /// - Parameter isMarked: else it is known only where it is no ordinary word.
    mutating func add(_ text: String, isNumber: Bool, as name: String, isMarked: Bool) {
        // In a document within a text it stands escaped.
        let escaped = String(JSONValue.string(text).compactText.dropFirst().dropLast())
        for form in [text, escaped] {
            let bytes = Array(form.utf8)
            let isShort = bytes.count < HostLimits.boundCharacters
            let isWord = bytes.allSatisfy(SessionWords.isLetter)
            let isFewDigits = bytes.count < 6 && bytes.allSatisfy(SessionWords.isDigit)
            let isOrdinary = isShort || isWord || isFewDigits
            guard let first = bytes.first, isMarked || !isOrdinary,
                known.insert(bytes).inserted
            else { continue }
            let word = Word(
                bytes: bytes, name: Array(name.utf8), isBound: isNumber || isShort,
                isOrdinary: isOrdinary)
            if SessionRenaming.pieces(of: form).contains(where: { !$0.isWords }) {
                tokens.append(word)
            } else {
                words[first, default: []].append(word)
                words[first]?.sort { $0.bytes.count > $1.bytes.count }
            }
        }
    }

    func scrubbed(_ text: String) -> Scrubbed {
        var scrubbed = Scrubbed(text: text)
        guard !isEmpty else { return scrubbed }
        for token in tokens {
            let whole = replace(Array(scrubbed.text.utf8)[...], { _ in [token] }, &scrubbed)
            guard scrubbed.isHit else { continue }
            scrubbed.isDoubtful = true
            scrubbed.text = String(decoding: whole, as: UTF8.self)
        }
        guard !words.isEmpty else { return scrubbed }
        var out = ""
        for piece in SessionRenaming.pieces(of: scrubbed.text) {
            switch piece {
            case .id(let text), .time(let text): out += text
            case .words(let text):
                let bytes = replace(Array(text.utf8)[...], { words[$0] ?? [] }, &scrubbed)
                out += String(decoding: bytes, as: UTF8.self)
            }
        }
        scrubbed.text = out
        return scrubbed
    }

    private func replace(
        _ bytes: ArraySlice<UInt8>, _ candidates: (UInt8) -> [Word], _ scrubbed: inout Scrubbed
    ) -> [UInt8] {
        var out: [UInt8] = []
        var index = bytes.startIndex
        next: while index < bytes.endIndex {
            for word in candidates(bytes[index]) {
                let length = SessionWords.length(of: word, in: bytes, at: index)
                guard length > 0 else { continue }
                scrubbed.isHit = true
                if word.isOrdinary || length < word.bytes.count { scrubbed.isDoubtful = true }
                out += word.name
                index += length
                continue next
            }
            out.append(bytes[index])
            index += 1
        }
        return out
    }

    /// How much of `word` begins here: all of it, what was left of a long one, or nothing.
    private static func length(of word: Word, in bytes: ArraySlice<UInt8>, at start: Int) -> Int {
        var length = 0
        for (there, wanted) in zip(bytes[start...], word.bytes) {
            guard there == wanted else { break }
            length += 1
        }
        guard length >= min(word.bytes.count, HostLimits.cutCharacters) else { return 0 }
        guard word.isBound else { return length }
        let before = start > bytes.startIndex ? bytes[start - 1] : nil
        let after = bytes[(start + length)...].first
        return isPart(before, word.bytes.first) || isPart(after, word.bytes.last) ? 0 : length
    }

    /// Whether two bytes beside each other belong to one word or number.
    private static func isPart(_ byte: UInt8?, _ edge: UInt8?) -> Bool {
        guard let byte, let edge else { return false }
        if isDigit(edge) { return isDigit(byte) }
        return isLetter(edge) && isLetter(byte)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x61...0x7a).contains(byte | 0x20) || byte >= 0x80
    }
}

extension SessionRenaming.Piece {
    fileprivate var isWords: Bool {
        switch self {
        case .words: true
        case .id, .time: false
        }
    }
}
