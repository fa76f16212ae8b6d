// Which limit a call would go over, and whether an attempt of one must wait for its turn. Rules
// only: what was used is among the facts.

extension Run {
    /// The first limit that a new call would go over; nil where it goes over none.
    func overLimit(_ new: CallAccepted, _ usage: Usage?, _ now: Instant) -> OverLimit? {
        guard let usage else { return nil }
        return repeated(new.tool, usage, now)
            ?? budget(
                new, usage.allowance.run, runUse(usage.allowance.run, now), .run, nil, now)
            ?? budget(
                new, usage.allowance.day, usage.day, .day(profile: caller.profile), now.nextDay,
                now)
            ?? amount(new.tool, usage, now) ?? rates(new.tool, usage, now)
    }

    /// The same for asking once more for a call that has ended.
    func repeated(_ tool: ToolName, _ usage: Usage?, _ now: Instant) -> OverLimit? {
        guard let same = usage?.identical.first(where: { $0.made >= $0.max }) else { return nil }
        return OverLimit(
            tool: tool, subject: .identical(inRun: same.date == nil), unit: .calls,
            max: Int64(same.max), used: Int64(same.made), wanted: 1,
            fitsAt: same.date == nil || same.max < 1 ? nil : now.nextDay, now: now)
    }

    // Nothing is added up where nothing is limited.
    private func runUse(_ budget: Budget, _ now: Instant) -> Weight {
        guard budget.isCounted else { return .zero }
        var used = weight
        used.timeMs = max(0, now.ms(since: createdAt))
        return used
    }

    private func budget(
        _ new: CallAccepted, _ budget: Budget, _ used: Weight, _ subject: OverLimit.Subject,
        _ resetsAt: Instant?, _ now: Instant
    ) -> OverLimit? {
        let writes = new.delivery.isWrite ? 1 : 0
        let lines: [(unit: OverLimit.Unit, max: Int64?, used: Int64, wanted: Int64)] = [
            (.calls, budget.calls.map { Int64($0) }, Int64(used.calls), 1),
            (.writes, budget.writes.map { Int64($0) }, Int64(used.writes), Int64(writes)),
            (.cost, budget.cost?.micros, used.cost.micros, (new.charge?.cost ?? .zero).micros),
            (.bytes, budget.bytes.map { Int64($0) }, Int64(used.bytes),
                Int64(new.arguments.byteCount)),
            // How long it takes shows afterwards: it may begin while there is any time left.
            (.time, budget.timeMs, used.timeMs, 1),
        ]
        for line in lines {
            guard let max = line.max, line.wanted > 0, line.used.adding(line.wanted) > max else {
                continue
            }
            return OverLimit(
                tool: new.tool, subject: subject, unit: line.unit, max: max, used: line.used,
                wanted: line.wanted, fitsAt: line.wanted > max ? nil : resetsAt, now: now)
        }
        return nil
    }

    private func amount(_ tool: ToolName, _ usage: Usage, _ now: Instant) -> OverLimit? {
        guard let rule = usage.limits.amount else { return nil }
        return window(
            tool, .amount(perMs: rule.perMs), .amount, usage.amounts, rule.max.micros,
            usage.amount.micros, rule.perMs, now)
    }

    private func rates(_ tool: ToolName, _ usage: Usage, _ now: Instant) -> OverLimit? {
        if let rate = usage.limits.rate,
            let over = window(
                tool, .toolRate(perMs: rate.perMs), .calls, usage.toolRate, Int64(rate.count), 1,
                rate.perMs, now)
        {
            return over
        }
        guard let rate = usage.allowance.rate else { return nil }
        return window(
            tool, .profileRate(caller.profile, perMs: rate.perMs), .calls, usage.profileRate,
            Int64(rate.count), 1, rate.perMs, now)
    }

    private func window(
        _ tool: ToolName, _ subject: OverLimit.Subject, _ unit: OverLimit.Unit, _ meter: Meter,
        _ max: Int64, _ wanted: Int64, _ perMs: Int64, _ now: Instant
    ) -> OverLimit? {
        let used = meter.used(within: perMs, at: now)
        guard wanted > 0, used.adding(wanted) > max else { return nil }
        return OverLimit(
            tool: tool, subject: subject, unit: unit, max: max, used: used, wanted: wanted,
            fitsAt: meter.fits(wanted, under: max, within: perMs, at: now), now: now)
    }
}

extension Run {
    /// What was claimed, where it is the call's turn: an attempt that finds too many under way is
    /// not started, and its call waits.
    func inTurn(_ events: [Event], _ facts: Facts) -> [Event] {
        guard let slots = facts.slots, slots.isFull, let id = events.firstStart,
            let call = self[id]
        else { return events }
        if case .ready = call.phase, !call.isQueued { return [.callQueued(id)] }
        return []
    }

    /// When a call that waits for its turn is looked at again; nil where it does not.
    func turn(
        of call: Call, _ facts: Facts, since due: Instant?, _ now: Instant
    ) -> Instant? {
        guard let slots = facts.slots, slots.isFull, let due, due <= now else { return nil }
        switch call.phase {
        case .ready, .waiting, .unknown: return now.nextTurn
        case .held, .running, .verifying, .confirming, .succeeded, .failed, .denied, .cancelled,
            .shadow, .compensating, .compensated, .needsAttention:
            return nil
        }
    }
}

extension Instant {
    /// When what waits for its turn is looked at again: the same moment for all of it, since lines
    /// of the same time are taken oldest call first.
    var nextTurn: Instant {
        let past = ((ms % Limits.queuedMs) + Limits.queuedMs) % Limits.queuedMs
        return self + (Limits.queuedMs - past)
    }
}

extension [Event] {
    /// The call of which an attempt is started.
    fileprivate var firstStart: CallID? {
        for case .attemptStarted(let call, _) in self { return call }
        return nil
    }
}
