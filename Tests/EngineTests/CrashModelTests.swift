// The engine's promises under crashes, lost answers, frozen hosts and lost power, from fixed seeds.

import Foundation
import Testing

@testable import Engine

struct CrashModelTests {
    private static let seedsPerPart = 30
    private static let steps = 60

    /// A failing seed is run alone with the environment variable that its message names.
    private static var onlySeed: Int? {
        ProcessInfo.processInfo.environment["HOLDFAST_CRASH_SEED"].flatMap { Int($0) }
    }

    @Test(arguments: 0..<10)
    func promisesHoldWhateverIsKilledInBetween(_ part: Int) throws {
        let first = part * Self.seedsPerPart
        for seed in first..<(first + Self.seedsPerPart) {
            if let only = Self.onlySeed, only != seed { continue }
            var model = CrashModel(seed: seed)
            try model.run(steps: Self.steps)
            let advice = "Run HOLDFAST_CRASH_SEED=\(seed) swift test --filter CrashModelTests"
            #expect(model.violations.isEmpty, "seed \(seed): \(model.violations). \(advice)")
        }
    }

    /// The model is worth its name only if the bad things happen in it.
    @Test func theModelMeetsEveryEndAndEveryCause() throws {
        var kinds: Set<EventKind> = []
        var causes: Set<UnknownCause> = []
        var effects = 0
        for seed in 0..<20 {
            var model = CrashModel(seed: seed)
            try model.run(steps: Self.steps)
            let events = try model.world.log().map(\.event)
            kinds.formUnion(events.map { EventParts($0).kind })
            causes.formUnion(events.compactMap(\.unknownCause))
            effects += model.desk.effects.count
        }
        let rare: Set<EventKind> = [.manifestsPinned, .runCompleted, .recoveryExhausted]
        #expect(kinds.union(rare) == Set(EventKind.allCases))
        #expect(causes == [.noAnswer, .ownerGone, .leaseExpired])
        #expect(effects > 50)
    }
}
