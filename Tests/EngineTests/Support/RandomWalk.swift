// Random requests at every door, sensible and not: what a journal sees in a long life, in short.

import JSON
import Proofs

@testable import Engine

struct RandomWalk {
    let world = World()
    private var random: RandomSource
    private var runs: [RunID] = []
    private var calls: [CallID] = []
    private var approvals: [ApprovalID] = []
    private var attempts: [Attempt] = []
    private var probes: [Probe] = []
    private var undos: [Undo] = []

    /// Whether there are few runs and all goes into them, so that they become long.
    private var isLong = false

    init(seed: Int) { random = RandomSource(seed: seed) }

    init(longRunsOf seed: Int) {
        self.init(seed: seed)
        isLong = true
    }

    var known: [RunID] { runs }

    /// The same under limits of every kind, which are met now and then.
    init(seed: Int, under allowance: Allowance, _ limits: ToolLimits) {
        self.init(seed: seed)
        let tools = Delivery.allCases.map { Sample.tool($0, limits: limits) }
        world.doors = world.doors.under(Sample.rulebook(allowance, tools))
    }

    /// One request. Being turned down is an answer; only a fault is thrown.
    mutating func step() throws {
        do {
            try request()
        } catch is Rejection {}
    }

    private mutating func request() throws {
        // A halt stops nearly everything: it does not last.
        if random.chance(10) {
            for standing in try world.halts { try world.resume(standing.halt.scope) }
        }
        switch random.below(22) {
        case 0, 1, 2, 3: try submit()
        case 4, 5, 6: try report()
        case 7: try takeUp()
        case 8: try decide()
        case 9: if let call = random.pick(calls) { try world.cancel(call) }
        case 10: try resolve()
        case 11 where !isLong || runs.count < 3 || random.chance(10): try begin()
        case 11: break
        case 12:
            if !isLong || random.chance(5), let run = random.pick(runs) { try world.complete(run) }
        case 13: try deliver()
        case 14: try world.renewLease(of: owner(), forMs: Int64(random.below(20_000)))
        case 15, 16, 17: try answerProbe()
        case 18: if !isLong || random.chance(30) { try stop() }
        case 19, 20: try undo()
        case _: world.pass(Int64(random.below(30_000)))
        }
    }

    private mutating func owner() -> OwnerID { Sample.owner(UInt8(1 + random.below(3))) }

    private mutating func submit() throws {
        let delivery = random.pick(Delivery.allCases) ?? .read
        let approval = random.chance(30) ? Sample.rule : nil
        let fields = random.chance(30) ? ["n"] : []
        let tool = Sample.tool(
            delivery, approval: delivery.isWrite ? approval : nil, fields: fields,
            ignored: ["note"], windowMs: 20_000,
            reversibility: random.pick(Reversibility.allCases) ?? .partial,
            followUps: delivery.isWrite ? followUps() : FollowUps())
        let arguments: JSONObject = [
            "n": .integer(random.below(12)), "m": .integer(random.below(2)),
            "note": .integer(random.below(9)),
        ]
        let submission = try world.submit(
            tool, arguments, run: intoRun(),
            key: random.chance(20) ? "k\(random.below(3))" : nil, by: owner())
        remember(submission.view)
        keep(submission.work)
    }

    private mutating func intoRun() -> RunID? {
        if isLong { return random.chance(97) ? random.pick(Array(runs.suffix(4))) : nil }
        return random.chance(50) ? random.pick(runs) : nil
    }

    private mutating func followUps() -> FollowUps {
        var followUps = FollowUps()
        if random.chance(50) {
            followUps.verify = VerifyRule(settleMs: 2_000, retriesAbsent: random.chance(50))
        }
        followUps.readsBack = random.chance(25)
        followUps.refreshes = random.chance(50)
        if random.chance(70) { followUps.undo = ToolName("undo") }
        followUps.isPivot = random.chance(10)
        return followUps
    }

    private mutating func keep(_ work: Work?) {
        switch work {
        case .attempt(let attempt): attempts.append(attempt)
        case .probe(let probe): probes.append(probe)
        case .undo(let undo): undos.append(undo)
        case nil: break
        }
    }

    private mutating func remember(_ view: CallView) {
        if !runs.contains(view.run) { runs.append(view.run) }
        if !calls.contains(view.call.id) { calls.append(view.call.id) }
        if let approval = view.call.approval?.id, !approvals.contains(approval) {
            approvals.append(approval)
        }
    }

    // Old attempts are kept, so that late and repeated answers come too.
    private mutating func report() throws {
        guard let attempt = random.pick(Array(attempts.suffix(8))) else { return }
        let outcome: AttemptOutcome =
            switch random.below(5) {
            case 0: .unknown(reason: "timed out")
            case 1: .failed(Failure(random.pick(FailureClass.allCases) ?? .fatal, "no"))
            case 2 where attempt.purpose == .void: .voided
            case _: .succeeded(.integer(random.below(9)))
            }
        keep(try world.hear(attempt, outcome).next)
    }

    private mutating func answerProbe() throws {
        guard let probe = random.pick(Array(probes.suffix(4))) else { return }
        let unsure = ProbeOutcome.unsure(reason: "no answer")
        let outcome: ProbeOutcome =
            switch (probe.purpose, random.below(3)) {
            case (_, 0): unsure
            case (.verify, 1): .found(1)
            case (.verify, _): .absent
            case (.readBack, 1): .differs(2)
            case (.readBack, _): .confirmed
            case (.refresh, 1): .renewed(["n": 9])
            case (.refresh, _): .renewed(["n": 8])
            }
        let approval = random.chance(30) ? Sample.rule : nil
        let recorded = try world.answer(probe, outcome, approval: approval)
        remember(recorded.view)
        keep(recorded.next)
    }

    private mutating func stop() throws {
        let scope = random.pick([
            HaltScope.everything, .tool(ToolName("tool_keyed")), .profile("desk"),
        ])
        guard let run = random.pick(runs), let scope else { return }
        switch random.below(6) {
        case 0: try world.quarantine(run)
        case 1: try world.release(run)
        case 2: try world.halt(scope)
        case 3: try world.resume(scope)
        case _: keep(try world.abort(run, isForced: random.chance(20)).next)
        }
    }

    private mutating func undo() throws {
        guard let undo = random.pick(Array(undos.suffix(3))) else { return }
        if random.chance(10) {
            keep(try world.giveUp(undo).next)
        } else {
            let tool = Sample.tool(
                random.pick([.keyed, .natural, .atMostOnce]) ?? .keyed, name: "undo",
                reversibility: random.chance(20) ? .irreversible : .reversible)
            let recorded = try world.submit(undo: undo, as: tool, by: owner())
            remember(recorded.view)
            keep(recorded.next)
        }
    }

    private mutating func takeUp() throws {
        let gone = random.chance(40) ? [owner()] : []
        let environments = random.chance(80) ? [Sample.environment] : []
        for work in try world.due(by: owner(), gone: gone, environments: environments).work {
            keep(work)
        }
    }

    private mutating func decide() throws {
        guard let approval = random.pick(Array(approvals.suffix(4))) else { return }
        let by = random.pick(["ana", "host", "eve"]) ?? "ana"
        let decision: ApprovalDecision = random.chance(70) ? .approve() : .deny(reason: "no")
        try world.decide(approval, decision, by: by)
    }

    private mutating func resolve() throws {
        guard let call = random.pick(calls) else { return }
        switch random.below(3) {
        case 0: try world.resolve(call, .succeeded(7))
        case 1: try world.resolve(call, .failed(.fatal))
        case _: try world.resolve(call, .retry)
        }
    }

    private mutating func begin() throws {
        let intent = random.chance(50) ? "intent \(random.below(5))" : nil
        let deadlineMs = random.chance(30) ? Int64(random.below(200_000)) : nil
        let run = try world.begin(intent: intent, deadlineMs: deadlineMs).run.id
        if !runs.contains(run) { runs.append(run) }
    }

    private mutating func deliver() throws {
        guard let call = random.pick(calls) else { return }
        try world.deliver(call, in: try world.view(call).run)
    }
}
