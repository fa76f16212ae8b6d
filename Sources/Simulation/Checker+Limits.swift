// Invariant 6: at each call that is let through, and each attempt that is started, all that counts
// then is added up anew and must be within what the world's limits say.

import Engine

extension Checker {
    mutating func readAmounts(of records: [Record], _ disk: Disk) {
        for record in records {
            guard case .callAccepted(let accepted) = record.event,
                let payload = accepted.charge?.amount
            else { continue }
            let text = disk.read { (reading) throws(JournalFault) in try reading.text(payload) }
            amounts[accepted.call] = text.flatMap { Amount($0) }?.micros
        }
    }

    mutating func checkLimits(_ record: Record, _ run: Run) {
        guard let limits else { return }
        switch record.event {
        case .callAccepted(let accepted)
        where run[accepted.call]?.undoes == nil && accepted.tool != .grant:
            checkLetThrough(accepted, record, run, limits)
        case .attemptStarted(let id, _):
            if let call = run[id], call.undoes == nil { checkUnderWay(call, run, limits) }
        case .runOpened, .manifestsPinned, .runCompleted, .runAborting, .abortForced,
            .runAborted, .runQuarantined, .runReleased, .halted, .resumed, .callAccepted,
            .approvalRequested, .approvalGranted, .approvalDenied, .approvalExpired,
            .attemptSucceeded, .attemptFailed, .attemptUnknown, .senderGone, .probeStarted,
            .probeEnded, .lateAnswer, .recoveryExhausted, .cancelRequested, .callCancelled,
            .callResolved, .outcomeDelivered, .callCompensated, .undoFailed, .undoImpossible,
            .leftStanding, .callQueued, .callDenied, .callShadowed, .decisionMade,
            .approvalReminded, .approvalEscalated, .grantIssued, .grantRevoked:
            break
        }
    }

    /// What counts of what was accepted under limits, by profile.
    private var counting: [(profile: String, call: Call)] {
        order.flatMap { id in
            (runs[id]?.calls ?? []).filter { $0.undoes == nil && !$0.cameToNothing }
                .map { (runs[id]?.caller.profile ?? "", $0) }
        }
    }

    private mutating func keep(_ name: String, _ used: Int64, within max: Int64?) {
        guard let max, used > max else { return }
        violated(.budgets, "\(name) is \(used) and may be \(max)")
    }

    private mutating func checkLetThrough(
        _ accepted: CallAccepted, _ record: Record, _ run: Run, _ limits: WorldLimits
    ) {
        let all = counting
        let mine = all.filter { $0.profile == run.caller.profile }.map(\.call)
        let allowance = limits.rulebook.policy.allowance
        let ofRun = run.calls.filter { $0.undoes == nil && !$0.cameToNothing }
        keep("a run", ofRun, within: allowance.run, accepted, limits)
        if let timeMs = allowance.run.timeMs {
            keep("a run's age", record.at.ms(since: run.createdAt), within: timeMs - 1)
        }
        let today = mine.filter { $0.acceptedAt.description.prefix(10) == record.day }
        keep("a day", today, within: allowance.day, accepted, limits)
        guard limits.isClockSteady, let tool = limits.rulebook.tools[accepted.tool]?.limits else {
            return
        }
        let ofTool = all.map(\.call).filter { $0.tool == accepted.tool }
        if let rate = allowance.rate {
            keep("a profile's rate", mine.count { $0.counts(rate.perMs, record) }, rate)
        }
        if let rate = tool.rate {
            keep("a tool's rate", ofTool.count { $0.counts(rate.perMs, record) }, rate)
        }
        if let rule = tool.amount, (amounts[accepted.call] ?? 0) > 0 {
            let sum = ofTool.filter { $0.counts(rule.perMs, record) }
                .reduce(Int64(0)) { $0 + (amounts[$1.id] ?? 0) }
            keep("a tool's amount", sum, within: rule.max.micros)
        }
    }

    private mutating func keep(_ name: String, _ count: Int, _ rate: Rate) {
        keep(name, Int64(count), within: Int64(rate.count))
    }

    private mutating func keep(
        _ name: String, _ calls: [Call], within budget: Budget, _ accepted: CallAccepted,
        _ limits: WorldLimits
    ) {
        // What a late success takes is taken: no write is let through after it, but reads are.
        let isWrite = accepted.delivery.isWrite
        let costs = calls.map { limits.rulebook.tools[$0.tool]?.limits.cost.micros ?? 0 }
        let isFree = accepted.charge?.cost ?? .zero == .zero
        keep("\(name)'s calls", Int64(calls.count), within: budget.calls.map { Int64($0) })
        keep(
            "\(name)'s writes", Int64(calls.count { $0.delivery.isWrite }),
            within: isWrite ? budget.writes.map { Int64($0) } : nil)
        keep(
            "\(name)'s cost", costs.reduce(0, +), within: isFree ? nil : budget.cost?.micros)
        let bytes = calls.reduce(0) { $0 + $1.arguments.byteCount }
        keep("\(name)'s bytes", Int64(bytes), within: budget.bytes.map { Int64($0) })
    }

    private mutating func checkUnderWay(_ call: Call, _ run: Run, _ limits: WorldLimits) {
        let running = counting.filter { if case .running = $0.call.phase { true } else { false } }
        keep(
            "what is under way of a tool", Int64(running.count { $0.call.tool == call.tool }),
            within: limits.rulebook.tools[call.tool]?.limits.concurrency.map { Int64($0) })
        keep(
            "what is under way of a profile",
            Int64(running.count { $0.profile == run.caller.profile }),
            within: limits.rulebook.policy.allowance.concurrency.map { Int64($0) })
    }
}

extension Call {
    fileprivate var cameToNothing: Bool {
        switch status {
        case .failed, .denied, .cancelled, .shadow: true
        case .succeeded, .compensated, .pendingApproval, .pendingRetry, .running, .unknown,
            .needsAttention:
            false
        }
    }

    fileprivate func counts(_ perMs: Int64, _ record: Record) -> Bool {
        record.at < acceptedAt + perMs
    }
}

extension Record {
    fileprivate var day: Substring { at.description.prefix(10) }
}
