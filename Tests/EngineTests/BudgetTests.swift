// What one run, and one profile in one day, may use: each limit at the limit and one past it, what
// is given back, and what stays taken.

import JSON
import Testing

@testable import Engine

struct BudgetTests {
    private let world = World()
    private let tool = Sample.tool(
        .keyed, retry: .never, limits: Sample.limits(cost: 2))
    private let read = Sample.tool(.read, limits: Sample.limits(cost: 2))

    private func call(
        _ number: Int, _ tool: Tool? = nil, run: RunID? = nil, caller: Caller = Sample.ana
    ) throws -> OverLimit? {
        try world.over(tool ?? self.tool, ["n": .integer(number)], run: run, caller: caller)
    }

    @Test func aRunMakesAsManyCallsAsItMayAndNotOneMore() throws {
        world.limit(Sample.allowance(run: Sample.budget { $0.calls = 3 }), tool, read)
        let run = try world.begin().run.id
        for number in 1...3 {
            #expect(try call(number, number == 2 ? read : tool, run: run) == nil)
        }
        let count = try world.log().count
        let over = try #require(try call(4, run: run))
        #expect(over.subject == .run && over.unit == .calls && over.used == 3 && over.left == 0)
        #expect(over.fitsAt == nil && over.next == .doNotRetry && over.code == "over_limit")
        #expect(try world.log().count == count)
        let other = try world.begin().run.id
        #expect(try call(4, run: other) == nil)
    }

    @Test func onlyWritesCountAsWrites() throws {
        world.limit(Sample.allowance(run: Sample.budget { $0.writes = 1 }), tool, read)
        let run = try world.begin().run.id
        #expect(try call(1, read, run: run) == nil)
        #expect(try call(2, run: run) == nil)
        #expect(try call(3, run: run)?.unit == .writes)
        #expect(try call(4, read, run: run) == nil)
    }

    @Test func costsAreSummedAndAnAllowanceOfNothingLetsNothingThrough() throws {
        world.limit(
            Sample.allowance(run: Sample.budget { $0.cost = Amount(micros: 5_000_000) }), tool)
        let run = try world.begin().run.id
        #expect(try call(1, run: run) == nil)
        #expect(try call(2, run: run) == nil)
        let over = try #require(try call(3, run: run))
        #expect(over.unit == .cost && over.left == 1_000_000 && over.wanted == 2_000_000)
        world.limit(Sample.allowance(run: Sample.budget { $0.calls = 0 }), tool)
        #expect(try call(9)?.unit == .calls)
    }

    @Test func bytesOfArgumentsAndResultsCount() throws {
        let first = try JSONValue.object(["n": 1]).canonicalBytes().count
        world.limit(Sample.allowance(run: Sample.budget { $0.bytes = 3 * first + 10 }), tool)
        let run = try world.begin().run.id
        let attempt = try world.start(tool, ["n": 1], run: run)
        try world.record(attempt, .succeeded("12345678"))
        #expect(try world.run(run).weight.bytes == first + 10)
        #expect(try call(2, run: run) == nil)
        #expect(try call(3, run: run) == nil)
        #expect(try call(4, run: run)?.unit == .bytes)
    }

    @Test func aRunsTimeRunsFromItsBeginning() throws {
        world.limit(Sample.allowance(run: Sample.budget { $0.timeMs = 60_000 }), tool)
        let run = try world.begin().run.id
        world.pass(59_999)
        #expect(try call(1, run: run) == nil)
        world.pass(1)
        let over = try #require(try call(2, run: run))
        #expect(over.unit == .time && over.used == 60_000 && over.left == 0)
        #expect(over.message.contains("1 min used, 0 ms left"))
    }

    @Test func aDayIsCountedOverRunsAndCallsWithoutOneAndBeginsAnewInUTC() throws {
        world.limit(Sample.allowance(day: Sample.budget { $0.calls = 2 }), tool)
        #expect(try call(1) == nil)
        #expect(try call(2, run: try world.begin().run.id) == nil)
        let over = try #require(try call(3))
        #expect(over.subject == .day(profile: "desk") && over.used == 2)
        #expect(over.fitsAt == world.now.nextDay && over.next == .doNotRetry)
        #expect(over.message.contains(world.now.nextDay.description))
        #expect(world.now.nextDay.description.hasSuffix("T00:00:00.000Z"))
        let night = Caller(profile: "night", person: "ana", account: "host")
        #expect(try call(3, caller: night) == nil)
        world.pass(world.now.nextDay.ms(since: world.now) - 1)
        #expect(try call(4)?.next == .wait)
        world.pass(1)
        #expect(try call(4) == nil)
        world.pass(-1)
        #expect(try call(5)?.used == 2)
    }

    @Test(arguments: [Budget.Day.writes, .cost, .bytes, .time])
    func everyLimitOfADayIsKept(_ limit: Budget.Day) throws {
        world.limit(Sample.allowance(day: limit.budget), tool)
        let attempt = try world.start(tool, ["n": 1])
        world.pass(500)
        try world.record(attempt, .succeeded(1))
        let over = try #require(try call(2))
        #expect(over.unit == limit.unit && over.left == 0)
    }

    @Test func whatSurelyDidNotHappenIsGivenBack() throws {
        world.limit(Sample.allowance(day: Sample.budget { $0.calls = 1 }), tool)
        let attempt = try world.start(tool, ["n": 1])
        #expect(try call(2) != nil)
        try world.record(attempt, .failed(Failure(.fatal, "no")))
        #expect(try world.usedToday() == .zero)
        #expect(try call(2) == nil)
        #expect(try call(3) != nil)
    }

    @Test func whatMayHaveHappenedStaysTakenUntilItIsSettled() throws {
        let write = Sample.tool(.atMostOnce)
        world.limit(Sample.allowance(day: Sample.budget { $0.calls = 1 }), write)
        let attempt = try world.start(write, ["n": 1])
        try world.record(attempt, .unknown(reason: "timed out"))
        #expect(try call(2, write) != nil)
        try world.resolve(attempt.call, .failed(.fatal))
        #expect(try call(2, write) == nil)
    }

    @Test func aLateSuccessTakesAgainWhatItHadGivenBack() throws {
        let write = Sample.tool(.atMostOnce, retry: .never)
        world.limit(Sample.allowance(day: Sample.budget { $0.calls = 2 }), write)
        let attempt = try world.start(write, ["n": 1])
        try world.record(attempt, .unknown(reason: "timed out"))
        try world.resolve(attempt.call, .failed(.fatal))
        #expect(try world.usedToday().calls == 0)
        try world.record(attempt, .succeeded(1))
        #expect(try world.call(attempt.call).status == .needsAttention)
        #expect(try world.usedToday().calls == 1)
        #expect(try call(2, write) == nil)
        #expect(try call(3, write) != nil)
        #expect(try Derived(world.journal).contradictions == [])
    }

    @Test(arguments: [true, false])
    func aHeldCallTakesItsShareAndGivesItBackWhenItIsDeniedOrExpires(_ isDenied: Bool) throws {
        let held = Sample.tool(.keyed, approval: Sample.rule)
        world.limit(Sample.allowance(day: Sample.budget { $0.writes = 1 }), held)
        let submission = try world.submit(held, ["n": 1])
        #expect(submission.view.call.status == .pendingApproval)
        #expect(try call(2, held) != nil)
        if isDenied {
            try world.decide(
                try #require(submission.view.call.approval).id, .deny(reason: "no"))
        } else {
            world.pass(60_000)
            _ = try world.due()
        }
        #expect(try world.call(submission.view.call.id).status == .denied)
        #expect(try call(2, held) == nil)
    }

    @Test func aReplayAndAJoinedCallTakeNothing() throws {
        world.limit(Sample.allowance(day: Sample.budget { $0.calls = 1 }), tool)
        let attempt = try world.start(tool, ["n": 1])
        #expect(try world.submit(tool, ["n": 1]).isReplay)
        try world.record(attempt, .succeeded(1))
        #expect(try world.submit(tool, ["n": 1]).isReplay)
        #expect(try world.usedToday().calls == 1)
    }

    @Test func theTimeOfADayIsWhatAttemptsTookTogether() throws {
        world.limit(Sample.allowance(day: Sample.budget { $0.timeMs = 10_000 }), tool)
        for number in 1...2 {
            let attempt = try world.start(tool, ["n": .integer(number)])
            world.pass(3_000)
            try world.record(attempt, .succeeded(1))
            world.pass(50_000)
        }
        #expect(try world.usedToday().timeMs == 6_000)
        let attempt = try world.start(tool, ["n": 3])
        world.pass(-9_000)
        try world.record(attempt, .succeeded(1))
        #expect(try world.usedToday().timeMs == 6_000)
        #expect(try Derived(world.journal).contradictions == [])
    }

    @Test func twoDoorsOverOneJournalLetThroughWhatOneWould() throws {
        let night = Sample.owner(2)
        world.limit(Sample.allowance(day: Sample.budget { $0.calls = 5 }), tool)
        var through = 0
        for number in 0..<12 {
            let owner = number % 2 == 0 ? Sample.owner(1) : night
            do {
                _ = try world.submit(tool, ["n": .integer(number)], by: owner)
                through += 1
            } catch Rejection.overLimit {}
        }
        #expect(through == 5)
    }

    @Test func withoutLimitsNothingIsCountedAnywhere() throws {
        _ = try world.submit(tool, ["n": 1])
        world.limit(Sample.allowance(), Sample.tool(.keyed))
        let plain = try world.submit(Sample.tool(.keyed), ["n": 2])
        #expect(plain.view.call.charge == nil)
        #expect(try world.keyNames().filter(LimitTables.isLedger) == [])
    }

    @Test func whatCannotBeReadLetsNothingThroughAndKeepsNoOutcomeFromBeingRecorded() throws {
        world.limit(Sample.allowance(day: Sample.budget { $0.calls = 5 }), tool)
        let attempt = try world.start(tool, ["n": 1])
        let name = Index.day("desk", world.now.date)
        try world.door { (journal) throws(DoorError) in
            try faulting { () throws(JournalFault) in try journal.setKey(name, to: [0x7b]) }
        }
        #expect(throws: JournalFault.self) { try call(2) }
        #expect(try world.record(attempt, .succeeded(1)).call.status == .succeeded)
    }

    @Test func whatIsLeftIsToldWithWhenItBeginsAnew() throws {
        let allowance = Sample.allowance(
            run: Sample.budget {
                $0.calls = 5
                $0.cost = Amount(micros: 10_500_000)
                $0.timeMs = 60_000
            }, day: Sample.budget { $0.writes = 3 }, rate: Rate(count: 4, perMs: 1_000))
        world.limit(allowance, tool)
        let run = try world.begin().run.id
        #expect(try call(1, run: run) == nil)
        world.pass(100)
        let known = try world.run(run)
        let left = try world.journal.read { [world] (reading) throws(JournalFault) in
            try reading.budgetLeft(
                run: known, policy: world.doors.rulebook?.policy, now: world.now)
        }
        #expect(
            left == [
                "run": ["calls": 4, "cost": .number(JSONNumber(8.5)!), "time_ms": 59_900],
                "day": ["writes": 2, "resets_at": .string(world.now.nextDay.description)],
                "rate": ["calls": 3, "per_ms": 1_000],
            ])
        let none = try world.journal.read { [world] (reading) throws(JournalFault) in
            try reading.budgetLeft(run: known, policy: nil, now: world.now)
        }
        #expect(none == [:])
    }
}

extension Budget {
    /// Limits of a day that one call of the test's tool uses up.
    enum Day: Sendable {
        case writes, cost, bytes, time

        var unit: OverLimit.Unit {
            switch self {
            case .writes: .writes
            case .cost: .cost
            case .bytes: .bytes
            case .time: .time
            }
        }

        var budget: Budget {
            Sample.budget {
                switch self {
                case .writes: $0.writes = 1
                case .cost: $0.cost = Amount(micros: 2_000_000)
                case .bytes: $0.bytes = 8
                case .time: $0.timeMs = 500
                }
            }
        }
    }
}
