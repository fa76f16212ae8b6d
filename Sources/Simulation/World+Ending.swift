// How a world comes to rest: faults end, hosts live, people settle what waits for them, time runs.
// Then every call must have ended, and the systems must show what the journal says.

import Engine
import Proofs

extension World {
    private static let rounds = 400

    func heal() {
        isHealing = true
        note("from here on nothing fails")
        for host in hosts.indices {
            if hosts[host].isFrozen { thaw(host) }
            if hosts[host].isAlive { hearOfRules(host) }
        }
        for environment in ["here", "elsewhere"]
        where !hosts.contains(where: { $0.isAlive && $0.environment == environment }) {
            startHost(in: environment)
        }
        for round in 0..<World.rounds {
            // What waits for its turn is looked at four times a second: in the end larger steps get
            // to what only time ends.
            healOnce(atLeastMs: round < World.rounds / 4 ? 50 : 5_000)
            if checker.violation != nil || isAtRest { return }
        }
    }

    private var isAtRest: Bool {
        hosts.allSatisfy { $0.tasks.isEmpty && $0.unrecorded.isEmpty }
            && network.messages.isEmpty
            && checker.order.allSatisfy { id in
                guard let run = checker.runs[id] else { return false }
                return !run.isAborting && !isOverdue(run)
                    && run.calls.allSatisfy { $0.hasEnded && !$0.needsPerson }
            }
    }

    private func isOverdue(_ run: Run) -> Bool {
        guard run.ending == nil, run.state == .open, let deadline = run.deadline else {
            return false
        }
        return deadline <= clock.now
    }

    private func healOnce(atLeastMs: Int64) {
        resumeAll()
        releaseAll()
        // Whoever comes first to a due line has it: not always the same.
        let first = chance.below(hosts.count)
        for offset in hosts.indices {
            let host = (first + offset) % hosts.count
            if hosts[host].acts { tick(host) }
        }
        for _ in 0..<12 {
            for host in hosts.indices where hosts[host].acts {
                for task in hosts[host].tasks { advance(host, task.id) }
            }
            for _ in network.messages { moveMessage() }
        }
        decideOne()
        for call in checker.allCalls where call.needsPerson { settle(call) }
        let timeouts = hosts.flatMap(\.tasks).compactMap { task in
            if case .waiting(_, let untilMs) = task.stage { untilMs - clock.steadyMs } else { nil }
        }
        let next = ([nextDueMs ?? 1_000] + timeouts.filter { $0 > 0 }).min() ?? 1_000
        pass(min(max(next, atLeastMs), 3_000_000))
    }

    /// What a world that had all the time and help it needed must have come to.
    func checkTheEnd() {
        checkNothingHeardIsLost()
        for id in checker.order {
            guard let run = checker.runs[id] else { continue }
            if run.isAborting {
                violated(.nothingWaitsWithoutAName, "the abort of \(id) never ended")
            }
            if isOverdue(run) {
                violated(.nothingWaitsWithoutAName, "\(id) outlives its deadline")
            }
            for call in run.calls {
                if !call.hasEnded && !call.isLeft {
                    violated(
                        .nothingWaitsWithoutAName, "\(call.id) never ended: \(call.phase)")
                }
                if call.delivery.isWrite, call.tool != .grant { checkEffects(of: call) }
            }
            checkAborted(run)
        }
        checkHolders()
        checker.checkKeys(disk)
    }

    // Invariant 2, by what really happened.
    private func checkEffects(of call: Call) {
        let entry = ledger[call.id]
        let count = entry.applied.count
        let isExcused = checker.misjudged.contains(call.id)
        switch call.delivery {
        case .read, .natural: break
        case .transactional, .keyed, .atMostOnce:
            if count > 1, !checker.overruled.contains(call.id) {
                violated(.asOftenAsAsked, "\(call.id) happened \(count) times")
            }
        }
        switch call.status {
        case .succeeded:
            if count == 0, !isExcused {
                violated(.asOftenAsAsked, "\(call.id) succeeded and never happened")
            }
            if !entry.stands, count > 0, !call.isLeft, !isExcused {
                violated(.orderOfUndoing, "\(call.id) succeeded and has been undone")
            }
        case .compensated:
            if entry.stands, !isExcused {
                violated(.orderOfUndoing, "\(call.id) was compensated and stands")
            }
        case .failed, .denied, .cancelled, .shadow:
            if entry.stands, !isExcused {
                violated(
                    .asOftenAsAsked, "\(call.id) ended as \(call.phase.word) and its effect stands")
            }
        case .pendingApproval, .pendingRetry, .running, .unknown, .needsAttention: break
        }
    }

    // What was aborted is undone, or named as standing.
    private func checkAborted(_ run: Run) {
        guard run.ending?.endedAt != nil else { return }
        let named = Set(run.standing.map(\.call.id))
        for call in run.calls where call.delivery.isWrite && !call.isUndo {
            let stands = ledger[call.id].stands && !checker.misjudged.contains(call.id)
            if stands, !named.contains(call.id) {
                violated(
                    .orderOfUndoing,
                    "\(run.id) is \(run.state), \(call.id) stands as \(call.phase.word) and is "
                        + "not named")
            }
        }
    }

    // One key is held by one call.
    private func checkHolders() {
        var holders: [String: CallID] = [:]
        for call in checker.allCalls {
            guard let key = call.key, call.holdsKey(at: clock.now) else { continue }
            let name = key.tag.description
            if let other = holders[name], call.achieved == nil {
                violated(.asOftenAsAsked, "\(other) and \(call.id) hold one key")
            }
            holders[name] = call.id
        }
    }

    /// What somebody was told is in the journal.
    func checkNothingHeardIsLost() {
        for (id, status) in checker.told.sorted(by: { $0.key.text < $1.key.text })
        where status.isFinal {
            guard let call = checker.call(id) else {
                violated(.oneFlushedOutcome, "\(id) was told to be \(status) and is lost")
                continue
            }
            if call.status != status, !checker.maySupersede(status, call.status, id) {
                violated(.oneFlushedOutcome, "\(id) was told to be \(status), is \(call.status)")
            }
        }
        for (id, entry) in ledger.entries.sorted(by: { $0.key.text < $1.key.text }) {
            let newest = entry.applied.max() ?? 0
            if newest > checker.call(id)?.attempts ?? 0 {
                violated(.intentBeforeEffect, "\(id) had an effect whose intent is lost")
            }
        }
    }
}
