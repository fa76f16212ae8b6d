// What a call takes of the limits that there were when it was accepted, as its record says it. How
// much that comes to now follows from the call's state; see Weight.swift.

import JSON

/// Nil of it is counted of a call that stands under no limit.
package struct Charge: Hashable, Sendable {
    /// Units of a budget.
    package var cost = Amount.zero
    /// Of what the tool's limit sums; beside the record like the argument that it comes from.
    package var amount: PayloadRef?
    /// Whether the profile's day counts it.
    package var countsDay = false
    /// How far back each of these looks; nil where nothing of that kind is limited.
    package var toolRateMs: Int64?
    package var profileRateMs: Int64?
    package var amountMs: Int64?
    /// Whether an attempt of it takes a place among those that may be under way at once.
    package var takesToolSlot = false
    package var takesProfileSlot = false

    package init() {}
}

extension Charge {
    init(_ limits: ToolLimits, _ allowance: Allowance, amount: PayloadRef?) {
        cost = limits.cost
        self.amount = amount
        countsDay = allowance.day.isCounted
        toolRateMs = limits.rate?.perMs
        profileRateMs = allowance.rate?.perMs
        amountMs = limits.amount?.perMs
        takesToolSlot = limits.concurrency != nil
        takesProfileSlot = allowance.concurrency != nil
    }

    /// Without the payload, which a leaf lists and a snapshot holds under a name of its own.
    var json: JSONObject {
        var json: JSONObject = [:]
        if cost != .zero { json.set("cost", cost.description) }
        if countsDay { json["day"] = true }
        json.set(ms: "tool_rate_ms", toolRateMs)
        json.set(ms: "profile_rate_ms", profileRateMs)
        json.set(ms: "amount_ms", amountMs)
        if takesToolSlot { json["tool_slot"] = true }
        if takesProfileSlot { json["profile_slot"] = true }
        return json
    }

    init(reading reader: ObjectReader, amount: PayloadRef?) throws(JSONShapeError) {
        if let text = try reader.optionalString("cost") {
            guard let cost = Amount(text) else { throw reader.error("cost", "an amount") }
            self.cost = cost
        }
        self.amount = amount
        countsDay = try reader.optionalBool("day") ?? false
        toolRateMs = try reader.optionalInt("tool_rate_ms").map { Int64($0) }
        profileRateMs = try reader.optionalInt("profile_rate_ms").map { Int64($0) }
        amountMs = try reader.optionalInt("amount_ms").map { Int64($0) }
        takesToolSlot = try reader.optionalBool("tool_slot") ?? false
        takesProfileSlot = try reader.optionalBool("profile_slot") ?? false
    }
}

extension Budget {
    /// Whether anything of it is counted by calls' states.
    var isCounted: Bool {
        calls != nil || writes != nil || cost != nil || bytes != nil || timeMs != nil
    }
}

extension JSONObject {
    fileprivate mutating func set(ms name: String, _ value: Int64?) {
        if let value { self[name] = .integer(Int(value)) }
    }
}
