// What agents ask of hosts: calls of every kind, the same ones again, runs with and without a
// deadline, and requests to stop. Agents are often wrong.

import Engine
import JSON

extension World {
    func caller(_ host: Int) -> Caller {
        Caller(
            profile: hosts[host].environment == "here" ? "desk" : "night", person: "ana",
            account: "ana")
    }

    /// Runs that were begun on purpose and may still take calls, of this host's caller.
    func openRuns(_ host: Int) -> [RunID] {
        let caller = caller(host)
        return checker.order.filter { id in
            guard let run = checker.runs[id], !run.isSingle, run.caller == caller else {
                return false
            }
            return run.state == .open || chance.percent(10)
        }
    }

    func begin(_ host: Int) {
        let intent = chance.percent(40) ? "intent \(chance.below(3))" : nil
        let deadlineMs = chance.percent(climate.deadline) ? chance.within(500...90_000) : nil
        let request = BeginRequest(
            caller: caller(host), purpose: "answer a guest", intentID: intent,
            pins: toolbox.tools.prefix(3).flatMap(toolbox.pins).distinct, deadlineMs: deadlineMs)
        let passage = door(host) { [doors = doors(of: host)] (journal, moment) throws(DoorError) in
            try doors.begin(request, in: journal, moment)
        }
        guard case .done(let begun) = passage else { return }
        let expected = deadlineMs.map { begun.run.createdAt + $0 }
        if !begun.isResumed, begun.run.deadline != expected {
            violated(.nothingWaitsWithoutAName, "\(begun.run.id) has another deadline than asked")
        }
        note("host\(host) begins \(begun.run.id)\(deadlineMs.map { ", deadline \($0) ms" } ?? "")")
        checker.begun(begun.run.id, intent, request.caller)
    }

    func submit(_ host: Int) {
        let request = nextRequest(host)
        let ticket = hosts[host].lapses
        let isWrite = request.tool.delivery.isWrite
        note("host\(host) is asked for \(request.tool.name) in \(request.run?.text ?? "no run")")
        // What rules deny or shadow has ended with the answer.
        let mayEnd = hosts[host].rules != nil
        let durability: Durability = isWrite || mayEnd ? .flushed : .committed
        let passage = door(host, durability) { [doors = doors(of: host)] (journal, moment)
            throws(DoorError) in
            try doors.submit(request, in: journal, moment)
        }
        guard case .done(let submission) = passage else { return }
        let call = submission.view.call
        hosts[host].recent[submission.view.run] = submission.view.basis
        note(
            "  \(call.id) in \(submission.view.run) is \(call.phase.word)"
                + (submission.isReplay ? ", as before" : ""))
        if let work = submission.work {
            take(work, host, ticket)
        } else {
            heard(host, submission.view)
        }
    }

    private func nextRequest(_ host: Int) -> SubmitRequest {
        let caller = caller(host)
        let mine = asked.filter { $0.caller == caller }
        if chance.percent(25), var again = chance.pick(mine) {
            again.environment = hosts[host].environment
            again.arguments["note"] = .integer(chance.below(100))
            if again.givenKey != nil, chance.percent(10) { again.arguments["n"] = .integer(99) }
            again.known = again.run.flatMap { hosts[host].recent[$0] }
            return again
        }
        let tool = nextTool()
        let open = chance.percent(climate.singles) ? [] : openRuns(host)
        // Mostly the newest: an agent is at one thing at a time.
        let run = chance.percent(80) ? open.last : chance.pick(open)
        var request = SubmitRequest(
            tool: tool,
            arguments: ["n": .integer(chance.below(8)), "note": .integer(chance.below(100))],
            argumentsClass: .plain, run: run,
            givenKey: chance.percent(20) ? "key \(chance.below(4))" : nil, caller: caller,
            environment: hosts[host].environment, traceparent: nil, pins: toolbox.pins(of: tool))
        asked.append(request)
        request.known = run.flatMap { hosts[host].recent[$0] }
        return request
    }

    private func nextTool() -> Tool {
        let undoable = toolbox.tools.filter { $0.followUps.undo != nil }
        if chance.percent(climate.undoable), let tool = chance.pick(undoable) { return tool }
        guard let tool = chance.pick(toolbox.tools) else {
            preconditionFailure("There are always tools.")
        }
        return tool
    }

    /// What a client is told, and what the host remembers of it.
    func heard(_ host: Int, _ view: CallView) {
        hosts[host].recent[view.run] = view.basis
        if view.call.hasEnded, let index = checker.ends[view.call.id],
            index >= disk.flushedCount
        {
            violated(
                .oneFlushedOutcome,
                "\(view.call.id) was answered \(view.call.status) before that was flushed")
        }
        if let text = checker.hear(view.call.id, view.call.status) {
            violated(.oneFlushedOutcome, text)
        }
        guard view.call.status == .succeeded, chance.percent(50), hosts[host].acts else { return }
        _ = faultingDoor(host, .committed) { [doors = doors(of: host)] (journal, moment)
            throws(JournalFault) in
            try doors.delivered(view.call.id, in: view.run, journal, moment)
        }
    }

    func complete(_ host: Int) {
        guard let run = chance.pick(openRuns(host)) else { return }
        let caller = caller(host)
        note("host\(host) is asked to complete \(run)")
        _ = door(host) { [doors = doors(of: host)] (journal, moment) throws(DoorError) in
            try doors.complete(run, summary: nil, for: caller, in: journal, moment)
        }
    }

    func cancel(_ host: Int) {
        guard let call = chance.pick(checker.openCalls) else { return }
        let caller = caller(host)
        note("host\(host) is asked to cancel \(call)")
        let passage = door(host) { [doors = doors(of: host)] (journal, moment) throws(DoorError) in
            try doors.cancel(
                call, reason: "no longer wanted", for: caller,
                by: Actor(.agent, caller.profile), in: journal, moment)
        }
        guard case .done(let view) = passage else { return }
        heard(host, view)
        guard view.call.cancelRequested else { return }
        for index in hosts[host].tasks.indices where hosts[host].tasks[index].work.call == call {
            hosts[host].tasks[index].isStopped = true
        }
    }
}

extension Array where Element: Hashable {
    /// Each element once, in the order in which it comes first.
    var distinct: [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}

extension CallStatus {
    /// Whether nothing but a late success may follow.
    var isFinal: Bool {
        switch self {
        case .succeeded, .failed, .denied, .cancelled, .shadow, .compensated: true
        case .pendingApproval, .pendingRetry, .running, .unknown, .needsAttention: false
        }
    }
}
