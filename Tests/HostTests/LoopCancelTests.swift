// Requests to stop: before a call starts, while it is under way, after its end, and from another
// process.

import Engine
import JSON
import MCP
import Testing

@testable import Host

@Suite struct LoopCancelTests {
    private let project: LoopProject
    private let host: ToolHost

    init() throws {
        project = try LoopProject()
        host = try project.host()
    }

    /// Ends as soon as it is asked to stop, having done nothing.
    private func stopsWhenAsked(_ gate: Gate) -> Desk.Script {
        { _, stop in
            stop.onRaise { gate.open() }
            await gate.pass()
            return .failed(Failure(.transient, "stopped in time"))
        }
    }

    private func cancel(_ call: String?, by host: ToolHost) async throws -> ToolResult {
        try await host.ask("call_cancel", ["call_id": .string(call ?? ""), "reason": "no need"])
    }

    @Test func whatIsTakenBackBeforeItStartsNeverRuns() async throws {
        let control = CallControl()
        #expect(host.cancel(control, reason: "changed my mind") == nil)
        let result = try await host.ask("note", ["title": "Tea"], control)
        #expect(result.status == "cancelled")
        #expect(result.next == "do_not_retry")
        #expect(result.isError)
        #expect(project.desk.attempts.isEmpty)
        // It frees its key.
        let again = try await host.ask("note", ["title": "Tea"])
        #expect(again.status == "succeeded")
    }

    @Test func aHeldCallIsCancelledAndCanNoLongerBeApproved() async throws {
        let held = try await host.ask("ask", ["title": "Tea"])
        let result = try await cancel(held.callID, by: host)
        #expect(
            result.structuredContent
                == ["call_id": .string(held.callID ?? ""), "status": "cancelled"])
        #expect(!result.isError)
        let approval = held.receipt["approval_id"]?.stringValue
        #expect(throws: DoorError.self) { try host.decide(approval, .approve()) }
        let status = try await host.ask("call_status", ["call_id": .string(held.callID ?? "")])
        #expect(status.content["approval"]?["state"] == "withdrawn")
        #expect(status.content["error"]?["message"]?.stringValue?.contains("no need") == true)
    }

    @Test func anAttemptUnderWayIsAskedToStop() async throws {
        let gate = Gate()
        let control = CallControl()
        project.desk.on("note", stopsWhenAsked(gate))
        let result = try await host.asking("note", ["title": "Tea"], control) { box in
            await eventually("it is under way") { gate.arrived == 1 }
            // A reason that is too long to keep is kept as far as it goes.
            let reason = String(repeating: "x", count: Limits.freeTextBytes + 1)
            #expect(host.cancel(control, reason: reason) == nil)
            await eventually("it ends") { box.value != nil }
            return box.value
        }
        // The attempt hears of it at once, and may end before the request is on record.
        #expect(["cancelled", "failed"].contains(result?.status))
        #expect(project.desk.attempts.count == 1)
        #expect(host.running.isEmpty)
    }

    @Test func whatIsRecordedAsAskedToStopAndDidNothingIsCancelled() async throws {
        let gate = Gate()
        project.desk.on("note", stopsWhenAsked(gate))
        let result = try await host.asking("note", ["title": "Tea"]) { box in
            await eventually("it is under way") { gate.arrived == 1 }
            _ = try await cancel(host.running.calls.first?.call.text, by: host)
            await eventually("it ends") { box.value != nil }
            return box.value
        }
        #expect(result?.status == "cancelled")
        #expect(result?.next == "do_not_retry")
        #expect(try host.call(result?.callID).cancelRequested)
    }

    @Test func whatHappenedAllTheSameIsRecordedAsItTurnedOut() async throws {
        let gate = Gate()
        project.desk.on("note") { _, stop in
            stop.onRaise { gate.open() }
            await gate.pass()
            return .succeeded(["id": "N-1"])
        }
        let result = try await host.asking("note", ["title": "Tea"]) { box in
            await eventually("it is under way") { gate.arrived == 1 }
            let asked = try await cancel(host.running.calls.first?.call.text, by: host)
            // Asking is no claim that it did not happen.
            #expect(asked.content["status"] == "running")
            await eventually("it ends") { box.value != nil }
            return box.value
        }
        #expect(result?.status == "succeeded")
        #expect(result?.content["id"] == "N-1")
    }

    @Test func afterTheEndThereIsNothingToStop() async throws {
        let done = try await host.ask("note", ["title": "Tea"])
        let records = try host.recordCount
        let result = try await cancel(done.callID, by: host)
        #expect(result.content["status"] == "succeeded")
        #expect(try host.recordCount == records)
        let again = try await host.ask("note", ["title": "Tea"])
        #expect(again.receipt["replayed"] == true)
    }

    @Test func aRequestToStopIsPassedOnToTheProcessThatCan() async throws {
        let gate = Gate()
        let other = try project.host()
        project.desk.on("note", stopsWhenAsked(gate))
        let result = try await host.working {
            try await host.asking("note", ["title": "Tea"]) { box in
                await eventually("it is under way") { gate.arrived == 1 }
                let asked = try await cancel(host.running.calls.first?.call.text, by: other)
                #expect(asked.content["status"] == "running")
                #expect(other.running.isEmpty)
                await eventually("it ends", withinMs: 4 * HostLimits.patrolEveryMs) {
                    box.value != nil
                }
                gate.open()
                return box.value
            }
        }
        #expect(result?.status == "cancelled")
    }

    @Test func stoppingAHostStopsEveryAttempt() async throws {
        let gates = [Gate(), Gate()]
        project.desk.on("note", stopsWhenAsked(gates[0]))
        project.desk.on("put", stopsWhenAsked(gates[1]))
        try await host.asking("note") { note in
            try await host.asking("put") { put in
                await eventually("both are under way") {
                    gates.allSatisfy { $0.arrived == 1 }
                }
                #expect(host.running.calls.count == 2)
                host.stopAll()
                await eventually("both end") { note.value != nil && put.value != nil }
                // Nobody cancelled them: they failed, and may be called again.
                #expect(note.value?.status == "failed")
                #expect(put.value?.next == "wait")
            }
        }
    }
}
