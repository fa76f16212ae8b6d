// What an abort leaves as it is, and the reason it gives for each.

import JSON
import Testing

@testable import Engine

struct StandingTests {
    private func aborted(_ bench: AbortBench) throws -> [CallID] {
        try bench.finish(try bench.world.abort(bench.run).next)
    }

    @Test func aWriteWithoutAnUndoStandsAndTheOthersAreUndone() throws {
        let bench = try AbortBench()
        let first = try bench.done(1)
        try bench.done(2, AbortBench.step { _ in })
        let third = try bench.done(3)
        #expect(try aborted(bench) == [third, first])
        #expect(try bench.standing == [.hasNoUndo] && bench.state == .aborted)
    }

    @Test func whatCannotBeTakenBackStandsWhateverItsManifestNames() throws {
        let bench = try AbortBench()
        let first = try bench.done(1)
        try bench.done(2, AbortBench.step(reversibility: .irreversible))
        let partial = try bench.done(3, AbortBench.step(reversibility: .partial))
        #expect(try aborted(bench) == [partial, first])
        #expect(try bench.standing == [.isIrreversible])
    }

    private static let pivot = AbortBench.step {
        $0.undo = ToolName("undo")
        $0.isPivot = true
    }

    @Test func theWayBackEndsAtAPivot() throws {
        let bench = try AbortBench()
        try bench.done(1)
        try bench.done(2, Sample.tool(.read))
        try bench.done(3, Self.pivot)
        let after = try bench.done(4)
        #expect(try aborted(bench) == [after])
        #expect(try bench.standing == [.isBeforePivot, .isPivot] && bench.state == .aborted)
    }

    @Test func aPivotThatDidNotHappenIsNone() throws {
        let bench = try AbortBench()
        let first = try bench.done(1)
        let attempt = try bench.world.start(Self.pivot, ["n": 2], run: bench.run)
        try bench.world.record(attempt, .failed(Failure(.fatal, "no")))
        #expect(try aborted(bench) == [first] && bench.standing.isEmpty)
    }

    @Test func nothingStandsInARunThatIsNotAborted() throws {
        let bench = try AbortBench()
        try bench.done(1, AbortBench.step { _ in })
        #expect(try bench.standing.isEmpty)
    }

    @Test func byForceWhatNobodyKnowsIsLeftStanding() throws {
        let bench = try AbortBench()
        let first = try bench.done(1)
        let attempt = try bench.unknown(2, AbortBench.step(.atMostOnce))
        try bench.world.abort(bench.run)
        let forced = try bench.world.abort(bench.run, isForced: true)
        #expect(forced.run.ending?.isForced == true)
        #expect(try bench.finish(forced.next) == [first])
        #expect(try bench.standing == [.isUnknown] && bench.state == .aborted)
        #expect(try bench.status(attempt.call) == .unknown)
        #expect(try bench.world.agendaLine(attempt.call) == nil)
    }

    @Test func byForceFromTheStartAnUnknownPivotStopsTheUndo() throws {
        let bench = try AbortBench()
        try bench.done(1)
        let pivot = AbortBench.step(.atMostOnce) { $0.isPivot = true }
        _ = try bench.unknown(2, pivot)
        let forced = try bench.world.abort(bench.run, isForced: true)
        #expect(forced.next == nil && forced.run.state == .aborted)
        #expect(try bench.standing == [.isBeforePivot, .isUnknown])
    }

    @Test func byForceARepeatableUnknownIsLeftToo() throws {
        let bench = try AbortBench()
        let attempt = try bench.unknown(1, AbortBench.step(.keyed))
        try bench.world.abort(bench.run, isForced: true)
        bench.world.pass(10_000)
        #expect(try bench.world.due().attempts.isEmpty)
        #expect(try bench.standing == [.isUnknown])
        #expect(try bench.status(attempt.call) == .unknown)
        let again = try bench.world.submit(
            AbortBench.step(.keyed), attempt.arguments, run: bench.run)
        #expect(again.isReplay && again.work == nil)
    }

    @Test func byForceACallUnderWayIsStillWaitedFor() throws {
        let bench = try AbortBench()
        let running = try bench.world.start(AbortBench.step(), ["n": 1], run: bench.run)
        #expect(try bench.world.abort(bench.run, isForced: true).run.state == .aborting)
        let next = try bench.world.hear(running, .succeeded(1)).next
        #expect(try bench.finish(next) == [running.call])
    }

    @Test func whatComesAfterTheEndNeedsAPersonAndStands() throws {
        let bench = try AbortBench()
        let lied = try bench.world.start(AbortBench.step(), ["n": 1], run: bench.run)
        try bench.world.record(lied, .failed(Failure(.fatal, "no")))
        #expect(try bench.world.abort(bench.run).run.state == .aborted)
        let late = try bench.world.hear(lied, .succeeded(1))
        #expect(late.view.call.phase.word == "needs_attention" && late.next == nil)
        #expect(try bench.state == .needsAttention && bench.standing == [.cameLate])
        try bench.world.resolve(lied.call, .succeeded(1))
        #expect(try bench.state == .aborted && bench.standing == [.cameLate])
        #expect(try bench.world.due().work.isEmpty)
    }

    @Test func whatWasLeftUnknownAndSucceedsLateNeedsAPersonAgain() throws {
        let bench = try AbortBench()
        let attempt = try bench.unknown(1, AbortBench.step(.atMostOnce))
        try bench.world.abort(bench.run, isForced: true)
        #expect(try bench.state == .aborted)
        #expect(try bench.world.hear(attempt, .succeeded(1)).view.runState == .needsAttention)
        #expect(throws: Rejection.wouldRepeat(attempt.call)) {
            try bench.world.resolve(attempt.call, .retry)
        }
        try bench.world.resolve(attempt.call, .succeeded(1))
        #expect(try bench.standing == [.cameLate])
    }

    @Test func afterTheEndNothingIsTriedAgain() throws {
        let bench = try AbortBench()
        let attempt = try bench.unknown(1, AbortBench.step(.atMostOnce))
        try bench.world.abort(bench.run, isForced: true)
        #expect(throws: Rejection.runEnded(bench.run)) {
            try bench.world.resolve(attempt.call, .retry)
        }
        #expect(try bench.world.resolve(attempt.call, .failed(.fatal)).runState == .aborted)
        #expect(try bench.standing.isEmpty)
    }

    /// The same effect once more is one effect where downstream keeps it apart by its key.
    @Test(arguments: [Delivery.keyed, .atMostOnce])
    func aSecondSuccessOfWhatWasUndoneStandsWhereItIsASecondEffect(
        _ delivery: Delivery
    ) throws {
        let bench = try AbortBench()
        let first = try bench.world.start(AbortBench.step(delivery), ["n": 1], run: bench.run)
        try bench.world.hear(first, .failed(Failure(.transient, "down")))
        bench.world.pass(1_000)
        let second = try #require(try bench.world.due(by: Sample.owner(1)).attempts.first)
        try bench.world.hear(second, .succeeded(1))
        #expect(try aborted(bench) == [first.call])
        let twice = try bench.world.hear(second, .succeeded(1)).view.call.status
        #expect(twice == .compensated)
        let late = try bench.world.hear(first, .succeeded(2)).view.call.status
        #expect(late == (delivery == .keyed ? .compensated : .needsAttention))
    }
}
