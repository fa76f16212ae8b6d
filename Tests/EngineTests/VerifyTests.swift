// Unknown outcomes that a probe can find out about: found, absent, unsure, and for how long.

import JSON
import Testing

@testable import Engine

struct VerifyTests {
    private let world = World()
    private static let settleMs: Int64 = 2_000

    private func tool(
        _ delivery: Delivery = .atMostOnce, retriesAbsent: Bool = false
    ) -> Tool {
        Sample.tool(
            delivery,
            followUps: Sample.followUps {
                $0.verify = VerifyRule(settleMs: Self.settleMs, retriesAbsent: retriesAbsent)
            })
    }

    /// A call whose answer did not come, and the probe that goes after it at once.
    private func unknown(_ tool: Tool? = nil) throws -> (attempt: Attempt, probe: Probe) {
        let attempt = try world.start(tool ?? self.tool())
        let recorded = try world.hear(attempt, .unknown(reason: "timed out"))
        return (attempt, try #require(recorded.next?.probe))
    }

    /// The probe that is made once the answer "absent" counts.
    private func settled(_ probe: Probe) throws -> Probe {
        let early = try world.answer(probe, .absent)
        #expect(early.view.call.status == .unknown && early.next == nil)
        #expect(try world.agendaLine(probe.call)?.due == world.now + Self.settleMs)
        world.pass(Self.settleMs)
        return try #require(try world.due(by: probe.owner).probes.first)
    }

    @Test func aProbeGoesAfterAnUnknownCallAtOnce() throws {
        let (attempt, probe) = try unknown()
        #expect(probe.purpose == .verify && probe.number == 1)
        #expect(probe.call == attempt.call && probe.arguments == attempt.arguments)
        #expect(try world.view(attempt.call).message == "timed out")
        #expect(try world.call(attempt.call).status == .running)
    }

    @Test func whatIsFoundSucceededWithWhatWasFound() throws {
        let (_, probe) = try unknown()
        let found = try world.answer(probe, .found(["id": 7]))
        #expect(found.view.call.status == .succeeded && found.view.result == ["id": 7])
        #expect(found.view.runState == .completed)
    }

    @Test(arguments: [Delivery.atMostOnce, .keyed, .natural])
    func absentCountsOnceTheSettlingTimeHasPassed(_ delivery: Delivery) throws {
        let (attempt, probe) = try unknown(tool(delivery))
        let view = try world.answer(try settled(probe), .absent).view
        if delivery == .atMostOnce {
            #expect(view.call.status == .failed && view.runState == .completed)
        } else {
            #expect(view.call.status == .pendingRetry)
            world.pass(RetryRule.standard.maxMs)
            #expect(try world.due().attempts.first?.number == 2)
        }
        #expect(try world.call(attempt.call).doubtful.isEmpty)
    }

    @Test func whatIsAbsentIsSentAgainWhereTheManifestSaysSo() throws {
        let (attempt, probe) = try unknown(tool(retriesAbsent: true))
        #expect(
            try world.answer(try settled(probe), .absent).view.call.status == .pendingRetry)
        world.pass(RetryRule.standard.maxMs)
        let again = try #require(try world.due().attempts.first)
        #expect(again.number == 2 && again.purpose == .effect)
        #expect(try world.hear(again, .succeeded(1)).view.call.status == .succeeded)
        #expect(try world.call(attempt.call).attempts == 2)
    }

    @Test(arguments: [true, false])
    func whatIsAbsentAndWasAskedToStopIsCancelled(_ retriesAbsent: Bool) throws {
        let (attempt, probe) = try unknown(tool(retriesAbsent: retriesAbsent))
        try world.cancel(attempt.call)
        #expect(try world.answer(try settled(probe), .absent).view.call.status == .cancelled)
    }

    /// The owner's process is frozen: it may wake up and send what it holds in hand.
    private func frozen() throws -> (attempt: Attempt, probe: Probe) {
        try world.renewLease(of: Sample.owner(1))
        let attempt = try world.start(tool(), by: Sample.owner(1))
        world.pass(15_000)
        let probe = try #require(try world.due(by: Sample.owner(2)).probes.first)
        return (attempt, probe)
    }

    @Test func absentDoesNotCountWhileAFrozenSenderMaySend() throws {
        var probe = try frozen().probe
        for _ in 0..<4 {
            let view = try world.answer(probe, .absent).view
            #expect(view.call.status == .unknown)
            world.pass(Limits.longestProbeDelayMs)
            probe = try #require(try world.due(by: Sample.owner(2)).probes.first)
        }
        try world.answer(probe, .absent)
        // Its process is found to have ended: from now on nothing can come.
        let gone = try world.due(by: Sample.owner(2), gone: [Sample.owner(1)])
        #expect(try world.call(probe.call).senders.isEmpty)
        #expect(try world.call(probe.call).quietAt == world.now)
        world.pass(Limits.longestProbeDelayMs)
        let last = try gone.probes.first ?? world.due(by: Sample.owner(2)).probes.first
        let first = try world.answer(try #require(last), .absent)
        if first.view.call.status == .unknown {
            world.pass(Self.settleMs)
            probe = try #require(try world.due(by: Sample.owner(2)).probes.first)
            #expect(try world.answer(probe, .absent).view.call.status == .failed)
        } else {
            #expect(first.view.call.status == .failed)
        }
    }

    @Test func whoProbesAndWhoMaySendAreBuriedAtOnce() throws {
        let probe = try frozen().probe
        let due = try world.due(
            by: Sample.owner(3), gone: [Sample.owner(1), Sample.owner(2)])
        #expect(due.probes.first?.number == 2)
        #expect(try world.call(probe.call).senders.isEmpty)
        #expect(try world.call(probe.call).quietAt == world.now)
    }

    @Test func absentDoesNotCountWhileWhatWasStartedLives() throws {
        let attempt = try world.start(tool())
        let unknown = try world.hear(
            attempt, .unknown(reason: "it cannot be killed"), mayStillSend: true)
        let probe = try #require(unknown.next?.probe)
        try world.answer(probe, .absent)
        world.pass(60_000)
        // Its host lives, and with it what it has started.
        try world.renewLease(of: attempt.owner)
        let again = try #require(try world.due(by: attempt.owner).probes.first)
        #expect(try world.answer(again, .absent).view.call.status == .unknown)
        // Said late, it is no news.
        let count = try world.log().count
        try world.hear(attempt, .unknown(reason: "still"), mayStillSend: true)
        #expect(try world.log().count == count)
        #expect(try world.call(attempt.call).senders.map(\.attempt) == [1])
    }

    @Test func nobodySaysThatItFailedWhileItMayStillBeSent() throws {
        try world.renewLease(of: Sample.owner(1))
        let first = try world.start(Sample.tool(.atMostOnce), by: Sample.owner(1))
        world.pass(15_000)
        _ = try world.due(by: Sample.owner(2))
        let refused = Rejection.senderMayLive(first.call, attempt: 1, Sample.owner(1))
        #expect(throws: refused) { try world.resolve(first.call, .retry) }
        #expect(throws: refused) { try world.resolve(first.call, .failed(.fatal)) }
        // Once its host is known to be gone, a person may.
        try world.door { [doors = world.doors] (journal) throws(DoorError) in
            try faulting { () throws(JournalFault) in
                try doors.forget(Sample.owner(1), in: journal)
            }
        }
        #expect(try world.resolve(first.call, .retry).call.status == .running)
    }

    @Test func whoeverTheJournalHasForgottenCanSendNothing() throws {
        let probe = try frozen().probe
        try world.answer(probe, .absent)
        try world.door { [doors = world.doors] (journal) throws(DoorError) in
            try faulting { () throws(JournalFault) in
                try doors.forget(Sample.owner(1), in: journal)
            }
        }
        world.pass(Limits.longestProbeDelayMs)
        _ = try world.due(by: Sample.owner(2))
        #expect(try world.call(probe.call).senders.isEmpty)
    }

    @Test(arguments: [
        (AttemptOutcome.succeeded(5), CallStatus.succeeded),
        (.failed(Failure(.fatal, "never sent")), .failed),
        (.unknown(reason: "woke up"), .running),
    ])
    func aFrozenSenderThatWakesUpIsHeardWhileItIsBeingVerified(
        _ answer: AttemptOutcome, _ status: CallStatus
    ) throws {
        let (attempt, probe) = try frozen()
        #expect(try world.hear(attempt, answer).view.call.status == status)
        #expect(try world.call(attempt.call).senders.isEmpty)
        let before = try world.log().count
        let found = try world.answer(probe, .found(6)).view
        if status == .running {
            #expect(found.result == 6)
        } else {
            #expect(found.call.status == status)
            #expect(try world.log().count == before)
        }
    }

    @Test func aProbeThatCannotTellIsMadeAgainLaterAndLater() throws {
        #expect(Limits.unsureProbes == 12)
        #expect(Limits.probeDelayMs == 1_000 && Limits.longestProbeDelayMs == 300_000)
        var (attempt, probe) = try unknown()
        for number in 1..<12 {
            let view = try world.answer(probe, .unsure(reason: "no answer")).view
            #expect(view.call.status == .unknown && view.message == "no answer")
            let line = try #require(try world.agendaLine(attempt.call))
            let longest = min(Int64(1_000) << Int64(number - 1), 300_000)
            let waitMs = line.due.ms - world.nowMs
            #expect(waitMs >= 0 && waitMs <= longest)
            world.nowMs = line.due.ms
            probe = try #require(try world.due().probes.first)
            #expect(probe.number == number + 1)
        }
        let last = try world.answer(probe, .unsure(reason: "no answer")).view
        #expect(last.call.phase == .needsAttention(.recoveryExhausted))
        #expect(last.runState == .needsAttention)
        #expect(try world.agendaLine(attempt.call) == nil)
        #expect(try world.hear(attempt, .succeeded(1)).view.call.status == .succeeded)
    }

    @Test func withANewAttemptTheCountOfProbesThatToldNothingBeginsAnew() throws {
        var run = try #require(CallShape.waiting.run(isRead: false))
        run.subject.unsure = 11
        let claim = Command.claim(
            Shapes.call, owner: Sample.owner(2), leaseUntil: Shapes.now + 1)
        for event in try run.decide(claim, Facts(), now: Shapes.now) {
            run.evolve(event, at: Shapes.now)
        }
        #expect(run.subject.attempts == 3 && run.subject.unsure == 0)
    }

    @Test func aPersonSettlesWhatNoProbeCan() throws {
        var run = try #require(CallShape.verifying.run(isRead: false))
        run.subject.unsure = 11
        let lesson = Command.learn(
            Shapes.call, probe: 1, owner: Sample.owner(1), .unsure(nil))
        for event in try run.decide(lesson, Facts(), now: Shapes.now) {
            run.evolve(event, at: Shapes.now)
        }
        #expect(run.subject.needsPerson && run.state == .needsAttention)
    }

    @Test func aProbeWhoseOwnerIsGoneIsMadeByAnotherAndItsAnswerIsNotHeard() throws {
        let (_, probe) = try unknown()
        let due = try world.due(by: Sample.owner(2), gone: [probe.owner])
        let second = try #require(due.probes.first)
        #expect(second.number == 2 && second.owner == Sample.owner(2))
        let before = try world.log().count
        try world.answer(probe, .absent)
        #expect(try world.log().count == before)
        #expect(try world.answer(second, .found(1)).view.call.status == .succeeded)
    }

    /// After a loss of power the same number may have been given to somebody else.
    @Test func theSameNumberOfAnotherOwnerIsAnotherProbe() throws {
        let run = try #require(CallShape.verifying.run(isRead: false))
        for owner: UInt8 in [1, 2] {
            let lesson = Command.learn(
                Shapes.call, probe: 1, owner: Sample.owner(owner), .unsure(nil))
            let events = try run.decide(lesson, Facts(), now: Shapes.now)
            #expect(events.isEmpty == (owner == 2))
        }
    }

    @Test func aProbeThatKillsWhoeverMakesItEndsWithAPerson() throws {
        let call = try unknown().probe.call
        for number in 1..<12 {
            let gone = [Sample.owner(UInt8(number))]
            let due = try world.due(by: Sample.owner(UInt8(number + 1)), gone: gone)
            #expect(due.probes.first?.number == number + 1)
        }
        _ = try world.due(by: Sample.owner(99), gone: [Sample.owner(12)])
        #expect(try world.call(call).phase == .needsAttention(.recoveryExhausted))
    }

    @Test func aTransactionalCallIsLookedUpByItsKeyAndNotProbed() throws {
        let attempt = try world.start(tool(.transactional))
        #expect(try world.hear(attempt, .unknown(reason: "timed out")).next == nil)
        world.pass(Limits.recoveryDelayMs)
        let work = try world.due()
        #expect(work.probes.isEmpty && work.attempts.first?.number == 2)
    }

    @Test func anOutcomeIsRecordedThoughWhatFollowsCannotBegin() throws {
        let attempt = try world.start(tool())
        let arguments = try world.call(attempt.call).arguments
        try world.door { (journal) throws(DoorError) in
            try faulting { () throws(JournalFault) in
                try journal.setPayload(nil, for: arguments.commitment)
            }
        }
        let recorded = try world.hear(attempt, .unknown(reason: "timed out"))
        #expect(recorded.view.call.status == .unknown && recorded.next == nil)
        #expect(try world.due().oddities.count == 1)
    }

    @Test func aSuccessThatWasHeardCountsWhenTheNewerAttemptIsLost() throws {
        let first = try world.start(Sample.tool(.keyed))
        try world.hear(first, .unknown(reason: "timed out"))
        world.pass(Limits.recoveryDelayMs)
        let second = try #require(try world.due(by: Sample.owner(2)).attempts.first)
        try world.hear(first, .succeeded(4))
        _ = try world.due(by: Sample.owner(3), gone: [second.owner])
        #expect(try world.view(first.call).result == 4)
    }
}
