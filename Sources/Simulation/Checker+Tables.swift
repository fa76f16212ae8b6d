// Invariants 7 and 9: states, keys and the agenda say what the records say, made from them by other
// code than the engine's, and whatever has not ended waits under a name.

import Engine

extension Checker {
    /// What the journal keeps beside its records of one run, against what the records say.
    mutating func checkTables(of id: RunID, _ disk: Disk) {
        guard let run = runs[id] else { return }
        let (state, lines, found) = disk.read { [keys] (reading) throws(JournalFault) in
            var found: [(String, String?, String?)] = []
            for name in Checker.keyNames(of: run) {
                let stored = try reading.key(KeyName(name))
                found.append((name, stored.map { String(decoding: $0, as: UTF8.self) }, keys[name]))
            }
            return (
                try reading.state(of: id), try reading.agenda(limit: .max).filter { $0.run == id },
                found
            )
        }
        guard let state else {
            return violated(.tablesFollowFromEvents, "\(id) has records and no state")
        }
        guard let snapshot = Checker.snapshot(of: id, state, disk) else {
            return violated(.tablesFollowFromEvents, "the snapshot of \(id) cannot be read")
        }
        if snapshot != run {
            violated(
                .tablesFollowFromEvents,
                "the state of \(id) is not the fold of its records: "
                    + Checker.difference(snapshot, run))
        }
        for (name, stored, made) in found where stored != made {
            violated(
                .tablesFollowFromEvents,
                "\(name) is \(stored ?? "not there") and by the records \(made ?? "not there")")
        }
        checkAgenda(run, lines)
    }

    /// The run as a reader sees it who trusts its snapshot; nil where it has to be folded whole.
    private static func snapshot(of id: RunID, _ state: StoredState, _ disk: Disk) -> Run? {
        disk.read { (reading) throws(JournalFault) in try reading.resumed(id, state) }
    }

    private static func difference(_ a: Run, _ b: Run) -> String {
        for (mine, theirs) in zip(a.calls, b.calls) where mine != theirs {
            return "\(mine) and by the records \(theirs)"
        }
        if a.pins != b.pins { return "it pins \(a.pins) and by the records \(b.pins)" }
        return "\(a.state) with \(a.calls.count) calls, \(b.state) with \(b.calls.count)"
    }

    private mutating func checkAgenda(_ run: Run, _ lines: [AgendaItem]) {
        var stored: [AgendaSubject: AgendaItem] = [:]
        for line in lines { stored[line.subject] = line }
        func compare(_ subject: AgendaSubject, _ made: AgendaItem?, _ name: String) {
            let line = stored.removeValue(forKey: subject)
            if line == made { return }
            // A renewed lease, a halt or a breaker moves a line to a later time.
            if let line, let made, line.due >= made.due, line.owner == made.owner,
                line.environment == made.environment
            {
                return
            }
            violated(
                .tablesFollowFromEvents,
                "the agenda says of \(name) \(line.map { "\($0)" } ?? "nothing") and the records "
                    + (made.map { "\($0)" } ?? "nothing"))
        }
        for call in run.calls {
            let made = Checker.line(call, run)
            compare(.call(call.id), made, call.id.text)
            if made == nil { checkName(call, run) }
        }
        compare(.run(run.id), Checker.line(run), run.id.text)
        for line in stored.values.sorted(by: { $0.due < $1.due }) {
            violated(
                .tablesFollowFromEvents, "the agenda has a line that nothing implies: \(line)")
        }
        // One that is quarantined waits for the operator who said so.
        if run.isAborting, run.quarantine == nil, Checker.line(run) == nil,
            run.calls.allSatisfy(\.hasEnded)
        {
            violated(.nothingWaitsWithoutAName, "\(run.id) is aborting and waits for nothing")
        }
    }

    // Invariant 9: without a line of its own a call has ended, needs a person, is held back by
    // one, or waits for its undo.
    private mutating func checkName(_ call: Call, _ run: Run) {
        if call.hasEnded || call.needsPerson || call.isLeft { return }
        if run.quarantine != nil && call.delivery.isWrite { return }
        if case .compensating(let undo) = call.phase, let undo = run[undo], !undo.hasEnded {
            return
        }
        violated(.nothingWaitsWithoutAName, "\(call.id) is \(call.phase.word), for nobody")
    }

    /// The line that a call's state implies, without what postpones it.
    static func line(_ call: Call, _ run: Run) -> AgendaItem? {
        let isHeldBack = run.quarantine != nil && call.delivery.isWrite
        var owner: OwnerID?
        let due: Instant?
        var isBound = true
        switch call.phase {
        case .held:
            due = call.approval?.nextLook
            isBound = false
        case .ready: due = isHeldBack ? nil : call.acceptedAt
        case .waiting(let until, _, _): due = isHeldBack ? nil : until
        case .running(let by, let until):
            (due, owner) = (until, by)
            isBound = false
        case .verifying(let probing):
            (due, owner) = (probing.leaseUntil, probing.owner)
            isBound = false
        case .confirming(let at): due = at
        case .unknown(let at):
            let isProbed = call.followUps.verify != nil && call.delivery != .transactional
            due = call.isLeft || (isHeldBack && !isProbed) ? nil : at
            owner = call.senders.first?.owner
        case .succeeded, .failed, .denied, .cancelled, .shadow, .compensating, .compensated,
            .needsAttention:
            due = nil
        }
        guard let due else { return nil }
        return AgendaItem(
            subject: .call(call.id), run: run.id, due: due, owner: owner,
            environment: isBound ? call.environment : nil)
    }

    /// A run's own line: its next undo, or its deadline.
    static func line(_ run: Run) -> AgendaItem? {
        if let ending = run.ending {
            guard let next = run.nextUndo else { return nil }
            return AgendaItem(
                subject: .run(run.id), run: run.id, due: ending.startedAt, owner: nil,
                environment: next.environment)
        }
        let isOver = run.isCompleted
            || (run.isSingle && !run.calls.isEmpty && run.calls.allSatisfy(\.hasEnded))
        guard let deadline = run.deadline, !isOver, run.quarantine == nil else { return nil }
        return AgendaItem(
            subject: .run(run.id), run: run.id, due: deadline, owner: nil, environment: nil)
    }
}

extension Checker {
    /// All keys that follow from events, at once, and what is halted.
    mutating func checkKeys(_ disk: Disk) {
        let (stored, halts) = disk.read { (reading) throws(JournalFault) in
            (
                try reading.keys(prefix: "", after: nil, limit: .max),
                try reading.standingHalts.map(\.halt)
            )
        }
        if halts != runs[.journal]?.halts ?? [] {
            violated(.tablesFollowFromEvents, "what is halted is not what the records say")
        }
        let kinds = ["key:", "call:", "approval:", "intent:"]
        var left = keys
        for (name, value) in stored where kinds.contains(where: name.text.hasPrefix) {
            let made = left.removeValue(forKey: name.text)
            if made != String(decoding: value, as: UTF8.self) {
                violated(.tablesFollowFromEvents, "the records do not say so of \(name)")
            }
        }
        if let name = left.keys.sorted().first {
            violated(.tablesFollowFromEvents, "\(name) is not in the journal")
        }
    }

    private static func keyNames(of run: Run) -> [String] {
        var names: [String] = []
        for call in run.calls {
            if let key = call.key { names.append("key:\(key.tag)") }
            if let approval = call.approval { names.append("approval:\(approval.id)") }
            names.append("call:\(call.id)")
        }
        return names
    }

    // A call takes its key when it is accepted, gives it up when it ends without effect, and takes
    // it back after a late success where it is free.
    mutating func foldKeys(_ record: Record, _ former: Run?, _ run: Run) {
        if case .runOpened(let opened) = record.event, let intent = opened.intent {
            keys["intent:\(intent)"] = record.run.text
        }
        if case .callAccepted(let accepted) = record.event,
            accepted.call.suffix != record.run.suffix
        {
            keys["call:\(accepted.call)"] = "\(record.run) \(accepted.call)"
        }
        if case .approvalRequested(let call, let request) = record.event {
            keys["approval:\(request.approval)"] = "\(record.run) \(call)"
        }
        guard let id = record.event.call, let call = run[id], let key = call.key else { return }
        let name = "key:\(key.tag)"
        let place = "\(record.run) \(id)"
        let held = former?[id].map { !Checker.frees($0.status) } ?? false
        let holds = !Checker.frees(call.status)
        if former?[id] == nil { displaced = (record.index, keys[name]) }
        if record.event.endsAtOnce, let displaced, displaced.index == record.index - 1 {
            // Accepted and turned down in one transaction, it never took the key over.
            keys[name] = displaced.place
            return
        }
        if former?[id] == nil || (!held && holds && keys[name] == nil) { keys[name] = place }
        if held && !holds && keys[name] == place { keys[name] = nil }
    }

    fileprivate static func frees(_ status: CallStatus) -> Bool {
        switch status {
        case .failed, .denied, .cancelled, .shadow, .compensated: true
        case .succeeded, .pendingApproval, .pendingRetry, .running, .unknown, .needsAttention:
            false
        }
    }
}

extension Approval {
    /// When somebody is reminded, others are asked, or the time to decide is over.
    fileprivate var nextLook: Instant {
        var times = [decideBy]
        for demand in demands {
            if let ms = demand.escalateAfterMs, !isEscalated { times.append(askedAt + ms) }
            if let ms = demand.remindAfterMs, reminders < Limits.reminders {
                times.append((remindedAt ?? askedAt) + ms)
            }
        }
        return times.min() ?? decideBy
    }
}

extension Event {
    fileprivate var endsAtOnce: Bool {
        switch self {
        case .callDenied, .callShadowed: true
        case _: false
        }
    }
}
