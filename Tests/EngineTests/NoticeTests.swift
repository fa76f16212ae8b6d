// What people are to be told of approvals: one key for each thing that happened, in the transaction
// in which it did, and only where somebody is told.

import JSON
import Testing

@testable import Engine

struct NoticeTests {
    private let world = World()
    private let tool = Sample.tool(.atMostOnce, approval: Sample.rule)

    init() { world.writesNotices = true }

    private func hold() throws -> (call: CallID, approval: ApprovalID) {
        let call = try world.submit(tool).view.call
        return (call.id, try #require(call.approval).id)
    }

    private func due(limit: Int = 100) throws -> [DueNotice] {
        try world.journal.read { reading throws(JournalFault) in
            try reading.dueNotices(limit: limit)
        }
    }

    private func told() throws -> [String] {
        try due().map { "\($0.kind.rawValue) \($0.number)" }
    }

    @Test func aRequestIsToldOfWithItsPlace() throws {
        let held = try hold()
        let run = try #require(held.call.runIfFirst as RunID?)
        #expect(
            try due() == [
                DueNotice(
                    approval: held.approval, kind: .requested, number: 1,
                    place: CallPlace(run: run, call: held.call))
            ])
    }

    @Test func everyEndIsToldOf() throws {
        let yes = try hold().approval
        try world.decide(yes, .approve())
        #expect(try told() == ["decided 1", "requested 1"])
        let attempt = try #require(try world.due().attempts.first)
        #expect(try told() == ["decided 1", "requested 1"], "that it is spent is no news")
        try world.record(attempt, .failed(Failure(.fatal, "no")))
        #expect(try told() == ["decided 1", "requested 1"])
    }

    @Test func aNoIsToldOf() throws {
        try world.decide(try hold().approval, .deny(reason: "no"))
        #expect(try told() == ["decided 1", "requested 1"])
    }

    @Test func eachReminderAndTheEscalationAreToldOf() throws {
        world.rule(
            [
                try .always(
                    .approve(
                        .by(
                            ["finance"], remindAfterMs: 1_000, escalateAfterMs: 1_500,
                            escalateTo: ["manager"])))
            ], over: [Sample.tool(.atMostOnce)])
        _ = try world.submit(Sample.tool(.atMostOnce))
        for _ in 0..<3 {
            world.pass(1_000)
            _ = try world.due()
        }
        #expect(
            try told() == ["escalated 1", "reminded 1", "reminded 2", "reminded 3", "requested 1"])
    }

    @Test func silenceIsToldOf() throws {
        _ = try hold()
        world.pass(Sample.rule.decideWithinMs)
        _ = try world.due()
        #expect(try told() == ["decided 1", "requested 1"])
    }

    @Test func aYesThatRanOutIsToldOfAfterTheYes() throws {
        try world.decide(try hold().approval, .approve())
        world.pass(Sample.rule.executeWithinMs)
        _ = try world.due()
        #expect(try told() == ["decided 1", "decided 2", "requested 1"])
    }

    @Test func aCancelTakesTheRequestBackAndIsToldOf() throws {
        try world.cancel(try hold().call)
        #expect(try told() == ["decided 1", "requested 1"])
    }

    @Test func whatWasTakenUpIsOffTheList() throws {
        _ = try hold()
        let notice = try #require(try due().first)
        try world.door { [doors = world.doors] journal throws(DoorError) in
            try faulting { () throws(JournalFault) in try doors.forget(notice, in: journal) }
        }
        #expect(try due().isEmpty)
    }

    @Test func theListIsReadInPages() throws {
        for number in 1...3 { _ = try world.submit(tool, ["to": .integer(number)]) }
        #expect(try due(limit: 2).count == 2)
        #expect(try due(limit: 3).count == 3)
    }

    @Test func whereNobodyIsToldNothingIsNoted() throws {
        world.writesNotices = false
        try world.decide(try hold().approval, .approve())
        #expect(try due().isEmpty)
    }

    /// It keeps nobody from being told of the others.
    @Test func aKeyThatIsNoneOfOursIsPassedOver() throws {
        _ = try hold()
        try world.door { journal throws(DoorError) in
            try faulting { () throws(JournalFault) in
                try journal.setKey(KeyName("notice:x:requested:1"), to: [1])
            }
        }
        #expect(try due().count == 1)
    }
}
