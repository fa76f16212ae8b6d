// What a decision must know of limits beyond its run: what they are now, and what has been used of
// them. Values, gathered by the doors in the transaction that decides.

import JSON
import Proofs

package struct Usage: Hashable, Sendable {
    let allowance: Allowance
    let limits: ToolLimits
    var day = Weight.zero
    var toolRate = Meter()
    var profileRate = Meter()
    var amounts = Meter()
    /// What the call would take of its tool's amount.
    var amount = Amount.zero
    var identical: [SameCall] = []

    init(_ allowance: Allowance, _ limits: ToolLimits) {
        self.allowance = allowance
        self.limits = limits
    }
}

/// How often the very same call was made before.
struct SameCall: Hashable, Sendable {
    let name: KeyName
    /// The day that it is counted on; nil where a run counts it.
    let date: String?
    let max: Int
    var made: Int
}

/// How many attempts may be under way at once, and how many are: by the tool, and by the profile.
package struct SlotFacts: Hashable, Sendable {
    /// Nil where the tool, or the profile, is not limited.
    var tool: Room?
    var profile: Room?

    struct Room: Hashable, Sendable {
        let max: Int
        let taken: Int
        var isFull: Bool { taken >= max }
    }

    package init() {}

    var isFull: Bool { tool?.isFull ?? false || profile?.isFull ?? false }
}

extension Doors {
    private func limits(of tool: ToolName) -> ToolLimits { rulebook?.tools[tool]?.limits ?? .none }
    private var allowance: Allowance { rulebook?.policy.allowance ?? .unlimited }

    /// What a call takes; nil where nothing is limited. An amount that cannot be counted exactly is
    /// refused.
    func charge(
        for request: SubmitRequest, _ canonical: [UInt8], _ drafts: inout Drafts
    ) throws(Rejection) -> Charge? {
        let limits = limits(of: request.tool.name)
        var payload: PayloadRef?
        if let rule = limits.amount {
            let amount = try rule.amount(of: request.tool.name, SubmitRequest.parsed(canonical))
            payload = drafts.text(.charge, amount.description, request.argumentsClass)
        }
        let charge = Charge(limits, allowance, amount: payload)
        return charge == Charge() ? nil : charge
    }

    /// What has been used of what a new call would use; nil where nothing is limited.
    func usage(
        for request: SubmitRequest, _ canonical: [UInt8], in journal: any JournalTransaction,
        _ now: Instant
    ) throws(DoorError) -> Usage? {
        let limits = limits(of: request.tool.name)
        guard allowance != .unlimited || limits != .none else { return nil }
        var usage = Usage(allowance, limits)
        if let rule = limits.amount {
            usage.amount = try rejecting { () throws(Rejection) in
                try rule.amount(of: request.tool.name, SubmitRequest.parsed(canonical))
            }
        }
        let profile = request.caller.profile
        try faulting { () throws(JournalFault) in
            usage.identical = try identical(to: request, canonical, in: journal, now)
            if allowance.day.isCounted {
                usage.day = try journal.used(by: profile, on: now.date)
            }
            if limits.rate != nil {
                usage.toolRate = try journal.meter(Index.rate(request.tool.name))
            }
            if allowance.rate != nil {
                usage.profileRate = try journal.meter(Index.rate(ofProfile: profile))
            }
            if limits.amount != nil {
                usage.amounts = try journal.meter(Index.amount(request.tool.name))
            }
        }
        return usage
    }

    /// The same for a call that is there already: only that it was asked for again counts.
    func usage(
        forReplayOf existing: Existing, _ request: SubmitRequest, _ canonical: [UInt8],
        in journal: any JournalTransaction, _ now: Instant
    ) throws(JournalFault) -> Usage? {
        guard existing.call.hasEnded, allowance != .unlimited else { return nil }
        var usage = Usage(allowance, .none)
        usage.identical = try identical(to: request, canonical, in: journal, now)
        return usage.identical.isEmpty ? nil : usage
    }

    /// Counts a call that was accepted, or answered once more.
    func countIdentical(
        _ usage: Usage?, in journal: any JournalTransaction
    ) throws(JournalFault) {
        for same in usage?.identical ?? [] {
            try journal.keepMade(same.made + 1, same.name, on: same.date)
        }
    }

    // A call without a run has the profile's and person's day for one.
    private func identical(
        to request: SubmitRequest, _ canonical: [UInt8], in journal: any JournalTransaction,
        _ now: Instant
    ) throws(JournalFault) -> [SameCall] {
        var found: [SameCall] = []
        func look(_ max: Int, _ scope: JSONValue, on date: String?) throws(JournalFault) {
            let name = Index.same(keyed.tag("identical", scope.compactBytes() + canonical))
            found.append(
                SameCall(
                    name: name, date: date, max: max, made: try journal.made(name, on: date)))
        }
        let tool = JSONValue.string(request.tool.name.text)
        if let run = request.run, let max = allowance.run.identical {
            try look(max, ["run", .string(run.text), tool], on: nil)
        }
        let ofRun = request.run == nil ? allowance.run.identical : nil
        if let max = [ofRun, allowance.day.identical].compactMap({ $0 }).min() {
            let caller = request.caller
            try look(
                max, ["day", .string(caller.profile), .string(caller.person), tool], on: now.date)
        }
        return found
    }

    /// Who has an attempt under way besides the call; nil where that is not limited. What cannot be
    /// read lets nothing more begin.
    func slots(
        for call: Call, of profile: String, in journal: any JournalTransaction
    ) throws(JournalFault) -> SlotFacts? {
        guard let charge = call.charge else { return nil }
        var facts = SlotFacts()
        func room(_ max: Int, _ name: KeyName) throws(JournalFault) -> SlotFacts.Room {
            do throws(JournalFault) {
                let taken = try journal.slots(name).taken(besides: call.id)
                return SlotFacts.Room(max: max, taken: taken)
            } catch where error.code == .corrupt {
                return SlotFacts.Room(max: max, taken: max)
            }
        }
        if charge.takesToolSlot, let max = limits(of: call.tool).concurrency {
            facts.tool = try room(max, Index.slots(call.tool))
        }
        if charge.takesProfileSlot, let max = allowance.concurrency {
            facts.profile = try room(max, Index.slots(ofProfile: profile))
        }
        return facts == SlotFacts() ? nil : facts
    }
}

extension AmountRule {
    /// What the arguments say of it, where that can be summed exactly.
    func amount(of tool: ToolName, _ arguments: JSONObject) throws(Rejection) -> Amount {
        func unusable(_ why: String) -> Rejection {
            .amountUnusable(tool, pointer: of.description, why: why)
        }
        guard let value = of.resolve(in: .object(arguments)) else { throw unusable("is missing") }
        guard let number = value.numberValue else {
            throw unusable("is \(value.kindName == "array" ? "an" : "a") \(value.kindName)")
        }
        guard let amount = Amount(number) else {
            throw unusable(
                number.double.map { abs($0) < 1e12 } ?? false
                    ? "has more than six decimals" : "is too large")
        }
        guard amount >= .zero else { throw unusable("is below zero") }
        return amount
    }
}
