// Where the journal keeps what has been taken of limits that span runs: one key for each. They
// follow from the calls' states; only how often the same was asked is counted apart.

import JSON
import Proofs

extension Index {
    static func day(_ profile: String, _ date: String) -> KeyName {
        KeyName("day:\(date):\(profile)")
    }
    static func rate(_ tool: ToolName) -> KeyName { KeyName("rate:tool:\(tool)") }
    static func rate(ofProfile profile: String) -> KeyName { KeyName("rate:profile:\(profile)") }
    static func amount(_ tool: ToolName) -> KeyName { KeyName("amount:\(tool)") }
    static func slots(_ tool: ToolName) -> KeyName { KeyName("slots:tool:\(tool)") }
    static func slots(ofProfile profile: String) -> KeyName { KeyName("slots:profile:\(profile)") }
    static func same(_ tag: KeyedTag) -> KeyName { KeyName("same:\(tag)") }
}

/// Which calls have an attempt under way.
struct Slots: Hashable, Sendable {
    /// Sorted.
    private(set) var calls: [CallID] = []

    init() {}

    /// How many are taken by others.
    func taken(besides call: CallID) -> Int { calls.count { $0 != call } }

    mutating func set(_ call: CallID, isTaken: Bool) {
        calls.removeAll { $0 == call }
        guard isTaken else { return }
        calls.append(call)
        calls.sort { $0.text.utf8.lexicographicallyPrecedes($1.text.utf8) }
    }

    var bytes: [UInt8]? {
        guard !calls.isEmpty else { return nil }
        return JSONValue.object(["calls": .array(calls.map { .string($0.text) })]).compactBytes()
    }

    init(reading reader: ObjectReader) throws(JSONShapeError) {
        for value in try reader.array("calls") {
            guard let call = value.stringValue.flatMap({ CallID($0) }) else {
                throw reader.error("calls", "a list of calls")
            }
            calls.append(call)
        }
    }
}

extension JournalLookup {
    package func used(
        by profile: String, on date: String
    ) throws(JournalFault) -> Weight {
        try ledger(Index.day(profile, date)) { reader throws(JSONShapeError) in
            try Weight(reading: reader)
        } ?? .zero
    }

    func meter(_ name: KeyName) throws(JournalFault) -> Meter {
        try ledger(name) { reader throws(JSONShapeError) in try Meter(reading: reader) } ?? Meter()
    }

    func slots(_ name: KeyName) throws(JournalFault) -> Slots {
        try ledger(name) { reader throws(JSONShapeError) in try Slots(reading: reader) } ?? Slots()
    }

    /// How often the very same was asked for: of a day, on that day or one that a clock ahead
    /// of `date` has seen.
    func made(_ name: KeyName, on date: String?) throws(JournalFault) -> Int {
        let found = try ledger(name) { reader throws(JSONShapeError) in
            (count: try reader.int("count"), date: try reader.optionalString("date"))
        }
        guard let found else { return 0 }
        guard let date, let last = found.date else { return found.count }
        return last.utf8.lexicographicallyPrecedes(date.utf8) ? 0 : found.count
    }

    private func ledger<Ledger>(
        _ name: KeyName, _ read: (ObjectReader) throws(JSONShapeError) -> Ledger
    ) throws(JournalFault) -> Ledger? {
        guard let bytes = try key(name) else { return nil }
        let value: JSONValue
        do {
            value = try JSONParser.parse(bytes, limits: .snapshot)
        } catch {
            throw .unreadable(name)
        }
        do {
            return try read(try ObjectReader(value))
        } catch {
            throw .unreadable(name)
        }
    }
}

extension JournalFault {
    fileprivate static func unreadable(_ name: KeyName) -> JournalFault {
        JournalFault(
            .corrupt,
            "What has been used of a limit (\(name)) cannot be read from the journal, so nothing "
                + "that it limits is begun.")
    }
}

extension JournalTransaction {
    func keep(_ weight: Weight, of profile: String, on date: String) throws(JournalFault) {
        let bytes = weight == .zero ? nil : weight.json.compactBytes()
        try setKey(Index.day(profile, date), to: bytes)
    }

    func keepMade(_ count: Int, _ name: KeyName, on date: String?) throws(JournalFault) {
        var json: JSONObject = ["count": .integer(count)]
        json.set("date", date)
        try setKey(name, to: JSONValue.object(json).compactBytes())
    }
}
