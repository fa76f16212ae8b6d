// What kind of weather a seed has: which faults happen in it at all, and how often. Every seed
// leaves some out, so that what hides behind a frequent fault is met too.

/// Percentages, where nothing else is said.
package struct Climate: Sendable {
    let steps: Int
    let hosts: Int
    let hasTwoEnvironments: Bool
    // Processes.
    let kill: Int
    let freeze: Int
    let powerLoss: Int
    let wallJump: Int
    // The journal, for each commit.
    let refusal: Int
    let lostAnswer: Int
    let deathBeforeCommit: Int
    let deathAfterCommit: Int
    let lockWait: Int
    // Systems, for each request.
    let transient: Int
    let stale: Int
    let refused: Int
    let lostBefore: Int
    let appliedThenLost: Int
    let saysUnknown: Int
    let slow: Int
    let livesOn: Int
    let probeTrouble: Int
    // People and agents.
    let cancel: Int
    let abort: Int
    let halt: Int
    let misjudgement: Int
    let denial: Int
    let deadline: Int
    /// How many calls are runs of their own.
    let singles: Int
    /// How many calls go to tools that can be undone.
    let undoable: Int

    init(_ chance: inout Chance) {
        func some(_ range: ClosedRange<Int64>, in percent: Int) -> Int {
            chance.percent(percent) ? Int(chance.within(range)) : 0
        }
        steps = Int(chance.within(100...320))
        hosts = Int(chance.within(1...4))
        hasTwoEnvironments = chance.percent(25)
        kill = some(1...8, in: 60)
        freeze = some(1...10, in: 50)
        powerLoss = some(1...4, in: 35)
        wallJump = some(1...4, in: 25)
        refusal = some(1...8, in: 45)
        lostAnswer = some(1...6, in: 35)
        deathBeforeCommit = some(1...4, in: 35)
        deathAfterCommit = some(1...6, in: 45)
        lockWait = some(5...40, in: 40)
        transient = some(5...60, in: 60)
        stale = some(5...60, in: 50)
        refused = some(5...40, in: 40)
        lostBefore = some(2...20, in: 50)
        appliedThenLost = some(2...30, in: 55)
        saysUnknown = some(2...20, in: 45)
        slow = some(5...60, in: 50)
        livesOn = some(5...50, in: 30)
        probeTrouble = some(5...40, in: 45)
        cancel = some(1...8, in: 50)
        abort = some(2...14, in: 65)
        halt = some(1...6, in: 40)
        misjudgement = some(5...30, in: 15)
        denial = some(5...50, in: 50)
        deadline = some(20...90, in: 40)
        singles = Int(chance.within(5...60))
        undoable = some(30...95, in: 50)
    }
}
