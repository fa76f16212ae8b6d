// Work whose owner is gone, frozen or alive after all, and how often it is taken up again.

import JSON
import Testing

@testable import Engine

/// What a host has claimed itself and does not have in hand.
struct ForgottenClaimTests {
    private let world = World()
    private let owner = Sample.owner(1)

    @Test func itIsTakenUpAgainAfterItsLeaseAndNotBefore() throws {
        try world.renewLease(of: owner)
        let attempt = try world.start(Sample.tool(.keyed), by: owner, leaseMs: 15_000)
        world.pass(14_999)
        try world.renewLease(of: owner)
        // Claimed a moment ago, it may be on its way into the hand: found by a search that looks
        // further, it is left alone.
        #expect(try world.due(by: owner, gone: [owner], inHand: []).work.isEmpty)
        #expect(try world.call(attempt.call).status == .running)
        world.pass(1)
        #expect(try world.due(by: owner, inHand: [attempt.call]).work.isEmpty)
        #expect(try world.call(attempt.call).attempts == 1)
        world.pass(15_000)
        #expect(try world.due(by: owner, inHand: []).attempts.first?.number == 2)
    }
}

struct TakeoverTests {
    private let world = World()
    private let first = Sample.owner(1)
    private let second = Sample.owner(2)

    @Test func workOfADeadOwnerIsTakenOverAtOnce() throws {
        let attempt = try world.start(Sample.tool(.keyed), by: first)
        #expect(try world.due(by: second).attempts.isEmpty)
        let taken = try #require(try world.due(by: second, gone: [first]).attempts.first)
        #expect(taken.call == attempt.call)
        #expect(taken.number == 2 && taken.owner == second)
        #expect(taken.arguments == attempt.arguments)
        #expect(try world.call(attempt.call).recoveries == 1)
        #expect(try world.log().contains { $0.event.unknownCause == .ownerGone })
    }

    @Test(arguments: [(Int64(-1), false), (0, true)])
    func anExpiredLeaseIsInvestigatedAtItsEndAndNotBefore(
        _ offMs: Int64, _ taken: Bool
    ) throws {
        try world.renewLease(of: first, forMs: 1_000)
        let attempt = try world.start(Sample.tool(.keyed), by: first, leaseMs: 1_000)
        world.pass(1_000 + offMs)
        #expect(try world.due(by: second).attempts.count == (taken ? 1 : 0))
        #expect(try world.call(attempt.call).attempts == (taken ? 2 : 1))
        let causes = try world.log().compactMap(\.event.unknownCause)
        #expect(causes == (taken ? [.leaseExpired] : []))
    }

    @Test func anOwnerTheJournalDoesNotKnowIsBelievedForTheLeaseOfItsClaim() throws {
        try _ = world.start(Sample.tool(.keyed), by: first, leaseMs: 1_000)
        world.pass(999)
        #expect(try world.due(by: second).attempts.isEmpty)
        world.pass(1)
        #expect(try world.due(by: second).attempts.count == 1)
    }

    @Test func aRenewedLeasePostponesTheInvestigationToItsNewEnd() throws {
        let attempt = try world.start(Sample.tool(.keyed), by: first, leaseMs: 1_000)
        world.pass(500)
        try world.renewLease(of: first, forMs: 2_000)
        let until = world.now + 2_000
        world.pass(500)
        #expect(try world.due(by: second).attempts.isEmpty)
        #expect(try world.agendaLine(attempt.call)?.due == until)
        #expect(try world.due(by: second).examined == 0)
        world.pass(1_500)
        #expect(try world.due(by: second).attempts.count == 1)
    }

    @Test func aDeadOwnersLeaseDoesNotProtectItsWork() throws {
        try world.renewLease(of: first, forMs: 60_000)
        _ = try world.start(Sample.tool(.keyed), by: first)
        #expect(try world.due(by: second, gone: [first]).attempts.count == 1)
    }

    @Test(arguments: Delivery.allCases)
    func takeoverNeverSendsAnAtMostOnceWriteAgain(_ delivery: Delivery) throws {
        let attempt = try world.start(Sample.tool(delivery), by: first)
        let taken = try world.due(by: second, gone: [first]).attempts
        #expect(taken.isEmpty == (delivery == .atMostOnce))
        let call = try world.call(attempt.call)
        #expect(call.status == (delivery == .atMostOnce ? .unknown : .running))
        #expect(call.needsPerson == (delivery == .atMostOnce))
    }

    @Test func anotherEnvironmentsWorkIsInvestigatedButNotClaimed() throws {
        let attempt = try world.start(Sample.tool(.keyed), by: first)
        #expect(
            try world.due(by: second, gone: [first], environments: ["elsewhere"])
                .attempts.isEmpty)
        #expect(try world.call(attempt.call).status == .unknown)
        #expect(try world.due(by: second, environments: ["elsewhere"]).examined == 0)
        #expect(try world.due(by: second).attempts.count == 1)
    }

    @Test func aRepeatFromAnotherEnvironmentJoinsWithoutStarting() throws {
        let tool = Sample.tool(.keyed, approval: Sample.rule)
        let held = try world.submit(tool)
        try world.decide(try #require(held.view.call.approval).id, .approve())
        let elsewhere = try world.submit(tool, environment: "elsewhere")
        #expect(elsewhere.isReplay && elsewhere.attempt == nil)
        #expect(elsewhere.view.call.phase == .ready)
    }

    @Test func aRepeatOfACallWhoseTimeHasComeTakesItUp() throws {
        let tool = Sample.tool(.keyed)
        let attempt = try world.start(tool)
        try world.record(attempt, .unknown(reason: "timed out"))
        world.pass(Limits.recoveryDelayMs)
        let again = try world.submit(tool, by: second)
        #expect(again.isReplay)
        #expect(again.attempt?.number == 2)
        #expect(again.attempt?.call == attempt.call)
    }

    @Test func everyRecoveryIsCountedBeforeItStartsAndTheLimitNeedsAPerson() throws {
        var attempt = try world.start(Sample.tool(.keyed), by: Sample.owner(10))
        for recovery in 1...Limits.recoveries {
            let owner = Sample.owner(UInt8(10 + recovery))
            let due = try world.due(by: owner, gone: [attempt.owner])
            attempt = try #require(due.attempts.first)
            #expect(try world.call(attempt.call).recoveries == recovery)
        }
        #expect(try world.due(by: Sample.owner(99), gone: [attempt.owner]).attempts.isEmpty)
        let call = try world.call(attempt.call)
        #expect(call.phase == .needsAttention(.recoveryExhausted))
        #expect(try world.view(attempt.call).runState == .needsAttention)
        #expect(try world.agendaLine(attempt.call) == nil)
        #expect(try world.submit(Sample.tool(.keyed)).isReplay)
    }

    @Test func forgettingAnOwnerLeavesItsClaimedLeaseToSpeak() throws {
        try world.renewLease(of: first, forMs: 60_000)
        _ = try world.start(Sample.tool(.keyed), by: first, leaseMs: 1_000)
        let owner = first
        try world.door { [doors = world.doors] (journal) throws(DoorError) in
            try faulting { () throws(JournalFault) in try doors.forget(owner, in: journal) }
        }
        world.pass(1_000)
        #expect(try world.due(by: second).attempts.count == 1)
    }

    @Test func workIsHandedOutEarliestFirst() throws {
        let owners = (1...3).map { Sample.owner(UInt8($0)) }
        var calls: [CallID] = []
        for (index, lease) in [Int64(3_000), 1_000, 2_000].enumerated() {
            let arguments: JSONObject = ["n": .integer(index)]
            let attempt = try world.start(
                Sample.tool(.keyed), arguments, by: owners[index], leaseMs: lease)
            calls.append(attempt.call)
        }
        world.pass(3_000)
        let taken = try world.due(by: Sample.owner(9)).attempts.map(\.call)
        #expect(taken == [calls[1], calls[2], calls[0]])
    }
}

extension Event {
    var unknownCause: UnknownCause? {
        guard case .attemptUnknown(_, _, let unknown) = self else { return nil }
        return unknown.cause
    }

    var lateAnswer: LateAnswer? {
        guard case .lateAnswer(_, _, let answer, _) = self else { return nil }
        return answer
    }
}
