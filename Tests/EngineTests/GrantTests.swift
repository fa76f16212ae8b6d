// Grants: what they cover and how far, that they are approved themselves, and that they end.

import JSON
import Proofs
import Testing

@testable import Engine

struct GrantTests {
    private let world = World()
    private let tool = Sample.tool(.natural, name: "refund")
    private let finance = ApprovalRule.by(["finance"])

    init() throws {
        world.rule([try .always(.approve(finance))], over: [tool])
    }

    private func template(
        count: Int = 2, max: Int64? = nil, standsMs: Int64 = 600_000, profile: String = "desk",
        person: String? = nil
    ) throws -> GrantTerms.Template {
        GrantTerms.Template(
            tool: tool.name, profile: profile, person: person,
            arguments: ["properties": ["n": ["maximum": 50]], "required": ["n"]], count: count,
            sum: try max.map {
                GrantTerms.Sum(
                    of: try JSONPointer(parsing: "/n"), max: Amount(micros: $0 * 1_000_000))
            }, standsMs: standsMs)
    }

    @discardableResult
    private func give(_ template: GrantTerms.Template, by account: String = "finance1") throws
        -> CallID
    {
        let asked = try world.grant(.templated(template, tool, demands: [finance])).call
        #expect(asked.phase == .held)
        try world.decide(try #require(asked.approval).id, .approve(), by: account)
        return asked.id
    }

    private func isHeld(_ n: Int, _ caller: Caller = Sample.ana) throws -> Bool {
        let call = try world.submit(tool, ["n": .integer(n)], caller: caller).view.call
        return call.phase == .held
    }

    @Test func aGrantIsNothingUntilItIsGiven() throws {
        let asked = try world.grant(.templated(try template(), tool, demands: [finance])).call
        #expect(try isHeld(1))
        #expect(throws: Rejection.self) {
            try world.decide(try #require(asked.approval).id, .approve(), by: "frontdesk")
        }
        // Whoever asks for it does not give it.
        let own = try world.grant(
            .templated(try template(), tool, demands: [finance]), by: "finance1"
        ).call
        #expect(throws: Rejection.self) {
            try world.decide(try #require(own.approval).id, .approve(), by: "finance1")
        }
        #expect(try isHeld(2))
    }

    @Test func itCoversAsManyAsItSaysAndNoMore() throws {
        let grant = try give(try template(count: 2))
        #expect(try world.call(grant).phase.word == "succeeded")
        let first = try world.submit(tool, ["n": 1])
        #expect(first.attempt != nil)
        #expect(first.view.call.approval?.decisions.first?.identity == .grant(grant))
        #expect(first.view.call.approval?.state == .spent)
        #expect(try !isHeld(2))
        #expect(try isHeld(3))
    }

    @Test func itCoversNothingOfAnotherShapeProfileOrPerson() throws {
        try give(try template(count: 9, person: "ana"))
        #expect(try isHeld(51))
        #expect(try !isHeld(50))
        #expect(try isHeld(1, Caller(profile: "desk", person: "bea", account: "host")))
        #expect(try isHeld(2, Caller(profile: "other", person: "ana", account: "host")))
    }

    @Test func theSumIsExactAndWhatCameToNothingIsGivenBack() throws {
        try give(try template(count: 9, max: 60))
        let first = try #require(try world.submit(tool, ["n": 40]).attempt)
        #expect(try isHeld(21))
        #expect(try !isHeld(20))
        try world.record(first, .failed(Failure(.fatal, "no")))
        #expect(try isHeld(41))
        #expect(try !isHeld(39))
    }

    @Test func itEndsWithItsTimeAndWhenItIsTakenBack() throws {
        try give(try template(count: 9, standsMs: 5_000))
        #expect(try !isHeld(1))
        world.pass(5_000)
        #expect(try isHeld(2))
        let second = try give(try template(count: 9))
        #expect(try !isHeld(3))
        try world.revoke(second)
        #expect(try isHeld(4))
        #expect(throws: Rejection.grantIsOver(second)) { try world.revoke(second) }
    }

    @Test func whatNobodyHasGivenYetCanBeTakenBack() throws {
        let asked = try world.grant(.templated(try template(), tool, demands: [finance])).call
        #expect(try world.revoke(asked.id).call.phase.word == "cancelled")
        let id = try #require(asked.approval).id
        #expect(throws: Rejection.approvalIsOver(id, .withdrawn)) {
            try world.decide(id, .approve(), by: "finance1")
        }
        #expect(throws: Rejection.grantIsOver(asked.id)) { try world.revoke(asked.id) }
        let call = try world.submit(tool, ["n": 1]).view.call
        #expect(throws: Rejection.unknownGrant(call.id.text)) { try world.revoke(call.id) }
    }

    @Test func whatItCoveredAndNobodyStartedEndsWithIt() throws {
        let grant = try give(try template())
        let call = try world.submit(tool, ["n": 1], environment: "elsewhere").view.call
        #expect(call.phase.word == "running")
        // One that waits for its host when the grant is taken back.
        let attempt = try #require(try world.submit(tool, ["n": 2]).attempt)
        try world.record(attempt, .failed(Failure(.transient, "busy")), retry: .standard)
        try world.revoke(grant)
        world.pass(5_000)
        #expect(try world.due().attempts.isEmpty)
        #expect(try world.call(attempt.call).approval?.because == .grant)
    }

    /// What a failed call gave back may have been used since.
    @Test func aFailedCallThatIsTriedAgainDoesNotUseTheGrantTwice() throws {
        try give(try template(count: 1))
        let first = try #require(try world.submit(tool, ["n": 1]).attempt)
        try world.record(first, .failed(Failure(.permission, "no rights")))
        #expect(try world.submit(tool, ["n": 2]).attempt != nil)
        try world.resolve(first.call, .retry)
        #expect(try world.due().attempts.isEmpty)
        #expect(try world.call(first.call).approval?.because == .grant)
    }

    @Test func whatCannotBeUndoneIsNeverCovered() throws {
        let send = Sample.tool(.natural, name: "send", reversibility: .irreversible)
        world.rule([try .always(.approve(finance))], over: [send])
        let terms = GrantTerms.Template(
            tool: send.name, profile: "desk", person: nil, arguments: true, count: 1, sum: nil,
            standsMs: 1_000)
        #expect(throws: Rejection.self) {
            try world.grant(.templated(terms, send, demands: [finance]))
        }
    }

    @Test(arguments: [0, 1, Limits.callsPerRun, Limits.callsPerRun + 1])
    func theCountHasItsLimit(_ count: Int) throws {
        let isFine = count >= 1 && count <= Limits.callsPerRun
        do {
            _ = try world.grant(
                .templated(try template(count: count), tool, demands: [finance]))
            #expect(isFine)
        } catch { #expect(!isFine) }
    }

    @Test func aGrantByPeopleWhomTheCallDoesNotAskCoversNothing() throws {
        try give(try template())
        world.rule(
            [try .always(.approve(.by(["finance"], count: 2)))], over: [tool], version: "2")
        #expect(try isHeld(1))
    }

    @Test func aBatchSaysYesToExactlyWhatItNames() throws {
        let held = try (1...3).map { n in
            try world.submit(tool, ["n": .integer(n)]).view.call
        }
        let ids = try held.prefix(2).map { try #require($0.approval).id }
        let batch = try world.grant(.batch(Array(ids))).call
        #expect(try world.due().attempts.isEmpty)
        try world.decide(try #require(batch.approval).id, .approve(), by: "finance1")
        #expect(try held.map { try world.call($0.id).phase.word } == ["ready", "ready", "held"])
        #expect(Set(try world.due().attempts.map(\.call)) == Set(held.prefix(2).map(\.id)))
    }

    @Test func aBatchCountsAsOnePersonWhereTwoAreAsked() throws {
        world.rule(
            [try .always(.approve(.by(["finance"], count: 2)))], over: [tool], version: "2")
        let call = try world.submit(tool).view.call
        let batch = try world.grant(.batch([try #require(call.approval).id])).call
        let id = try #require(batch.approval).id
        try world.decide(id, .approve(), by: "finance1")
        #expect(try world.call(call.id).phase == .held)
        try world.decide(id, .approve(), by: "finance2")
        #expect(try world.call(call.id).phase == .ready)
    }
}
