// Long runs under random requests, units undone and snapshots damaged in between: whoever trusts a
// snapshot reads exactly what the records say, or knows that he must fold them.

import JSON
import Testing

@testable import Engine

struct SnapshotWalkTests {
    @Test(arguments: 1...3)
    func aSnapshotIsNeverReadWronglyInALongLife(_ seed: Int) throws {
        var walk = RandomWalk(longRunsOf: seed)
        var random = RandomSource(seed: seed + 1_000)
        var (longest, healed, damages) = (0, 0, 0)
        for step in 0..<260 {
            try walk.step()
            guard let touched = try walk.world.newestRecordsRun() else { continue }
            if random.chance(15) { try manyUnits(touched, walk.world, &random) }
            if random.chance(25) {
                walk.world.recent[touched] = try walk.world.run(touched)
            }
            var isDamaged = false
            if random.chance(8), try damage(touched, walk.world, &random) {
                damages += 1
                isDamaged = true
            }
            guard isDamaged || random.chance(40) else { continue }
            let (folded, read, resumed) = try seen(touched, walk.world)
            #expect(folded == read, "seed \(seed), step \(step)")
            #expect(resumed == nil || resumed == folded, "seed \(seed), step \(step)")
            longest = max(longest, folded?.version ?? 0)
            // Whoever reads it in a transaction leaves it whole.
            if isDamaged, random.chance(50) {
                healed += 1
                let look: JournalUnit = { (journal) throws(JournalFault) in
                    _ = try journal.run(touched)
                    return .keep
                }
                try walk.world.journal.commit([look], .flushed)
                let after = try seen(touched, walk.world)
                #expect(after.resumed == after.folded, "seed \(seed), step \(step)")
                #expect(after.folded == folded, "seed \(seed), step \(step)")
            }
        }
        #expect(longest > 40, "The runs stayed short: \(longest).")
        #expect(healed > 0 && damages > healed)
        for id in walk.known {
            let (folded, read, resumed) = try seen(id, walk.world)
            #expect(folded == read && (resumed == nil || resumed == folded))
        }
    }

    @Test(arguments: 1...2)
    func withoutDamageEverySnapshotIsReadable(_ seed: Int) throws {
        var walk = RandomWalk(longRunsOf: seed)
        var random = RandomSource(seed: seed + 2_000)
        for step in 0..<260 {
            try walk.step()
            guard let touched = try walk.world.newestRecordsRun() else { continue }
            if random.chance(20) { try manyUnits(touched, walk.world, &random) }
            if random.chance(25) {
                walk.world.recent[touched] = try walk.world.run(touched)
            }
            guard random.chance(50) else { continue }
            let (folded, _, resumed) = try seen(touched, walk.world)
            #expect(resumed == folded, "seed \(seed), step \(step)")
            guard step % 65 == 64 else { continue }
            let contradictions = try Derived(walk.world.journal).contradictions
            #expect(contradictions.isEmpty, "seed \(seed), step \(step): \(contradictions)")
        }
    }

    private func seen(
        _ run: RunID, _ world: World
    ) throws -> (folded: Run?, read: Run?, resumed: Run?) {
        try world.journal.read { (reading) throws(JournalFault) in
            var resumed: Run?
            if let state = try reading.state(of: run) { resumed = try reading.resumed(run, state) }
            return (try reading.foldedRun(run), try reading.run(run), resumed)
        }
    }

    /// Several units about one run in one transaction, some of them undone, each with what was
    /// known of the run at some time.
    private func manyUnits(_ run: RunID, _ world: World, _ random: inout RandomSource) throws {
        var units: [JournalUnit] = []
        for _ in 0..<(1 + random.below(9)) {
            let verdict: UnitVerdict = random.chance(40) ? .undo : .keep
            let tool = Sample.tool(random.chance(50) ? .keyed : .read)
            let request = world.request(tool, ["n": .integer(random.below(400))], run: run)
            let (doors, moment) = (world.doors, world.moment())
            let calls = try world.run(run).calls
            let call = random.chance(50) ? random.pick(calls)?.id : nil
            let known = world.recent[run]
            let unit: JournalUnit = { (journal) throws(JournalFault) in
                if let call {
                    _ = try doors.delivered(call, in: run, known: known, journal, moment)
                    return verdict
                }
                do throws(DoorError) {
                    _ = try doors.submit(request, in: journal, moment)
                    return verdict
                } catch {
                    switch error {
                    case .rejected: return .undo
                    case .fault(let fault): throw fault
                    }
                }
            }
            units.append(unit)
        }
        try world.journal.commit(units, random.chance(50) ? .flushed : .committed)
    }

    /// - Returns: whether there was a snapshot to damage.
    private func damage(
        _ run: RunID, _ world: World, _ random: inout RandomSource
    ) throws -> Bool {
        let stored = try world.journal.read { (reading) throws(JournalFault) in
            try reading.state(of: run)
        }
        guard let stored, let snapshot = stored.snapshot else { return false }
        var pieces: [Int: [UInt8]] = [:]
        var version = snapshot.version
        let places = snapshot.pieces.keys.sorted()
        switch random.below(4) {
        case 0: if let place = random.pick(places) { pieces[place] = [] }
        case 1:
            for place in places where random.chance(50) { pieces[place] = Array("{}".utf8) }
        case 2: version += 1 - random.below(40)
        case _:
            guard let place = random.pick(places), let bytes = snapshot.pieces[place] else { break }
            pieces[place] = Array(bytes.dropLast(1 + random.below(bytes.count)))
        }
        let state = StoredState(
            version: stored.version, head: stored.head, label: stored.label, group: stored.group,
            snapshot: StoredSnapshot(version: version, pieces: pieces))
        let unit: JournalUnit = { (journal) throws(JournalFault) in
            try journal.setState(state, of: run, replacing: state.version)
            return .keep
        }
        try world.journal.commit([unit], .flushed)
        return true
    }
}
