// A journal, a clock and hosts for tests of the doors: each step is one line in a test.

import JSON
import Proofs
import Testing

@testable import Engine

final class World {
    var journal = MemoryJournal()
    var nowMs = Sample.startMs
    var doors = Doors(keyed: KeyedHash(secret: [UInt8](repeating: 9, count: 32)))
    /// Whether what approvers are to be told of is noted.
    var writesNotices = false
    private var drawn = 0
    /// Runs as the hosts last saw them, as a host keeps them.
    var recent: [RunID: Run] = [:]

    var now: Instant { Instant(ms: nowMs) }
    func pass(_ ms: Int64) { nowMs += ms }

    /// Each door gets chance of its own, as in a host.
    func moment(_ owner: OwnerID = Sample.owner(1), leaseMs: Int64 = 15_000) -> Moment {
        drawn += 1
        let seed = Digest.sha256(Array("draw \(drawn)".utf8)).bytes
        return Moment(
            now: now, owner: owner, leaseUntil: now + leaseMs, entropy: Entropy(seed: seed))
    }

    /// Runs one door in a transaction of its own; a rejection undoes it and is thrown.
    func door<Answer>(
        _ durability: Durability = .flushed,
        _ body: @escaping (any JournalTransaction) throws(DoorError) -> Answer
    ) throws -> Answer {
        var answer: Result<Answer, Rejection>?
        let unit: JournalUnit = { [writesNotices] (transaction) throws(JournalFault) in
            transaction.memory.writesNotices = writesNotices
            do throws(DoorError) {
                answer = .success(try body(transaction))
                return .keep
            } catch {
                switch error {
                case .rejected(let rejection):
                    answer = .failure(rejection)
                    return .undo
                case .fault(let fault): throw fault
                }
            }
        }
        try journal.commit([unit], durability)
        guard let answer else { preconditionFailure("A committed unit has answered.") }
        return try answer.get()
    }

    func submit(
        _ tool: Tool, _ arguments: JSONObject = ["to": "ana"], run: RunID? = nil,
        key: String? = nil, caller: Caller = Sample.ana,
        environment: String = Sample.environment, by owner: OwnerID = Sample.owner(1),
        leaseMs: Int64 = 15_000
    ) throws -> Submission {
        try submit(
            request(
                tool, arguments, run: run, key: key, caller: caller, environment: environment),
            by: owner, leaseMs: leaseMs)
    }

    func submit(
        _ request: SubmitRequest, by owner: OwnerID = Sample.owner(1), leaseMs: Int64 = 15_000
    ) throws -> Submission {
        let moment = moment(owner, leaseMs: leaseMs)
        let submission = try door(request.tool.delivery.isWrite ? .flushed : .committed) {
            [doors] (journal) throws(DoorError) in
            try doors.submit(request, in: journal, moment)
        }
        recent[submission.view.run] = submission.view.basis
        return submission
    }

    /// What a host would ask, with what it knows.
    func request(
        _ tool: Tool, _ arguments: JSONObject = ["to": "ana"], run: RunID? = nil,
        key: String? = nil, caller: Caller = Sample.ana,
        environment: String = Sample.environment
    ) -> SubmitRequest {
        var request = SubmitRequest(
            tool: tool, arguments: arguments, argumentsClass: .plain, run: run, givenKey: key,
            caller: caller, environment: environment, traceparent: nil,
            pins: [ToolPin(tool: tool.name, manifest: tool.manifest)])
        request.known = run.flatMap { recent[$0] }
        return request
    }

    /// Submits and hands out the attempt, which must be there.
    func start(
        _ tool: Tool, _ arguments: JSONObject = ["to": "ana"], run: RunID? = nil,
        key: String? = nil, by owner: OwnerID = Sample.owner(1), leaseMs: Int64 = 15_000
    ) throws -> Attempt {
        let submission = try submit(
            tool, arguments, run: run, key: key, by: owner, leaseMs: leaseMs)
        return try #require(submission.attempt)
    }

    @discardableResult
    func record(
        _ attempt: Attempt, _ outcome: AttemptOutcome, malformed: Bool = false,
        retry: RetryRule = .never
    ) throws -> CallView {
        try hear(attempt, outcome, malformed: malformed, retry: retry).view
    }

    @discardableResult
    func hear(
        _ attempt: Attempt, _ outcome: AttemptOutcome, malformed: Bool = false,
        retry: RetryRule = .standard, mayStillSend: Bool = false
    ) throws -> Recorded {
        let moment = moment(attempt.owner)
        var report = AttemptReport(
            attempt: attempt, outcome: outcome, resultClass: .plain, isMalformed: malformed,
            retry: retry)
        report.mayStillSend = mayStillSend
        return try door { [doors] (journal) throws(DoorError) in
            try faulting { () throws(JournalFault) in
                try doors.record(report, in: journal, moment)
            }
        }
    }

    @discardableResult
    func answer(
        _ probe: Probe, _ outcome: ProbeOutcome, approval: ApprovalRule? = nil
    ) throws -> Recorded {
        let moment = moment(probe.owner)
        let report = ProbeReport(
            probe: probe, outcome: outcome, resultClass: .plain, retry: .standard,
            approval: approval)
        return try door { [doors] (journal) throws(DoorError) in
            try faulting { () throws(JournalFault) in
                try doors.answer(report, in: journal, moment)
            }
        }
    }

    func due(
        by owner: OwnerID = Sample.owner(2), gone: [OwnerID] = [],
        environments: [String] = [Sample.environment], limit: Int = 64,
        profile: String? = nil, inHand: [CallID]? = nil
    ) throws -> DueWork {
        let moment = moment(owner)
        let search = DueSearch(
            environments: environments, gone: gone, limit: limit, inHand: inHand,
            profile: profile)
        return try door { [doors] (journal) throws(DoorError) in
            try faulting { () throws(JournalFault) in
                try doors.due(search, in: journal, moment)
            }
        }
    }

    func wake(setBackMs: Int64) throws {
        let moment = moment()
        try door { [doors] (journal) throws(DoorError) in
            try faulting { () throws(JournalFault) in
                try doors.wake(
                    [Sample.environment], setBackMs: setBackMs, in: journal, moment)
            }
        }
    }

    @discardableResult
    func decide(
        _ approval: ApprovalID, _ decision: ApprovalDecision, by person: String = "ana"
    ) throws -> CallView {
        let moment = moment()
        return try door { [doors] (journal) throws(DoorError) in
            try doors.decide(
                approval, decision, by: .account(person), in: journal, moment)
        }
    }

    @discardableResult
    func cancel(
        _ call: CallID, reason: String? = nil, for caller: Caller? = Sample.ana
    ) throws -> CallView {
        let moment = moment()
        return try door { [doors] (journal) throws(DoorError) in
            try doors.cancel(
                call, reason: reason, for: caller, by: Actor(.agent, "desk"), in: journal, moment)
        }
    }

    @discardableResult
    func resolve(
        _ call: CallID, _ settlement: Settlement, reason: String = "looked at the desk"
    ) throws -> CallView {
        let moment = moment()
        return try door { [doors] (journal) throws(DoorError) in
            try doors.resolve(
                call, settlement, reason: reason, by: "ana", in: journal, moment)
        }
    }

    func begin(
        _ purpose: String = "answer the guest", intent: String? = nil,
        caller: Caller = Sample.ana, pins: [ToolPin] = [], deadlineMs: Int64? = nil
    ) throws -> Begun {
        let moment = moment()
        let request = BeginRequest(
            caller: caller, purpose: purpose, intentID: intent, pins: pins,
            deadlineMs: deadlineMs)
        return try door { [doors] (journal) throws(DoorError) in
            try doors.begin(request, in: journal, moment)
        }
    }

    @discardableResult
    func complete(
        _ run: RunID, summary: String? = nil, caller: Caller = Sample.ana
    ) throws -> Run {
        let moment = moment()
        return try door { [doors] (journal) throws(DoorError) in
            try doors.complete(run, summary: summary, for: caller, in: journal, moment)
        }
    }

    func deliver(_ call: CallID, in run: RunID, _ durability: Durability = .committed) throws {
        let moment = moment()
        _ = try door(durability) { [doors] (journal) throws(DoorError) in
            try faulting { () throws(JournalFault) in
                try doors.delivered(call, in: run, journal, moment)
            }
        }
    }

    func renewLease(of owner: OwnerID, forMs leaseMs: Int64 = 15_000) throws {
        let moment = moment(owner, leaseMs: leaseMs)
        try door(.committed) { [doors] (journal) throws(DoorError) in
            try faulting { () throws(JournalFault) in try doors.renewLease(in: journal, moment) }
        }
    }
}

extension RetryRule {
    /// One attempt and no more: for tests of what follows when nothing is tried again.
    static let never = RetryRule(attempts: 1, firstMs: 0, factor: 1, maxMs: 0)
}

extension Work {
    var attempt: Attempt? { if case .attempt(let attempt) = self { attempt } else { nil } }
    var probe: Probe? { if case .probe(let probe) = self { probe } else { nil } }
    var undo: Undo? { if case .undo(let undo) = self { undo } else { nil } }
}

extension Submission {
    var attempt: Attempt? { work?.attempt }
}

extension DueWork {
    var attempts: [Attempt] { work.compactMap(\.attempt) }
    var probes: [Probe] { work.compactMap(\.probe) }
    var undos: [Undo] { work.compactMap(\.undo) }
}

/// Looking at what the journal holds.
extension World {
    func view(_ call: CallID) throws -> CallView {
        try #require(try journal.read { (reading) throws(JournalFault) in
            try reading.view(of: call)
        })
    }

    func call(_ id: CallID) throws -> Call { try view(id).call }

    func run(_ id: RunID) throws -> Run {
        try #require(try journal.read { (reading) throws(JournalFault) in try reading.run(id) })
    }

    func agendaLine(_ call: CallID) throws -> AgendaItem? {
        try journal.read { (reading) throws(JournalFault) in
            try reading.agenda(limit: .max).first { $0.subject == .call(call) }
        }
    }

    /// Every record, in order.
    func log() throws -> [Record] {
        try journal.read { (reading) throws(JournalFault) in
            var records: [Record] = []
            for stored in try reading.log(from: 0, limit: .max) {
                records.append(try reading.decoded(stored))
            }
            return records
        }
    }

    /// The run of the newest record; nil in an empty journal.
    func newestRecordsRun() throws -> RunID? {
        try journal.read { (reading) throws(JournalFault) in
            let count = try reading.counter(.records)
            return try reading.log(from: count - 1, limit: 1).first?.run
        }
    }

    func kinds(_ run: RunID) throws -> [String] {
        try log().filter { $0.run == run }.map { EventParts($0.event).kind.rawValue }
    }
}
