// Leases: they are renewed in time, and a host that was frozen past its own sends nothing.

import Engine
import JSON
import MCP
import Testing

@testable import Host

@Suite struct LoopLeaseTests {
    private let leaseMs: Int64 = 10_000

    private func outcome(
        of claimed: LoopProject.Claimed, by host: ToolHost
    ) async throws -> CallView {
        try await host.perform(
            .attempt(claimed.attempt), in: host.opener.open(), claimed.ticket)
    }

    @Test func aHostInTimeSends() async throws {
        let project = try LoopProject()
        let clock = MovedClock()
        let host = try project.host(clock: clock.clock)
        let claimed = try project.claim("note", ["title": "Tea"], by: host)
        clock.moveSteady(leaseMs - 5_000)
        #expect(try await outcome(of: claimed, by: host).call.status == .succeeded)
    }

    @Test(arguments: [false, true]) func aHostFrozenPastItsLeaseSendsNothing(
        isRenewedMeanwhile: Bool
    ) async throws {
        let project = try LoopProject()
        let clock = MovedClock()
        let host = try project.host(clock: clock.clock)
        let claimed = try project.claim("note", ["title": "Tea"], by: host)
        clock.move(leaseMs)
        // A new lease is no excuse: others may have acted while there was none.
        if isRenewedMeanwhile { try host.opener.open().renewLease(clock.clock) }
        let view = try await outcome(of: claimed, by: host)
        #expect(project.desk.attempts.isEmpty)
        #expect(view.call.status == .failed)
        #expect(view.message?.contains("Nothing was sent") == true)
        // With a lease again it works as before.
        try host.opener.open().renewLease(clock.clock)
        let next = try project.claim("note", ["title": "Milk"], by: host)
        #expect(try await outcome(of: next, by: host).call.status == .succeeded)
    }

    @Test func aLeaseThatRanOutIsNoReasonToSendAWriteAgain() async throws {
        let project = try LoopProject()
        let clock = MovedClock()
        let frozen = try project.host(clock: clock.clock)
        let claimed = try project.claim("note", ["title": "Tea"], by: frozen)
        clock.move(leaseMs + 1)
        let other = try project.host(clock: clock.clock)
        #expect(try await DueLoop(other, on: loopThreads) { _ in }.runOnce() == 0)
        let id = claimed.view.call.id.text
        #expect(try other.call(id).status == .unknown)
        // It wakes up, sends nothing, and so settles what nobody else could know.
        let view = try await outcome(of: claimed, by: frozen)
        #expect(view.call.status == .failed)
        #expect(project.desk.attempts.isEmpty)
    }

    @Test func whatTheFrozenHostHadIsDoneByAnotherUnderAHigherNumber() async throws {
        let project = try LoopProject()
        let clock = MovedClock()
        let frozen = try project.host(clock: clock.clock)
        let claimed = try project.claim("put", ["title": "Tea"], by: frozen)
        clock.move(leaseMs + 1)
        let other = try project.host(clock: clock.clock)
        #expect(try await DueLoop(other, on: loopThreads) { _ in }.runOnce() == 1)
        #expect(project.desk.attempts.map(\.number) == [2])
        let view = try await outcome(of: claimed, by: frozen)
        #expect(view.call.status == .succeeded)
        #expect(project.desk.attempts.count == 1)
    }

    @Test func aHostThatLivesKeepsItsLeaseWithoutABreak() async throws {
        let project = try LoopProject(lease: "3s")
        let host = try project.host()
        let open = try host.opener.open()
        func lease() throws -> Instant? {
            try open.journal.read { reading throws(JournalFault) in
                try reading.lease(of: open.owner.id)
            }
        }
        #expect(open.owner.renewEveryMs == 1_000)
        try await host.working {
            let first = try #require(try lease())
            // Well past the first lease's end.
            try await eventually("it has been renewed") {
                try lease().map { $0.ms(since: first) >= 3_500 } ?? false
            }
            #expect(open.owner.holdsLease)
        }
    }

    @Test func whatWasClaimedALeaseAgoIsNotBegunThoughTheLeaseNeverEnded() async throws {
        let project = try LoopProject()
        let clock = MovedClock()
        let host = try project.host(clock: clock.clock)
        let claimed = try project.claim("note", ["title": "Tea"], by: host)
        let open = try host.opener.open()
        for _ in 0..<4 {
            clock.moveSteady(leaseMs / 4)
            try open.renewLease(clock.clock)
        }
        #expect(open.owner.holdsLease)
        let view = try await outcome(of: claimed, by: host)
        #expect(project.desk.attempts.isEmpty)
        #expect(view.message?.contains("Nothing was sent") == true)
    }

    @Test func aClockThatWasSetSaysNothingOfLeases() {
        let clock = MovedClock()
        let watch = ClockWatch()
        func look() -> Int64 { watch.look(clock.clock, doubtMs: 10_000) }
        #expect(look() == 0 && watch.trustsLeases)
        clock.move(60_000)
        #expect(look() == 0 && watch.trustsLeases)
        for jump in [3_600_000, -3_600_000] as [Int64] {
            clock.moveWall(jump)
            // The two looks at the clocks are not one.
            #expect(abs(look() - max(0, -jump)) < 500)
            #expect(!watch.trustsLeases)
            clock.move(9_000)
            _ = look()
            #expect(!watch.trustsLeases)
            clock.move(2_000)
            // It is said until somebody has seen to it.
            #expect(abs(look() - max(0, -jump)) < 500)
            #expect(watch.trustsLeases)
            watch.woke()
            #expect(look() == 0)
        }
        clock.moveWall(HostLimits.clockSetMs - 500)
        #expect(look() == 0 && watch.trustsLeases)
    }

    @Test func aClockThatWasSetBackMakesNobodyWaitAgain() async throws {
        let project = try LoopProject(more: [
            "slow": LoopProject.manifest(
                "slow", LoopProject.write("keyed"),
                more: "wait: 0ms\nretry: { attempts: 3, first: 1s, max: 1s }")
        ])
        let clock = MovedClock()
        let host = try project.host(clock: clock.clock)
        project.desk.on(
            "slow", answers: .failed(Failure(.transient, "busy", retryAfterMs: 3_000)))
        let waiting = try await host.ask("slow", ["title": "Tea"])
        #expect(waiting.status == "pending_retry")
        project.desk.on("slow", answers: .succeeded(["id": "N-1"]))
        try await host.working {
            try? await Task.sleep(for: .milliseconds(600))
            clock.moveWall(-3_600_000)
            try await eventually("it is tried again") {
                try host.call(waiting.callID).status == .succeeded
            }
        }
        #expect(project.desk.attempts.count == 2)
    }

    @Test func workDoneOneAfterAnotherOutlastsOneLease() async throws {
        let project = try LoopProject(lease: "3s")
        let host = try project.host()
        // Each is shorter than the lease, all together are longer.
        project.desk.on("ask") { _, _ in
            try? await Task.sleep(for: .milliseconds(1_000))
            return .succeeded(["id": "N-1"])
        }
        var calls: [String?] = []
        for count in 0..<4 {
            let held = try await host.ask("ask", ["count": .integer(count)])
            try host.decide(held.receipt["approval_id"]?.stringValue, .approve())
            calls.append(held.callID)
        }
        #expect(try await DueLoop(host, on: loopThreads) { _ in }.runOnce() == 4)
        for call in calls { #expect(try host.call(call).status == .succeeded) }
        #expect(project.desk.attempts.count == 4)
    }
}
