// What a reader does not see in a text: which characters those are, decided nowhere else, and how
// they are made visible where a person reads. How they are taken out is in UnseenStripping.swift.

extension Unicode.Scalar {
    /// Whether a screen shows nothing for it, or a terminal obeys it: controls, zero-width and
    /// bidirectional marks, tags, variation selectors, fillers, separators of lines.
    package var isUnseen: Bool {
        if (0x20..<0x7F).contains(value) { return false }
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: return true
        case _: return properties.isDefaultIgnorableCodePoint || Self.blanks.contains(self)
        }
    }

    /// Blank by their drawing alone: the empty Braille pattern and the empty note head.
    private static let blanks: [Unicode.Scalar] = ["\u{2800}", "\u{1D159}"]

    /// Whether it ends a line, so that what stands around it is never joined.
    var breaksLine: Bool {
        switch value {
        case 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029: true
        case _: false
        }
    }
}

extension String {
    /// A string literal in which everything unseen is escaped, so that text from outside can
    /// neither steer the terminal nor look like other text.
    package var visibleLiteral: String {
        var sink = ByteSink(capacity: utf8.count + 2)
        sink.appendLiteral(self)
        return sink.finishedText().withVisibleControls
    }

    /// This text on one line, with an escape for everything unseen.
    package var withVisibleControls: String {
        guard mayHoldUnseen, unicodeScalars.contains(where: \.isUnseen) else { return self }
        var shown = ""
        for scalar in unicodeScalars {
            if scalar.isUnseen {
                shown += String(scalar).utf16.map(String.escape).joined()
            } else {
                shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }

    private static func escape(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
    }

    // Most texts are plain: a look at the bytes is enough for them.
    var mayHoldUnseen: Bool {
        utf8.contains { $0 < 0x20 || $0 >= 0x7F }
    }
}
