// The tools of a simulated world, drawn from the seed: every delivery, with and without what a
// manifest may name for afterwards.

import Engine
import JSON
import Proofs

struct Toolbox {
    /// What agents call, reads among them.
    private(set) var tools: [Tool] = []
    private(set) var undoTools: [Tool] = []
    private var byName: [ToolName: Tool] = [:]

    init(_ chance: inout Chance) {
        for number in 1...2 {
            add(Toolbox.undoTool(number, &chance), toUndo: true)
        }
        for (number, delivery) in Delivery.allCases.enumerated() {
            add(tool(delivery, number, &chance), toUndo: false)
            if delivery.isWrite, chance.percent(60) {
                add(tool(delivery, number + 10, &chance), toUndo: false)
            }
        }
    }

    subscript(name: ToolName) -> Tool {
        guard let tool = byName[name] else {
            preconditionFailure("\(name) is none of the simulation's tools.")
        }
        return tool
    }

    func pins(of tool: Tool) -> [ToolPin] {
        let names = [tool.name] + (tool.followUps.undo.map { [$0] } ?? [])
        return names.map { ToolPin(tool: $0, manifest: self[$0].manifest) }
    }

    private mutating func add(_ tool: Tool, toUndo: Bool) {
        byName[tool.name] = tool
        if toUndo { undoTools.append(tool) } else { tools.append(tool) }
    }

    private static func undoTool(_ number: Int, _ chance: inout Chance) -> Tool {
        let delivery = chance.pick(Delivery.allCases.filter(\.isWrite)) ?? .keyed
        var followUps = FollowUps()
        if delivery != .transactional, chance.percent(50) {
            followUps.verify = rule(&chance)
        }
        return make(
            "undo_\(delivery.rawValue)_\(number)", delivery, followUps, &chance,
            approvalPercent: 15)
    }

    private func tool(_ delivery: Delivery, _ number: Int, _ chance: inout Chance) -> Tool {
        var followUps = FollowUps()
        if delivery.isWrite {
            if delivery != .transactional, chance.percent(55) {
                followUps.verify = Toolbox.rule(&chance)
            }
            followUps.readsBack = chance.percent(25)
            followUps.refreshes = chance.percent(50)
            if chance.percent(65) { followUps.undo = chance.pick(undoTools)?.name }
            followUps.isPivot = chance.percent(12)
        }
        return Toolbox.make(
            "\(delivery.rawValue)_\(number)", delivery, followUps, &chance, approvalPercent: 20)
    }

    private static func make(
        _ name: String, _ delivery: Delivery, _ followUps: FollowUps, _ chance: inout Chance,
        approvalPercent: Int
    ) -> Tool {
        let isHeld = delivery.isWrite && chance.percent(approvalPercent)
        let hasFields = chance.percent(30)
        return Tool(
            name: ToolName(name),
            manifest: ManifestDigest(Digest.sha256(Array("manifest of \(name)".utf8))),
            delivery: delivery, reversibility: reversibility(delivery, followUps, &chance),
            idempotency: Idempotency(
                fields: hasFields ? [JSONPointer(tokens: ["n"])] : [],
                ignored: [JSONPointer(tokens: ["note"])],
                windowMs: chance.within(1_000...60_000)),
            approval: isHeld
                ? ApprovalRule.confirmation(
                    name: "manifest", decideWithinMs: chance.within(5_000...120_000),
                    executeWithinMs: chance.within(2_000...60_000)) : nil,
            timeoutMs: chance.within(500...8_000), retry: retry(&chance), followUps: followUps)
    }

    private static func reversibility(
        _ delivery: Delivery, _ followUps: FollowUps, _ chance: inout Chance
    ) -> Reversibility? {
        guard delivery.isWrite else { return nil }
        if followUps.undo != nil { return .reversible }
        return chance.percent(25) ? .irreversible : .partial
    }

    private static func rule(_ chance: inout Chance) -> VerifyRule {
        VerifyRule(
            settleMs: chance.within(1_000...15_000), retriesAbsent: chance.percent(40))
    }

    private static func retry(_ chance: inout Chance) -> RetryRule {
        if chance.percent(25) { return .standard }
        let firstMs = chance.within(50...2_000)
        return RetryRule(
            attempts: Int(chance.within(1...6)), firstMs: firstMs,
            factor: Double(chance.within(1...3)), maxMs: firstMs + chance.within(0...20_000))
    }
}
