// Plays simulated worlds by their seeds: SEED is the first, COUNT how many, TRACE=1 tells each
// step.
// KINDS=1 counts the kinds of events, FIRST=1 ends with the first seed that fails.
// A seed in which something did not hold is told with the command that plays it again.

import Foundation
import Simulation

struct Wish {
    let first: Int
    let count: Int
    let isTracing: Bool
    let isCounting: Bool
    /// Whether the first seed that fails ends it.
    let endsAtFirst: Bool

    init(_ environment: [String: String]) {
        first = environment["SEED"].flatMap { Int($0) } ?? 1
        count = environment["COUNT"].flatMap { Int($0) } ?? 1_000
        isTracing = environment["TRACE"].map { !$0.isEmpty } ?? false
        endsAtFirst = environment["FIRST"].map { !$0.isEmpty } ?? false
        isCounting = environment["KINDS"].map { !$0.isEmpty } ?? false
    }
}

@main
struct Main {
    static func main() {
        let wish = Wish(ProcessInfo.processInfo.environment)
        let start = ContinuousClock.now
        var failed = 0
        var records = 0
        var kinds: [String: Int] = [:]
        for seed in wish.first..<(wish.first + wish.count) {
            let world = World(seed: seed, isTracing: wish.isTracing)
            let violation = world.run()
            records += world.recordCount
            for kind in world.eventKinds { kinds[kind, default: 0] += 1 }
            if wish.isTracing { for line in world.trace.lines { print(line) } }
            guard let violation else { continue }
            failed += 1
            print("seed \(seed): \(violation)")
            print("  again:  \(Replay.command(seed))")
            if wish.endsAtFirst { break }
        }
        if wish.isCounting {
            for (kind, seeds) in kinds.sorted(by: { $0.key < $1.key }) {
                print("  \(kind): in \(seeds) seeds")
            }
        }
        let seconds = Double((ContinuousClock.now - start) / .milliseconds(1)) / 1000
        let perMinute = Int(Double(wish.count) / max(seconds, 0.001) * 60)
        print(
            "\(wish.count) seeds from \(wish.first): \(failed) failed, \(records) records, "
                + "\(perMinute) seeds a minute")
        exit(failed == 0 ? 0 : 1)
    }
}
