// What has been used of limits, made anew from the folded runs by other code than the engine's, to
// be compared with what the journal keeps of it.

import JSON

@testable import Engine

struct LimitTables {
    private(set) var contradictions: [String] = []

    static func isLedger(_ name: String) -> Bool {
        ["day:", "rate:", "amount:", "slots:", "same:"].contains { name.hasPrefix($0) }
    }

    private struct Window {
        let perMs: Int64
        var calls: [String: (at: Instant, amount: Int64)] = [:]
    }

    init(_ journal: MemoryJournal, _ runs: [RunID: Run]) throws {
        var days: [String: Weight] = [:]
        var slots: [String: [String]] = [:]
        var windows: [String: Window] = [:]
        for run in runs.values {
            for call in run.calls {
                guard let charge = call.charge else { continue }
                let profile = run.caller.profile
                let ended: [CallStatus] = [.failed, .denied, .cancelled]
                let counts = !ended.contains(call.status) && call.undoes == nil
                if charge.countsDay, counts {
                    let name = "day:\(call.acceptedAt.description.prefix(10)):\(profile)"
                    days[name] = (days[name] ?? .zero) + call.weight
                }
                if case .running = call.phase {
                    if charge.takesToolSlot {
                        slots["slots:tool:\(call.tool)", default: []].append(call.id.text)
                    }
                    if charge.takesProfileSlot {
                        slots["slots:profile:\(profile)", default: []].append(call.id.text)
                    }
                }
                func note(_ name: String, _ perMs: Int64?, _ amount: Int64) {
                    guard let perMs, counts, amount != 0 else { return }
                    windows[name, default: Window(perMs: perMs)]
                        .calls[String(call.id.text.suffix(16))] = (call.acceptedAt, amount)
                }
                note("rate:tool:\(call.tool)", charge.toolRateMs, 1)
                note("rate:profile:\(profile)", charge.profileRateMs, 1)
                let amount = try journal.read { (reading) throws(JournalFault) in
                    try reading.text(charge.amount).flatMap { Amount($0) }
                }
                if charge.amount == nil || amount != nil {
                    note("amount:\(call.tool)", charge.amountMs, amount?.micros ?? 0)
                }
            }
        }
        try compareDays(journal, days)
        try compareSlots(journal, slots)
        try compareWindows(journal, windows)
    }

    private static func stored(
        _ journal: MemoryJournal, _ prefix: String
    ) throws -> [String: JSONValue] {
        let found = try journal.read { (reading) throws(JournalFault) in
            try reading.keys(prefix: prefix, after: nil, limit: .max)
        }
        var stored: [String: JSONValue] = [:]
        for (name, value) in found { stored[name.text] = try JSONParser.parse(value) }
        return stored
    }

    private mutating func compareDays(_ journal: MemoryJournal, _ made: [String: Weight]) throws {
        let stored = try LimitTables.stored(journal, "day:")
        for name in Set(stored.keys).union(made.keys).sorted()
        where stored[name] != made[name].flatMap({ $0 == .zero ? nil : $0.json }) {
            contradictions.append("\(name) is \(stored[name] as Any) and not what its calls weigh")
        }
    }

    private mutating func compareSlots(
        _ journal: MemoryJournal, _ made: [String: [String]]
    ) throws {
        let stored = try LimitTables.stored(journal, "slots:")
        for name in Set(stored.keys).union(made.keys).sorted() {
            let calls = stored[name]?["calls"]?.arrayValue?.compactMap(\.stringValue)
            if calls != made[name]?.sorted() {
                contradictions.append("\(name) is \(calls as Any) and not what is under way")
            }
        }
    }

    // What has left its window may or may not be forgotten; what is in it must be there, and what
    // did not happen must not.
    private mutating func compareWindows(
        _ journal: MemoryJournal, _ made: [String: Window]
    ) throws {
        let now = try journal.read { (reading) throws(JournalFault) in
            let count = try reading.counter(.records)
            guard let last = try reading.log(from: count - 1, limit: 1).first else {
                return nil as Instant?
            }
            return try reading.decoded(last).at
        }
        guard let now else { return }
        for prefix in ["rate:", "amount:"] {
            let stored = try LimitTables.stored(journal, prefix)
            let names = Set(stored.keys).union(made.keys.filter { $0.hasPrefix(prefix) })
            for name in names.sorted() { compare(name, stored[name], made[name], now) }
        }
    }

    private mutating func compare(
        _ name: String, _ stored: JSONValue?, _ made: Window?, _ now: Instant
    ) {
        var left = made?.calls ?? [:]
        for entry in stored?["calls"]?.arrayValue ?? [] {
            let parts = entry.arrayValue ?? []
            guard let call = parts[1].stringValue, let known = left.removeValue(forKey: call),
                Int(known.at.ms) == parts[0].intValue, Int(known.amount) == parts[2].intValue
            else {
                contradictions.append("\(name) holds \(entry.compactText), which no call says")
                continue
            }
        }
        guard stored?["merged"] == nil else { return }
        for (call, known) in left where now < known.at + (made?.perMs ?? 0) {
            contradictions.append("\(name) has forgotten \(call)")
        }
    }
}
