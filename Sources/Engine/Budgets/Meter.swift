// What has been taken within a sliding window: a log of when and how much, by call. Arithmetic
// only; where it lies is in Ledgers.swift.

import JSON

/// Exact while the window holds no more calls than ``Limits/meterEntries``. The oldest beyond that
/// are put together under the latest time of theirs and given back by none of them: more may seem
/// to be taken than is, never less.
package struct Meter: Hashable, Sendable {
    struct Entry: Hashable, Sendable {
        var at: Instant
        let call: String
        let amount: Int64
    }
    struct Sum: Hashable, Sendable {
        var at: Instant
        var amount: Int64
    }
    /// Oldest first.
    private(set) var entries: [Entry] = []
    private(set) var merged: Sum?

    init() {}

    var isEmpty: Bool { entries.isEmpty && merged == nil }

    /// What was taken in the last `perMs`, and what seems to be taken later: whoever asks may have
    /// read the clock before others did.
    func used(within perMs: Int64, at now: Instant) -> Int64 {
        var sum: Int64 = 0
        for (at, amount) in taken where now < at + perMs { sum = sum.adding(amount) }
        return sum
    }

    /// When `wanted` more would fit under `max`; nil for never.
    func fits(_ wanted: Int64, under max: Int64, within perMs: Int64, at now: Instant) -> Instant? {
        guard wanted <= max else { return nil }
        var left = used(within: perMs, at: now)
        if left.adding(wanted) <= max { return now }
        for (at, amount) in taken where now < at + perMs {
            left = left.adding(-amount)
            if left.adding(wanted) <= max { return at + perMs }
        }
        return nil
    }

    private var taken: [(at: Instant, amount: Int64)] {
        (merged.map { [(at: $0.at, amount: $0.amount)] } ?? [])
            + entries.map { (at: $0.at, amount: $0.amount) }
    }

    mutating func add(
        _ amount: Int64, by call: CallID, at: Instant, within perMs: Int64, now: Instant
    ) {
        settle(within: perMs, at: now)
        guard amount != 0, now < at + perMs else { return }
        let place = entries.lastIndex { $0.at <= at }.map { $0 + 1 } ?? 0
        entries.insert(Entry(at: at, call: Meter.name(call), amount: amount), at: place)
        while entries.count > Limits.meterEntries {
            let oldest = entries.removeFirst()
            merged = Sum(
                at: max(merged?.at ?? oldest.at, oldest.at),
                amount: (merged?.amount ?? 0).adding(oldest.amount))
        }
    }

    mutating func remove(_ call: CallID, within perMs: Int64, now: Instant) {
        let name = Meter.name(call)
        entries.removeAll { $0.call == name }
        settle(within: perMs, at: now)
    }

    // What has left the window is forgotten a little later, for whoever read the clock before. What
    // lies further ahead than that was put there by a clock that has been set back since.
    private mutating func settle(within perMs: Int64, at now: Instant) {
        let latest = now + Limits.clockDoubtMs
        for index in entries.indices where entries[index].at > latest { entries[index].at = latest }
        let isOver = { (at: Instant) in now >= at + perMs + Limits.clockDoubtMs }
        entries.removeAll { isOver($0.at) }
        guard let sum = merged else { return }
        merged = isOver(sum.at) ? nil : Sum(at: min(sum.at, latest), amount: sum.amount)
    }

    /// Sixteen characters of chance tell a window's calls apart.
    static func name(_ call: CallID) -> String { String(call.text.suffix(16)) }
}

extension Meter {
    var bytes: [UInt8]? {
        guard !isEmpty else { return nil }
        var json: JSONObject = [
            "calls": .array(
                entries.map {
                    [.integer(Int($0.at.ms)), .string($0.call), .integer(Int($0.amount))]
                })
        ]
        if let merged {
            json["merged"] = [.integer(Int(merged.at.ms)), .integer(Int(merged.amount))]
        }
        return JSONValue.object(json).compactBytes()
    }

    init(reading reader: ObjectReader) throws(JSONShapeError) {
        for value in try reader.array("calls") {
            let parts = value.arrayValue ?? []
            guard parts.count == 3, let at = parts[0].intValue, let call = parts[1].stringValue,
                let amount = parts[2].intValue, amount >= 0
            else { throw reader.error("calls", "a list of times, calls and amounts") }
            entries.append(
                Entry(at: Instant(ms: Int64(at)), call: call, amount: Int64(amount)))
        }
        guard let sum = try reader.optionalArray("merged") else { return }
        guard sum.count == 2, let at = sum[0].intValue, let amount = sum[1].intValue,
            amount >= 0
        else {
            throw reader.error("merged", "a time and an amount")
        }
        merged = Sum(at: Instant(ms: Int64(at)), amount: Int64(amount))
    }
}
