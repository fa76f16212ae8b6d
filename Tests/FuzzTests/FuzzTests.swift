// A bounded run of every fuzz target, from a seed that is always the same unless the environment
// names another: `make fuzz SEED=… COUNT=… ONLY=…`. Each finding says how to play it again.

import Foundation
import FuzzCases
import Testing

struct FuzzTests {
    private static let environment = ProcessInfo.processInfo.environment

    /// The first case's seed; the others count up from it, so that each can be played alone.
    private static let seed = environment["FUZZ_SEED"].flatMap(UInt64.init) ?? 1

    private static func count(_ target: FuzzTarget) -> Int {
        if let asked = environment["FUZZ_COUNT"].flatMap(Int.init) { return asked }
        // About three seconds each in a debug build.
        return switch target {
        case .framer: 4_000
        case .parser: 4_000
        case .foundation: 4_000
        case .schema: 1_500
        case .server: 1_500
        case .client: 1_500
        }
    }

    private static let targets = FuzzTarget.allCases.filter {
        environment["FUZZ_ONLY"] == nil || environment["FUZZ_ONLY"] == $0.rawValue
    }

    @Test(arguments: targets)
    func holds(_ target: FuzzTarget) {
        let count = Self.count(target)
        let replay = "make fuzz ONLY=\(target.rawValue)"
        // Said before, since a crash says nothing afterwards.
        print("fuzz \(target): again by \(replay) SEED=\(Self.seed) COUNT=\(count)")
        for step in 0..<UInt64(max(count, 0)) {
            let seed = Self.seed &+ step
            if Self.environment["FUZZ_TRACE"] != nil { print("fuzz \(target): case \(seed)") }
            do throws(FuzzFinding) {
                try target.run(Chance(seed: seed))
            } catch {
                Issue.record("\(replay) SEED=\(seed) COUNT=1: \(error)")
                return
            }
        }
    }

    @Test func theSameSeedMakesTheSameChoices() {
        var (one, same, other) = (Chance(seed: 7), Chance(seed: 7), Chance(seed: 8))
        let choices = (0..<100).map { _ in one.below(1000) }
        #expect(choices == (0..<100).map { _ in same.below(1000) })
        #expect(choices != (0..<100).map { _ in other.below(1000) })
        #expect(Set(choices).count > 50)
    }

    @Test func choicesEndWithTheirBytes() {
        var chance = Chance(bytes: [3, 1, 2])
        #expect(chance.below(4) == 3)
        #expect(chance.below(65_536) == 258)
        #expect(chance.below(10) == 0 && chance.once(in: 2) == false)
        for target in FuzzTarget.allCases {
            #expect(throws: Never.self) { try target.run(Chance(bytes: [])) }
        }
    }
}
