// Aborting a run of which not every outcome is known: what is found out before, and how.

import JSON
import Testing

@testable import Engine

/// What must be known before anything is undone (DESIGN 5.4: verify first).
struct AbortAfterUnknownTests {
    @Test(arguments: [true, false], [true, false])
    func anUnknownCallIsVerifiedBeforeAnythingIsUndone(
        _ isThere: Bool, _ retriesAbsent: Bool
    ) throws {
        let bench = try AbortBench()
        let earlier = try bench.done(1)
        let verified = AbortBench.step(.atMostOnce) {
            $0.undo = ToolName("undo")
            $0.verify = VerifyRule(settleMs: 0, retriesAbsent: retriesAbsent)
        }
        let attempt = try bench.world.start(verified, ["n": 2], run: bench.run)
        let probe = try #require(
            try bench.world.hear(attempt, .unknown(reason: "timed out")).next?.probe)
        #expect(try bench.world.abort(bench.run).next == nil)
        let next = try bench.world.answer(probe, isThere ? .found(2) : .absent).next
        #expect(try bench.finish(next) == (isThere ? [attempt.call, earlier] : [earlier]))
        #expect(try bench.status(attempt.call) == (isThere ? .compensated : .cancelled))
        #expect(try bench.state == .aborted)
    }

    @Test(arguments: [true, false])
    func aTransactionalCallIsVoidedUnlessItHasHappened(_ hasHappened: Bool) throws {
        let bench = try AbortBench()
        let attempt = try bench.unknown(1, AbortBench.step(.transactional))
        try bench.world.abort(bench.run)
        bench.world.pass(Limits.recoveryDelayMs)
        let void = try #require(try bench.world.due(by: Sample.owner(1)).attempts.first)
        #expect(void.purpose == .void && void.call == attempt.call)
        let heard = try bench.world.hear(void, hasHappened ? .succeeded(1) : .voided)
        #expect(try bench.finish(heard.next) == (hasHappened ? [attempt.call] : []))
        #expect(
            try bench.status(attempt.call) == (hasHappened ? .compensated : .cancelled))
        #expect(try bench.state == .aborted)
        // Were the first attempt to commit after all, it would conflict: its answer is evidence.
        try bench.world.hear(attempt, .failed(Failure(.transient, "conflict")))
        #expect(try bench.state == .aborted)
    }

    @Test(arguments: [Delivery.keyed, .natural])
    func whatMayBeRepeatedIsSettledByTheSameOnceMore(_ delivery: Delivery) throws {
        let bench = try AbortBench()
        let attempt = try bench.unknown(1, AbortBench.step(delivery))
        try bench.world.abort(bench.run)
        bench.world.pass(Limits.recoveryDelayMs)
        let again = try #require(try bench.world.due(by: Sample.owner(1)).attempts.first)
        #expect(again.purpose == .effect && again.arguments == attempt.arguments)
        let heard = try bench.world.hear(again, .succeeded(1))
        #expect(try bench.finish(heard.next) == [attempt.call])
    }

    @Test func aCallThatWasAskedToStopIsStillSettledWhenItsRunIsAborted() throws {
        let bench = try AbortBench()
        let attempt = try bench.unknown(1, AbortBench.step(.keyed))
        try bench.world.cancel(attempt.call)
        try bench.world.abort(bench.run)
        bench.world.pass(Limits.recoveryDelayMs)
        #expect(try bench.world.due().attempts.map(\.call) == [attempt.call])
    }

    @Test func anUnknownReadIsForgotten() throws {
        let bench = try AbortBench()
        let attempt = try bench.unknown(1, Sample.tool(.read))
        try bench.world.abort(bench.run)
        bench.world.pass(Limits.recoveryDelayMs)
        #expect(try bench.world.due().attempts.isEmpty)
        #expect(try bench.status(attempt.call) == .cancelled)
        #expect(try bench.state == .aborted)
    }

    @Test(arguments: [
        (Settlement.failed(.fatal), CallStatus.failed), (.succeeded(2), .compensated),
    ])
    func whatOnlyAPersonKnowsIsWaitedFor(
        _ settlement: Settlement, _ status: CallStatus
    ) throws {
        let bench = try AbortBench()
        let earlier = try bench.done(1)
        let attempt = try bench.unknown(2, AbortBench.step(.atMostOnce))
        #expect(try bench.world.abort(bench.run).next == nil)
        #expect(try bench.state == .needsAttention)
        bench.world.pass(86_400_000)
        #expect(try bench.world.due().work.isEmpty)
        #expect(throws: Rejection.runAborting(bench.run)) {
            try bench.world.resolve(attempt.call, .retry)
        }
        try bench.world.resolve(attempt.call, settlement)
        let work = try bench.world.due(by: Sample.owner(1)).work.first
        let undone = try bench.finish(work)
        #expect(undone == (status == .compensated ? [attempt.call, earlier] : [earlier]))
        #expect(try bench.status(attempt.call) == status)
        #expect(try bench.state == .aborted)
    }

    @Test func aSuccessThatComesLateWhileTheRunIsAbortedIsUndoneOnceAPersonHasSeenIt() throws {
        let bench = try AbortBench()
        let lied = try bench.world.start(AbortBench.step(), ["n": 1], run: bench.run)
        try bench.world.record(lied, .failed(Failure(.fatal, "no")))
        let running = try bench.world.start(AbortBench.step(), ["n": 2], run: bench.run)
        try bench.world.abort(bench.run)
        try bench.world.hear(lied, .succeeded(1))
        #expect(try bench.world.hear(running, .succeeded(2)).next == nil)
        #expect(try bench.state == .needsAttention)
        #expect(throws: Rejection.wouldRepeat(lied.call)) {
            try bench.world.resolve(lied.call, .retry)
        }
        try bench.world.resolve(lied.call, .succeeded(1))
        let work = try bench.world.due(by: Sample.owner(1)).work.first
        #expect(try bench.finish(work) == [running.call, lied.call])
    }

    @Test func aReadBackThatFailsIsSettledFirst() throws {
        let bench = try AbortBench()
        let tool = AbortBench.step {
            $0.undo = ToolName("undo")
            $0.readsBack = true
        }
        let attempt = try bench.world.start(tool, ["n": 1], run: bench.run)
        let probe = try #require(try bench.world.hear(attempt, .succeeded(1)).next?.probe)
        try bench.world.abort(bench.run)
        #expect(try bench.world.answer(probe, .differs(2)).next == nil)
        #expect(try bench.state == .needsAttention)
        // To read it again sends nothing.
        try bench.world.resolve(attempt.call, .retry)
        let again = try #require(try bench.world.due(by: Sample.owner(1)).probes.first)
        #expect(try bench.finish(try bench.world.answer(again, .confirmed).next).count == 1)
    }
}
