// Everything that follows from the events alone, made from them anew by other code than the
// engine's: the fold of each run, its agenda and the names it is found by.

import JSON
import Proofs

@testable import Engine

struct Rebuilt {
    private(set) var runs: [RunID: Run] = [:]
    private(set) var keys: [String: String] = [:]
    private var denials: [String: [Instant]] = [:]
    /// Without what a renewed lease postponed.
    private(set) var agenda: [AgendaSubject: AgendaItem] = [:]

    init(_ records: [Record]) {
        for record in records { add(record) }
        for run in runs.values {
            agenda[.run(run.id)] = Rebuilt.line(run)
            for call in run.calls { agenda[.call(call.id)] = Rebuilt.line(call, run) }
        }
        if let halts = runs[.journal]?.halts.bytes {
            keys["halts"] = String(decoding: halts, as: UTF8.self)
        }
    }

    private mutating func add(_ record: Record) {
        let former = runs[record.run]
        if var run = former {
            run.evolve(record.event, at: record.at)
            runs[record.run] = run
        } else {
            runs[record.run] = Run(id: record.run, opening: record.event, at: record.at)
        }
        note(record)
        guard let id = EventParts(record.event).call, let call = runs[record.run]?[id] else {
            return
        }
        keep(call, former?[id], "\(record.run) \(id)")
    }

    private mutating func note(_ record: Record) {
        switch record.event {
        case .runOpened(let opened):
            if let intent = opened.intent { keys["intent:\(intent)"] = record.run.text }
        case .callAccepted(let accepted):
            guard accepted.call.suffix != record.run.suffix else { return }
            keys["call:\(accepted.call)"] = "\(record.run) \(accepted.call)"
        case .approvalRequested(let call, let request):
            keys["approval:\(request.approval)"] = "\(record.run) \(call)"
        case .approvalDenied(let id, _, _, _), .approvalExpired(let id, _, .decide):
            noteDenial(of: id, record)
        case .manifestsPinned, .runCompleted, .approvalGranted, .approvalExpired,
             .attemptStarted, .attemptSucceeded, .attemptFailed,
            .attemptUnknown, .lateAnswer, .recoveryExhausted, .cancelRequested, .callCancelled,
            .callResolved, .outcomeDelivered, .runAborting, .abortForced, .runAborted,
            .runQuarantined, .runReleased, .halted, .resumed, .senderGone, .probeStarted,
            .probeEnded, .callCompensated, .undoFailed, .undoImpossible, .leftStanding,
            .callDenied, .callShadowed, .decisionMade, .approvalReminded, .approvalEscalated,
            .grantIssued, .grantRevoked, .callQueued:
            break
        }
    }

    // Each window begins with the first no after the one before has ended.
    private mutating func noteDenial(of id: CallID, _ record: Record) {
        guard let run = runs[record.run], let call = run[id], case .agent = call.origin else {
            return
        }
        let name = "denials:\(call.tool) [\"\(run.caller.profile)\",\"\(run.caller.person)\"]"
        var times = (denials[name] ?? [])
        if let first = times.first, record.at.ms - first.ms >= 3_600_000 || record.at < first {
            times = []
        }
        times.append(record.at)
        denials[name] = times
        keys[name] = "{\"count\":\(times.count),\"since\":\"\(times[0])\"}"
    }

    // A call takes its key when it is accepted, gives it up when it ends without effect, and takes
    // it back after a late success where it is free.
    private mutating func keep(_ call: Call, _ former: Call?, _ place: String) {
        guard let key = call.key else { return }
        let name = "key:\(key.tag)"
        let freeing: [CallStatus] = [.failed, .denied, .cancelled, .shadow, .compensated]
        let held = former.map { !freeing.contains($0.status) } ?? false
        let holds = !freeing.contains(call.status)
        if former == nil || (!held && holds && keys[name] == nil) { keys[name] = place }
        if held && !holds && keys[name] == place { keys[name] = nil }
    }

    private static func line(_ call: Call, _ run: Run) -> AgendaItem? {
        let isStopped = run.quarantine != nil && call.delivery.isWrite
        let (due, owner, environment): (Instant?, OwnerID?, String?)
        switch call.phase {
        case .held: (due, owner, environment) = (call.approval?.nextTimer, nil, nil)
        case .ready:
            (due, owner, environment) = (isStopped ? nil : call.acceptedAt, nil, call.environment)
        case .waiting(let until, _, _):
            (due, owner, environment) = (isStopped ? nil : until, nil, call.environment)
        case .running(let by, let until): (due, owner, environment) = (until, by, nil)
        case .verifying(let probing):
            (due, owner, environment) = (probing.leaseUntil, probing.owner, nil)
        case .confirming(let at): (due, owner, environment) = (at, nil, call.environment)
        case .unknown(let at):
            let waits = call.isLeft || isStopped && !call.isVerified
            (due, owner, environment) = (
                waits ? nil : at, call.senders.first?.owner, call.environment
            )
        case .succeeded, .failed, .denied, .cancelled, .shadow, .needsAttention, .compensating,
            .compensated:
            return nil
        }
        guard let due else { return nil }
        return AgendaItem(
            subject: .call(call.id), run: run.id, due: due, owner: owner,
            environment: environment)
    }

    // A run waits for its deadline, or, once aborted, for the undo of its newest write.
    private static func line(_ run: Run) -> AgendaItem? {
        func item(_ due: Instant, _ environment: String?) -> AgendaItem {
            AgendaItem(
                subject: .run(run.id), run: run.id, due: due, owner: nil,
                environment: environment)
        }
        guard let ending = run.ending else {
            let hasEnded = run.isCompleted
                || run.isSingle && !run.calls.isEmpty && run.calls.allSatisfy(\.hasEnded)
            guard !hasEnded, run.quarantine == nil else { return nil }
            return run.deadline.map { item($0, nil) }
        }
        let isSettled = run.calls.allSatisfy { $0.hasEnded || $0.isLeft }
        guard ending.endedAt == nil, isSettled else { return nil }
        for call in run.calls.reversed() where !call.isUndo {
            let stands = call.status == .succeeded || call.isLeft && !call.hasEnded
            if call.followUps.isPivot && stands { return nil }
            if call.status == .succeeded, call.delivery.isWrite, !call.isLeft,
                call.followUps.undo != nil, call.reversibility != .irreversible
            {
                return item(ending.startedAt, call.environment)
            }
        }
        return nil
    }
}

/// What the journal says besides its records, to be compared with what the records say.
struct Derived {
    let rebuilt: Rebuilt
    let snapshots: [RunID: Run]
    /// Whether each state names its run's newest record.
    let headsFit: Bool
    let keys: [String: String]
    let agenda: [AgendaSubject: AgendaItem]
    let limits: LimitTables

    init(_ journal: MemoryJournal) throws {
        let read = try journal.read { (reading) throws(JournalFault) in
            var records: [Record] = []
            for stored in try reading.log(from: 0, limit: .max) {
                records.append(try reading.decoded(stored))
            }
            var states: [(run: RunID, state: Run?)] = []
            for (id, state) in try reading.states(label: nil, before: nil, limit: .max) {
                states.append((id, try reading.resumed(id, state)))
            }
            let keys = try reading.keys(prefix: "", after: nil, limit: .max)
            return (records, states, keys, try reading.agenda(limit: .max))
        }
        rebuilt = Rebuilt(read.0)
        var snapshots: [RunID: Run] = [:]
        var headsFit = true
        for (id, resumed) in read.1 {
            guard var run = resumed else { continue }
            // Which record is the newest of a run is asked apart; a fold of events has no hashes.
            let newest = try journal.read { (reading) throws(JournalFault) in
                try reading.records(of: id, from: run.version - 1, limit: 2)
            }
            headsFit = headsFit && newest.map(\.leafHash) == [run.head]
            run.head = Run.noRecord
            snapshots[id] = run
        }
        self.snapshots = snapshots
        self.headsFit = headsFit
        var keys: [String: String] = [:]
        for (name, value) in read.2 { keys[name.text] = String(decoding: value, as: UTF8.self) }
        self.keys = keys.filter { name, _ in
            !name.hasPrefix("owner:") && !name.hasPrefix("manifest:")
                && !name.hasPrefix("health:") && !LimitTables.isLedger(name)
        }
        limits = try LimitTables(journal, rebuilt.runs)
        agenda = Dictionary(uniqueKeysWithValues: read.3.map { ($0.subject, $0) })
    }

    /// What does not agree, in words; empty where all is well.
    var contradictions: [String] {
        var found = limits.contradictions
        if !headsFit { found.append("a state's head is not its newest record's") }
        if snapshots != rebuilt.runs { found.append("a snapshot is not the fold of its records") }
        if keys != rebuilt.keys {
            let names = Set(keys.keys).union(rebuilt.keys.keys).sorted()
            let odd = names.filter { keys[$0] != rebuilt.keys[$0] }
            found.append("keys differ from what the records say: \(odd.prefix(3))")
        }
        for subject in Set(agenda.keys).union(rebuilt.agenda.keys).sorted() {
            guard !agrees(subject) else { continue }
            found.append("the agenda's line of \(subject) differs from what the records say")
        }
        return found
    }

    // A renewed lease moves the line of what is under way to a later time, and a halt or a breaker
    // that of what it keeps; nothing else of it changes.
    private func agrees(_ subject: AgendaSubject) -> Bool {
        guard let stored = agenda[subject], let made = rebuilt.agenda[subject] else {
            return agenda[subject] == rebuilt.agenda[subject]
        }
        return stored.due >= made.due && stored.owner == made.owner && stored.run == made.run
            && stored.environment == made.environment
    }
}
