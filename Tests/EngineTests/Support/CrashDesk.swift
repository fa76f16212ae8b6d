// A system of record for the crash model: it keeps each delivery's promise and nothing more, and
// remembers what was really done, which no host can see.

import JSON

@testable import Engine

struct CrashDesk {
    /// The attempts that really had an effect, by call.
    private(set) var effects: [CallID: [Int]] = [:]
    /// With which arguments each call's attempts arrived.
    private(set) var arrivals: [CallID: Set<JSONObject>] = [:]
    /// Requests of dead hosts that are still on their way.
    private(set) var ghosts: [Attempt] = []

    func effectCount(_ call: CallID) -> Int { effects[call]?.count ?? 0 }
    func mayStillArrive(_ call: CallID) -> Bool { ghosts.contains { $0.call == call } }

    mutating func apply(_ attempt: Attempt) {
        arrivals[attempt.call, default: []].insert(attempt.arguments)
        switch attempt.delivery {
        case .read: break
        case .transactional, .keyed:
            // The key is known: the former answer, and no second effect.
            if effectCount(attempt.call) == 0 { effects[attempt.call] = [attempt.number] }
        case .natural, .atMostOnce: effects[attempt.call, default: []].append(attempt.number)
        }
    }

    /// A request leaves a host that then dies. A transaction dies with its connection.
    mutating func leave(_ attempt: Attempt) {
        switch attempt.delivery {
        case .read, .transactional: break
        case .keyed, .natural, .atMostOnce: ghosts.append(attempt)
        }
    }

    mutating func ghostArrives(_ random: inout RandomSource) {
        guard !ghosts.isEmpty else { return }
        let ghost = ghosts.remove(at: random.below(ghosts.count))
        if random.chance(70) { apply(ghost) }
    }
}
