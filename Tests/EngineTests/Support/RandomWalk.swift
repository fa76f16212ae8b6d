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

    init(seed: Int) { random = RandomSource(seed: seed) }

    /// One request. Being turned down is an answer; only a fault is thrown.
    mutating func step() throws {
        do {
            try request()
        } catch is Rejection {}
    }

    private mutating func request() throws {
        switch random.below(16) {
        case 0, 1, 2, 3: try submit()
        case 4, 5, 6: try report()
        case 7: try takeUp()
        case 8: try decide()
        case 9: if let call = random.pick(calls) { try world.cancel(call) }
        case 10: try resolve()
        case 11: try begin()
        case 12: if let run = random.pick(runs) { try world.complete(run) }
        case 13: try deliver()
        case 14: try world.renewLease(of: owner(), forMs: Int64(random.below(20_000)))
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
            ignored: ["note"], windowMs: 20_000)
        let arguments: JSONObject = [
            "n": .integer(random.below(4)), "m": .integer(random.below(2)),
            "note": .integer(random.below(9)),
        ]
        let submission = try world.submit(
            tool, arguments, run: random.chance(50) ? random.pick(runs) : nil,
            key: random.chance(20) ? "k\(random.below(3))" : nil, by: owner())
        remember(submission.view)
        if let attempt = submission.attempt { attempts.append(attempt) }
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
        switch random.below(4) {
        case 0: try world.record(attempt, .unknown(reason: "timed out"))
        case 1:
            let kind = random.pick(FailureClass.allCases) ?? .fatal
            try world.record(attempt, .failed(Failure(kind, "no")))
        case _: try world.record(attempt, .succeeded(.integer(random.below(9))))
        }
    }

    private mutating func takeUp() throws {
        let gone = random.chance(40) ? [owner()] : []
        let environments = random.chance(80) ? [Sample.environment] : []
        attempts += try world.due(by: owner(), gone: gone, environments: environments).attempts
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
        let run = try world.begin(intent: intent).run.id
        if !runs.contains(run) { runs.append(run) }
    }

    private mutating func deliver() throws {
        guard let call = random.pick(calls) else { return }
        try world.deliver(call, in: try world.view(call).run)
    }
}
