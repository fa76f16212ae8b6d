// How a host does a piece of work: it looks at its lease, sends, waits, and records what came of
// it. Between any two of these steps everything else may happen.

import Engine
import JSON

extension World {
    /// One step of one task.
    func advance(_ host: Int, _ id: Int) {
        guard let task = hosts[host].tasks.first(where: { $0.id == id }) else { return }
        switch task.stage {
        case .ready: begin(host, task)
        case .waiting(let message, let untilMs): wait(host, task, message, untilMs)
        case .ended(let answer):
            hosts[host].tasks.removeAll { $0.id == id }
            record(host, task, answer)
        }
    }

    private func set(_ stage: HostTask.Stage, _ host: Int, _ task: HostTask) {
        guard let index = hosts[host].tasks.firstIndex(where: { $0.id == task.id }) else { return }
        hosts[host].tasks[index].stage = stage
    }

    private func begin(_ host: Int, _ task: HostTask) {
        let isLeased = holdsLease(host) && hosts[host].lapses == task.ticket
        switch task.work {
        case .attempt(let attempt):
            if task.isStopped {
                let failure = Failure.unsent("Stopped before anything was sent.")
                return set(.ended(.attempt(.failed(failure))), host, task)
            }
            guard isLeased else {
                let failure = Failure.unsent("Suspended past the lease; nothing was sent.")
                return set(.ended(.attempt(.failed(failure))), host, task)
            }
            note("host\(host) sends \(attempt.call) attempt \(attempt.number) (\(attempt.tool))")
            checkSending(attempt, from: host)
            send(host, task, attempt.timeoutMs)
        case .probe(let probe):
            guard isLeased else {
                return set(.ended(.probe(.unsure(reason: "suspended"))), host, task)
            }
            note("host\(host) probes \(probe.call) (\(probe.purpose))")
            send(host, task, toolbox[probe.tool].timeoutMs)
        case .undo(let undo):
            hosts[host].tasks.removeAll { $0.id == task.id }
            self.undo(host, undo, task.ticket)
        }
    }

    private func send(_ host: Int, _ task: HostTask, _ timeoutMs: Int64) {
        let message = network.send(task.work, from: host, lingersMs: lingersMs(task.work))
        set(.waiting(message: message, untilMs: clock.steadyMs + timeoutMs), host, task)
    }

    /// How long after its connection has closed a request may still arrive: what the manifest
    /// promises as `settle`.
    private func lingersMs(_ work: Work) -> Int64 {
        switch work {
        case .attempt(let attempt):
            let tool = toolbox[attempt.tool]
            return tool.followUps.verify?.settleMs
                ?? VerifyRule.defaultSettleMs(timeoutMs: tool.timeoutMs)
        case .probe, .undo: return 0
        }
    }

    private func wait(_ host: Int, _ task: HostTask, _ id: Int, _ untilMs: Int64) {
        if let message = network[id], case .answered(let answer) = message.place {
            network.remove(id)
            return set(.ended(answer), host, task)
        }
        guard clock.steadyMs >= untilMs || task.isStopped else { return }
        if !isHealing, network[id]?.isOnTheWire == true, case .attempt = task.work,
            chance.percent(climate.livesOn)
        {
            // A child that ignores its end: it lives as long as its host, or shorter.
            network.update(id) { $0.isForsaken = true }
            forsake(id, host, task)
        } else {
            network.close(id, at: clock.now)
            quietSinceMs = clock.steadyMs
        }
        note("host\(host) waits no longer for \(task.work.call)")
        switch task.work {
        case .attempt: set(.ended(.attempt(.unknown(reason: "no answer"))), host, task)
        case .probe: set(.ended(.probe(.unsure(reason: "no answer"))), host, task)
        case .undo: preconditionFailure("An undo is not sent anywhere.")
        }
    }

    private func forsake(_ message: Int, _ host: Int, _ task: HostTask) {
        guard let index = hosts[host].tasks.firstIndex(where: { $0.id == task.id }) else { return }
        hosts[host].tasks[index].forsaken = message
    }

    /// Records what could not be recorded before. One that fails again stays, and the rest with it.
    func recordLeftOver(_ host: Int) {
        while hosts[host].acts, !hosts[host].unrecorded.isEmpty {
            let task = hosts[host].unrecorded.removeFirst()
            guard case .ended(let answer) = task.stage else {
                preconditionFailure("Only what has ended waits to be recorded.")
            }
            // Nobody waits here to do what comes next: the agenda has it.
            guard record(host, task, answer, goesOn: false) else { return }
        }
    }

    @discardableResult
    private func record(
        _ host: Int, _ task: HostTask, _ answer: Answer, goesOn: Bool = true
    ) -> Bool {
        let ticket = hosts[host].lapses
        let passage: Passage<Recorded>
        switch (task.work, answer) {
        case (.attempt(let attempt), .attempt(let outcome)):
            note("host\(host) records \(attempt.call) attempt \(attempt.number): \(outcome.word)")
            var report = AttemptReport(
                attempt: attempt, outcome: outcome, resultClass: .plain, isMalformed: false,
                retry: toolbox[attempt.tool].retry)
            report.goesOn = goesOn
            report.mayStillSend = task.forsaken.map { network[$0] != nil } ?? false
            let final = report
            passage = faultingDoor(host) { [doors = doors(of: host)] (journal, moment)
                throws(JournalFault) in
                try doors.record(final, in: journal, moment)
            }
        case (.probe(let probe), .probe(let outcome)):
            note("host\(host) records probe \(probe.number) of \(probe.call): \(outcome.word)")
            let report = ProbeReport(
                probe: probe, outcome: outcome, resultClass: .plain,
                retry: toolbox[probe.tool].retry, approval: toolbox[probe.tool].approval)
            passage = faultingDoor(host) { [doors = doors(of: host)] (journal, moment)
                throws(JournalFault) in
                try doors.answer(report, in: journal, moment)
            }
        case (.attempt, .probe), (.probe, .attempt), (.undo, _):
            preconditionFailure("An answer is of its work's kind.")
        }
        switch passage {
        case .done(let recorded):
            heard(host, recorded.view)
            if let next = recorded.next { take(next, host, ticket) }
            // A connector that answers twice, or a host that is not sure whether it has recorded.
            if !isHealing, chance.percent(3) { hosts[host].unrecorded.append(task.ended(answer)) }
            return true
        case .fault:
            // What a probe told can be asked again; what an attempt did is not forgotten.
            if case .attempt = task.work { hosts[host].unrecorded.append(task.ended(answer)) }
            return false
        case .rejected(let rejection):
            preconditionFailure("An outcome is never turned down: \(rejection.message)")
        case .died: return false
        }
    }
}

extension HostTask {
    fileprivate func ended(_ answer: Answer) -> HostTask {
        var copy = self
        copy.stage = .ended(answer)
        return copy
    }
}

extension AttemptOutcome {
    var word: String {
        switch self {
        case .succeeded: "succeeded"
        case .succeededTooLarge: "succeeded, too large"
        case .failed(let failure): "failed (\(failure.kind.rawValue))"
        case .voided: "voided"
        case .unknown: "unknown"
        }
    }
}

extension ProbeOutcome {
    var word: String {
        switch self {
        case .found: "found"
        case .absent: "absent"
        case .confirmed: "confirmed"
        case .differs: "differs"
        case .renewed: "renewed"
        case .unsure: "unsure"
        }
    }
}
