// The exit code of every way a command can end (DESIGN section 9).

import Engine
import JSON
import Testing

@testable import Host

@Suite struct ViewsStatusTests {
    @Test func codesAreThoseOfTheDesign() {
        let codes = CommandStatus.allCases.map(\.rawValue)
        #expect(codes == [0, 1, 64, 65, 69, 70, 74, 75, 77, 78])
    }

    @Test func everyFailureClassHasItsCode() {
        let codes = FailureClass.allCases.map { CommandStatus($0).rawValue }
        // transient, stale, permission, invalid, fatal
        #expect(codes == [69, 1, 77, 65, 1])
    }

    @Test func everyJournalFaultIsOursUnlessTheLockWasTaken() {
        for code in JournalFault.Code.allCases {
            let expected: CommandStatus = code == .locked ? .unavailable : .ownFault
            #expect(CommandStatus(JournalFault(code, "x")) == expected)
        }
    }

    @Test func everyRejectionHasItsCode() throws {
        let run = RunID(unchecked: "run_x")
        let call = CallID(unchecked: "call_x")
        let approval = ApprovalID(unchecked: "apr_x")
        let expected: [(Rejection, Int32)] = [
            (.unknownRun("x"), 65), (.unknownCall("x"), 65), (.unknownApproval("x"), 65),
            (.runEnded(run), 1), (.runNeedsAttention(run), 74), (.runIsFull(run), 1),
            (.callsUnfinished(run, []), 75), (.idempotencyConflict(call: call, fields: []), 65),
            (.keyUnusable("x"), 65), (.textTooLong(field: "x", limitBytes: 1), 65),
            (.argumentsTooLarge(limitBytes: 1), 65), (.argumentNotExact(pointer: "/x"), 65),
            (.approvalIsOver(approval, .spent), 1),
            (.mayNotDecide(approval, person: "x", may: []), 77),
            (.nothingToSettle(call, .succeeded), 1),
        ]
        for (rejection, code) in expected {
            #expect(Ending(rejection).status.rawValue == code, "\(rejection)")
        }
    }

    @Test(arguments: [
        ("ok", CommandStatus.done, CallStatus.succeeded),
        ("unknown", .unsettled, .unknown), ("fatal", .failed, .failed),
    ])
    func callsEndWithTheCodeOfTheirStatus(
        outcome: String, code: CommandStatus, status: CallStatus
    ) async throws {
        let project = try ViewsProject()
        let answer = await project.call("send", ["to": "a", "outcome": .string(outcome)])
        guard case .call(let call) = answer else {
            Issue.record("the call was not made: \(answer)")
            return
        }
        #expect(call.view.call.status == status)
        #expect(CallReport(answer: answer, caller: project.host.caller).status == code)
    }

    @Test func heldCallsArePendingAndThenDenied() async throws {
        let project = try ViewsProject()
        let held = await project.call("ask", ["amount": 5])
        #expect(CallReport(answer: held, caller: project.host.caller).status == .pending)
        let id = try #require(try project.viewer().approvals(all: false).first)
        _ = try project.decisions.decide(id.approval.id.text, .deny(reason: "no"))
        guard case .call(let call) = held else { return }
        let entry = try project.viewer().run(call.view.call.id.text)
        #expect(CommandStatus(try #require(entry.calls.first).call.phase) == .denied)
    }

    @Test func whatIsNoCallHasItsCodeToo() async throws {
        let project = try ViewsProject()
        func code(_ answer: HostAnswer) -> CommandStatus {
            CallReport(answer: answer, caller: project.host.caller).status
        }
        #expect(code(await project.call("nope", [:])) == .usage)
        #expect(code(await project.call("send", [:])) == .badData)
        #expect(code(await project.call("run_begin", ["purpose": "p"])) == .done)
        #expect(code(await project.call("run_status", ["run_id": "run_x"])) == .badData)
        #expect(code(.fault(JournalFault(.full, "x"))) == .ownFault)
        guard case .call(let made) = await project.call("send", ["to": "a"]) else {
            Issue.record("the call was not made")
            return
        }
        #expect(code(.unrecorded(JournalFault(.full, "x"), made.view)) == .unsettled)
    }
}
