// How a simulated host passes through a door of the engine: one transaction, which may be refused,
// whose answer may be lost, and before or after which the host may die.

import Engine

enum Passage<Answer> {
    case done(Answer)
    case rejected(Rejection)
    /// The journal said that nothing happened, which need not be so.
    case fault(JournalFault)
    /// The host died on the way.
    case died
}

extension World {
    /// What becomes of one commit.
    private enum Fate {
        case well, refused, answerLost, diesBefore, diesAfter
    }

    private func fate(of host: Int) -> Fate {
        if isHealing { return .well }
        if chance.percent(climate.deathBeforeCommit) { return .diesBefore }
        if chance.percent(climate.deathAfterCommit) { return .diesAfter }
        if chance.percent(climate.refusal) { return .refused }
        if chance.percent(climate.lostAnswer) { return .answerLost }
        return .well
    }

    /// A host reads the clock and then waits for the journal's lock: what it commits may be a
    /// little older than what was committed before. It never reads it before what it tells of.
    private func moment(of host: Int) -> Moment {
        let sinceMs = min(clock.steadyMs - quietSinceMs, HostRules.longestLockWaitMs)
        let isLate = !isHealing && sinceMs > 0 && chance.percent(climate.lockWait)
        let now = clock.now + (isLate ? -chance.within(0...sinceMs) : 0)
        return Moment(
            now: now, owner: hosts[host].owner, leaseUntil: now + HostRules.leaseMs,
            entropy: Entropy(seed: chance.bytes(32)))
    }

    func door<Answer>(
        _ host: Int, _ durability: Durability = .flushed,
        _ body: @escaping (any JournalTransaction, Moment) throws(DoorError) -> Answer
    ) -> Passage<Answer> {
        let moment = moment(of: host)
        let fate = fate(of: host)
        if fate == .diesBefore {
            kill(host, "before a commit")
            return .died
        }
        var answer: Result<Answer, Rejection>?
        let unit: JournalUnit = { (transaction) throws(JournalFault) in
            do throws(DoorError) {
                answer = .success(try body(transaction, moment))
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
        do throws(JournalFault) {
            try disk.commit(unit, durability, failing: failure(fate))
        } catch {
            if fate != .refused && fate != .answerLost {
                violated(.tablesFollowFromEvents, "the journal reported: \(error)")
            }
            note("host\(host) is told by the journal: \(error.message)")
            observe()
            return .fault(error)
        }
        observe()
        if fate == .diesAfter {
            kill(host, "after a commit")
            return .died
        }
        guard let answer else { preconditionFailure("A committed unit has answered.") }
        switch answer {
        case .success(let value): return .done(value)
        case .failure(let rejection):
            note("host\(host) is turned down: \(rejection.code)")
            return .rejected(rejection)
        }
    }

    /// A door that turns nothing down.
    func faultingDoor<Answer>(
        _ host: Int, _ durability: Durability = .flushed,
        _ body: @escaping (any JournalTransaction, Moment) throws(JournalFault) -> Answer
    ) -> Passage<Answer> {
        door(host, durability) { (transaction, moment) throws(DoorError) in
            do throws(JournalFault) {
                return try body(transaction, moment)
            } catch {
                throw .fault(error)
            }
        }
    }

    private func failure(_ fate: Fate) -> MemoryJournal.Failure? {
        switch fate {
        case .refused:
            let codes: [JournalFault.Code] = [.full, .locked, .io, .readOnly]
            return .refuse(JournalFault(chance.pick(codes) ?? .io, "refused"))
        case .answerLost: return .loseAnswer(JournalFault(.io, "the answer was lost"))
        case .well, .diesBefore, .diesAfter: return nil
        }
    }

    func observe() {
        if trace.isOn { noteRecords(from: checker.seen) }
        checker.observe(disk)
        for call in checker.foundAbsent
        where network.mayStillArrive(call) && !checker.misjudged.contains(call) {
            violated(.asOftenAsAsked, "\(call) was found absent while a request may still arrive")
        }
    }

    private func noteRecords(from first: Int) {
        let records = disk.read { (reading) throws(JournalFault) in
            var records: [Record] = []
            for stored in try reading.log(from: first, limit: .max) {
                records.append(try reading.decoded(stored))
            }
            return records
        }
        for record in records {
            note("    \(record.index): \(record.event.call?.text ?? record.run.text) "
                + record.event.word)
        }
    }
}
