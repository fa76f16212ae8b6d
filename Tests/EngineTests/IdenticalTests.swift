// The very same call again and again: stopped after as many times as a run, or a day, allows.

import JSON
import Testing

@testable import Engine

struct IdenticalTests {
    private let world = World()
    private let read = Sample.tool(.read)
    private let write = Sample.tool(.keyed, retry: .never)

    private func limit(run: Int? = nil, day: Int? = nil) {
        world.limit(
            Sample.allowance(
                run: Sample.budget { $0.identical = run },
                day: Sample.budget { $0.identical = day }), read, write)
    }

    @Test func aReadIsMadeThreeTimesInARunAndNotAFourth() throws {
        limit(run: 3)
        let run = try world.begin().run.id
        for _ in 1...3 { #expect(try world.over(read, run: run) == nil) }
        let count = try world.log().count
        let over = try #require(try world.over(read, run: run))
        #expect(over.code == "identical_call" && over.next == .doNotRetry)
        #expect(over.message.contains("was made 3 times in this run before"))
        #expect(try world.log().count == count)
        #expect(try world.over(read, ["to": "bo"], run: run) == nil)
        #expect(try world.over(write, run: run) == nil)
        #expect(try world.over(read, run: try world.begin().run.id) == nil)
    }

    @Test func theOrderOfArgumentsMakesNoOtherCall() throws {
        limit(run: 1)
        let run = try world.begin().run.id
        #expect(try world.over(read, ["a": 1, "b": 2], run: run) == nil)
        #expect(try world.over(read, ["b": 2, "a": 1], run: run) != nil)
    }

    @Test func replaysOfWhatHasEndedCountAndJoinedCallsDoNot() throws {
        limit(run: 3)
        let run = try world.begin().run.id
        let attempt = try world.start(write, run: run)
        for _ in 1...5 { #expect(try world.submit(write, run: run).isReplay) }
        try world.record(attempt, .succeeded(1))
        for _ in 1...2 { #expect(try world.submit(write, run: run).isReplay) }
        #expect(try world.over(write, run: run)?.used == 3)
    }

    @Test func aNewKeyMakesNoOtherCallAndOneThatFailedCounts() throws {
        limit(run: 2)
        let run = try world.begin().run.id
        try world.record(
            try world.start(write, run: run), .failed(Failure(.fatal, "no")))
        #expect(try world.over(write, run: run, key: "other") == nil)
        #expect(try world.over(write, run: run, key: "another") != nil)
    }

    @Test func withoutARunTheDayOfProfileAndPersonIsOne() throws {
        limit(run: 2)
        for _ in 1...2 { #expect(try world.over(read) == nil) }
        let over = try #require(try world.over(read))
        #expect(over.fitsAt == world.now.nextDay)
        #expect(over.message.contains("today (UTC)"))
        let bo = Caller(profile: "desk", person: "bo", account: "host")
        #expect(try world.over(read, caller: bo) == nil)
        world.pass(world.now.nextDay.ms(since: world.now))
        #expect(try world.over(read) == nil)
        world.pass(-1)
        #expect(try world.over(read) == nil)
        #expect(try world.over(read) != nil)
    }

    @Test func aDaysLimitCountsOverRunsToo() throws {
        limit(day: 2)
        #expect(try world.over(read, run: try world.begin().run.id) == nil)
        #expect(try world.over(read) == nil)
        #expect(try world.over(read, run: try world.begin().run.id)?.subject
            == .identical(inRun: false))
    }

    @Test func noArgumentCanBeGuessedFromWhatIsCounted() throws {
        limit(run: 3)
        _ = try world.over(read, ["a": "guessable"])
        let names = try world.keyNames().filter { $0.hasPrefix("same:") }
        #expect(names.count == 1 && names[0].hasPrefix("same:hmac-sha256:"))
    }
}
