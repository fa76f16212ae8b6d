// What systems and the network between do to requests: they turn away, apply and then fail, lose,
// delay. What an applied request does to the systems is the ledger's matter.

import Engine
import JSON

extension World {
    /// One step of one request on its way.
    func moveMessage() {
        guard let message = chance.pick(network.messages) else { return }
        switch message.place {
        case .inHand:
            guard hosts[message.host].acts else { return }
            network.update(message.id) { $0.place = .onTheWire }
        case .onTheWire:
            guard isHealing || !chance.percent(climate.slow) else { return }
            if message.endsBy == nil, !message.isForsaken { serve(message) } else { end(message) }
        case .answered: break
        }
    }

    /// Requests whose connection is closed have arrived by `later` or never do.
    func endLingering(by later: Instant) {
        for message in network.messages {
            guard let endsBy = message.endsBy, endsBy <= later else { continue }
            end(message)
        }
    }

    // Nobody hears the answer.
    private func end(_ message: Message) {
        network.remove(message.id)
        guard case .attempt(let attempt) = message.work, chance.percent(60) else { return }
        let outcome = ledger.arrive(attempt)
        note("\(attempt.call) attempt \(attempt.number) arrives late: \(outcome.word), unheard")
    }

    private func serve(_ message: Message) {
        switch message.work {
        case .attempt(let attempt): serve(attempt, message.id)
        case .probe(let probe):
            let outcome = look(probe)
            network.update(message.id) { $0.place = .answered(.probe(outcome)) }
        case .undo: preconditionFailure("An undo is not sent anywhere.")
        }
    }

    private enum Course {
        case turnedAway(Failure), lostBefore, lostAfter, unknownBefore, unknownAfter, served
    }

    private func course(of attempt: Attempt) -> Course {
        if isHealing { return .served }
        if chance.percent(climate.transient) {
            let askedMs = chance.percent(20) ? chance.within(100...30_000) : nil
            return .turnedAway(Failure(.transient, "busy", retryAfterMs: askedMs))
        }
        if attempt.delivery.isWrite, chance.percent(climate.stale) {
            return .turnedAway(Failure(.stale, "it has changed"))
        }
        if chance.percent(climate.refused) {
            let kinds: [FailureClass] = [.permission, .invalid, .fatal]
            return .turnedAway(Failure(chance.pick(kinds) ?? .fatal, "no"))
        }
        if chance.percent(climate.lostBefore) { return .lostBefore }
        if chance.percent(climate.appliedThenLost) { return .lostAfter }
        if chance.percent(climate.saysUnknown) {
            return chance.percent(50) ? .unknownBefore : .unknownAfter
        }
        return .served
    }

    private func serve(_ attempt: Attempt, _ id: Int) {
        func answer(_ outcome: AttemptOutcome) {
            network.update(id) { $0.place = .answered(.attempt(outcome)) }
        }
        func arrive() -> AttemptOutcome {
            let outcome = ledger.arrive(attempt)
            note("\(attempt.call) attempt \(attempt.number) arrives: \(outcome.word)")
            return outcome
        }
        switch course(of: attempt) {
        case .turnedAway(let failure):
            note("\(attempt.call) attempt \(attempt.number) is turned away: \(failure.kind)")
            answer(.failed(failure))
        case .lostBefore:
            note("\(attempt.call) attempt \(attempt.number) is lost on its way")
            network.remove(id)
        case .lostAfter:
            _ = arrive()
            network.remove(id)
        case .unknownBefore: answer(.unknown(reason: "broken answer"))
        case .unknownAfter:
            _ = arrive()
            answer(.unknown(reason: "broken answer"))
        case .served:
            let outcome = arrive()
            if case .succeeded = outcome, !isHealing, chance.percent(2) {
                answer(.succeededTooLarge(byteCount: 9_999_999))
            } else {
                answer(outcome)
            }
        }
    }

    private func look(_ probe: Probe) -> ProbeOutcome {
        if !isHealing, chance.percent(climate.probeTrouble) {
            return .unsure(reason: "the probe failed")
        }
        let entry = ledger[probe.call]
        switch probe.purpose {
        case .verify:
            return entry.applied.isEmpty ? .absent : .found(Ledger.result(probe.call))
        case .readBack:
            if entry.stands, isHealing || !chance.percent(climate.probeTrouble) {
                return .confirmed
            }
            return .differs(["seen": .string("something else")])
        case .refresh:
            var renewed = probe.arguments
            renewed["version"] = .integer((renewed["version"]?.intValue ?? 0) + 1)
            return .renewed(renewed)
        }
    }
}
