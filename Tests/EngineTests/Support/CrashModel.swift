// Several hosts over one journal, killed, frozen and cut off from power at random, from one seed.
// Small on purpose: it holds the engine's core to its promises, without a shell around it.

import JSON
import Proofs

@testable import Engine

struct CrashHost {
    let owner: OwnerID
    let environment: String
    var leaseUntil: Instant
    var isAlive = true
    var isFrozen = false
    /// Claimed, not sent.
    var claimed: [Attempt] = []
    /// Answered downstream, not yet in the journal.
    var answers: [(attempt: Attempt, outcome: AttemptOutcome)] = []
}

struct CrashModel {
    static let leaseMs: Int64 = 15_000
    let world = World()
    var random: RandomSource
    var desk = CrashDesk()
    var hosts: [CrashHost] = []
    /// Every call a client heard of, and how it ended where that was said.
    var heard: [CallID: CallStatus] = [:]
    /// Calls whose connector said "surely not applied" and lied.
    var lies: Set<CallID> = []
    var violations: [String] = []
    private var ownersMade: UInt8 = 0

    init(seed: Int) { random = RandomSource(seed: seed) }

    mutating func violated(_ text: String) { violations.append(text) }

    mutating func run(steps: Int) throws {
        for _ in 0..<3 { try startHost() }
        for _ in 0..<steps {
            try step()
            if !violations.isEmpty { return }
        }
        try settle()
        try checkTheEnd()
    }

    private mutating func step() throws {
        switch random.below(22) {
        case 0, 1, 2, 3: try submit()
        case 4, 5, 6, 7: try send()
        case 8, 9, 10, 11: try report()
        case 12: try takeUp()
        case 13, 14: try passTime()
        case 15: try die()
        case 16: if let host = live() { hosts[host].isFrozen = true }
        case 17: for host in hosts.indices { hosts[host].isFrozen = false }
        case 18: desk.ghostArrives(&random)
        case 19, 20: try askPeople()
        case _: if random.chance(40) { try losePower() } else { try startHost() }
        }
    }

    private mutating func startHost() throws {
        guard hosts.filter(\.isAlive).count < 4, ownersMade < 250 else { return }
        ownersMade += 1
        let owner = Sample.owner(ownersMade)
        try world.renewLease(of: owner, forMs: Self.leaseMs)
        hosts.append(
            CrashHost(
                owner: owner, environment: random.chance(75) ? Sample.environment : "elsewhere",
                leaseUntil: world.now + Self.leaseMs))
    }

    private mutating func live() -> Int? {
        random.pick(hosts.indices.filter { hosts[$0].isAlive && !hosts[$0].isFrozen })
    }

    mutating func kill(_ host: Int) {
        hosts[host].isAlive = false
        for attempt in hosts[host].claimed where random.chance(30) {
            guard world.now < hosts[host].leaseUntil else { continue }
            checkSending(attempt, hosts[host])
            desk.leave(attempt)
        }
        hosts[host].claimed = []
        hosts[host].answers = []
    }

    private mutating func die() throws {
        if let host = live(), random.chance(60) { kill(host) }
    }

    /// Runs a door for `host`; nil where the journal failed. A lost answer kills the host: it
    /// cannot know what happened.
    private mutating func tryDoor<Answer>(
        _ host: Int, _ body: (World) throws -> Answer
    ) throws -> Answer? {
        let loses = random.chance(4)
        if loses {
            world.journal.failNextCommit(.loseAnswer(JournalFault(.io, "lost")))
        } else if random.chance(4) {
            world.journal.failNextCommit(.refuse(JournalFault(.full, "no room")))
        }
        do {
            return try body(world)
        } catch is JournalFault {
            if loses { kill(host) }
            return nil
        }
    }

    private mutating func tool() -> Tool {
        let delivery = random.pick(Delivery.allCases) ?? .keyed
        let approval = delivery.isWrite && random.chance(25) ? Sample.rule : nil
        return Sample.tool(
            delivery, approval: approval, ignored: ["note"], windowMs: 5_000)
    }

    private mutating func submit() throws {
        guard let host = live() else { return }
        let tool = tool()
        let arguments: JSONObject = [
            "n": .integer(random.below(3)), "note": .integer(random.below(100)),
        ]
        let key = random.chance(20) ? "k\(random.below(2))" : nil
        let (owner, environment) = (hosts[host].owner, hosts[host].environment)
        do {
            let submission = try tryDoor(host) { world in
                try world.submit(
                    tool, arguments, key: key, environment: environment, by: owner,
                    leaseMs: Self.leaseMs)
            }
            guard let submission else { return }
            if let attempt = submission.attempt { hosts[host].claimed.append(attempt) }
            if tool.delivery.isWrite { hear(submission.view) }
            if random.chance(4) { kill(host) }
        } catch is Rejection {}
    }

    /// The connector's turn. The host looks at its lease right before it sends.
    private mutating func send() throws {
        guard let host = live(), let attempt = hosts[host].claimed.popLast() else { return }
        guard world.now < hosts[host].leaseUntil else { return kill(host) }
        checkSending(attempt, hosts[host])
        let isFirst = attempt.number == 1
        switch random.below(10) {
        case 0:
            answer(host, attempt, .failed(Failure(.transient, "down")))
        case 1 where isFirst && attempt.delivery.isWrite && attempt.delivery != .transactional:
            // It lies, and the truth comes later.
            desk.apply(attempt)
            lies.insert(attempt.call)
            answer(host, attempt, .succeeded("late"))
            answer(host, attempt, .failed(Failure(.transient, "down")))
        case 2: answer(host, attempt, .unknown(reason: "timed out before"))
        case 3:
            desk.apply(attempt)
            answer(host, attempt, .unknown(reason: "timed out after"))
        case _:
            desk.apply(attempt)
            answer(host, attempt, .succeeded("done"))
            if random.chance(10) { answer(host, attempt, .succeeded("done")) }
        }
        if random.chance(8) { kill(host) }
    }

    private mutating func answer(_ host: Int, _ attempt: Attempt, _ outcome: AttemptOutcome) {
        hosts[host].answers.append((attempt, outcome))
    }

    private mutating func report() throws {
        guard let host = live(), let (attempt, outcome) = hosts[host].answers.last else { return }
        let view = try tryDoor(host) { world in try world.record(attempt, outcome) }
        guard let view else { return }
        hosts[host].answers.removeLast()
        hear(view)
        if random.chance(50), hosts[host].isAlive {
            try world.deliver(view.call.id, in: view.run)
        }
        if random.chance(4) { kill(host) }
    }

    // Whoever finds its lease lapsed may have been overtaken, and stops.
    private mutating func passTime() throws {
        world.pass(Int64(random.below(9_000)))
        for host in hosts.indices where hosts[host].isAlive && !hosts[host].isFrozen {
            guard random.chance(85) else { continue }
            guard world.now < hosts[host].leaseUntil else {
                kill(host)
                continue
            }
            try world.renewLease(of: hosts[host].owner, forMs: Self.leaseMs)
            hosts[host].leaseUntil = world.now + Self.leaseMs
        }
    }

    private mutating func takeUp() throws {
        guard let host = live() else { return }
        let gone = hosts.filter { !$0.isAlive && random.chance(80) }.map(\.owner)
        let (owner, environment) = (hosts[host].owner, hosts[host].environment)
        let work = try tryDoor(host) { world in
            try world.due(by: owner, gone: gone, environments: [environment])
        }
        guard let work else { return }
        hosts[host].claimed += work.attempts
        if random.chance(4) { kill(host) }
    }

    private mutating func hear(_ view: CallView) {
        if let before = heard[view.call.id], before.isFinal, before != view.call.status,
            view.call.status != .needsAttention, !hasComeBack(view.call.id)
        {
            violated("\(view.call.id) was said to be \(before), and then \(view.call.status)")
        }
        heard[view.call.id] = view.call.status
    }
}

extension CallStatus {
    var isFinal: Bool {
        switch self {
        case .succeeded, .failed, .denied, .cancelled: true
        case .pendingApproval, .running, .unknown, .needsAttention: false
        }
    }
}
