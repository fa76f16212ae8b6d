// The world in a value: one machine with its clocks and its journal, the hosts on it, the systems
// they reach and the people around them. What happens next is chosen from the seed; how each part
// acts lies beside this file.

import Engine
import Proofs

/// A simulated world of one seed. It is a class for its parts' sake; nothing else shares it.
package final class World {
    package let seed: Int
    var chance: Chance
    let climate: Climate
    let toolbox: Toolbox
    var clock = WorldClock()
    var disk = Disk()
    /// Under no rules; see ``doors(of:)``.
    let bareDoors: Doors
    let baseRules: Rulebook
    /// The rules as they are in the files now; nil in worlds without.
    var latestRules: WorldRules?
    var rulesChance: Chance
    var rulesMade = 0
    var hosts: [SimulatedHost] = []
    var network = Network()
    var ledger = Ledger()
    var checker = Checker()
    package var trace: Trace
    /// What agents asked for, so that they can ask again.
    var asked: [SubmitRequest] = []
    /// Whether faults have ended and everybody does what they can to finish.
    var isHealing = false
    var tasksMade = 0
    /// When a connection was closed, a host died or the clock was set for the last time.
    var quietSinceMs: Int64 = 0

    package init(seed: Int, isTracing: Bool = false) {
        self.seed = seed
        chance = Chance(seed: seed)
        climate = Climate(&chance)
        toolbox = Toolbox(&chance)
        let limits = WorldLimits(seed: seed, toolbox, isClockSteady: climate.wallJump == 0)
        bareDoors = Doors(
            keyed: KeyedHash(secret: chance.bytes(32)), rulebook: limits?.rulebook)
        baseRules = limits?.rulebook ?? WorldLimits.none(toolbox)
        rulesChance = Chance(seed: seed &+ 2_000_003)
        if rulesChance.percent(50) {
            latestRules = WorldRules(&rulesChance, baseRules, version: 0)
        }
        checker.limits = limits
        trace = Trace(isOn: isTracing)
        for tool in toolbox.tools + toolbox.undoTools {
            checker.mostAttempts[tool.name] = tool.retry.attempts
        }
    }

    func note(_ text: @autoclosure () -> String) { trace.note(clock, text()) }

    func violated(_ invariant: Invariant, _ text: String) {
        note("VIOLATED \(invariant.rawValue): \(text)")
        checker.violated(invariant, text)
    }

    /// - Returns: what did not hold, in words; nil where all held.
    package func run() -> Violation? {
        for _ in 0..<climate.hosts { startHost() }
        for host in actingHosts where hosts[host].acts && chance.percent(70) { begin(host) }
        for _ in 0..<climate.steps {
            step()
            if let violation = checker.violation { return violation }
        }
        heal()
        if checker.violation == nil { checkTheEnd() }
        return checker.violation
    }

    package var recordCount: Int { disk.recordCount }
    /// Which kinds of events there were.
    package var eventKinds: [String] { checker.kinds.sorted() }
}

/// What must always hold, by its number in the design.
package enum Invariant: Int, Sendable, CaseIterable {
    case intentBeforeEffect = 1
    case asOftenAsAsked = 2
    case oneFlushedOutcome = 3
    case orderOfUndoing = 4
    case halts = 5
    case budgets = 6
    case tablesFollowFromEvents = 7
    /// Checkpoints come with the audit log: nothing is checked under this number yet.
    case recordsVerify = 8
    case nothingWaitsWithoutAName = 9
}

package struct Violation: Sendable {
    package let invariant: Invariant
    package let text: String
}
