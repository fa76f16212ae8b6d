// Hosts, agents and people at the doors, each under rules of its own time: what is asked, said,
// changed, forged and forgotten around approvals, at random.

import JSON
import Proofs

@testable import Engine

struct ApprovalWalk {
    let world = World()
    var witness = ApprovalWitness()
    private let bare: Doors
    private var random: RandomSource
    private var books: [(plain: PlainBook, made: Rulebook)] = []
    private var latest = PlainBook()
    private var calls: [CallID] = []
    private var runs: [RunID] = []
    private var grants: [CallID] = []
    private var attempts: [Attempt] = []
    private var probes: [Probe] = []
    private var notes: [(ApprovalID, ApprovalDecision, Decider)] = []

    static let keys = (1...6).map { SigningKey(seed: [UInt8](repeating: UInt8($0), count: 32)) }
    private static let callers = [
        Caller(profile: "desk", person: "ana", account: "host"),
        Caller(profile: "desk", person: "bea", account: "host"),
        Caller(profile: "night", person: "carl", account: "carl"),
    ]
    private static let accounts = [
        "ana", "bea", "carl", "host", "a1", "a2", "b1", "c1", "c2", "d1", "eve",
    ]

    init(seed: Int) throws {
        random = RandomSource(seed: seed)
        bare = world.doors
        latest = book()
        let made = try latest.rulebook
        books = (1...3).map { _ in (latest, made) }
    }

    /// One request of somebody; being turned down is an answer.
    mutating func step() throws {
        let host = random.below(books.count)
        let (plain, made) = books[host]
        world.doors = bare.under(made)
        do {
            try request(Sample.owner(UInt8(1 + host)), plain)
        } catch is Rejection {}
        try witness.look(world, under: plain)
    }

    private mutating func request(_ owner: OwnerID, _ book: PlainBook) throws {
        switch random.below(32) {
        case 0...6: try submit(owner, book)
        case 7...13: try decide()
        case 14...17: try takeUp(owner)
        case 18...20: try report()
        case 21, 22: try answer()
        case 23: try asATeam(owner)
        case 24: try grant(owner, book)
        case 25: if let grant = random.pick(grants) { try world.revoke(grant) }
        case 26: try other()
        case 27: try change()
        case 28: world.pass(Int64(random.below(90_000)))
        case 29: if random.chance(40) { world.pass(-Int64(random.below(60_000))) }
        case _: world.pass(Int64(random.below(5_000)))
        }
    }

    // MARK: - Rules and people

    private mutating func change() throws {
        if random.chance(60) { latest = book() }
        let next = (latest, try latest.rulebook)
        // Each host hears of it in its own time.
        if random.chance(60) {
            books[random.below(books.count)] = next
        } else {
            books = books.map { _ in next }
        }
    }

    private mutating func book() -> PlainBook {
        var book = PlainBook()
        book.version = latest.version + 1
        let deliveries = Delivery.allCases
        for (number, delivery) in deliveries.enumerated() {
            for reversibility in Reversibility.allCases where random.chance(90) {
                let tool = tool(delivery, reversibility, number)
                book.tools[tool.name] = tool
                if random.chance(96) { book.allow.append(tool.name) }
            }
        }
        for number in 0..<random.below(4) {
            let names = book.tools.keys.sorted()
            book.rules.append(
                PlainRule(
                    tool: random.chance(50) ? random.pick(names) : nil, least: random.below(9),
                    then: consequence(number), name: "rule \(number)"))
        }
        if random.chance(8) { book.mode = random.chance(50) ? .shadow : .readOnly }
        book.people = people()
        return book
    }

    private mutating func tool(
        _ delivery: Delivery, _ reversibility: Reversibility, _ number: Int
    ) -> Tool {
        let name = "\(delivery.rawValue)_\(reversibility.rawValue)"
        var followUps = FollowUps()
        followUps.refreshes = delivery.isWrite && number % 2 == 1
        if delivery == .atMostOnce {
            followUps.verify = VerifyRule(settleMs: 1_000, retriesAbsent: true)
        }
        let own = random.chance(30) || reversibility == .irreversible ? demand("manifest") : nil
        return Tool(
            name: ToolName(name),
            manifest: Sample.manifest("\(name) \(random.chance(10) ? 2 : 1)"),
            delivery: delivery, reversibility: delivery.isWrite ? reversibility : nil,
            idempotency: Idempotency(fields: [], ignored: [], windowMs: 5_000),
            approval: delivery.isWrite ? own : nil, timeoutMs: 5_000, followUps: followUps,
            mode: random.chance(5) ? random.pick(Mode.allCases) ?? .full : .full)
    }

    private mutating func consequence(_ number: Int) -> Consequence {
        switch random.below(12) {
        case 0: .deny(reason: "not now")
        case 1: .shadow
        case 2: .allow
        case _: .approve(demand("rule \(number)"))
        }
    }

    private mutating func demand(_ name: String) -> ApprovalRule {
        if random.chance(15) {
            return .confirmation(name: name, decideWithinMs: 60_000, executeWithinMs: 20_000)
        }
        var stages: [Stage] = []
        for _ in 0...(random.chance(25) ? 1 : 0) {
            let roles = random.pick([["manager"], ["finance"], ["manager", "finance"], ["chief"]])
            // Now and then more people than there are.
            let count = random.chance(4) ? 9 : random.chance(30) ? 2 : 1
            stages.append(Stage(by: .named(roles ?? []), count: count))
        }
        let isLong = random.chance(60)
        return ApprovalRule(
            name: name, stages: stages, decideWithinMs: isLong ? 120_000 : 20_000,
            executeWithinMs: random.chance(60) ? 60_000 : 4_000,
            remindAfterMs: random.chance(20) ? 5_000 : nil,
            escalateAfterMs: random.chance(20) ? 8_000 : nil,
            escalateTo: random.chance(30) ? ["finance"] : [],
            onSilence: random.pick(Silence.allCases) ?? .deny,
            abortsWhenDenied: random.chance(10))
    }

    private mutating func people() -> [Approver] {
        func somebody(
            _ name: String, _ accounts: [String], _ keys: [Int], _ aliases: [String],
            _ roles: [String]
        ) -> Approver {
            Approver(
                name: name, accounts: accounts, keys: keys.map { Self.keys[$0].publicKey },
                aliases: aliases, roles: roles)
        }
        let isMerged = random.chance(15)
        let all = [
            somebody("chief", ["a1", "a2"] + (isMerged ? ["b1"] : []), [0, 1],
                random.chance(10) ? ["Ana"] : [], ["manager", "finance"]),
            somebody("lead", isMerged ? [] : ["b1"], [2], [], ["manager"]),
            somebody("clerk", ["c1", "c2"], [3], random.chance(10) ? ["BEA"] : [], ["finance"]),
            somebody("dora", ["d1"], [4], [], ["finance", "manager"]),
            somebody("ana-maria", ["amaria", "ana"], [5], ["ANA"], ["manager", "finance"]),
        ]
        return all.filter { _ in random.chance(88) }
    }

    // MARK: - Agents and hosts

    private mutating func submit(_ owner: OwnerID, _ book: PlainBook) throws {
        guard let name = random.pick(book.tools.keys.sorted()), let tool = book.tools[name] else {
            return
        }
        let caller = random.pick(Self.callers) ?? Sample.ana
        if random.chance(15) { runs.append(try world.begin(caller: caller).run.id) }
        let submission = try world.submit(
            tool, ["n": .integer(random.below(12)), "m": .integer(random.below(6))],
            run: random.chance(25) ? random.pick(runs) : nil, caller: caller, by: owner)
        remember(submission.view)
        keep(submission.work)
    }

    private mutating func remember(_ view: CallView) {
        if !calls.contains(view.call.id) { calls.append(view.call.id) }
    }

    private mutating func keep(_ work: Work?) {
        switch work {
        case .attempt(let attempt): attempts.append(attempt)
        case .probe(let probe): probes.append(probe)
        case .undo, nil: break
        }
    }

    private mutating func takeUp(_ owner: OwnerID) throws {
        let gone = random.chance(15) ? [Sample.owner(UInt8(1 + random.below(3)))] : []
        for work in try world.due(by: owner, gone: gone).work { keep(work) }
    }

    private mutating func report() throws {
        guard let attempt = random.pick(Array(attempts.suffix(8))) else { return }
        let outcome: AttemptOutcome =
            switch random.below(6) {
            case 0: .unknown(reason: "no answer")
            case 1, 2: .failed(Failure(.transient, "busy"))
            case 3: .failed(Failure(random.pick([.stale, .permission]) ?? .fatal, "no"))
            case 4 where attempt.purpose == .void: .voided
            case _: .succeeded(1)
            }
        keep(try world.hear(attempt, outcome).next)
    }

    private mutating func answer() throws {
        guard let probe = random.pick(Array(probes.suffix(4))) else { return }
        let outcome: ProbeOutcome =
            switch probe.purpose {
            case .verify: random.chance(60) ? .absent : .found(1)
            case .readBack: .confirmed
            case .refresh: .renewed(["n": .integer(random.below(12)), "m": 99])
            }
        let approval = latest.tools[probe.tool]?.approval
        let recorded = try world.answer(probe, outcome, approval: approval)
        remember(recorded.view)
        keep(recorded.next)
    }

    private mutating func other() throws {
        guard let call = random.pick(calls) else { return }
        switch random.below(3) {
        case 0: try world.cancel(call)
        case 1: try world.resolve(call, .retry)
        case _: try world.resolve(call, .failed(.fatal))
        }
    }

    // MARK: - People

    private mutating func decision() -> ApprovalDecision {
        switch random.below(12) {
        case 0: .deny(reason: "no")
        case 1, 2: .withdraw()
        case _: .approve()
        }
    }

    private mutating func decide() throws {
        guard let approval = random.pick(Array(witness.approvals.suffix(6))) else { return }
        if random.chance(12), let (id, said, note) = random.pick(notes) {
            // Said again, or held against something else.
            try world.decide(random.chance(50) ? id : approval.id, said, as: note)
            return
        }
        let said = decision()
        let decider = decider(approval, said)
        if case .signed = decider { notes.append((approval.id, said, decider)) }
        try world.decide(approval.id, said, as: decider)
        // Doubled.
        if random.chance(10) { try world.decide(approval.id, said, as: decider) }
    }

    private mutating func decider(_ approval: Approval, _ said: ApprovalDecision) -> Decider {
        guard random.chance(45) else {
            if random.chance(approval.isConfirmation ? 40 : 4) {
                return .client(random.pick(["ana", "bea", "carl", "clerk"]) ?? "")
            }
            return .account(random.pick(Self.accounts) ?? "")
        }
        let word: DecisionWord =
            switch random.below(20) {
            case 0: .deny
            case 1: .approve
            case _: said.word
            }
        let key = Self.keys[random.below(Self.keys.count)]
        let digest = random.chance(6) ? Digest.sha256([1]) : nil
        let shiftMs = random.chance(10) ? Int64(random.below(1_000_000)) - 500_000 : 0
        let signed = world.signed(
            approval, word, with: key, at: world.now + shiftMs, digest: digest)
        // The signature of one under the name of another.
        if random.chance(6), case .signed(_, let signature, let at) = signed {
            return .signed(Self.keys[random.below(Self.keys.count)].publicKey, signature, at: at)
        }
        return signed
    }

    /// One host decides and claims in the same commit as another's claim.
    private mutating func asATeam(_ owner: OwnerID) throws {
        guard let approval = random.pick(Array(witness.approvals.suffix(3))) else { return }
        let (doors, first, second) = (world.doors, world.moment(owner), world.moment(owner))
        let account = random.pick(Self.accounts) ?? ""
        var works: [Work] = []
        let says: JournalUnit = { (journal) throws(JournalFault) in
            do throws(DoorError) {
                _ = try doors.decide(
                    approval.id, .approve(), by: .account(account), in: journal, first)
                return .keep
            } catch {
                if case .fault(let fault) = error { throw fault }
                return .undo
            }
        }
        let search = DueSearch(environments: [Sample.environment], gone: [], limit: 64)
        let claims: JournalUnit = { (journal) throws(JournalFault) in
            works += try doors.due(search, in: journal, second).work
            return .keep
        }
        let isLate = random.chance(50)
        try world.journal.commit(isLate ? [claims, says, claims] : [says, claims, claims], .flushed)
        for work in works { keep(work) }
    }

    private mutating func grant(_ owner: OwnerID, _ book: PlainBook) throws {
        let account = random.pick(Self.accounts) ?? "eve"
        let view: CallView
        if random.chance(50) {
            let held = witness.approvals.suffix(8).filter { _ in random.chance(50) }.map(\.id)
            view = try world.grant(.batch(held), by: account)
            witness.batches[view.call.id] = held
        } else {
            guard let name = random.pick(book.tools.keys.sorted()), let tool = book.tools[name]
            else { return }
            let template = GrantTerms.Template(
                tool: name, profile: random.pick(["desk", "night"]) ?? "",
                person: random.chance(30) ? "ana" : nil,
                arguments: ["properties": ["n": ["maximum": .integer(4 + random.below(8))]]],
                count: 1 + random.below(4),
                sum: random.chance(50)
                    ? GrantTerms.Sum(
                        of: JSONPointer(tokens: ["n"]),
                        max: Amount(micros: Int64(5 + random.below(20)) * 1_000_000)) : nil,
                standsMs: Int64(20_000 + random.below(200_000)))
            view = try world.grant(
                .templated(template, tool, demands: book.demands(of: name)), by: account)
            witness.templates[view.call.id] = template
        }
        grants.append(view.call.id)
        guard let asked = view.call.approval, random.chance(80) else { return }
        for account in Self.accounts where random.chance(70) {
            do { try world.decide(asked.id, .approve(), by: account) } catch is Rejection {}
        }
        guard let name = witness.templates[view.call.id]?.tool, let tool = book.tools[name] else {
            return
        }
        for caller in Self.callers + Self.callers {
            do {
                let submission = try world.submit(
                    tool, ["n": .integer(random.below(9)), "m": .integer(random.below(50))],
                    caller: caller, by: owner)
                remember(submission.view)
                keep(submission.work)
            } catch is Rejection {}
        }
    }
}

extension ApprovalDecision {
    fileprivate var word: DecisionWord {
        switch self {
        case .approve: .approve
        case .deny: .deny
        case .withdraw: .withdraw
        }
    }
}
