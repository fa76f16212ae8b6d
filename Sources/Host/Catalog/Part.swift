// Reading one part of a document: an object whose keys are known. Every fault becomes a finding
// and reading goes on, so that an author sees all of them at once.

import JSON

struct Part {
    let object: JSONObject
    let pointer: JSONPointer

    /// - Returns: nil, with a finding, where `value` is no object.
    init?(
        _ value: JSONValue, at pointer: JSONPointer, keys: KeyTable?, _ findings: inout Findings
    ) {
        guard let object = value.objectValue else {
            findings.add(pointer, "must be a map of keys, but \(value.kindName) is here")
            return nil
        }
        self.object = object
        self.pointer = pointer
        for name in keys == nil ? [] : object.names {
            guard let refusal = keys?.refusal(of: name) else { continue }
            findings.add(pointer.appending(name), refusal)
        }
    }

    /// The root of a document that is part of the program and known to be a map.
    init(_ value: JSONValue) {
        guard let object = value.objectValue else {
            preconditionFailure("The root of a document of the program is a map.")
        }
        self.object = object
        pointer = .root
    }

    /// A part whose keys are held to their table elsewhere.
    init(_ object: JSONObject, at pointer: JSONPointer) {
        self.object = object
        self.pointer = pointer
    }

    func place(_ name: String) -> JSONPointer { pointer.appending(name) }

    func has(_ name: String) -> Bool { object.contains(name) }

    /// The value of a key that must be there.
    func required(_ name: String, _ findings: inout Findings) -> JSONValue? {
        if let value = object[name] { return value }
        findings.add(pointer, "the key `\(name)` is missing; add it")
        return nil
    }

    func part(_ name: String, keys: KeyTable?, _ findings: inout Findings) -> Part? {
        guard let value = object[name] else { return nil }
        return Part(value, at: place(name), keys: keys, &findings)
    }

    func text(_ name: String, _ findings: inout Findings) -> String? {
        guard let value = object[name] else { return nil }
        return Part.text(value, at: place(name), &findings)
    }

    func flag(_ name: String, _ findings: inout Findings) -> Bool? {
        guard let value = object[name] else { return nil }
        if let flag = value.boolValue { return flag }
        findings.add(place(name), "must be true or false, but \(value.kindName) is here")
        return nil
    }

    /// One word of a closed set, with the nearest where it is another.
    func word<Word: RawRepresentable & CaseIterable>(
        _ name: String, _: Word.Type, _ findings: inout Findings
    ) -> Word? where Word.RawValue == String {
        guard let text = text(name, &findings) else { return nil }
        if let word = Word(rawValue: text) { return word }
        let words = Word.allCases.map(\.rawValue)
        let hint =
            NearestName.of(text, among: words).map { "did you mean \"\($0)\"?" }
            ?? "write one of \(words.joined(separator: ", "))"
        findings.add(place(name), "`\(text)` is not a word for this; \(hint)")
        return nil
    }

    func duration(
        _ name: String, least: Int64 = 1, most: Int64 = CatalogLimits.maxDurationMs,
        _ findings: inout Findings
    ) -> Int64? {
        guard let text = text(name, &findings) else { return nil }
        guard let ms = DurationText.milliseconds(of: text) else {
            findings.add(
                place(name),
                "`\(text)` is not a duration; write a whole number and ms, s, m, h or d, as in 10s")
            return nil
        }
        guard ms >= least, ms <= most else {
            findings.add(
                place(name),
                "`\(text)` is out of range; write one from \(DurationText.text(ofMs: least)) to "
                    + DurationText.text(ofMs: most))
            return nil
        }
        return ms
    }

    static func text(
        _ value: JSONValue, at pointer: JSONPointer, _ findings: inout Findings
    ) -> String? {
        switch value {
        case .string(let text): return text
        case .number, .bool, .null:
            findings.add(
                pointer, "must be text, but \(value.kindName) is here; put quotes around it")
        case .array, .object:
            findings.add(pointer, "must be text, but \(value.kindName) is here")
        }
        return nil
    }

    /// A list of texts that differ.
    static func texts(
        _ value: JSONValue, at pointer: JSONPointer, _ findings: inout Findings
    ) -> [(text: String, place: JSONPointer)] {
        guard let elements = value.arrayValue else {
            findings.add(pointer, "must be a list, but \(value.kindName) is here")
            return []
        }
        var texts: [(text: String, place: JSONPointer)] = []
        for (index, element) in elements.enumerated() {
            let place = pointer.appending(index: index)
            guard let text = text(element, at: place, &findings) else { continue }
            if texts.contains(where: { $0.text.isSameText(as: text) }) {
                findings.add(place, "`\(text)` stands twice in this list; remove one")
            } else {
                texts.append((text, place))
            }
        }
        return texts
    }
}

/// How long something lasts, as people write it: `200ms`, `10s`, `5m`, `4h`, `7d`.
enum DurationText {
    private static let units: [(name: String, ms: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
    ]

    static func milliseconds(of text: String) -> Int64? {
        let digits = text.prefix { $0.isASCII && $0.isWholeNumber }
        let unit = text.dropFirst(digits.count)
        guard let count = Int64(digits), let factor = units.first(where: { $0.name == unit })?.ms
        else { return nil }
        let (product, overflow) = count.multipliedReportingOverflow(by: factor)
        return overflow ? nil : product
    }

    /// The shortest text that means the same.
    static func text(ofMs ms: Int64) -> String {
        let unit = units.first { ms != 0 && ms % $0.ms == 0 } ?? ("s", 1_000)
        return "\(ms / unit.ms)\(unit.name)"
    }
}
