// What happens next, chosen from the seed: one step of somebody.

import Engine

extension World {
    private enum Step {
        case hostWorks, hostLooks, messageMoves, agentCalls, agentBegins, agentCompletes
        case agentCancels, agentAsks, personDecides, personSettles, personAborts
        case operatorStops, operatorResumes, timePasses, hostStarts, hostDies, hostFreezes
        case hostThaws, powerFails, clockJumps, rulesChange, personGrants
    }

    private var weights: [(Step, Int)] {
        [
            (.hostWorks, 110), (.hostLooks, 25), (.messageMoves, 80), (.agentCalls, 28),
            (.agentBegins, 5), (.agentCompletes, 2), (.agentCancels, climate.cancel),
            (.agentAsks, 4), (.personDecides, latestRules == nil ? 8 : 20), (.personSettles, 5),
            (.personAborts, climate.abort), (.operatorStops, climate.halt),
            (.operatorResumes, climate.halt), (.timePasses, 24), (.hostStarts, 3),
            (.hostDies, climate.kill), (.hostFreezes, climate.freeze),
            (.hostThaws, climate.freeze * 3), (.powerFails, climate.powerLoss),
            (.clockJumps, climate.wallJump), (.rulesChange, latestRules == nil ? 0 : 4),
            (.personGrants, latestRules == nil ? 0 : 2),
        ]
    }

    func step() {
        let step = chance.pick(weighted: weights)
        switch step {
        case .messageMoves: moveMessage()
        case .personDecides: decideOne()
        case .personSettles: settleOne()
        case .personAborts: abortOne()
        case .operatorStops: if chance.percent(60) { haltOne() } else { quarantineOne() }
        case .operatorResumes: if chance.percent(60) { resumeAll() } else { releaseAll() }
        case .timePasses: passTime()
        case .powerFails: if chance.percent(40) { losePower() }
        case .clockJumps: jump()
        case .rulesChange: changeRules()
        case .personGrants: grantOne()
        case .hostWorks, .hostLooks, .agentCalls, .agentBegins, .agentCompletes, .agentCancels,
            .agentAsks, .hostDies, .hostFreezes, .hostStarts, .hostThaws:
            stepOfHost(step)
        }
    }

    private func stepOfHost(_ step: Step) {
        if step == .hostThaws {
            if let host = chance.pick(hosts.indices.filter { hosts[$0].isFrozen }) { thaw(host) }
            return
        }
        if step == .hostWorks { return work() }
        guard let host = chance.pick(actingHosts) else { return startHost() }
        switch step {
        case .hostLooks: tick(host)
        case .agentCalls: submit(host)
        case .agentBegins: begin(host)
        case .agentCompletes: complete(host)
        case .agentCancels: cancel(host)
        case .agentAsks: ask(host)
        case .hostStarts: if chance.percent(70) { startHost() } else { leave(host) }
        case .hostDies: kill(host, "suddenly")
        case .hostFreezes: freeze(host)
        case .messageMoves, .personDecides, .personSettles, .personAborts, .operatorStops,
            .operatorResumes, .timePasses, .hostThaws, .powerFails, .clockJumps, .hostWorks,
            .rulesChange, .personGrants:
            preconditionFailure("Only what a host does is done here.")
        }
    }

    private func work() {
        let tasks = actingHosts.flatMap { host in hosts[host].tasks.map { (host, $0.id) } }
        if let (host, task) = chance.pick(tasks) { advance(host, task) }
    }

    // A client asks how a call stands.
    private func ask(_ host: Int) {
        guard let call = chance.pick(checker.allCalls) else { return }
        let view = disk.read { (reading) throws(JournalFault) in try reading.view(of: call.id) }
        if let view { heard(host, view) }
    }

    private func passTime() {
        switch chance.below(12) {
        case 0...4: pass(chance.within(1...400))
        case 5...7: pass(chance.within(400...3_000))
        case 8: live(chance.within(3_000...30_000))
        case 9...10: live(min(nextDueMs ?? 0, 60_000))
        // The whole machine sleeps.
        case _: pass(chance.within(3_000...20_000))
        }
    }

    // Time passes and the hosts look around meanwhile.
    private func live(_ ms: Int64) {
        var left = ms
        while left > 0 {
            let part = min(left, HostRules.renewEveryMs)
            left -= part
            pass(part)
            for host in actingHosts where hosts[host].acts {
                tick(host)
                for task in hosts[host].tasks where chance.percent(50) { advance(host, task.id) }
            }
            for _ in network.messages where chance.percent(50) { moveMessage() }
        }
    }

    /// Until the next line of the agenda is due.
    var nextDueMs: Int64? {
        let lines = disk.read { (reading) throws(JournalFault) in try reading.agenda(limit: .max) }
        return lines.map { $0.due.ms(since: clock.now) }.filter { $0 > 0 }.min()
    }

    func pass(_ ms: Int64) {
        endLingering(by: clock.now + ms)
        clock.pass(ms)
        note("\(ms) ms pass")
    }

    private func jump() {
        let ms = chance.percent(50)
            ? chance.within(1_000...3_600_000) : -chance.within(1_000...600_000)
        endLingering(by: clock.now + ms)
        clock.jump(byMs: ms)
        quietSinceMs = clock.steadyMs
        note("the wall clock jumps by \(ms) ms")
    }
}
