// How a tool has fared lately: the circuit breaker that stops asking a system which does not
// answer, and the budget of retries. It spans runs, so it is no run's state but a key of the
// journal; arithmetic only.

import JSON

package struct ToolHealth: Hashable, Sendable {
    /// `transient` failures in a row.
    package var failures = 0
    /// Until when nothing is sent; nil while the breaker is closed.
    package var openUntil: Instant?
    /// How long it was opened for the last time.
    var openMs: Int64 = 0
    /// Until when the one attempt is awaited that finds out whether it may close again.
    var trialUntil: Instant?
    /// When the minute began in which retries are counted.
    var minuteFrom: Instant?
    /// Retries granted in it.
    var retries = 0

    package init() {}

    var isSound: Bool { self == ToolHealth() }

    /// Until when nothing may be sent; nil where something may.
    package func blockedUntil(at now: Instant) -> Instant? {
        // A clock that was set back to before it opened must not keep it open for all that time.
        guard let openUntil, now >= openUntil + -openMs else { return nil }
        if now < openUntil { return openUntil }
        // Half-open: one attempt is let through.
        return trialUntil.flatMap { now < $0 ? $0 : nil }
    }

    /// An attempt was started: where the breaker is half open it is the trial.
    func started(until leaseUntil: Instant) -> ToolHealth {
        guard openUntil != nil else { return self }
        var next = self
        next.trialUntil = leaseUntil
        return next
    }

    func mayRetry(at now: Instant) -> Bool {
        guard let minuteFrom, now >= minuteFrom, now < minuteFrom + Limits.retryWindowMs else {
            return true
        }
        return retries < Limits.retriesPerWindow
    }

    /// What an attempt came to.
    func heard(_ report: Report, willRetry: Bool, at now: Instant) -> ToolHealth {
        var next = self
        switch report {
        case .failed(.transient, _, _): next.failed(at: now)
        case .unknown:
            // It tells nothing, save where it was to tell whether the system is well again.
            if openUntil != nil { next.failed(at: now) }
        case .succeeded, .failed, .voided:
            next.failures = 0
            next.openUntil = nil
            next.openMs = 0
            next.trialUntil = nil
        }
        next.countRetry(willRetry, at: now)
        return next
    }

    private mutating func failed(at now: Instant) {
        failures += 1
        guard failures >= Limits.breakerFailures else { return }
        // What was under way when it opened says nothing new.
        if let openUntil, now < openUntil, now >= openUntil + -openMs { return }
        openMs = min(max(Limits.breakerOpenMs, openMs * 2), Limits.longestBreakerOpenMs)
        openUntil = now + openMs
        trialUntil = nil
    }

    private mutating func countRetry(_ willRetry: Bool, at now: Instant) {
        if let from = minuteFrom, now >= from + Limits.retryWindowMs || now < from {
            minuteFrom = nil
            retries = 0
        }
        guard willRetry else { return }
        minuteFrom = minuteFrom ?? now
        retries += 1
    }
}

extension ToolHealth {
    var bytes: [UInt8] {
        var json: JSONObject = [
            "failures": .integer(failures), "open_ms": .integer(Int(openMs)),
            "retries": .integer(retries),
        ]
        json.set("open_until", openUntil)
        json.set("trial_until", trialUntil)
        json.set("minute_from", minuteFrom)
        return JSONValue.object(json).compactBytes()
    }

    init(reading bytes: [UInt8]) throws(JournalFault) {
        do {
            let reader = try ObjectReader(try JSONParser.parse(bytes))
            failures = try reader.int("failures")
            openMs = Int64(try reader.int("open_ms"))
            retries = try reader.int("retries")
            openUntil = try reader.optionalInstant("open_until")
            trialUntil = try reader.optionalInstant("trial_until")
            minuteFrom = try reader.optionalInstant("minute_from")
        } catch {
            throw JournalFault(.corrupt, "How a tool fares cannot be read from the journal.")
        }
    }
}

extension JournalLookup {
    package func health(of tool: ToolName) throws(JournalFault) -> ToolHealth {
        guard let bytes = try key(Index.health(tool)) else { return ToolHealth() }
        // It is advice: what cannot be read advises nothing, and the next failure writes it anew.
        do { return try ToolHealth(reading: bytes) } catch { return ToolHealth() }
    }
}

extension JournalTransaction {
    func keep(
        _ health: ToolHealth, of tool: ToolName, formerly former: ToolHealth
    ) throws(JournalFault) {
        guard health != former else { return }
        try setKey(Index.health(tool), to: health.isSound ? nil : health.bytes)
    }
}
