// Numbers and lists as files write them where something is limited: counts, rates, amounts, names,
// parts. What is limited by them is decided in the engine.

import Engine
import JSON

extension Part {
    func count(_ name: String, _ range: ClosedRange<Int>, _ findings: inout Findings) -> Int? {
        guard let value = object[name] else { return nil }
        if let count = value.intValue, range.contains(count) { return count }
        findings.add(
            place(name),
            "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        return nil
    }

    /// Millionths, exactly.
    func amount(_ name: String, _ findings: inout Findings) -> Amount? {
        guard let value = object[name] else { return nil }
        let most = CatalogLimits.maxAmountUnits
        if let number = value.numberValue, number >= JSONNumber(0), number <= JSONNumber(most),
            let micros = number.int(scaledByTenTo: 6)
        {
            return Amount(micros: Int64(micros))
        }
        findings.add(
            place(name), "must be a number from 0 to \(most) with at most six decimals")
        return nil
    }

    /// `30/1m`: so many in any stretch of that length.
    func rate(_ name: String, _ findings: inout Findings) -> Rate? {
        guard let text = text(name, &findings) else { return nil }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let counts = 1...CatalogLimits.maxRateCount
        guard parts.count == 2, parts[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let count = Int(parts[0]), counts.contains(count),
            let perMs = DurationText.milliseconds(of: String(parts[1])),
            (1...CatalogLimits.maxDurationMs).contains(perMs)
        else {
            findings.add(
                place(name),
                "`\(text)` is not a rate; write a number from 1 to \(counts.upperBound), a slash "
                    + "and a duration, as in 30/1m")
            return nil
        }
        return Rate(count: count, perMs: perMs)
    }

    func concurrency(_ findings: inout Findings) -> Int? {
        count("concurrency", 1...CatalogLimits.maxConcurrency, &findings)
    }

    /// A list of at least one text, no two the same; empty where the key is not there.
    func names(
        _ name: String, most: Int, _ findings: inout Findings
    ) -> [(text: String, place: JSONPointer)] {
        guard let value = object[name] else { return [] }
        let place = place(name)
        let names = Part.texts(value, at: place, &findings)
        if value.arrayValue?.isEmpty == true {
            findings.add(place, "is an empty list; name something or remove the key")
        }
        if names.count > most {
            findings.add(place, "has \(names.count) entries, more than \(most)")
        }
        return names
    }

    /// The elements of a list of parts; none where the key is not there.
    func parts(
        _ name: String, keys: KeyTable, most: Int, _ findings: inout Findings
    ) -> [Part] {
        guard let value = object[name] else { return [] }
        guard let elements = value.arrayValue else {
            findings.add(place(name), "must be a list, but \(value.kindName) is here")
            return []
        }
        guard elements.count <= most else {
            findings.add(place(name), "has \(elements.count) entries, more than \(most)")
            return []
        }
        return elements.enumerated().compactMap { index, element in
            Part(element, at: place(name).appending(index: index), keys: keys, &findings)
        }
    }

    /// Whether `text` can stand in a line and in a list: something to see, no control characters.
    static func isLine(_ text: String, maxBytes: Int) -> Bool {
        (1...maxBytes).contains(text.utf8.count)
            && text.contains { !$0.isWhitespace }
            && !text.unicodeScalars.contains { $0.properties.generalCategory == .control }
    }

    /// A text of one line that people read.
    func line(_ name: String, maxBytes: Int, _ findings: inout Findings) -> String? {
        guard let text = text(name, &findings) else { return nil }
        if Part.isLine(text, maxBytes: maxBytes) { return text }
        findings.add(
            place(name),
            "must be one line of 1 to \(maxBytes) bytes without control characters")
        return nil
    }
}
