// What hosts do besides answering: starting, renewing leases, taking due work, burying the dead;
// and what is done to them.

import Engine

extension World {
    var actingHosts: [Int] { hosts.indices.filter { hosts[$0].acts } }

    func startHost() {
        guard hosts.filter(\.isAlive).count < 5 else { return }
        let isElsewhere = climate.hasTwoEnvironments && chance.percent(40)
        startHost(in: isElsewhere ? "elsewhere" : "here")
    }

    func startHost(in environment: String) {
        var entropy = Entropy(seed: chance.bytes(32))
        let owner = OwnerID.mint(now: clock.now, entropy: &entropy)
        hosts.append(SimulatedHost(owner: owner, environment: environment))
        hearOfRules(hosts.count - 1)
        note("host\(hosts.count - 1) starts as \(owner)")
        renew(hosts.count - 1)
    }

    func kill(_ host: Int, _ when: String) {
        guard hosts[host].isAlive else { return }
        note("host\(host) dies \(when)")
        hosts[host].isAlive = false
        hosts[host].isFrozen = false
        hosts[host].tasks = []
        hosts[host].unrecorded = []
        network.closeAll(of: host, at: clock.now)
        quietSinceMs = clock.steadyMs
    }

    func freeze(_ host: Int) {
        note("host\(host) is suspended")
        hosts[host].isFrozen = true
    }

    func thaw(_ host: Int) {
        note("host\(host) goes on")
        hosts[host].isFrozen = false
    }

    /// A host that has nothing in hand ends in order.
    func leave(_ host: Int) {
        guard hosts[host].tasks.isEmpty, hosts[host].unrecorded.isEmpty else { return }
        let owner = hosts[host].owner
        let passage = faultingDoor(host, .flushed) { [doors = doors(of: host)] (journal, _)
            throws(JournalFault) in
            try doors.forget(owner, in: journal)
        }
        guard case .done = passage else { return }
        kill(host, "in order")
        hosts[host].isBuried = true
    }

    func losePower() {
        for host in hosts.indices { kill(host, "of lost power") }
        disk.losePower()
        note("the power is lost: \(disk.recordCount) records are left")
        observe()
        checker.checkKeys(disk)
        checkNothingHeardIsLost()
    }

    /// One look around, as a host's loop takes it several times a second.
    func tick(_ host: Int) {
        if clock.steadyMs >= hosts[host].renewAtMs { renew(host) }
        guard hosts[host].acts else { return }
        if clock.steadyMs >= hosts[host].patrolAtMs { patrol(host) }
        guard hosts[host].acts else { return }
        takeDue(host, gone: [])
    }

    private func renew(_ host: Int) {
        let startedMs = clock.steadyMs - (isHealing ? 0 : HostRules.longestLockWaitMs)
        let passage = faultingDoor(host, .committed) { [doors = doors(of: host)] (journal, moment)
            throws(JournalFault) in
            try doors.renewLease(in: journal, moment)
        }
        switch passage {
        case .done:
            if !holdsLease(host) { hosts[host].lapses += 1 }
            hosts[host].leasedUntilMs = startedMs + HostRules.leaseMs
            hosts[host].renewAtMs = startedMs + HostRules.renewEveryMs
        case .rejected, .fault, .died: break
        }
    }

    func holdsLease(_ host: Int) -> Bool { clock.steadyMs < hosts[host].leasedUntilMs }

    // Owners that have ended are buried once none of their work is left; what somebody wants
    // stopped is told so.
    private func patrol(_ host: Int) {
        hosts[host].patrolAtMs = clock.steadyMs + HostRules.patrolEveryMs
        recordLeftOver(host)
        guard hosts[host].acts else { return }
        let gone = hosts.indices.filter { !hosts[$0].isAlive && !hosts[$0].isBuried }
        if !gone.isEmpty {
            note("host\(host) finds \(gone.map { "host\($0)" }) gone")
            if takeDue(host, gone: gone.map { hosts[$0].owner }) { bury(gone, by: host) }
        }
        guard hosts[host].acts else { return }
        for index in hosts[host].tasks.indices {
            if checker.call(hosts[host].tasks[index].work.call)?.cancelRequested == true {
                hosts[host].tasks[index].isStopped = true
            }
        }
    }

    private func bury(_ gone: [Int], by host: Int) {
        let owners = gone.map { hosts[$0].owner }
        let passage = faultingDoor(host, .flushed) { [doors = doors(of: host)] (journal, _)
            throws(JournalFault) in
            for owner in owners { try doors.forget(owner, in: journal) }
        }
        switch passage {
        case .done: for index in gone { hosts[index].isBuried = true }
        case .rejected, .fault, .died: break
        }
    }

    /// - Returns: whether nothing more was found.
    @discardableResult
    private func takeDue(_ host: Int, gone: [OwnerID]) -> Bool {
        guard hosts[host].tasks.count < HostRules.dueLimit else { return false }
        let now = clock.now
        if gone.isEmpty {
            let first = disk.read { (reading) throws(JournalFault) in try reading.agenda(limit: 1) }
            guard first.contains(where: { $0.due <= now }) else { return true }
        }
        let ticket = hosts[host].lapses
        let search = DueSearch(
            environments: [hosts[host].environment], gone: gone, limit: HostRules.dueLimit,
            inHand: (hosts[host].tasks + hosts[host].unrecorded).map(\.work.call))
        let passage = faultingDoor(host) { [doors = doors(of: host)] (journal, moment)
            throws(JournalFault) in
            try doors.due(search, in: journal, moment)
        }
        switch passage {
        case .done(let work):
            note("host\(host) looks at \(work.examined) due lines and takes \(work.work.count)")
            for oddity in work.oddities { violated(.tablesFollowFromEvents, oddity) }
            for item in work.work { take(item, host, ticket) }
            return work.examined < HostRules.dueLimit
        case .rejected, .fault, .died: return false
        }
    }

    func take(_ work: Work, _ host: Int, _ ticket: Int) {
        tasksMade += 1
        hosts[host].tasks.append(
            HostTask(id: tasksMade, work: work, ticket: ticket, stage: .ready))
    }
}
