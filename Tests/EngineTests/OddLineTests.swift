// Lines of the agenda that say something else than their calls: they are set right or put off, and
// hold up nobody.

import JSON
import Proofs
import Testing

@testable import Engine

struct OddLineTests {
    private let world = World()

    /// Puts a line on the agenda, whatever the rules say of it.
    private func put(_ call: CallID, in run: RunID, due: Int64) throws {
        let line = AgendaItem(
            subject: .call(call), run: run, due: Instant(ms: due), owner: nil, environment: nil)
        try world.door { (journal) throws(DoorError) in
            try faulting { () throws(JournalFault) in
                try journal.schedule(line, for: .call(call), formerly: Instant(ms: 0))
            }
        }
    }

    @Test func aLineOfAnEndedCallIsTakenOff() throws {
        let attempt = try world.start(Sample.tool(.keyed))
        try world.record(attempt, .succeeded(1))
        try put(attempt.call, in: attempt.run, due: 1)
        #expect(try world.due().served == 1)
        #expect(try world.agendaLine(attempt.call) == nil)
        #expect(try world.due().examined == 0)
    }

    @Test func aLineAtAnotherTimeFollowsItsCall() throws {
        let held = try world.submit(Sample.tool(.natural, approval: Sample.rule)).view
        let line = try #require(try world.agendaLine(held.call.id))
        try put(held.call.id, in: held.run, due: 1)
        #expect(try world.due().served == 1)
        #expect(try world.agendaLine(held.call.id) == line)
    }

    @Test func aLineThatNoRunKnowsIsPutOffAndTheOthersAreServed() throws {
        let lost = Shapes.minted(40, CallID.self)
        try put(lost, in: Shapes.minted(41, RunID.self), due: 1)
        let attempt = try world.start(Sample.tool(.keyed), by: Sample.owner(1))
        let work = try world.due(by: Sample.owner(2), gone: [Sample.owner(1)])
        #expect(work.attempts.map(\.call) == [attempt.call])
        #expect(work.oddities.count == 1 && work.oddities[0].contains(lost.text))
        #expect(try world.agendaLine(lost)?.due == world.now + Limits.oddLineMs)
        #expect(try world.due().examined == 0)
        world.pass(Limits.oddLineMs)
        #expect(try world.due().oddities.count == 1)
    }

    @Test func whatCannotBeSentIsNotClaimed() throws {
        let lost = try world.start(Sample.tool(.keyed), ["n": 1], by: Sample.owner(1))
        let whole = try world.start(Sample.tool(.keyed), ["n": 2], by: Sample.owner(1))
        let arguments = try world.call(lost.call).arguments
        try world.door { (journal) throws(DoorError) in
            try faulting { () throws(JournalFault) in
                try journal.setPayload(nil, for: arguments.commitment)
            }
        }
        let work = try world.due(by: Sample.owner(2), gone: [Sample.owner(1)])
        #expect(work.attempts.map(\.call) == [whole.call])
        #expect(work.served == 2 && work.oddities.count == 1)
        #expect(try world.call(lost.call).attempts == 1)
        #expect(try world.run(whole.run) == work.attempts.first?.basis)
    }

    @Test func aRunThatCannotBeReadHoldsUpNobody() throws {
        let broken = try world.start(Sample.tool(.keyed), ["n": 1], by: Sample.owner(1))
        let whole = try world.start(Sample.tool(.keyed), ["n": 2], by: Sample.owner(1))
        let run = try world.run(broken.run)
        try world.door { (journal) throws(DoorError) in
            try faulting { () throws(JournalFault) in
                let index = try journal.counter(.records)
                let leaf = Array("{}".utf8)
                try journal.append([
                    StoredRecord(
                        index: index, run: run.id, sequence: run.version, leaf: leaf,
                        leafHash: .sha256(leaf))
                ])
                try journal.setState(
                    StoredState(
                        version: run.version, head: .sha256(leaf), label: "open", group: "g",
                        snapshot: nil), of: run.id, replacing: run.version)
            }
        }
        let work = try world.due(by: Sample.owner(2), gone: [Sample.owner(1)])
        #expect(work.attempts.map(\.call) == [whole.call])
        #expect(work.oddities.count == 1)
    }
}
