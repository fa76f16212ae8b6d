// What a run and its profile may still use, as a document for whoever asks.

package import JSON

extension JournalLookup {
    /// `{run: {calls, writes, cost, bytes, time_ms}, day: {…, resets_at}, rate: {calls, per_ms}}`
    /// with what is left now of what is limited; the rest is not there.
    package func budgetLeft(
        run: Run, policy: Policy?, now: Instant
    ) throws(JournalFault) -> JSONValue {
        guard let allowance = policy?.allowance else { return [:] }
        var document: JSONObject = [:]
        var used = run.weight
        used.timeMs = max(0, now.ms(since: run.createdAt))
        let ofRun = allowance.run.left(of: used)
        if !ofRun.isEmpty { document["run"] = .object(ofRun) }
        if allowance.day.isCounted {
            var ofDay = allowance.day.left(
                of: try self.used(by: run.caller.profile, on: now.date))
            ofDay.set("resets_at", now.nextDay)
            document["day"] = .object(ofDay)
        }
        if let rate = allowance.rate {
            let meter = try meter(Index.rate(ofProfile: run.caller.profile))
            let taken = meter.used(within: rate.perMs, at: now)
            document["rate"] = [
                "calls": .integer(max(0, rate.count - Int(taken))),
                "per_ms": .integer(Int(rate.perMs)),
            ]
        }
        return .object(document)
    }
}

extension Budget {
    fileprivate func left(of used: Weight) -> JSONObject {
        var left: JSONObject = [:]
        if let calls { left["calls"] = .integer(max(0, calls - used.calls)) }
        if let writes { left["writes"] = .integer(max(0, writes - used.writes)) }
        if let cost {
            left["cost"] = Amount(micros: max(0, cost.micros - used.cost.micros)).json
        }
        if let bytes { left["bytes"] = .integer(max(0, bytes - used.bytes)) }
        if let timeMs { left["time_ms"] = .integer(Int(max(0, timeMs - used.timeMs))) }
        return left
    }
}
