// Marks of what was delivered: how many go at once and may wait, and that a run is marked whole.

import Engine
import JSON
import Testing

@testable import Host

@Suite struct LoopDeliveriesTests {
    private let project: LoopProject
    init() throws { project = try LoopProject() }

    @Test func soManyGoAtOnceAndSoManyMayWait() {
        let mark = Deliveries.Mark(
            run: RunID(unchecked: "run_1"), known: nil, call: CallID(unchecked: "call_1"),
            at: Instant(ms: 1))
        let deliveries = Deliveries()
        #expect(deliveries.add(mark), "somebody must see to the first")
        for _ in 1..<HostLimits.deliveriesWaiting { #expect(!deliveries.add(mark)) }
        #expect(!deliveries.add(mark), "one past the limit is let go")
        #expect(deliveries.waiting.count == HostLimits.deliveriesAtOnce)
        #expect(deliveries.rounds == HostLimits.deliveriesWaiting / HostLimits.deliveriesAtOnce)
        var rounds = 1
        while deliveries.remove(deliveries.waiting.count) { rounds += 1 }
        #expect(rounds == HostLimits.deliveriesWaiting / HostLimits.deliveriesAtOnce)
        #expect(deliveries.add(mark), "and the next first is seen to again")
    }

    @Test func everyDeliveryOfALongRunIsMarkedAndTheRunStaysKnown() async throws {
        let host = try project.host()
        let run = try #require(
            try await host.ask("run_begin", ["purpose": "Serve"]).content["run_id"]?.stringValue)
        for number in 0..<20 {
            let arguments: JSONObject = ["title": .string("Tea \(number)"), "run_id": .string(run)]
            guard case .call(let call) = await host.answer("note", arguments) else { continue }
            host.delivered(call)
        }
        let open = try host.opener.open()
        while try deliveredCount(run, open) < 20 { try open.writer.flushRiders() }
        let id = try #require(RunID(run))
        let stored = try open.journal.read { (reading) throws(JournalFault) in
            try reading.run(id)
        }
        #expect(host.recentRuns.find(id) == stored, "the next call need not read it")
    }

    @Test func moreThanGoAtOnceAreAllMarkedAtTheNextLook() async throws {
        let host = try project.host()
        let run = try #require(
            try await host.ask("run_begin", ["purpose": "Serve"]).content["run_id"]?.stringValue)
        let count = HostLimits.deliveriesAtOnce + 1
        for number in 0..<count {
            let arguments: JSONObject = ["title": .string("Tea \(number)"), "run_id": .string(run)]
            guard case .call(let call) = await host.answer("note", arguments) else { continue }
            host.delivered(call)
        }
        #expect(host.deliveries.rounds == 2)
        let open = try host.opener.open()
        try host.markDelivered(in: open)
        #expect(try deliveredCount(run, open) == count)
        #expect(host.deliveries.rounds == 1)
        // With nothing left there is nothing to commit.
        try host.markDelivered(in: open)
    }

    private func deliveredCount(_ run: String, _ open: OpenJournal) throws -> Int {
        let id = try #require(RunID(run))
        return try open.journal.read { (reading) throws(JournalFault) in
            try reading.run(id)?.calls.count { $0.deliveredAt != nil } ?? 0
        }
    }
}
