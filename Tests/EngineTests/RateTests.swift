// How many calls may be made in any stretch of time, of a tool and by a profile.

import JSON
import Testing

@testable import Engine

struct RateTests {
    private let world = World()
    private let tool = Sample.tool(
        .keyed, retry: .never, limits: Sample.limits(rate: Rate(count: 3, perMs: 1_000)))

    private func call(
        _ number: Int, _ tool: Tool? = nil, caller: Caller = Sample.ana
    ) throws -> OverLimit? {
        try world.over(tool ?? self.tool, ["n": .integer(number)], caller: caller)
    }

    @Test func asManyAsMayBeInAnyStretchAndNotOneMore() throws {
        world.limit(.unlimited, tool)
        let night = Caller(profile: "night", person: "bo", account: "host")
        for number in 1...3 {
            #expect(try call(number, caller: number == 2 ? night : Sample.ana) == nil)
            world.pass(100)
        }
        let over = try #require(try call(4))
        #expect(over.subject == .toolRate(perMs: 1_000) && over.used == 3 && over.max == 3)
        #expect(over.fitsAt == Instant(ms: Sample.startMs + 1_000) && over.next == .wait)
        world.pass(699)
        #expect(try call(4) != nil)
        world.pass(1)
        #expect(try call(4) == nil)
        #expect(try call(5)?.fitsAt == Instant(ms: Sample.startMs + 1_100))
    }

    @Test func aProfilesCallsCountOverAllItsTools() throws {
        let other = Sample.tool(.natural)
        world.limit(Sample.allowance(rate: Rate(count: 2, perMs: 60_000)), tool, other)
        #expect(try call(1) == nil)
        #expect(try call(1, other) == nil)
        let over = try #require(try call(2))
        #expect(over.subject == .profileRate("desk", perMs: 60_000))
        #expect(over.message.contains("the profile desk may make at most 2 calls in any 1 min"))
        let night = Caller(profile: "night", person: "ana", account: "host")
        #expect(try call(2, caller: night) == nil)
    }

    @Test func whatSurelyDidNotHappenMakesRoom() throws {
        world.limit(.unlimited, tool)
        let attempt = try world.start(tool, ["n": 1])
        #expect(try call(2) == nil)
        #expect(try call(3) == nil)
        #expect(try call(4) != nil)
        try world.record(attempt, .failed(Failure(.fatal, "no")))
        #expect(try call(4) == nil)
        #expect(try call(5) != nil)
        #expect(try Derived(world.journal).contradictions == [])
    }

    @Test func whatFailsAfterItsWindowMakesNoRoomForAnother() throws {
        world.limit(.unlimited, tool)
        let attempt = try world.start(tool, ["n": 1])
        world.pass(1_000)
        for number in 2...4 { #expect(try call(number) == nil) }
        try world.record(attempt, .failed(Failure(.fatal, "no")))
        #expect(try call(5) != nil)
    }

    @Test func aClockThatIsSetBackLetsNoMoreThroughAndDoesNotCloseForGood() throws {
        world.limit(.unlimited, tool)
        for number in 1...3 { #expect(try call(number) == nil) }
        world.pass(-86_400_000)
        #expect(try call(4) != nil)
        // Whoever gives something back looks at the others, which seemed to lie in the future.
        let other = Sample.tool(
            .natural, limits: Sample.limits(rate: Rate(count: 9, perMs: 1_000)))
        world.limit(.unlimited, tool, other)
        #expect(try call(1, other) == nil)
        var meter = Meter()
        var entropy = Entropy(seed: [UInt8](repeating: 3, count: 32))
        let ids = (0..<2).map { _ in CallID.mint(now: world.now, entropy: &entropy) }
        let later = world.now + 86_400_000
        meter.add(1, by: ids[0], at: later, within: 1_000, now: later)
        meter.add(1, by: ids[1], at: world.now, within: 1_000, now: world.now)
        let ahead = world.now + Limits.clockDoubtMs
        #expect(meter.used(within: 1_000, at: world.now) == 2)
        #expect(meter.used(within: 1_000, at: ahead + 999) == 1)
        #expect(meter.used(within: 1_000, at: ahead + 1_000) == 0)
    }

    @Test func aFewHundredAreExactAndMoreAreNeverTooFew() throws {
        var entropy = Entropy(seed: [UInt8](repeating: 5, count: 32))
        var meter = Meter()
        let perMs: Int64 = 100_000
        func at(_ number: Int) -> Instant { Instant(ms: Int64(number)) }
        func add(_ number: Int) -> CallID {
            let id = CallID.mint(now: at(number), entropy: &entropy)
            meter.add(1, by: id, at: at(number), within: perMs, now: at(number))
            return id
        }
        let ids = (0..<Limits.meterEntries).map(add)
        #expect(meter.merged == nil)
        for number in [0, 1, 200, 255] {
            #expect(
                meter.used(within: perMs, at: at(number) + perMs)
                    == Int64(Limits.meterEntries - number - 1))
        }
        _ = add(256)
        #expect(meter.merged == Meter.Sum(at: at(0), amount: 1))
        _ = add(257)
        #expect(meter.merged == Meter.Sum(at: at(1), amount: 2))
        // The first two are counted until the second has left.
        #expect(meter.used(within: perMs, at: at(0) + perMs) == 258)
        #expect(meter.used(within: perMs, at: at(1) + perMs) == 256)
        meter.remove(ids[0], within: perMs, now: at(257))
        #expect(meter.used(within: perMs, at: at(257)) == 258)
        meter.remove(ids[2], within: perMs, now: at(257))
        #expect(meter.used(within: perMs, at: at(257)) == 257)
        let bytes = try #require(meter.bytes)
        let reader = try ObjectReader(try JSONParser.parse(bytes))
        #expect(try Meter(reading: reader) == meter)
    }

    @Test func whenThereIsRoomIsTheFirstMomentAtWhichThereIs() {
        var entropy = Entropy(seed: [UInt8](repeating: 7, count: 32))
        var meter = Meter()
        for ms: Int64 in [0, 10, 20] {
            let at = Instant(ms: ms)
            meter.add(
                5, by: CallID.mint(now: at, entropy: &entropy), at: at, within: 100, now: at)
        }
        let now = Instant(ms: 30)
        #expect(meter.fits(1, under: 16, within: 100, at: now) == now)
        #expect(meter.fits(2, under: 16, within: 100, at: now) == Instant(ms: 100))
        #expect(meter.fits(7, under: 16, within: 100, at: now) == Instant(ms: 110))
        #expect(meter.fits(16, under: 16, within: 100, at: now) == Instant(ms: 120))
        #expect(meter.fits(17, under: 16, within: 100, at: now) == nil)
    }
}
