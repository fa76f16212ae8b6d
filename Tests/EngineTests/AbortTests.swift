// Aborting a run: what is undone, in which order, how often, and by whom.

import JSON
import Testing

@testable import Engine

/// A run, its steps, and a host that undoes them.
struct AbortBench {
    let world = World()
    let run: RunID

    init(deadlineMs: Int64? = nil) throws {
        run = try world.begin(deadlineMs: deadlineMs).run.id
    }

    static let undoTool = Sample.tool(.keyed, name: "undo")

    static func step(
        _ delivery: Delivery = .keyed, reversibility: Reversibility = .reversible,
        _ set: (inout FollowUps) -> Void = { $0.undo = ToolName("undo") }
    ) -> Tool {
        Sample.tool(
            delivery, reversibility: reversibility, followUps: Sample.followUps(set))
    }

    /// A step that has succeeded; its result is its number.
    @discardableResult
    func done(_ number: Int, _ tool: Tool = AbortBench.step()) throws -> CallID {
        let attempt = try world.start(tool, ["n": .integer(number)], run: run)
        try world.record(attempt, .succeeded(.integer(number)))
        return attempt.call
    }

    func unknown(_ number: Int, _ tool: Tool) throws -> Attempt {
        let attempt = try world.start(tool, ["n": .integer(number)], run: run)
        try world.record(attempt, .unknown(reason: "timed out"))
        return attempt
    }

    /// Does the undo as a host does, up to its attempt.
    func attempt(_ work: Work?, as tool: Tool = AbortBench.undoTool) throws -> Attempt {
        let undo = try #require(work?.undo)
        return try #require(try world.submit(undo: undo, as: tool).next?.attempt)
    }

    /// Undoes whatever is next until nothing is; answers the calls in the order they were undone.
    @discardableResult
    func finish(_ work: Work?) throws -> [CallID] {
        var work = work
        var undone: [CallID] = []
        while let undo = work?.undo {
            work = try world.hear(try attempt(work), .succeeded(1)).next
            undone.append(undo.call)
        }
        return undone
    }

    var state: RunState { get throws { try world.run(run).state } }
    var standing: [Standing.Why] { get throws { try world.run(run).standing.map(\.why) } }
    func status(_ call: CallID) throws -> CallStatus { try world.call(call).status }
}

struct AbortTests {
    @Test func writesAreUndoneInReverseOrderOfIntentAndReadsAreLeftAlone() throws {
        let bench = try AbortBench()
        let first = try bench.done(1)
        try bench.done(2, Sample.tool(.read))
        let second = try bench.done(3)
        let failed = try bench.world.start(AbortBench.step(), ["n": 4], run: bench.run)
        try bench.world.record(failed, .failed(Failure(.fatal, "no")))
        let third = try bench.done(5)
        let aborted = try bench.world.abort(bench.run)
        #expect(aborted.run.state == .aborting)
        let undo = try #require(aborted.next?.undo)
        #expect(undo.undoTool == ToolName("undo"))
        #expect(undo.arguments == ["n": 5] && undo.result == 5)
        #expect(try bench.finish(aborted.next) == [third, second, first])
        #expect(try bench.state == .aborted && bench.standing.isEmpty)
        for call in [first, second, third] { #expect(try bench.status(call) == .compensated) }
        #expect(try bench.status(failed.call) == .failed)
        #expect(try bench.world.agendaLine(run: bench.run) == nil)
    }

    @Test func theUndoOfAnOrderInWhichAnswersCameFollowsTheOrderOfIntent() throws {
        let bench = try AbortBench()
        let attempts = try (1...2).map {
            try bench.world.start(AbortBench.step(), ["n": .integer($0)], run: bench.run)
        }
        for attempt in attempts.reversed() { try bench.world.record(attempt, .succeeded(1)) }
        let work = try bench.world.abort(bench.run).next
        #expect(try bench.finish(work) == attempts.reversed().map(\.call))
    }

    @Test func oneIsUndoneAtATime() throws {
        let bench = try AbortBench()
        for number in 1...2 { try bench.done(number) }
        let undoing = try bench.attempt(try bench.world.abort(bench.run).next)
        #expect(try bench.world.run(bench.run).nextUndo == nil)
        #expect(try bench.world.agendaLine(run: bench.run) == nil)
        bench.world.pass(5_000)
        #expect(try bench.world.due().undos.isEmpty)
        #expect(try bench.world.hear(undoing, .succeeded(1)).next?.undo != nil)
    }

    @Test func twoHostsThatUndoAtOnceUndoOnce() throws {
        let bench = try AbortBench()
        let call = try bench.done(1)
        let mine = try #require(try bench.world.abort(bench.run).next?.undo)
        let theirs = try #require(try bench.world.due(by: Sample.owner(2)).undos.first)
        #expect(mine.call == call && theirs.call == call)
        let attempt = try bench.attempt(.undo(mine))
        let count = try bench.world.log().count
        let late = try bench.world.submit(
            undo: theirs, as: AbortBench.undoTool, by: Sample.owner(2))
        #expect(late.next == nil && late.view.call.id == call)
        try bench.world.hear(attempt, .succeeded(1))
        #expect(
            try bench.world.submit(undo: theirs, as: AbortBench.undoTool).next == nil)
        try bench.world.giveUp(theirs)
        #expect(try bench.world.run(bench.run).calls.count == 2)
        #expect(try bench.world.log().count == count + 3)
    }

    @Test func anUndoThatWasHandedOutAndNeverSubmittedIsHandedOutAgain() throws {
        let bench = try AbortBench()
        try bench.done(1)
        _ = try bench.world.abort(bench.run)
        #expect(try bench.world.due(environments: ["elsewhere"]).undos.isEmpty)
        #expect(try bench.world.due(by: Sample.owner(2)).undos.count == 1)
        #expect(try bench.world.due(by: Sample.owner(3)).undos.isEmpty)
        bench.world.pass(Limits.heldBackMs)
        #expect(Limits.heldBackMs == 1_000)
        #expect(try bench.world.due(by: Sample.owner(3)).undos.count == 1)
    }

    @Test func anAbortThatIsCutOffAnywhereGoesOnAnywhere() throws {
        for cut in 0..<12 {
            let bench = try AbortBench()
            for number in 1...3 { try bench.done(number) }
            var owner: UInt8 = 1
            var work = try bench.world.abort(bench.run, by: Sample.owner(owner)).next
            for step in 0..<20 {
                if step == cut || work == nil {
                    let gone = Sample.owner(owner)
                    owner += 1
                    bench.world.pass(5_000)
                    work = try bench.world.due(by: Sample.owner(owner), gone: [gone]).work.first
                }
                switch work {
                case .undo(let undo):
                    work = try bench.world.submit(
                        undo: undo, as: AbortBench.undoTool, by: Sample.owner(owner)).next
                case .attempt(let attempt): work = try bench.world.hear(attempt, .succeeded(1)).next
                case .probe, nil: break
                }
                if try bench.state == .aborted { break }
            }
            let calls = try bench.world.run(bench.run).calls
            #expect(try bench.state == .aborted, "cut off at step \(cut)")
            #expect(calls.filter(\.isUndo).count == 3)
            #expect(calls.filter { $0.status == .compensated }.count == 3)
        }
    }

    @Test func newCallsAreRefusedAndWaitingOnesAreWithdrawn() throws {
        let bench = try AbortBench()
        let world = bench.world
        let held = try world.submit(
            Sample.tool(.natural, approval: Sample.rule), run: bench.run).view.call
        let waiting = try world.start(AbortBench.step(), run: bench.run)
        try world.hear(waiting, .failed(Failure(.transient, "down")))
        let running = try world.start(AbortBench.step(), ["n": 9], run: bench.run)
        try world.abort(bench.run)
        #expect(try bench.state == .aborting)
        #expect(try bench.status(held.id) == .cancelled)
        #expect(try world.call(held.id).approval?.state == .withdrawn)
        #expect(try bench.status(waiting.call) == .cancelled)
        #expect(throws: Rejection.runAborting(bench.run)) {
            try world.submit(Sample.tool(.read), run: bench.run)
        }
        #expect(throws: Rejection.runAborting(bench.run)) { try world.complete(bench.run) }
        try world.hear(running, .failed(Failure(.transient, "down")))
        #expect(try bench.status(running.call) == .cancelled)
        #expect(try world.view(running.call).message == "down")
        #expect(try bench.state == .aborted)
        #expect(throws: Rejection.runEnded(bench.run)) {
            try world.submit(Sample.tool(.read), run: bench.run)
        }
        #expect(throws: Rejection.runEnded(bench.run)) { try world.complete(bench.run) }
        #expect(throws: Rejection.runEnded(bench.run)) { try world.quarantine(bench.run) }
    }

    @Test func anAbortIsStoppedByAQuarantineAndGoesOnAfterIt() throws {
        let bench = try AbortBench()
        let world = bench.world
        let running = try world.start(AbortBench.step(), ["n": 9], run: bench.run)
        try world.abort(bench.run)
        try world.quarantine(bench.run)
        #expect(try bench.state == .quarantined)
        try world.hear(running, .succeeded(["id": 9]))
        world.pass(60_000)
        #expect(try world.due().work.isEmpty)
        #expect(throws: Rejection.runQuarantined(bench.run)) {
            try world.abort(bench.run, for: Sample.ana)
        }
        try world.release(bench.run)
        #expect(try world.due().undos.map(\.call) == [running.call])
        // An operator's further order to abort ends a quarantine as well.
        try world.quarantine(bench.run)
        #expect(try world.abort(bench.run).next?.undo?.call == running.call)
        #expect(try bench.state == .aborting)
    }

    @Test func aDeadlineThatHasComeTakesNoMoreCallsWhoeverSeesIt() throws {
        let world = World()
        let run = try world.begin(deadlineMs: 5_000).run.id
        let waiting = try world.start(AbortBench.step(), run: run)
        try world.hear(waiting, .failed(Failure(.transient, "down", retryAfterMs: 5_000)))
        world.pass(5_000)
        let passed = Rejection.deadlinePassed(run, world.now)
        #expect(throws: passed) { try world.submit(Sample.tool(.read), run: run) }
        #expect(throws: passed) { try world.complete(run) }
        // A retry that comes due with it is not sent either.
        #expect(try world.due().attempts.isEmpty)
        #expect(try world.call(waiting.call).status == .cancelled)
        #expect(try world.run(run).state == .expired)
    }

    @Test func whatIsSettledAfterSomethingBeforeItWasUndoneStands() throws {
        let world = World()
        let run = try world.begin().run.id
        let first = try world.start(AbortBench.step(), ["n": 1], run: run)
        try world.record(first, .succeeded(["id": 1]))
        let second = try world.start(AbortBench.step(.atMostOnce), ["n": 2], run: run)
        try world.record(second, .unknown(reason: "timed out"))
        let undo = try #require(try world.abort(run, isForced: true).next?.undo)
        #expect(undo.call == first.call)
        let undoing = try world.submit(undo: undo, as: AbortBench.undoTool)
        try world.resolve(second.call, .succeeded(["id": 2]))
        try world.record(try #require(undoing.next?.attempt), .succeeded([:]))
        let ended = try world.run(run)
        #expect(ended.state == .aborted)
        #expect(ended.standing.map(\.call.id) == [second.call])
        #expect(ended.standing.map(\.why) == [.cameLate])
    }

    @Test func aCallUnderWayIsWaitedForAndThenUndone() throws {
        let bench = try AbortBench()
        let earlier = try bench.done(1)
        let running = try bench.world.start(AbortBench.step(), ["n": 2], run: bench.run)
        #expect(try bench.world.abort(bench.run).next == nil)
        #expect(try bench.world.due().undos.isEmpty)
        let next = try bench.world.hear(running, .succeeded(2)).next
        #expect(next?.undo?.result == 2)
        #expect(try bench.finish(next) == [running.call, earlier])
    }

    @Test func abortingTwiceIsAbortingOnce() throws {
        let bench = try AbortBench()
        try bench.done(1)
        try bench.world.abort(bench.run)
        let count = try bench.world.log().count
        let again = try bench.world.abort(bench.run)
        #expect(try bench.world.log().count == count)
        #expect(try bench.finish(again.next).count == 1)
        #expect(try bench.world.abort(bench.run).next == nil)
        #expect(try bench.world.abort(bench.run, isForced: true).run.ending?.isForced == false)
    }

    @Test func aCompletedRunIsNotAborted() throws {
        let bench = try AbortBench()
        try bench.done(1)
        try bench.world.complete(bench.run)
        #expect(throws: Rejection.runEnded(bench.run)) { try bench.world.abort(bench.run) }
        let single = try bench.world.start(AbortBench.step())
        try bench.world.record(single, .succeeded(1))
        #expect(throws: Rejection.runEnded(single.run)) { try bench.world.abort(single.run) }
    }

    @Test func anAgentAbortsItsOwnRunsOnly() throws {
        let bench = try AbortBench()
        let other = Caller(profile: "other", person: "ana", account: "host")
        #expect(throws: Rejection.unknownRun(bench.run.text)) {
            try bench.world.abort(bench.run, for: other)
        }
        try bench.world.halt(.profile("nobody"))
        #expect(throws: Rejection.unknownRun(RunID.journal.text)) {
            try bench.world.abort(.journal)
        }
        #expect(try bench.world.abort(bench.run, for: Sample.ana).run.state == .aborted)
        #expect(try bench.world.kinds(bench.run).suffix(2) == ["run_aborting", "run_aborted"])
    }

    @Test func whatHasBeenUndoneMayBeDoneAnew() throws {
        let bench = try AbortBench()
        let tool = AbortBench.step()
        let call = try bench.world.start(tool, run: bench.run, key: "order-7").call
        let run = try bench.world.run(bench.run)
        let attempt = try #require(run[call])
        #expect(attempt.attempts == 1)
        let single = try bench.world.begin().run.id
        #expect(try bench.world.submit(tool, run: single, key: "order-7").attempt != nil)
    }
}
