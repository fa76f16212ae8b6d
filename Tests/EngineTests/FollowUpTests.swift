// What follows by itself: renewing what is stale, and reading back what was written.

import JSON
import Testing

@testable import Engine

struct RefreshTests {
    private let world = World()
    private let stale = AttemptOutcome.failed(Failure(.stale, "it changed"))

    private func tool(approval: ApprovalRule? = nil) -> Tool {
        Sample.tool(
            .atMostOnce, approval: approval, followUps: Sample.followUps { $0.refreshes = true })
    }

    private func refreshing() throws -> Probe {
        let attempt = try world.start(tool())
        let recorded = try world.hear(attempt, stale)
        #expect(recorded.view.call.status == .running)
        return try #require(recorded.next?.probe)
    }

    @Test func aStaleCallIsTriedAgainWithRenewedArguments() throws {
        let probe = try refreshing()
        #expect(probe.purpose == .refresh && probe.arguments == ["to": "ana"])
        let renewed = try world.answer(probe, .renewed(["to": "ana", "etag": 2]))
        let again = try #require(renewed.next?.attempt)
        #expect(again.number == 2 && again.arguments == ["to": "ana", "etag": 2])
        #expect(try world.hear(again, .succeeded(1)).view.call.status == .succeeded)
    }

    @Test func itIsRenewedOnceAndFailsWhenItIsStaleAgain() throws {
        let probe = try refreshing()
        let again = try #require(try world.answer(probe, .renewed(["n": 2])).next?.attempt)
        let view = try world.hear(again, stale).view
        #expect(view.call.status == .failed && view.message == "it changed")
    }

    @Test func renewedArgumentsNeedANewYes() throws {
        let held = try world.submit(tool(approval: Sample.rule)).view.call
        let first = try #require(held.approval)
        try world.decide(first.id, .approve())
        let attempt = try #require(try world.due(by: Sample.owner(1)).attempts.first)
        let probe = try #require(try world.hear(attempt, stale).next?.probe)
        let renewed = try world.answer(probe, .renewed(["n": 2]), approval: Sample.rule)
        #expect(renewed.view.call.status == .pendingApproval && renewed.next == nil)
        let second = try #require(renewed.view.call.approval)
        #expect(second.state == .pending && second.id != first.id)
        #expect(second.action != first.action)
        #expect(throws: Rejection.approvalIsOver(first.id, .withdrawn)) {
            try world.decide(first.id, .approve())
        }
        #expect(throws: Rejection.approvalIsOver(first.id, .withdrawn)) {
            try world.decide(first.id, .deny(reason: "no"))
        }
        try world.decide(second.id, .approve())
        #expect(try world.due().attempts.first?.arguments == ["n": 2])
    }

    @Test func aNoToRenewedArgumentsEndsTheCall() throws {
        let probe = try refreshing()
        let call = try world.answer(probe, .renewed(["n": 2]), approval: Sample.rule).view.call
        try world.decide(try #require(call.approval).id, .deny(reason: "not that"))
        #expect(try world.call(call.id).status == .denied)
    }

    /// A yes to what has happened already must not do it again.
    @Test func aSuccessThatComesWhileTheNewYesIsAwaitedWithdrawsTheQuestion() throws {
        let attempt = try world.start(tool())
        let probe = try #require(try world.hear(attempt, stale).next?.probe)
        let call = try world.answer(probe, .renewed(["n": 2]), approval: Sample.rule).view.call
        #expect(try world.hear(attempt, .succeeded(1)).view.call.status == .succeeded)
        let approval = try #require(call.approval).id
        #expect(throws: Rejection.approvalIsOver(approval, .withdrawn)) {
            try world.decide(approval, .approve())
        }
    }

    @Test func aLostRefreshIsMadeByAnother() throws {
        let probe = try refreshing()
        let second = try #require(
            try world.due(by: Sample.owner(2), gone: [probe.owner]).probes.first)
        #expect(second.purpose == .refresh && second.number == 2)
        #expect(try world.answer(second, .renewed(["n": 2])).next?.attempt?.number == 2)
    }

    @Test func aRefreshThatCannotTellIsMadeAgainAndThenTheCallFailsAsStale() throws {
        var probe = try refreshing()
        for _ in 1..<Limits.unsureProbes {
            let view = try world.answer(probe, .unsure(reason: "no answer")).view
            #expect(view.call.status == .pendingRetry && view.message == "it changed")
            world.pass(Limits.longestProbeDelayMs)
            probe = try #require(try world.due(by: Sample.owner(1)).probes.first)
        }
        let view = try world.answer(probe, .unsure(reason: "no answer")).view
        #expect(view.call.status == .failed && view.message == "it changed")
    }

    @Test func argumentsThatCannotBeKeptAreNoRenewal() throws {
        let value = try JSONParser.parse(#"{"n":12345678901234567890123}"#)
        let inexact = try #require(value.objectValue)
        let view = try world.answer(try refreshing(), .renewed(inexact)).view
        #expect(view.call.status == .pendingRetry && view.call.unsure == 1)
    }

    @Test(arguments: [(0, CallStatus.running), (1, .pendingRetry)])
    func renewedArgumentsHaveAtMostAMebibyte(_ over: Int, _ status: CallStatus) throws {
        // `{"t":"…"}` has eight bytes around its text.
        let text = String(repeating: "x", count: Limits.payloadBytes - 8 + over)
        let view = try world.answer(try refreshing(), .renewed(["t": .string(text)])).view
        #expect(view.call.status == status)
    }

    @Test func aCallThatIsBeingRenewedCanBeCancelled() throws {
        let probe = try refreshing()
        #expect(try world.cancel(probe.call).call.status == .cancelled)
        #expect(try world.answer(probe, .renewed(["n": 2])).next == nil)
        #expect(try world.call(probe.call).status == .cancelled)
    }
}

struct ReadBackTests {
    private let world = World()
    private let tool = Sample.tool(.keyed, followUps: Sample.followUps { $0.readsBack = true })

    private func readingBack(_ result: JSONValue = ["id": 7]) throws -> Probe {
        let attempt = try world.start(tool)
        let recorded = try world.hear(attempt, .succeeded(result))
        #expect(recorded.view.call.status == .running)
        return try #require(recorded.next?.probe)
    }

    @Test func aWriteIsReadBackWithItsResultBeforeItHasSucceeded() throws {
        let probe = try readingBack()
        #expect(probe.purpose == .readBack && probe.result == ["id": 7])
        let view = try world.answer(probe, .confirmed).view
        #expect(view.call.status == .succeeded && view.result == ["id": 7])
    }

    @Test func whatDiffersNeedsAPersonAndBothValuesAreKept() throws {
        let probe = try readingBack()
        let view = try world.answer(probe, .differs(["id": 8])).view
        #expect(view.call.status == .needsAttention && view.runState == .needsAttention)
        #expect(view.result == ["id": 7])
        guard case .needsAttention(.readBack(let found?)) = view.call.phase else {
            Issue.record("What was found is not kept: \(view.call.phase)")
            return
        }
        let kept = try world.journal.read { (reading) throws(JournalFault) in
            try reading.value(found)
        }
        #expect(kept == ["id": 8])
        let again = try world.submit(tool)
        #expect(again.isReplay && again.work == nil)
    }

    @Test(arguments: [Settlement.succeeded(["id": 8]), .failed(.fatal)])
    func aPersonSaysWhatHolds(_ settlement: Settlement) throws {
        let probe = try readingBack()
        try world.answer(probe, .differs(["id": 8]))
        let view = try world.resolve(probe.call, settlement)
        #expect(view.call.hasEnded && view.runState == .completed)
    }

    @Test func readingAgainDoesNotWriteAgain() throws {
        let probe = try readingBack()
        try world.answer(probe, .differs(["id": 8]))
        try world.resolve(probe.call, .retry)
        let work = try world.due()
        #expect(work.attempts.isEmpty)
        #expect(
            try world.answer(try #require(work.probes.first), .confirmed).view.call.status
                == .succeeded)
    }

    @Test func whatCannotBeReadIsReadLaterAndThenNeedsAPerson() throws {
        var probe = try readingBack()
        for _ in 1..<Limits.unsureProbes {
            #expect(
                try world.answer(probe, .unsure(reason: "no")).view.call.status == .running)
            world.pass(Limits.longestProbeDelayMs)
            probe = try #require(try world.due(by: Sample.owner(1)).probes.first)
        }
        let view = try world.answer(probe, .unsure(reason: "no")).view
        #expect(view.call.phase == .needsAttention(.readBack(found: nil)))
        #expect(view.result == ["id": 7])
    }

    @Test func aWriteThatAProbeFoundIsReadBackToo() throws {
        let verified = Sample.tool(
            .atMostOnce,
            followUps: Sample.followUps {
                $0.verify = VerifyRule(settleMs: 0, retriesAbsent: false)
                $0.readsBack = true
            })
        let attempt = try world.start(verified)
        let probe = try #require(
            try world.hear(attempt, .unknown(reason: "timed out")).next?.probe)
        let next = try #require(try world.answer(probe, .found(["id": 9])).next?.probe)
        #expect(next.purpose == .readBack && next.number == 2 && next.result == ["id": 9])
    }

    @Test func cancellingDoesNotForgetWhatHasHappened() throws {
        let probe = try readingBack()
        try world.cancel(probe.call)
        #expect(try world.answer(probe, .confirmed).view.call.status == .succeeded)
    }

    @Test func aResultThatIsTooLargeIsNotHandedToTheProbe() throws {
        let attempt = try world.start(tool)
        let next = try world.hear(attempt, .succeededTooLarge(byteCount: 9_000_000)).next
        #expect(try #require(next?.probe).result == nil)
    }
}
