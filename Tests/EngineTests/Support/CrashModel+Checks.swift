// What people do in the crash model, how it comes to rest, and all that must hold in it.

import JSON
import Proofs

@testable import Engine

extension CrashModel {
    /// Every call of the runs with one of these labels; without labels, of all runs.
    private func calls(_ labels: [String?] = [nil]) throws -> [Call] {
        try world.journal.read { (reading) throws(JournalFault) in
            var calls: [Call] = []
            for label in labels {
                for (id, _) in try reading.states(label: label, before: nil, limit: .max) {
                    calls += try reading.run(id)?.calls ?? []
                }
            }
            return calls
        }
    }

    private func openCalls() throws -> [Call] {
        try calls(["open", "needs_attention"]).filter { !$0.hasEnded }
    }

    func hasComeBack(_ call: CallID) -> Bool { lies.contains(call) }

    mutating func askPeople() throws {
        guard let call = random.pick(try openCalls()) else { return }
        do {
            if let approval = call.approval, approval.state == .pending {
                let yes = random.chance(80)
                try world.decide(approval.id, yes ? .approve() : .deny(reason: "no"))
            } else if call.needsPerson {
                try lookAndResolve(call)
            } else if random.chance(15) {
                try world.cancel(call.id)
            }
        } catch is Rejection {}
    }

    // People look at the desk and tell the truth; while a request may still arrive, or a host may
    // still send or tell, they wait.
    private mutating func lookAndResolve(_ call: Call) throws {
        let isOpen = hosts.contains { host in
            host.isAlive
                && (host.claimed.contains { $0.call == call.id }
                    || host.answers.contains { $0.attempt.call == call.id })
        }
        guard !isOpen, !desk.mayStillArrive(call.id) else { return }
        if desk.effectCount(call.id) > 0 {
            try world.resolve(call.id, .succeeded("seen"))
        } else {
            try world.resolve(call.id, random.chance(50) ? .retry : .failed(.fatal))
        }
    }

    mutating func losePower() throws {
        for host in hosts.indices where hosts[host].isAlive { kill(host) }
        world.journal.losePower()
        try checkNothingAcknowledgedIsLost()
        try checkTables()
    }

    /// Invariant 1: intent, lease, environment and approval at the moment of sending.
    mutating func checkSending(_ attempt: Attempt, _ host: CrashHost) {
        do {
            var disk = world.journal
            if attempt.delivery.isWrite { disk.losePower() }
            let run = try disk.read { (reading) throws(JournalFault) in
                try reading.foldedRun(attempt.run)
            }
            guard let call = run?[attempt.call], call.attempts >= attempt.number else {
                return violated("\(attempt.call) was sent without an intent on disk")
            }
            if call.environment != host.environment {
                violated("\(call.id) was claimed by a host of another environment")
            }
            if let approval = call.approval,
                approval.state != .spent || approval.decidedBy == nil
            {
                violated("\(call.id) was sent with an approval that is \(approval.state)")
            }
            if attempt.delivery == .atMostOnce, desk.effectCount(call.id) > 0 {
                violated("\(call.id) is at_most_once and was sent again")
            }
        } catch {
            violated("the journal could not be read: \(error)")
        }
    }

    private mutating func checkNothingAcknowledgedIsLost() throws {
        for (call, status) in heard.sorted(by: { $0.key.text < $1.key.text }) {
            let view = try world.journal.read { (reading) throws(JournalFault) in
                try reading.view(of: call)
            }
            guard let view else {
                violated("\(call) was acknowledged and is lost")
                continue
            }
            let now = view.call.status
            if status.isFinal, now != status, now != .needsAttention, !hasComeBack(call) {
                violated("\(call) was said to be \(status) and is now \(now)")
            }
        }
        for (call, attempts) in desk.effects.sorted(by: { $0.key.text < $1.key.text }) {
            let view = try world.journal.read { (reading) throws(JournalFault) in
                try reading.view(of: call)
            }
            if (view?.call.attempts ?? 0) < attempts.max() ?? 0 {
                violated("\(call) had an effect whose intent is lost")
            }
        }
    }

    private mutating func checkTables() throws {
        let derived = try Derived(world.journal)
        violations += derived.contradictions
        for call in try openCalls() where !call.needsPerson {
            if derived.agenda[call.id] == nil {
                violated("\(call.id) is \(call.phase.word) and waits for nothing")
            }
        }
    }

    /// All hosts die, the last requests arrive, and one host and a person clear up.
    mutating func settle() throws {
        for host in hosts.indices where hosts[host].isAlive { kill(host) }
        while !desk.ghosts.isEmpty { desk.ghostArrives(&random) }
        let gone = hosts.map(\.owner)
        let last = Sample.owner(255)
        for _ in 0..<40 {
            world.pass(100_000)
            let work = try world.due(
                by: last, gone: gone, environments: [Sample.environment, "elsewhere"])
            for attempt in work.attempts {
                desk.apply(attempt)
                try world.record(attempt, .succeeded("done"))
            }
            let open = try openCalls()
            if open.isEmpty { break }
            for call in open where call.needsPerson { try lookAndResolve(call) }
        }
    }

    mutating func checkTheEnd() throws {
        try checkNothingAcknowledgedIsLost()
        try checkTables()
        try checkOutcomes()
        var holders: [KeyedTag: Int] = [:]
        for call in try calls() {
            if !call.hasEnded { violated("\(call.id) never ended: \(call.phase)") }
            checkEffects(of: call)
            if let key = call.key, call.holdsKey(at: world.now), !hasComeBack(call.id) {
                holders[key.tag, default: 0] += 1
            }
        }
        for count in holders.values where count > 1 {
            violated("one key is held by \(count) calls")
        }
    }

    /// Invariants 2 and 3 by what really happened at the desk.
    private mutating func checkEffects(of call: Call) {
        let count = desk.effectCount(call.id)
        let isDone = call.status == .succeeded
        switch call.delivery {
        case .read: break
        case .transactional, .keyed:
            if isDone && count != 1 { violated("\(call.id) succeeded with \(count) effects") }
        case .atMostOnce:
            if isDone && count != 1 || count > 1 {
                violated("\(call.id) is at_most_once and had \(count) effects")
            }
        case .natural:
            if isDone && count == 0 { violated("\(call.id) succeeded without an effect") }
        }
        if !isDone && count > 0 && !lies.contains(call.id) {
            violated("\(call.id) is \(call.phase.word) and had an effect")
        }
        if let arrived = desk.arrivals[call.id], arrived.count > 1 {
            violated("\(call.id) was sent with \(arrived.count) different arguments")
        }
    }

    /// One terminal outcome for each call, save where a late success brought it back.
    private mutating func checkOutcomes() throws {
        var ended: Set<CallID> = []
        for record in try world.log() {
            guard let id = EventParts(record.event).call else { continue }
            switch record.event {
            case .attemptSucceeded, .attemptFailed, .approvalDenied, .approvalExpired,
                .callCancelled, .callResolved(_, .succeeded, _, _),
                .callResolved(_, .failed, _, _):
                if !ended.insert(id).inserted { violated("\(id) ended twice") }
            case .lateAnswer(_, _, .succeeded, _): ended.remove(id)
            case .attemptStarted:
                if ended.contains(id) { violated("\(id) was attempted after its end") }
            case .runOpened, .manifestsPinned, .runCompleted, .callAccepted,
                .approvalRequested, .approvalGranted, .attemptUnknown, .lateAnswer,
                .recoveryExhausted, .cancelRequested, .callResolved, .outcomeDelivered:
                break
            }
        }
    }
}
