// What must hold, held against every record as it comes: the checker folds the records by itself
// and remembers of each call what the rules need. What it says of single events, of tables and of
// the end lies beside this file.

import Engine

struct Checker {
    private(set) var violation: Violation?
    /// How many records have been folded.
    private(set) var seen = 0
    /// Runs as their records say, in the order in which they were opened.
    private(set) var runs: [RunID: Run] = [:]
    private(set) var order: [RunID] = []
    private(set) var places: [CallID: RunID] = [:]
    /// Where attempts were started in the journal, by call, in order of their numbers.
    private(set) var starts: [CallID: [Int]] = [:]
    /// Which record ended each call that has ended.
    private(set) var ends: [CallID: Int] = [:]
    /// The keys that follow from the records.
    var keys: [String: String] = [:]
    /// Calls that a person had tried again: whatever that does is what was asked for.
    private(set) var overruled: Set<CallID> = []
    /// Calls that an undo was accepted for, and that have not come back since.
    var undone: Set<CallID> = []
    /// Who held the key of the call that is being folded, before that.
    private(set) var heldBefore: [String: CallID] = [:]
    /// How often each tool's manifest says that a call is tried.
    var mostAttempts: [ToolName: Int] = [:]
    /// What was limited, and what calls took of what their tools' limits sum.
    var limits: WorldLimits?
    var amounts: [CallID: Int64] = [:]
    /// The rules in force at each host that has any.
    var inForce: [OwnerID: WorldRules] = [:]
    var numbers: [CallID: Int] = [:]
    var grantCounts: [CallID: Int] = [:]
    private(set) var isFoldingAnew = false
    /// Which events there were at all, to show that the bad things happen.
    private(set) var kinds: Set<String> = []

    /// Calls that were just found absent for good: nothing of them may be on its way.
    private(set) var foundAbsent: [CallID] = []

    // What the world around saw, which no loss of power takes back.

    /// The status that somebody was told last, by call.
    private(set) var told: [CallID: CallStatus] = [:]
    /// Runs by the intent they were begun for.
    private var intents: [String: RunID] = [:]
    /// What a new call's key named before, by the record that accepted the call.
    var displaced: (index: Int, place: String?)?
    /// With which arguments a call was sent first.
    var sent: [CallID: Attempt] = [:]
    /// Calls that a person judged wrongly.
    var misjudged: Set<CallID> = []

    func call(_ id: CallID) -> Call? { places[id].flatMap { runs[$0]?[id] } }
    func run(of id: CallID) -> Run? { places[id].flatMap { runs[$0] } }

    func isOverruled(_ id: CallID) -> Bool { overruled.contains(id) }

    var allCalls: [Call] { order.flatMap { runs[$0]?.calls ?? [] } }

    var openCalls: [CallID] { allCalls.filter { !$0.hasEnded }.map(\.id) }

    /// The first thing that does not hold is what counts.
    mutating func violated(_ invariant: Invariant, _ text: String) {
        if violation == nil { violation = Violation(invariant: invariant, text: text) }
    }

    /// Folds what is new in the journal and checks the runs that it changed.
    mutating func observe(_ disk: Disk) {
        let isAnew = disk.recordCount < seen
        if isAnew { startAnew() }
        foundAbsent = []
        guard disk.recordCount > seen else { return }
        var changed: [RunID] = []
        let records = disk.read { [seen] (reading) throws(JournalFault) in
            var records: [(Record, StoredRecord)] = []
            for stored in try reading.log(from: seen, limit: .max) {
                records.append((try reading.decoded(stored), stored))
            }
            return records
        }
        readAmounts(of: records.map(\.0), disk)
        readNumbers(of: records.map(\.0), disk)
        isFoldingAnew = isAnew
        for (record, stored) in records {
            fold(record, stored)
            if changed.last != record.run { changed.append(record.run) }
        }
        // What is folded again was found long ago.
        if isAnew { foundAbsent = [] }
        for run in changed.distinct { checkTables(of: run, disk) }
    }

    private mutating func startAnew() {
        seen = 0
        runs = [:]
        order = []
        places = [:]
        starts = [:]
        ends = [:]
        keys = [:]
        overruled = []
        undone = []
    }

    private mutating func fold(_ record: Record, _ stored: StoredRecord) {
        seen += 1
        let former = runs[record.run]
        if var run = former {
            run.evolve(record.event, at: record.at)
            run.head = stored.leafHash
            runs[record.run] = run
        } else {
            order.append(record.run)
            runs[record.run] = Run(id: record.run, opening: record.event, at: record.at)
            runs[record.run]?.head = stored.leafHash
        }
        note(record)
        guard let run = runs[record.run] else {
            return violated(.tablesFollowFromEvents, "\(record.run) begins with another event")
        }
        if let id = record.event.call, let call = run[id], call.hasEnded,
            former?[id]?.phase != call.phase
        {
            ends[id] = record.index
        }
        heldBefore = [:]
        if case .callAccepted(let accepted) = record.event, let key = accepted.key {
            let name = "key:\(key.tag)"
            heldBefore[name] = keys[name]?.split(separator: " ").last
                .flatMap { CallID(String($0)) }
        }
        foldKeys(record, former, run)
        check(record, former, run)
        checkLimits(record, run)
        checkGrant(record.event, run)
    }

    private mutating func note(_ record: Record) {
        kinds.insert(record.event.word)
        switch record.event {
        case .callAccepted(let accepted): places[accepted.call] = record.run
        case .attemptStarted(let call, _): starts[call, default: []].append(record.index)
        case .callResolved(let call, let resolution, _, _):
            if resolution == .retry { overruled.insert(call) }
            undone.remove(call)
        case .lateAnswer(let call, _, .succeeded, _): undone.remove(call)
        case .probeEnded(let call, let ended, _)
        where ended.purpose == .verify && ended.answer == .absent && ended.nextAt == nil:
            foundAbsent.append(call)
        case .recoveryExhausted(let call): foundAbsent.removeAll { $0 == call }
        case .runOpened, .manifestsPinned, .runCompleted, .runAborting,
            .abortForced, .runAborted, .runQuarantined, .runReleased, .halted, .resumed,
            .approvalRequested, .approvalGranted, .approvalDenied, .approvalExpired,
            .attemptSucceeded, .attemptFailed, .attemptUnknown, .senderGone, .probeStarted,
            .probeEnded, .lateAnswer, .cancelRequested, .callCancelled, .outcomeDelivered,
            .callCompensated, .undoFailed, .undoImpossible, .leftStanding, .callDenied,
            .callShadowed, .decisionMade, .approvalReminded, .approvalEscalated, .grantIssued,
            .grantRevoked, .callQueued:
            break
        }
    }

    /// The same intent of the same caller is the same run.
    mutating func begun(_ run: RunID, _ intent: String?, _ caller: Caller) {
        guard let intent else { return }
        let name = "\(caller.profile) \(intent)"
        if let known = intents[name], known != run, runs[known] != nil {
            violated(.asOftenAsAsked, "\(name) was begun as \(known) and as \(run)")
        }
        intents[name] = run
    }

    /// Somebody is told how a call stands.
    /// - Returns: what contradicts what was told before.
    mutating func hear(_ call: CallID, _ status: CallStatus) -> String? {
        defer { told[call] = status }
        guard let before = told[call], before.isFinal, before != status else { return nil }
        return maySupersede(before, status, call)
            ? nil : "\(call) was said to be \(before), and then \(status)"
    }

    /// Whether a call that was said to have ended may be found otherwise later.
    func maySupersede(_ before: CallStatus, _ after: CallStatus, _ id: CallID) -> Bool {
        switch after {
        // A late success, an undo, or what a person settled after either.
        case .needsAttention, .compensated: true
        case .running: before == .succeeded || overruled.contains(id)
        case .pendingApproval, .pendingRetry, .unknown: overruled.contains(id)
        case .succeeded, .failed, .denied, .cancelled, .shadow:
            overruled.contains(id) || call(id)?.isResolved == true
        }
    }
}

extension Call {
    /// Whether a person has had a say in how it ended, or a late success brought it back.
    var isResolved: Bool { isAcknowledged || achieved != nil }
}
