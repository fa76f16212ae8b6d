// What a tool may take in sum of what a field of its arguments says: exact to the millionth, and
// refused where it cannot be.

import JSON
import Testing

@testable import Engine

struct AmountTests {
    private let world = World()
    private let tool = Sample.tool(.keyed, retry: .never, limits: Sample.limits(max: 500))

    private func over(_ amount: JSONValue, _ number: Int = 0) throws -> OverLimit? {
        try world.over(tool, ["amount": amount, "n": .integer(number)])
    }

    private func number(_ lexeme: String) -> JSONValue {
        .number(JSONNumber(validLexeme: lexeme))
    }

    @Test func asMuchAsMayBeTakenAndNotAMillionthMore() throws {
        world.limit(.unlimited, tool)
        #expect(try over(number("499.999999")) == nil)
        let more = try #require(try over(number("0.000002")))
        #expect(more.subject == .amount(perMs: 60_000) && more.unit == .amount)
        #expect(more.left == 1 && more.wanted == 2)
        #expect(more.message.contains("it may take at most 500 in any 1 min (its limits.amount)"))
        #expect(
            more.message.contains(
                "499.999999 used, 0.000001 left, and this call would take 0.000002."))
        #expect(try over(number("0.000001")) == nil)
        #expect(try over(0, 1) == nil)
        world.pass(60_000)
        #expect(try over(500) == nil)
    }

    @Test func whatAloneIsTooMuchIsNeverLetThrough() throws {
        world.limit(.unlimited, tool)
        let more = try #require(try over(number("500.5")))
        #expect(more.fitsAt == nil && more.next == .doNotRetry)
        #expect(more.message.contains("A call that takes so much is never let through."))
    }

    @Test func tenthsAddUpExactly() throws {
        let small = Sample.tool(.keyed, limits: Sample.limits(max: 1))
        world.limit(.unlimited, small)
        for index in 0..<10 {
            let arguments: JSONObject = ["amount": number("0.1"), "n": .integer(index)]
            #expect(try world.over(small, arguments) == nil)
        }
        #expect(try world.over(small, ["amount": number("0.000001")])?.left == 0)
    }

    @Test(arguments: [
        (nil, "is missing"), (.string("12"), "is a string"), (nil as JSONValue?, "is missing"),
        (JSONValue.null, "is a null"), (JSONValue.array([]), "is an array"),
        (-1, "is below zero"),
        (.number(JSONNumber(validLexeme: "0.0000001")), "has more than six decimals"),
        (.number(JSONNumber(validLexeme: "1e30")), "is too large"),
    ])
    func whatCannotBeSummedIsRefusedInWords(_ amount: JSONValue?, _ why: String) throws {
        world.limit(.unlimited, tool)
        var arguments: JSONObject = ["n": 1]
        arguments["amount"] = amount
        do {
            _ = try world.submit(tool, arguments)
            Issue.record("It was let through.")
        } catch let rejection as Rejection {
            #expect(
                rejection
                    == .amountUnusable(tool.name, pointer: "/amount", why: why))
            #expect(rejection.next == .fixArguments && rejection.code == "amount_unusable")
            #expect(rejection.message.hasPrefix("/amount \(why): what tool_keyed may take"))
        }
        #expect(try world.log().isEmpty)
    }

    @Test func whatDidNotHappenIsGivenBackEvenWhenTheAmountHasBeenErased() throws {
        world.limit(.unlimited, tool)
        let attempt = try world.start(tool, ["amount": 400])
        #expect(try over(200, 1) != nil)
        let charge = try #require(try world.call(attempt.call).charge?.amount)
        try world.door { (journal) throws(DoorError) in
            try faulting { () throws(JournalFault) in
                try journal.setPayload(nil, for: charge.commitment)
            }
        }
        #expect(try over(200, 1) != nil)
        try world.record(attempt, .failed(Failure(.fatal, "no")))
        #expect(try over(200, 1) == nil)
    }

    @Test(arguments: [900, -1])
    func renewedArgumentsTakeNoOtherAmount(_ other: Int) throws {
        let stale = Sample.tool(
            .keyed, followUps: Sample.followUps { $0.refreshes = true },
            limits: Sample.limits(max: 500))
        world.limit(.unlimited, stale)
        let attempt = try world.start(stale, ["amount": 100, "n": 1])
        let probe = try #require(
            try world.hear(attempt, .failed(Failure(.stale, "changed"))).next?.probe)
        let kept = try world.answer(probe, .renewed(["amount": .integer(other), "n": 2]))
        #expect(kept.next == nil && kept.view.call.isRefreshed == false)
        world.pass(1_000)
        let again = try #require(try world.due().probes.first)
        let renewed = try world.answer(again, .renewed(["amount": 100, "n": 2]))
        #expect(renewed.next?.attempt?.arguments == ["amount": 100, "n": 2])
    }

    @Test func noAmountStandsInARecordOrAState() throws {
        world.limit(.unlimited, tool)
        _ = try world.submit(tool, ["amount": number("271.828182")])
        let leaves = try world.journal.read { (reading) throws(JournalFault) in
            var leaves = try reading.log(from: 0, limit: .max).map(\.leaf)
            for (run, state) in try reading.states(label: nil, before: nil, limit: .max) {
                leaves += try reading.run(run, state)?.snapshot.pieces.values.map { $0 } ?? []
            }
            return leaves
        }
        for leaf in leaves {
            #expect(!String(decoding: leaf, as: UTF8.self).contains("271"))
        }
        #expect(try world.log().contains { $0.event.payloads.contains { $0.name == .charge } })
    }

    @Test(arguments: ["0", "12.5", "0.000001", "-3.25", "9223372036854.775807"])
    func anAmountIsWrittenAndReadExactly(_ text: String) throws {
        #expect(try #require(Amount(text)).description == text)
    }

    @Test(arguments: ["", "x", "1.0000001", "\"1\"", "9223372036854.775808"])
    func whatIsNoAmountIsNotReadAsOne(_ text: String) {
        #expect(Amount(text) == nil)
    }
}
