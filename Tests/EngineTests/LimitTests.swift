// Every limit of the engine: what is taken at it, and what becomes of one past it.

import JSON
import Proofs
import Testing

@testable import Engine

struct LimitTests {
    private let world = World()
    private let tool = Sample.tool(.keyed)

    private func text(_ bytes: Int) -> String { String(repeating: "x", count: bytes) }

    @Test func aGivenKeyHasAtMost256BytesAndAtLeastOne() throws {
        #expect(Limits.givenKeyBytes == 256)
        #expect(try world.submit(tool, key: text(256)).attempt != nil)
        #expect(try world.submit(tool, ["n": 1], key: "x").attempt != nil)
        let tooLong = Rejection.keyUnusable("it is longer than 256 bytes")
        #expect(throws: tooLong) { try world.submit(tool, key: text(257)) }
        #expect(throws: tooLong) { try world.submit(tool, key: text(255) + "é") }
        #expect(throws: Rejection.keyUnusable("it is empty")) { try world.submit(tool, key: "") }
    }

    @Test func anIntentHasAtMost256Bytes() throws {
        #expect(try world.begin(intent: text(256)).isResumed == false)
        #expect(throws: Rejection.textTooLong(field: "intent_id", limitBytes: 256)) {
            try world.begin(intent: text(257))
        }
    }

    @Test func freeTextHasAtMost8192Bytes() throws {
        let limit = Limits.freeTextBytes
        #expect(limit == 8_192)
        let run = try world.begin(text(limit)).run.id
        #expect(throws: Rejection.textTooLong(field: "purpose", limitBytes: limit)) {
            try world.begin(text(limit + 1))
        }
        #expect(throws: Rejection.textTooLong(field: "summary", limitBytes: limit)) {
            try world.complete(run, summary: text(limit + 1))
        }
        try world.complete(run, summary: text(limit))
        try takesReasons(limit)
    }

    private func takesReasons(_ limit: Int) throws {
        let tooLong = Rejection.textTooLong(field: "reason", limitBytes: limit)
        let attempt = try world.start(Sample.tool(.atMostOnce))
        #expect(throws: tooLong) { try world.cancel(attempt.call, reason: text(limit + 1)) }
        try world.cancel(attempt.call, reason: text(limit))
        try world.record(attempt, .unknown(reason: "timed out"))
        #expect(throws: tooLong) {
            try world.resolve(attempt.call, .failed(.fatal), reason: text(limit + 1))
        }
        try world.resolve(attempt.call, .failed(.fatal), reason: text(limit))
        let held = try world.submit(Sample.tool(.natural, approval: Sample.rule))
        let approval = try #require(held.view.call.approval).id
        #expect(throws: tooLong) { try world.decide(approval, .deny(reason: text(limit + 1))) }
        try world.decide(approval, .deny(reason: text(limit)))
    }

    /// `{"t":"…"}` has eight bytes around its text.
    @Test func argumentsHaveAtMostAMebibyte() throws {
        let limit = Limits.payloadBytes
        #expect(limit == 1_048_576)
        let attempt = try world.start(tool, ["t": .string(text(limit - 8))])
        #expect(try world.call(attempt.call).arguments.byteCount == limit)
        #expect(throws: Rejection.argumentsTooLarge(limitBytes: limit)) {
            try world.submit(tool, ["t": .string(text(limit - 7))])
        }
    }

    @Test func aResultOverAMebibyteIsASuccessWhoseResultIsWithheld() throws {
        let limit = Limits.payloadBytes
        let exact = try world.record(
            try world.start(tool), .succeeded(.string(text(limit - 2))))
        #expect(exact.withheld == nil)
        #expect(exact.result == .string(text(limit - 2)))
        let over = try world.record(
            try world.start(tool, ["n": 2]), .succeeded(.string(text(limit - 1))))
        #expect(over.call.status == .succeeded)
        #expect(over.withheld == .tooLarge)
        #expect(over.result == ["too_large_bytes": .integer(limit + 1)])
    }

    @Test func aPersonsResultHasAtMostAMebibyte() throws {
        let limit = Limits.payloadBytes
        let attempt = try world.start(Sample.tool(.atMostOnce))
        try world.record(attempt, .unknown(reason: "timed out"))
        #expect(throws: Rejection.argumentsTooLarge(limitBytes: limit)) {
            try world.resolve(attempt.call, .succeeded(.string(text(limit - 1))))
        }
        let view = try world.resolve(attempt.call, .succeeded(.string(text(limit - 2))))
        #expect(view.call.status == .succeeded)
    }

    @Test func anErrorTextFromDownstreamIsCutAt4096Bytes() throws {
        let limit = Limits.errorTextBytes
        #expect(limit == 4_096)
        for (sent, kept) in [(limit, limit), (limit + 1, limit)] {
            let attempt = try world.start(tool, ["n": .integer(sent)])
            let failure = Failure(.fatal, text(sent))
            #expect(try world.record(attempt, .failed(failure)).message == text(kept))
        }
        let attempt = try world.start(tool, ["n": 1])
        let split = Failure(.fatal, text(limit - 1) + "é")
        #expect(try world.record(attempt, .failed(split)).message == text(limit - 1))
    }

    @Test func textIsCutBetweenWholeCharacters() {
        #expect("abc".cut(toBytes: 3) == "abc")
        #expect("abcd".cut(toBytes: 3) == "abc")
        #expect("aé".cut(toBytes: 2) == "a")
        #expect("a👩‍👩‍👧".cut(toBytes: 10) == "a")
        #expect("".cut(toBytes: 0).isEmpty)
    }

    @Test func aRunHoldsAtMostAThousandCalls() throws {
        #expect(Limits.callsPerRun == 1_000)
        var run = Shapes.run(isSingle: false)
        let filler = try #require(CallShape.failed.run(isRead: true)?.calls.first)
        let new = Command.accept(
            NewCall(
                accepted: Shapes.accepted(.read, call: Shapes.minted(9, CallID.self)),
                ruled: .allow(nil)))
        run.calls = [Call](repeating: filler, count: Limits.callsPerRun - 1)
        #expect(try run.decide(new, Facts(), now: Shapes.now).count == 1)
        run.calls.append(filler)
        #expect(throws: Rejection.runIsFull(run.id)) {
            try run.decide(new, Facts(), now: Shapes.now)
        }
    }

    @Test(arguments: [(40, 1), (41, 2), (80, 2), (81, 3), (200, 5)])
    func pinsBeyondFortyFollowInLeavesOfTheirOwn(_ count: Int, _ leaves: Int) throws {
        #expect(Limits.pinsPerLeaf == 40)
        let pins = (0..<count).map { number in
            let name = "t\(number)_" + text(60)
            return ToolPin(tool: ToolName(name), manifest: Sample.manifest(name))
        }
        let run = try world.begin(pins: pins).run
        #expect(try world.kinds(run.id).count == leaves)
        #expect(Set(try world.run(run.id).pins) == Set(pins))
        #expect(Set(run.pins) == Set(pins))
    }

    @Test func recoveriesEndAtFiveAndTheLastWaitIsKnown() throws {
        #expect(Limits.recoveries == 5)
        #expect(Limits.recoveryDelayMs == 200)
        var run = try #require(CallShape.unknownRepeatable.run(isRead: false))
        let claim = Command.claim(
            Shapes.call, owner: Sample.owner(2), leaseUntil: Shapes.now + 1)
        run.calls[0].recoveries = Limits.recoveries - 1
        let last = try run.decide(claim, Facts(), now: Shapes.now)
        #expect(last.map { EventParts($0).kind } == [.attemptStarted])
        run.calls[0].recoveries = Limits.recoveries
        #expect(
            try run.decide(claim, Facts(), now: Shapes.now) == [.recoveryExhausted(Shapes.call)])
    }

    @Test func workOfAnOwnerThatIsGoneIsFoundUpToAnHourAhead() throws {
        #expect(Limits.goneHorizonMs == 3_600_000)
        let far = try world.start(
            tool, ["n": 1], by: Sample.owner(1), leaseMs: Limits.goneHorizonMs + 1)
        let near = try world.start(
            tool, ["n": 2], by: Sample.owner(1), leaseMs: Limits.goneHorizonMs)
        let first = try world.due(gone: [Sample.owner(1)])
        #expect(first.attempts.map(\.call) == [near.call])
        world.pass(1)
        #expect(try world.due(gone: [Sample.owner(1)]).attempts.map(\.call) == [far.call])
    }

    @Test func atMostSixtyFourLinesOfTheAgendaAreTakenAtOnce() throws {
        #expect(Limits.agendaPage == 64)
        for number in 0..<65 {
            _ = try world.start(tool, ["n": .integer(number)])
        }
        let gone = [Sample.owner(1)]
        let first = try world.due(gone: gone, limit: 1_000)
        #expect(first.examined == 64 && first.attempts.count == 64)
        let rest = try world.due(gone: gone, limit: 1_000)
        #expect(rest.examined == 1 && rest.attempts.count == 1)
        #expect(try world.due(gone: gone, limit: 0).examined == 0)
    }

    @Test(arguments: [510, 511, 512, 1_100])
    func foldingReadsARunPageByPage(_ notes: Int) throws {
        #expect(Limits.recordPage == 512)
        let attempt = try world.start(tool)
        for _ in 0..<notes {
            try world.record(attempt, .unknown(reason: "again"))
        }
        let (folded, snapshot) = try world.journal.read { (reading) throws(JournalFault) in
            (try reading.foldedRun(attempt.run), try reading.run(attempt.run))
        }
        #expect(folded == snapshot)
        #expect(folded?.version == 3 + notes)
    }

    /// The one part of a leaf without a limit of its own here is what the host puts into it.
    @Test func aLeafOf8192BytesIsKeptAndOneByteMoreIsAFaultThatLeavesNothing() throws {
        #expect(Limits.leafBytes == 8_192)
        let short = try leafBytes(person: "p")
        let room = Limits.leafBytes - short + 1
        #expect(try leafBytes(person: text(room)) == Limits.leafBytes)
        let before = try world.log().count
        #expect(throws: JournalFault.self) { try leafBytes(person: text(room + 1)) }
        #expect(try world.log().count == before)
    }

    private func leafBytes(person: String) throws -> Int {
        let caller = Caller(profile: "desk", person: person, account: "host")
        let run = try world.begin(caller: caller).run.id
        return try world.journal.read { (reading) throws(JournalFault) in
            try reading.records(of: run, from: 0, limit: 1).first?.leaf.count ?? 0
        }
    }
}
