// Calls that wait: for a person's yes or no, and for what a client asks to wait for.

import Engine
import JSON
import MCP
import Testing

@testable import Host

@Suite struct LoopWaitTests {
    private let project: LoopProject
    private let host: ToolHost

    init() throws {
        project = try LoopProject()
        host = try project.host()
    }

    private func status(_ call: String?, waitMs: Int = 0) async throws -> JSONValue {
        try await host.ask(
            "call_status", ["call_id": .string(call ?? ""), "wait_ms": .integer(waitMs)]
        ).content
    }

    @Test func aHeldCallIsAnsweredAtOnce() async throws {
        let result = try await host.ask("ask", ["title": "Tea"])
        #expect(result.status == "pending_approval")
        #expect(result.next == "wait")
        #expect(!result.isError)
        #expect(
            result.receipt.objectValue?.names
                == ["status", "run_id", "call_id", "approval_id", "expires_at", "next", "message"])
        let approval = try #require(result.receipt["approval_id"]?.stringValue)
        let message = try #require(result.receipt["message"]?.stringValue)
        #expect(message.contains("holdfast approve \(approval)"))
        #expect(message.contains("call_status"))
        #expect(result.firstText.hasPrefix(message))
        #expect(project.desk.attempts.isEmpty)
        let again = try await host.ask("ask", ["title": "Tea"])
        #expect(again.callID == result.callID)
        #expect(again.receipt["approval_id"]?.stringValue == approval)
        let document = try await status(result.callID)
        #expect(document["approval"]?["state"] == "pending")
        #expect(document["error"] == nil)
        #expect(document["result"] == nil)
    }

    @Test func aYesIsActedOnWithinASecondOrSo() async throws {
        let held = try await host.ask("ask", ["title": "Tea"])
        // Another process says yes.
        let other = try project.host()
        let document = try await host.working {
            try other.decide(
                held.receipt["approval_id"]?.stringValue, .approve(reason: "go on"))
            return try await status(held.callID, waitMs: 20_000)
        }
        #expect(document["status"] == "succeeded")
        #expect(document["result"] == ["id": "N-1"])
        #expect(document["next"] == "use_result")
        #expect(document["approval"]?["state"] == "spent")
        #expect(document["approval"]?["by"] == "ada")
        let attempt = try #require(project.desk.attempts.first)
        #expect(attempt.approval?["decision"] == "approved")
        #expect(attempt.approval?["by"] == "ada")
        #expect(attempt.approval?["reason"] == "go on")
        let call = try host.call(held.callID)
        let waited = call.endedAt?.ms(since: try #require(call.approval?.decidedAt)) ?? .max
        // A second on an idle machine; tests share theirs.
        #expect(waited <= 4_000, "it took \(waited) ms")
    }

    @Test func aYesIsAlsoActedOnByTheSameCallAgain() async throws {
        let held = try await host.ask("ask", ["title": "Tea"])
        try host.decide(held.receipt["approval_id"]?.stringValue, .approve())
        let again = try await host.ask("ask", ["title": "Tea"])
        #expect(again.status == "succeeded")
        #expect(again.callID == held.callID)
        #expect(project.desk.attempts.count == 1)
    }

    @Test func aNoIsFinalAndFreesTheKey() async throws {
        let held = try await host.ask("ask", ["title": "Tea"])
        let approval = held.receipt["approval_id"]?.stringValue
        try host.decide(approval, .deny(reason: "not today"))
        let document = try await status(held.callID)
        #expect(document["status"] == "denied")
        #expect(document["next"] == "do_not_retry")
        #expect(document["error"]?["message"]?.stringValue?.contains("not today") == true)
        #expect(throws: DoorError.self) { try host.decide(approval, .approve()) }
        let again = try await host.ask("ask", ["title": "Tea"])
        #expect(again.status == "pending_approval")
        #expect(again.callID != held.callID)
        #expect(project.desk.attempts.isEmpty)
    }

    @Test func aClientIsKeptWaitingForAPersonWhereTheManifestSaysSo() async throws {
        let result = try await host.working {
            try await host.asking("patient", ["title": "Tea"]) { box in
                try await eventually("it is held") { try approvals() == 1 }
                #expect(box.value == nil)
                try host.decide(try firstApproval(), .approve())
                await eventually("it is answered") { box.value != nil }
                return box.value
            }
        }
        #expect(result?.status == "succeeded")
        #expect(result?.receipt["approval_id"]?.stringValue != nil)
    }

    private func approvals() throws -> Int {
        try host.journal.read { reading throws(JournalFault) in
            try reading.approvalPlaces(after: nil, limit: 10).count
        }
    }

    private func firstApproval() throws -> String? {
        try host.journal.read { reading throws(JournalFault) in
            try reading.approvalPlaces(after: nil, limit: 1).first?.approval.text
        }
    }

    @Test func whoeverOnlyWaitsIsAnsweredWhenTheInputEnds() async throws {
        let result = try await host.asking("patient", ["title": "Tea"]) { box in
            try await eventually("it is held") { try approvals() == 1 }
            host.drain()
            await eventually("it is answered") { box.value != nil }
            return box.value
        }
        #expect(result?.status == "pending_approval")
    }

    @Test func aClientWhoseCallTakesLongerThanItsPatienceHearsHowItStands() async throws {
        let gate = Gate()
        let control = CallControl()
        project.desk.on("hasty") { _, _ in
            await gate.pass()
            return .succeeded(["id": "N-1"])
        }
        #expect(!control.isOverdue(at: .max))
        try await host.asking("hasty", [:], control) { _ in
            await eventually("it is under way") { gate.arrived == 1 }
            #expect(control.isOverdue(at: host.clock.steadyMs()))
            let standing = try #require(host.standing(control))
            guard case .toolResult(let result) = standing.sessionAnswer(to: host.caller) else {
                throw Unexpected(standing)
            }
            #expect(result.status == "running")
            #expect(result.callID == control.callID?.text)
            #expect(control.takeAnswer())
            #expect(!control.takeAnswer())
            #expect(!control.isOverdue(at: .max))
            gate.open()
        }
        #expect(try await status(control.callID?.text)["status"] == "succeeded")
    }

    @Test func patienceIsWhatTheManifestSays() async throws {
        let control = CallControl()
        let startMs = host.clock.steadyMs()
        let noted = CallControl()
        host.drain()
        _ = try await host.ask("patient", ["title": "Tea"], control)
        _ = try await host.ask("note", ["title": "Tea"], noted)
        #expect(!control.isOverdue(at: startMs + 19_999))
        #expect(control.isOverdue(at: host.clock.steadyMs() + 20_000))
        #expect(!noted.isOverdue(at: startMs + HostLimits.defaultWaitMs - 1))
        #expect(noted.isOverdue(at: host.clock.steadyMs() + HostLimits.defaultWaitMs))
    }

    @Test func callStatusWaitsNoLongerThanItIsAskedTo() async throws {
        let held = try await host.ask("ask", ["title": "Tea"])
        let clock = ContinuousClock()
        var document: JSONValue = nil
        let atOnce = try await clock.measure { document = try await status(held.callID) }
        let waiting = try await clock.measure {
            document = try await status(held.callID, waitMs: 300)
        }
        #expect(document["status"] == "pending_approval")
        #expect(waiting >= .milliseconds(300))
        #expect(atOnce < waiting)
    }

    @Test func nobodyMayWaitLongerThanTheLimit() async throws {
        let held = try await host.ask("ask", ["title": "Tea"])
        try host.decide(held.receipt["approval_id"]?.stringValue, .deny(reason: "no"))
        let most = Int(HostLimits.longestWaitMs)
        #expect(try await status(held.callID, waitMs: most)["status"] == "denied")
        for waitMs in [most + 1, -1] {
            #expect(try await status(held.callID, waitMs: waitMs)["holdfast"] != nil)
        }
    }
}
