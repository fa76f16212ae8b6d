// The Unicode properties that `\p{...}` may name. Scripts are not among them: the standard library
// does not publish them.

/// A test of one scalar: its general category is in a mask, or it has a yes/no property.
struct ScalarProperty: Sendable {
    private enum Test: Sendable {
        case categories(UInt32)
        case binary(Binary)
    }
    private enum Binary: String, Sendable, CaseIterable {
        case ascii = "ASCII"
        case alphabetic = "Alphabetic"
        case lowercase = "Lowercase"
        case uppercase = "Uppercase"
        case whiteSpace = "White_Space"
        case emoji = "Emoji"
        case identifierStart = "ID_Start"
        case identifierPart = "ID_Continue"
    }

    private let test: Test
    let isNegated: Bool

    /// Reads what stands between the braces, such as `L`, `Letter`, `gc=Lu` or `ASCII`.
    init(named name: String, isNegated: Bool) throws(PatternError) {
        self.isNegated = isNegated
        if let binary = Binary(rawValue: name) {
            test = .binary(binary)
            return
        }
        var category = name
        for prefix in ["gc=", "General_Category="] where name.hasPrefix(prefix) {
            category = String(name.dropFirst(prefix.count))
        }
        guard let mask = Self.categoryMasks[category] else {
            throw PatternError(
                message: "names the Unicode property \"\(name)\", which is not supported; use a "
                    + "general category such as \\p{L}, \\p{Lu} or \\p{Nd}, or list the characters")
        }
        test = .categories(mask)
    }

    func holds(_ scalar: Unicode.Scalar) -> Bool {
        let found =
            switch test {
            case .categories(let mask): mask & Self.bit(scalar.properties.generalCategory) != 0
            case .binary(let binary): Self.holds(binary, scalar)
            }
        return found != isNegated
    }

    private static func holds(_ binary: Binary, _ scalar: Unicode.Scalar) -> Bool {
        switch binary {
        case .ascii: scalar.isASCII
        case .alphabetic: scalar.properties.isAlphabetic
        case .lowercase: scalar.properties.isLowercase
        case .uppercase: scalar.properties.isUppercase
        case .whiteSpace: scalar.properties.isWhitespace
        case .emoji: scalar.properties.isEmoji
        case .identifierStart: scalar.properties.isIDStart
        case .identifierPart: scalar.properties.isIDContinue
        }
    }

    /// Each category with its short name and its long ones, in groups that share a first letter.
    private static let categories: [(Unicode.GeneralCategory, [String])] = [
        (.uppercaseLetter, ["Lu", "Uppercase_Letter"]),
        (.lowercaseLetter, ["Ll", "Lowercase_Letter"]),
        (.titlecaseLetter, ["Lt", "Titlecase_Letter"]),
        (.modifierLetter, ["Lm", "Modifier_Letter"]),
        (.otherLetter, ["Lo", "Other_Letter"]),
        (.nonspacingMark, ["Mn", "Nonspacing_Mark"]),
        (.spacingMark, ["Mc", "Spacing_Mark"]),
        (.enclosingMark, ["Me", "Enclosing_Mark"]),
        (.decimalNumber, ["Nd", "Decimal_Number", "digit"]),
        (.letterNumber, ["Nl", "Letter_Number"]),
        (.otherNumber, ["No", "Other_Number"]),
        (.connectorPunctuation, ["Pc", "Connector_Punctuation"]),
        (.dashPunctuation, ["Pd", "Dash_Punctuation"]),
        (.openPunctuation, ["Ps", "Open_Punctuation"]),
        (.closePunctuation, ["Pe", "Close_Punctuation"]),
        (.initialPunctuation, ["Pi", "Initial_Punctuation"]),
        (.finalPunctuation, ["Pf", "Final_Punctuation"]),
        (.otherPunctuation, ["Po", "Other_Punctuation"]),
        (.mathSymbol, ["Sm", "Math_Symbol"]),
        (.currencySymbol, ["Sc", "Currency_Symbol"]),
        (.modifierSymbol, ["Sk", "Modifier_Symbol"]),
        (.otherSymbol, ["So", "Other_Symbol"]),
        (.spaceSeparator, ["Zs", "Space_Separator"]),
        (.lineSeparator, ["Zl", "Line_Separator"]),
        (.paragraphSeparator, ["Zp", "Paragraph_Separator"]),
        (.control, ["Cc", "Control", "cntrl"]),
        (.format, ["Cf", "Format"]),
        (.surrogate, ["Cs", "Surrogate"]),
        (.privateUse, ["Co", "Private_Use"]),
        (.unassigned, ["Cn", "Unassigned"]),
    ]

    private static let groups: [(String, [String])] = [
        ("L", ["L", "Letter"]), ("M", ["M", "Mark", "Combining_Mark"]), ("N", ["N", "Number"]),
        ("P", ["P", "Punctuation", "punct"]), ("S", ["S", "Symbol"]),
        ("Z", ["Z", "Separator"]), ("C", ["C", "Other"]),
    ]

    private static let categoryMasks: [String: UInt32] = {
        var masks: [String: UInt32] = [:]
        for (category, names) in categories {
            for name in names { masks[name] = bit(category) }
        }
        for (letter, names) in groups {
            let members = categories.filter { $0.1[0].hasPrefix(letter) }
            let mask = members.reduce(UInt32(0)) { $0 | bit($1.0) }
            for name in names { masks[name] = mask }
        }
        masks["LC"] = bit(.uppercaseLetter) | bit(.lowercaseLetter) | bit(.titlecaseLetter)
        masks["Cased_Letter"] = masks["LC"]
        return masks
    }()

    private static func bit(_ category: Unicode.GeneralCategory) -> UInt32 {
        1 << UInt32(position(category))
    }

    private static func position(_ category: Unicode.GeneralCategory) -> Int {
        switch category {
        case .uppercaseLetter: 0
        case .lowercaseLetter: 1
        case .titlecaseLetter: 2
        case .modifierLetter: 3
        case .otherLetter: 4
        case .nonspacingMark: 5
        case .spacingMark: 6
        case .enclosingMark: 7
        case .decimalNumber: 8
        case .letterNumber: 9
        case .otherNumber: 10
        case .connectorPunctuation: 11
        case .dashPunctuation: 12
        case .openPunctuation: 13
        case .closePunctuation: 14
        case .initialPunctuation: 15
        case .finalPunctuation: 16
        case .otherPunctuation: 17
        case .mathSymbol: 18
        case .currencySymbol: 19
        case .modifierSymbol: 20
        case .otherSymbol: 21
        case .spaceSeparator: 22
        case .lineSeparator: 23
        case .paragraphSeparator: 24
        case .control: 25
        case .format: 26
        case .surrogate: 27
        case .privateUse: 28
        case .unassigned: 29
        @unknown case _: 30
        }
    }
}
