// Why an outcome is not known, who may still be at it, and which of an approval's clocks ran out.

import JSON
import Testing

@testable import Engine
@testable import Host

@Suite struct ViewsDoubtTests {
    @Test func anUnknownCallSaysWhyInWords() async throws {
        let project = try ViewsProject()
        let id = try await project.unknownCall()
        let entry = try project.viewer().run(id)
        #expect(entry.text(.plain).contains("attempt 1 brought no answer that tells\n"))
        let document = try #require(entry.calls.first?.document)
        #expect(document["doubt"] == ["attempt": 1, "cause": "no_answer", "senders": []])
    }

    @Test(arguments: [
        (UnknownCause.noAnswer, "brought no answer that tells"),
        (.ownerGone, "the host that made attempt 1 ended"),
        (.leaseExpired, "ran out, and it may still live"),
        (.stillSending, "what it started may still be at it"),
        (.earlierAttempt, "surely did nothing, but an earlier one may have happened"),
    ])
    func everyCauseHasItsWords(_ cause: UnknownCause, _ words: String) async throws {
        let project = try ViewsProject()
        let id = try await project.unknownCall()
        let entry = try project.viewer().run(id)
        let call = try #require(entry.calls.first)
        let lines = call.because(of: cause, senders: []).doubtLines
        #expect(lines.count == 1 && lines[0].contains(words), "\(lines)")
        let owner = OwnerID(unchecked: "own_x")
        let sending = call.because(of: cause, senders: [Sender(attempt: 1, owner: owner)])
        #expect(
            sending.doubtLines.last
                == "attempt 1 may still be under way in host own_x; end that process before you "
                + "settle it")
        #expect(sending.document["doubt"]?["senders"] == [["attempt": 1, "owner": "own_x"]])
    }

    @Test func whatIsSettledIsNoLongerInDoubt() async throws {
        let project = try ViewsProject()
        let id = try await project.unknownCall()
        let settled = try project.decisions.resolve(id, .failed(.fatal), reason: "not there")
        #expect(settled.calls.first?.doubtLines == [])
        #expect(settled.calls.first?.document["doubt"] == nil)
    }

    @Test func whatWasApprovedAndNotDoneInTimeIsNotSaidToBeUnapproved() async throws {
        let project = try ViewsProject()
        let held = await project.call("ask", ["amount": 5])
        let approval = try #require(try project.viewer().approvals(all: false).first).approval.id
        let approved = try project.decisions.decide(approval.text, .approve())
        let end = try #require(approved.approval.executeBy).description
        let laterMs: Int64 = 3_600_000
        let said = "was approved by ada, and was not done by \(end)"
        let unnoted = try project.viewer(laterByMs: laterMs).approvals(all: true).first
        #expect(unnoted?.text(.plain).contains("It \(said).") == true)
        let later = try ToolHost(
            project.project.configuration, profile: nil, kinds: [OutcomeKind()],
            in: project.folder.surroundings(),
            clock: HostClock(
                now: { ViewsProject.now + laterMs }, steadyMs: HostClock.system.steadyMs))
        _ = try await DueLoop(later, on: loopThreads) { Issue.record("a fault: \($0)") }.runOnce()
        let entry = try project.viewer().run(approval.text)
        #expect(entry.text(.plain).contains("ask: \(said)"))
        #expect(!entry.text(.plain).contains("nobody said yes"))
        guard case .call(let made) = held else {
            Issue.record("the call was not made")
            return
        }
        let call = made.view.call.id.text
        let answer = await later.answer(
            HostCall(tool: "call_status", arguments: ["call_id": .string(call)]), CallControl())
        guard case .host(let status) = answer else {
            Issue.record("\(answer)")
            return
        }
        let words = JSONValue.object(status).compactText
        #expect(words.contains("ask \(said). Do not send it again"), "\(words)")
    }

    @Test func whatNobodyApprovedInTimeIsSaidToBeUnapproved() async throws {
        let project = try ViewsProject()
        await project.call("ask", ["amount": 5])
        let later = try project.viewer(laterByMs: 7_200_000)
        let text = try #require(try later.approvals(all: true).first).text(.plain)
        #expect(text.contains("It did not run: nobody said yes in time."))
    }

    @Test func aResultOfTheWrongKindIsNamedWithItsArticle() async throws {
        let project = try ViewsProject()
        let id = try await project.unknownCall()
        let refusal = #expect(throws: Ending.self) {
            try project.decisions.resolve(id, .succeeded([]), reason: "seen")
        }
        #expect(refusal?.message.contains("but this is an array") == true)
    }
}

extension CallEntry {
    /// The same call, unknown for another reason.
    fileprivate func because(of cause: UnknownCause, senders: [Sender]) -> CallEntry {
        var call = call
        call.senders = senders
        let events = events.map { entry in
            guard case .attemptUnknown(let id, let attempt, let unknown) = entry.record.event else {
                return entry
            }
            let other = AttemptUnknown(
                cause: cause, recoverAt: unknown.recoverAt, error: unknown.error)
            let record = Record(
                index: entry.record.index, at: entry.record.at, run: entry.record.run,
                actor: entry.record.actor, event: .attemptUnknown(id, attempt: attempt, other))
            return EventEntry(record: record, texts: entry.texts)
        }
        return CallEntry(
            call: call, arguments: arguments, result: result, withheld: withheld,
            message: message, did: did, title: title, events: events, approval: approval)
    }
}
