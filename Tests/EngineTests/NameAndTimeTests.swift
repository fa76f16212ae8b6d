// How ids and times are written: they sort, read back, and refuse what is not theirs.

import Proofs
import Testing

@testable import Engine

struct NameAndTimeTests {
    @Test func idsSortByTimeAndComeBackFromTheirText() throws {
        var entropy = Entropy(seed: [UInt8](repeating: 1, count: 32))
        let times: [Int64] = [0, 1, 31, 32, 1_785_231_000_000, 281_474_976_710_655]
        let ids = times.map { CallID.mint(now: Instant(ms: $0), entropy: &entropy) }
        #expect(ids.map(\.text) == ids.map(\.text).sorted())
        for id in ids {
            #expect(CallID(id.text) == id)
            #expect(id.text.utf8.count == 5 + 36)
        }
        #expect(Set((0..<1_000).map { _ in CallID.mint(now: Instant(ms: 0), entropy: &entropy) })
            .count == 1_000)
    }

    @Test func whatIsNoIdIsRefused() {
        let good = Shapes.call.text
        let odd = [
            "", "call_", "run" + good.dropFirst(4), String(good.dropLast()), good + "0",
            good.uppercased(), good.dropLast() + "u", good.dropLast() + "é",
        ]
        for text in odd { #expect(CallID(text) == nil, "\(text)") }
    }

    @Test(arguments: [
        (Int64(0), "1970-01-01T00:00:00.000Z"), (951_782_400_001, "2000-02-29T00:00:00.001Z"),
        (-1, "1969-12-31T23:59:59.999Z"), (1_785_231_000_125, "2026-07-28T09:30:00.125Z"),
        (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
    ])
    func aTimeIsWrittenAndReadBack(_ ms: Int64, _ text: String) {
        #expect(Instant(ms: ms).description == text)
        #expect(Instant(text) == Instant(ms: ms))
    }

    @Test(arguments: [
        "2026-02-29T00:00:00.000Z", "2026-13-01T00:00:00.000Z", "2026-01-01T24:00:00.000Z",
        "2026-01-01T00:60:00.000Z", "2026-01-01T00:00:60.000Z", "2026-01-01 00:00:00.000Z",
        "2026-01-01T00:00:00.000z", "2026-01-01T00:00:00Z", "2026-00-10T00:00:00.000Z", "",
    ])
    func whatIsNoTimeIsRefused(_ text: String) { #expect(Instant(text) == nil) }

    @Test func sumsBeyondAllTimeStopAtItsEnds() {
        #expect(Instant(ms: .max) + 1 == Instant(ms: .max))
        #expect(Instant(ms: .min) + -1 == Instant(ms: .min))
        #expect(Instant(ms: .max).ms(since: Instant(ms: -1)) == .max)
        #expect(Instant(ms: .min).ms(since: Instant(ms: 1)) == .min)
    }

    @Test func theSameSeedGivesTheSameChance() {
        var first = Entropy(seed: [UInt8](repeating: 1, count: 32))
        var second = first
        #expect(first.bytes(7) + first.bytes(60) == second.bytes(67))
    }
}
