// A run's state is the fold of its records, and every table that follows from events does so
// exactly, whatever was asked in whatever order.

import JSON
import Testing

@testable import Engine

struct FoldTests {
    @Test(arguments: [1, 2, 3, 4, 5])
    func theStoredStateIsTheFoldOfItsRecordsAfterEveryStep(_ seed: Int) throws {
        var walk = RandomWalk(seed: seed)
        for step in 0..<300 {
            try walk.step()
            guard let touched = try walk.world.newestRecordsRun() else { continue }
            let (folded, snapshot) = try walk.world.journal.read {
                (reading) throws(JournalFault) in
                (try reading.foldedRun(touched), try reading.run(touched))
            }
            #expect(folded == snapshot, "seed \(seed), step \(step)")
        }
        let phases = try Derived(walk.world.journal).snapshots.values
            .flatMap { $0.calls.map(\.phase.word) }
        #expect(Set(phases).count >= 8, "The walk saw only \(Set(phases).sorted()).")
    }

    @Test(arguments: [11, 12])
    func everyTableThatFollowsFromEventsIsRebuiltFromThem(_ seed: Int) throws {
        var walk = RandomWalk(seed: seed)
        for step in 0..<600 {
            try walk.step()
            guard step % 60 == 59 else { continue }
            let contradictions = try Derived(walk.world.journal).contradictions
            #expect(contradictions.isEmpty, "seed \(seed), step \(step): \(contradictions)")
        }
    }

    @Test(arguments: [13, 14])
    func whatHasBeenUsedOfLimitsIsRebuiltFromEventsToo(_ seed: Int) throws {
        var walk = RandomWalk(seed: seed, under: LimitWitness.allowance, LimitWitness.limits)
        for step in 0..<600 {
            try walk.step()
            guard step % 60 == 59 else { continue }
            let contradictions = try Derived(walk.world.journal).contradictions
            #expect(contradictions.isEmpty, "seed \(seed), step \(step): \(contradictions)")
        }
        let ledgers = try walk.world.keyNames().filter(LimitTables.isLedger)
        for kind in ["day:", "rate:tool:", "rate:profile:", "amount:", "same:"] {
            #expect(ledgers.contains { $0.hasPrefix(kind) }, "Nothing was counted under \(kind)")
        }
    }

    @Test func rebuildingNoticesATableThatDoesNotFollow() throws {
        let world = World()
        let attempt = try world.start(Sample.tool(.keyed))
        #expect(try Derived(world.journal).contradictions.isEmpty)
        try world.door { (journal) throws(DoorError) in
            try faulting { () throws(JournalFault) in
                try journal.schedule(nil, for: .call(attempt.call), formerly: Instant(ms: 0))
            }
        }
        #expect(try Derived(world.journal).contradictions.count == 1)
    }

    @Test func erasingPayloadsChangesNoTableThatFollowsFromEvents() throws {
        var walk = RandomWalk(seed: 21)
        for _ in 0..<300 { try walk.step() }
        let world = walk.world
        let before = try Derived(world.journal)
        let references = try world.log().flatMap { EventParts($0.event).payloads }
        try world.door { (journal) throws(DoorError) in
            try faulting { () throws(JournalFault) in
                for reference in references {
                    try journal.setPayload(nil, for: reference.commitment)
                }
            }
        }
        let after = try Derived(world.journal)
        #expect(after.contradictions.isEmpty)
        #expect(after.snapshots == before.snapshots && after.keys == before.keys)
    }

    /// A run of so many calls that it has a snapshot, and what follows it.
    private func longRun(_ world: World) throws -> Run {
        let run = try world.begin().run.id
        for number in 1...7 {
            let attempt = try world.start(Sample.tool(.keyed), ["n": .integer(number)], run: run)
            try world.record(attempt, .succeeded(1))
        }
        return try world.run(run)
    }

    private func damage(_ run: Run, _ snapshot: StoredSnapshot?, in world: World) throws {
        try world.door { (journal) throws(DoorError) in
            try faulting { () throws(JournalFault) in
                let state = StoredState(
                    version: run.version, head: run.head, label: "open", group: "g",
                    snapshot: snapshot)
                try journal.setState(state, of: run.id, replacing: run.version)
            }
        }
    }

    @Test(arguments: ["", "{", "[]", "{}", #"{"id":"run_1"}"#])
    func aDamagedSnapshotIsMadeAnewFromTheRecords(_ text: String) throws {
        let world = World()
        let before = try longRun(world)
        let odd = StoredSnapshot(version: before.version - 2, pieces: [0: Array(text.utf8)])
        try damage(before, odd, in: world)
        #expect(try world.run(before.id) == before)
        let attempt = try world.start(Sample.tool(.keyed), run: before.id)
        #expect(try world.record(attempt, .succeeded(1)).call.status == .succeeded)
        #expect(try Derived(world.journal).contradictions.isEmpty)
    }

    /// Readable, but of other records than those that are there: it must neither be believed nor
    /// end the host.
    @Test func aSnapshotThatIsNoneOfItsRecordsIsMadeAnewFromThem() throws {
        for shift in [-18, -7, -1, 1] {
            let world = World()
            let before = try longRun(world)
            let other = before.snapshot
            let odd = StoredSnapshot(version: other.version + shift, pieces: other.pieces)
            try damage(before, odd, in: world)
            #expect(try world.run(before.id) == before)
            try world.record(
                try world.start(Sample.tool(.keyed), ["n": 8], run: before.id), .succeeded(1))
            #expect(try Derived(world.journal).contradictions.isEmpty)
        }
    }

    @Test func aDamagedPieceOfASnapshotIsMadeAnewAndTheSnapshotStaysWhole() throws {
        for damaged in [1, 2, 3] {
            let world = World()
            let before = try longRun(world)
            #expect(Set(before.snapshot.pieces.keys) == [0, 1, 2, 3, 4, 5, 6])
            var pieces = before.snapshot.pieces
            pieces[damaged] = Array("{}".utf8)
            try damage(
                before, StoredSnapshot(version: before.version, pieces: pieces), in: world)
            #expect(try world.run(before.id) == before)
            for number in 8...14 {
                try world.record(
                    try world.start(Sample.tool(.keyed), ["n": .integer(number)], run: before.id),
                    .succeeded(1))
            }
            #expect(try Derived(world.journal).contradictions.isEmpty)
        }
    }

    /// A snapshot costs what has changed since the last one; most saves write none.
    @Test func aRunIsSnapshotOnlyNowAndThenAndNoMoreThanWhatChanged() throws {
        let world = World()
        let run = try world.begin().run.id
        var versions: [Int] = []
        for number in 1...30 {
            let attempt = try world.start(Sample.tool(.keyed), ["n": .integer(number)], run: run)
            try world.record(attempt, .succeeded(1))
            let stored = try world.journal.read { (reading) throws(JournalFault) in
                try reading.state(of: run)
            }
            let state = try #require(stored)
            let every = Limits.recordsPerSnapshot
            #expect((state.snapshot == nil) == (state.version < every))
            if let version = state.snapshot?.version {
                #expect(version <= state.version && state.version / every == version / every)
                if versions.last != version { versions.append(version) }
            }
        }
        let run30 = try world.run(run)
        #expect(versions.count == run30.version / Limits.recordsPerSnapshot)
        let since = run30.version / Limits.recordsPerSnapshot * Limits.recordsPerSnapshot
        #expect(run30.snapshot(changedSince: since).pieces.count < 10)
        #expect(Set(run30.snapshot(changedSince: run30.version).pieces.keys) == [0])
        #expect(try Run(snapshot: run30.snapshot).calls == run30.calls)
        let cut = StoredSnapshot(
            version: run30.version, pieces: run30.snapshot.pieces.filter { $0.key != 29 })
        #expect(throws: RecordError.self) { try Run(snapshot: cut) }
    }

    /// Every shape of a call, and every part a run may have, comes back from its snapshot.
    @Test(arguments: CallShape.allCases)
    func aSnapshotIsReadBackAsItWasWritten(_ shape: CallShape) throws {
        for isRead in [false, true] {
            guard var run = shape.run(isRead: isRead) else { continue }
            run.pins = [ToolPin(tool: ToolName("t"), manifest: Sample.manifest("t"))]
            run.purpose = Shapes.payload(.purpose)
            run.summary = isRead ? Shapes.payload(.summary) : nil
            run.isCompleted = isRead
            run.isSingle = !isRead
            run.calls[0].cancelRequested = isRead
            run.calls[0].endedAt = isRead ? Shapes.now : nil
            run.calls[0].deliveredAt = isRead ? nil : Shapes.now
            run.calls[0].approval?.executeBy = isRead ? Shapes.now : nil
            run.calls[0].approval?.decisions = isRead ? EventSamples.decisions : []
            run.calls[0].approval?.isEscalated = isRead
            run.calls[0].approval?.isPassedOn = isRead
            run.calls[0].approval?.reminders = isRead ? 2 : 0
            run.calls[0].approval?.remindedAt = isRead ? Shapes.now : nil
            run.calls[0].ruling = isRead ? EventSamples.ruling : nil
            run.calls[0].grant = isRead ? EventSamples.grant : nil
            #expect(try Run(snapshot: run.snapshot) == run)
            #expect(run.snapshot.version == run.version)
        }
    }

    @Test func everyWithheldReasonAndFailureClassComesBackFromASnapshot() throws {
        var phases: [Phase] = Withheld.allCases.map {
            .succeeded(result: Shapes.payload(.result), withheld: $0)
        }
        phases += FailureClass.allCases.map { .failed($0, error: Shapes.payload(.error)) }
        phases += [
            .denied(reason: Shapes.payload(.reason)), .cancelled(reason: Shapes.payload(.reason)),
        ]
        for phase in phases {
            var run = try #require(CallShape.running.run(isRead: false))
            run.calls[0].phase = phase
            #expect(try Run(snapshot: run.snapshot) == run)
        }
    }
}
