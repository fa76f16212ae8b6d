// The parser and the writers: what is valid is read as what it means, however it is spelled; what
// is read can be written and read again; what is damaged is refused at a place, or was still valid.

import JSON

enum ParserCase {
    static func run(_ start: Chance) throws(FuzzFinding) {
        var chance = start
        let value = Generate.value(&chance)
        let text = Generate.spelling(of: value, &chance)
        let read = try parsed(text, .standard)
        try must(read == value, "refused or read otherwise: \(shown(text))")
        try must(read?.hashValue == value.hashValue, "equal, with two hashes: \(shown(text))")
        try must(
            read?.compactBytes() == value.compactBytes(), "not kept as written: \(shown(text))")
        let damaged = Generate.damaged(text, &chance)
        let small = JSONLimits(
            maxBytes: 40 + chance.below(4000), maxDepth: chance.below(9),
            maxNodes: chance.below(200))
        try survives(damaged, .standard)
        try survives(damaged, small)
    }

    private static func survives(_ text: [UInt8], _ limits: JSONLimits) throws(FuzzFinding) {
        guard let value = try parsed(text, limits) else { return }
        let compact = try parsed(value.compactBytes(), .standard)
        try must(compact == value, "changes when written: \(shown(text))")
        let pretty = try parsed(Array(value.prettyText.utf8), .standard)
        try must(pretty == value, "changes when written on lines: \(shown(text))")
        switch canonical(value) {
        case .success(let once):
            let again = try parsed(once, .standard).map(canonical)
            try must(again == .success(once), "two canonical forms: \(shown(text))")
        case .failure(let error):
            let named = error.pointer.resolve(in: value)?.numberValue?.lexeme
            try must(named == error.lexeme, "no such number at \(error.pointer): \(shown(text))")
        }
    }

    private static func parsed(
        _ text: [UInt8], _ limits: JSONLimits
    ) throws(FuzzFinding) -> JSONValue? {
        let outcome = Result { () throws(JSONSyntaxError) in
            try JSONParser.parse(text, limits: limits)
        }
        switch outcome {
        case .success(let value): return value
        case .failure(let error):
            let isInside = error.offset >= 0 && error.offset <= text.count
            try must(isInside, "refused at byte \(error.offset): \(shown(text))")
            return nil
        }
    }

    private static func canonical(_ value: JSONValue) -> Result<[UInt8], CanonicalError> {
        Result { () throws(CanonicalError) in try value.canonicalBytes() }
    }

    static func shown(_ text: [UInt8]) -> String { String(decoding: text, as: UTF8.self) }
}
