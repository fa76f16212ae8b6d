// Two hosts on one journal: the same call is one call, and what a dead host leaves is taken over.

import Engine
import Foundation
import JSON
import MCP
import Testing

@testable import Host

@Suite struct LoopHostsTests {
    private let project: LoopProject
    private let host: ToolHost
    private let other: ToolHost

    init() throws {
        project = try LoopProject()
        host = try project.host()
        other = try project.host()
    }

    private var ownerFiles: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: project.statePath + "/owners")
                .sorted()
        }
    }

    private func owner(of host: ToolHost) throws -> OwnerID { try host.opener.open().owner.id }

    private func lease(of owner: OwnerID) throws -> Instant? {
        try host.journal.read { reading throws(JournalFault) in try reading.lease(of: owner) }
    }

    @Test func aCallThatAnotherHostMakesIsJoined() async throws {
        let gate = Gate()
        project.desk.on("note") { _, _ in
            await gate.pass()
            return .succeeded(["id": "N-1"])
        }
        try await host.asking("note", ["title": "Tea"]) { mine in
            await eventually("it is under way") { gate.arrived == 1 }
            try await other.asking("note", ["title": "Tea"]) { theirs in
                // Joined or not yet: nothing is sent by it.
                try? await Task.sleep(for: .milliseconds(50))
                #expect(theirs.value == nil)
                gate.open()
                await eventually("both are answered") {
                    mine.value != nil && theirs.value != nil
                }
                #expect(mine.value?.status == "succeeded")
                #expect(theirs.value?.status == "succeeded")
                #expect(theirs.value?.callID == mine.value?.callID)
                #expect(theirs.value?.content["id"] == "N-1")
                #expect(mine.value?.receipt["replayed"] == nil)
                #expect(theirs.value?.receipt["replayed"] == true)
            }
        }
        #expect(project.desk.attempts.count == 1)
    }

    @Test func ofManyEqualCallsAtOnceOneIsMade() async throws {
        project.desk.on("note") { _, _ in
            usleep(20_000)
            return .succeeded(["id": "N-1"])
        }
        let results = try await withThrowingTaskGroup(of: ToolResult.self) { group in
            for index in 0..<24 {
                let host = index.isMultiple(of: 2) ? host : other
                group.addTask(executorPreference: loopThreads) {
                    try await host.ask("note", ["title": "Tea"])
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.count == 24)
        #expect(results.allSatisfy { $0.content["id"] == "N-1" })
        #expect(Set(results.map(\.callID)).count == 1)
        #expect(results.filter { $0.receipt["replayed"] == nil }.count == 1)
        #expect(project.desk.attempts.count == 1)
    }

    @Test func differentCallsOfManyHostsAllHappen() async throws {
        let results = try await withThrowingTaskGroup(of: ToolResult.self) { group in
            for index in 0..<24 {
                let host = index.isMultiple(of: 2) ? host : other
                group.addTask(executorPreference: loopThreads) {
                    try await host.ask("note", ["count": .integer(index)])
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(results.map(\.callID)).count == 24)
        #expect(project.desk.attempts.count == 24)
    }

    @Test(arguments: [("put", CallStatus.succeeded, 1), ("note", .unknown, 0)])
    func whatADeadHostLeftIsTakenOverAtOnce(
        tool: String, status: CallStatus, attempts: Int
    ) async throws {
        let call = try project.abandon(tool, ["title": "Tea"])
        #expect(try ownerFiles.count == 1)
        // Its lease has seconds to run; its lock is free already.
        let made = try await DueLoop(host, on: loopThreads) { _ in }.runOnce()
        #expect(made == attempts)
        #expect(try host.call(call.text).status == status)
        #expect(project.desk.attempts.map(\.call) == Array(repeating: call, count: attempts))
        // A second attempt, as its number says: the first may have been sent.
        #expect(project.desk.attempts.allSatisfy { $0.number == 2 })
        #expect(try ownerFiles == ["\(owner(of: host)).lock"])
        #expect(try await DueLoop(other, on: loopThreads) { _ in }.runOnce() == 0)
    }

    @Test func thePatrolBuriesTheDead() async throws {
        var dead: [OwnerID] = []
        for tool in ["put", "note", "look"] {
            let host = try project.host()
            _ = try project.claim(tool, [:], by: host)
            dead.append(try owner(of: host))
        }
        for id in dead { #expect(try lease(of: id) != nil) }
        try await host.working {
            try await eventually("the dead are buried") { try ownerFiles.count == 1 }
            await eventually("their work is done") { project.desk.attempts.count == 2 }
        }
        for id in dead { #expect(try lease(of: id) == nil) }
        #expect(try lease(of: owner(of: host)) != nil)
        #expect(Set(project.desk.attempts.map(\.tool.text)) == ["put", "look"])
    }

    @Test func theLivingAreLeftAlone() async throws {
        let claimed = try project.claim("put", [:], by: other)
        #expect(try await DueLoop(host, on: loopThreads) { _ in }.runOnce() == 0)
        #expect(try host.call(claimed.view.call.id.text).status == .running)
        #expect(try ownerFiles.count == 2)
        #expect(try lease(of: owner(of: other)) != nil)
        withExtendedLifetime(other) {}
    }

    @Test func aHostThatClosesLeavesNothingBehind() async throws {
        _ = try await other.ask("note", ["title": "Tea"])
        let id = try owner(of: other)
        #expect(try lease(of: id) != nil)
        try other.close()
        #expect(try lease(of: id) == nil)
        #expect(try ownerFiles == ["\(owner(of: host)).lock"])
        // A host that never opened its journal has nothing to close.
        try project.host().close()
    }

    @Test func workOfAnotherProfileIsNotTouched() async throws {
        let stranger = try project.host("other")
        let call = try project.abandon("put", ["title": "Tea"])
        #expect(try await DueLoop(stranger, on: loopThreads) { _ in }.runOnce() == 0)
        // It may find out that its host is gone, and leaves the doing to its own kind.
        #expect(project.desk.attempts.isEmpty)
        #expect(try await DueLoop(host, on: loopThreads) { _ in }.runOnce() == 1)
        #expect(try host.call(call.text).status == .succeeded)
    }

    @Test func theDeliveryOfAnOutcomeRidesAndIsNotedOnce() async throws {
        let answer = await host.answer("note", ["title": "Tea"])
        guard case .call(let call) = answer else { throw Unexpected(answer) }
        let id = call.view.call.id.text
        host.delivered(call)
        host.delivered(call)
        #expect(try host.call(id).deliveredAt == nil)
        let records = try host.recordCount
        try host.opener.open().writer.flushRiders()
        #expect(try host.call(id).deliveredAt != nil)
        #expect(try host.recordCount == records + 1)
    }
}
