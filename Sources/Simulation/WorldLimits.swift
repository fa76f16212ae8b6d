// What is limited in a world, drawn from a stream of its own: worlds without limits tell the
// stories that they told before there were any.

import Engine
import JSON
import Proofs

struct WorldLimits {
    let rulebook: Rulebook
    /// Whether time stamps say when things really happened.
    let isClockSteady: Bool

    /// - Returns: nil for the worlds in which nothing is limited.
    init?(seed: Int, _ toolbox: Toolbox, isClockSteady: Bool) {
        var chance = Chance(seed: seed &+ 1_000_003)
        guard chance.percent(40) else { return nil }
        self.isClockSteady = isClockSteady
        var tools: [ToolName: Tool] = [:]
        for tool in toolbox.tools + toolbox.undoTools {
            tools[tool.name] = tool.limited(WorldLimits.tool(&chance))
        }
        rulebook = Rulebook(
            policy: Policy(
                digest: Digest.sha256([6]), allow: toolbox.tools.map(\.name), mode: .full,
                rules: [], allowance: WorldLimits.allowance(&chance), directory: Directory()),
            tools: tools)
    }

    /// Where nothing is limited.
    static func none(_ toolbox: Toolbox) -> Rulebook {
        let tools = toolbox.tools + toolbox.undoTools
        return Rulebook(
            policy: Policy(
                digest: Digest.sha256([5]), allow: toolbox.tools.map(\.name), mode: .full,
                rules: [], allowance: .unlimited, directory: Directory()),
            tools: Dictionary(tools.map { ($0.name, $0) }, uniquingKeysWith: { $1 }))
    }

    private static func some(
        _ range: ClosedRange<Int64>, _ chance: inout Chance, in percent: Int = 50
    ) -> Int? {
        chance.percent(percent) ? Int(chance.within(range)) : nil
    }

    private static func rate(_ counts: ClosedRange<Int64>, _ chance: inout Chance) -> Rate? {
        some(counts, &chance).map { Rate(count: $0, perMs: chance.within(2_000...60_000)) }
    }

    private static func tool(_ chance: inout Chance) -> ToolLimits {
        ToolLimits(
            rate: rate(1...6, &chance), concurrency: some(1...3, &chance),
            cost: Amount(micros: chance.within(0...3) * 500_000),
            amount: some(10...60, &chance).map {
                AmountRule(
                    of: JSONPointer(tokens: ["n"]), max: Amount(micros: Int64($0) * 1_000_000),
                    perMs: chance.within(5_000...90_000))
            })
    }

    private static func allowance(_ chance: inout Chance) -> Allowance {
        func budget(_ scale: Int64) -> Budget {
            var budget = Budget()
            budget.calls = some(2...scale, &chance)
            budget.writes = some(1...scale, &chance)
            budget.cost = some(1...scale, &chance).map { Amount(micros: Int64($0) * 1_000_000) }
            budget.bytes = some(100...scale * 60, &chance)
            budget.timeMs = some(1_000...scale * 10_000, &chance, in: 25).map { Int64($0) }
            budget.identical = some(1...4, &chance)
            return budget
        }
        return Allowance(
            run: budget(12), day: budget(60), rate: rate(2...20, &chance),
            concurrency: some(1...5, &chance))
    }
}

extension Tool {
    fileprivate func limited(_ limits: ToolLimits) -> Tool {
        Tool(
            name: name, manifest: manifest, delivery: delivery, reversibility: reversibility,
            idempotency: idempotency, approval: approval, timeoutMs: timeoutMs, retry: retry,
            followUps: followUps, limits: limits, mode: mode, labels: labels)
    }
}
