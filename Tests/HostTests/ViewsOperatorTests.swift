// What operators see of what waits, stands and is stopped, and who may stop and let go on.

import Engine
import JSON
import Proofs
import Testing

@testable import Host

@Suite struct ViewsOperatorTests {
    @Test func whatIsStoppedIsDeniedAndWhatMakesNoSenseFails() throws {
        let run = RunID(unchecked: "run_x")
        let standing = try ViewsProject().standingHalt()
        let expected: [(Rejection, Int32)] = [
            (.halted(standing), 77), (.runQuarantined(run), 77), (.runAborting(run), 1),
            (.toolUnavailable(ToolName("t"), until: ViewsProject.now), 69),
            (.deadlineUnusable("x"), 65), (.notHalted(.everything), 1),
            (.notQuarantined(run), 1), (.wouldRepeat(CallID(unchecked: "call_x")), 1),
        ]
        for (rejection, code) in expected {
            #expect(Ending(rejection).status.rawValue == code, "\(rejection)")
        }
    }

    @Test func theJournalsOwnRunTakesNoPlaceInAList() async throws {
        let project = try ViewsProject()
        await project.call("run_begin", ["purpose": "older"])
        await project.call("run_begin", ["purpose": "newer"])
        let halting = try project.halting()
        _ = try halting.halt(.scope(.everything), reason: "stop")
        #expect(try project.viewer().runs(state: nil, limit: 2).count == 2)
        #expect(try project.viewer().runs(state: nil, limit: 1).count == 1)
        #expect(try project.viewer().runs(state: .open, limit: Int.max).count == 2)
        let own = try project.viewer().run(RunID.journal.text).text(.plain)
        #expect(own.contains("halted: every tool, by ada since"))
        #expect(!own.contains("No calls yet"))
    }

    @Test func aSecondHaltSaysWhoseTheFirstWas() async throws {
        let project = try ViewsProject()
        await project.call("run_begin", ["purpose": "p"])
        let halting = try project.halting()
        let first = try halting.halt(.scope(.tool(ToolName("send"))), reason: "one")
        #expect(first.text(.plain).hasPrefix("Halted: the tool send, by ada since"))
        let second = try halting.halt(.scope(.tool(ToolName("send"))), reason: "two")
        #expect(second.text(.plain).hasPrefix("It was halted already"))
        #expect(second.text(.plain).contains("\"one\""))
        let listed = HaltList.text(try project.viewer().halts())
        #expect(listed.contains("HALTED: the tool send"))
        #expect(listed.contains("holdfast resume --tool send --reason …"))
        let resumed = try halting.resume(.scope(.tool(ToolName("send"))), reason: "well")
        #expect(resumed.text(.plain).contains("which ada had halted at"))
        #expect(resumed.text(.plain).contains("\"one\""))
        #expect(HaltList.text(try project.viewer().halts()) == "")
        let none = #expect(throws: Ending.self) {
            try halting.resume(.scope(.everything), reason: "well")
        }
        #expect(none?.message.contains("Nothing is halted.") == true)
    }

    @Test func aNameThatIsNoneIsRefusedWhereThatIsKnown() throws {
        let project = try ViewsProject()
        let halting = try project.halting()
        let refusal = #expect(throws: Ending.self) {
            try halting.halt(.scope(.tool(ToolName("sned"))), reason: "r")
        }
        #expect(refusal?.status == .usage)
        #expect(refusal?.message.contains("Did you mean send?") == true)
        #expect(!project.project.hasJournal)
        try project.folder.write("tools/broken.yaml", "name: [")
        let halted = try project.halting().halt(.scope(.tool(ToolName("sned"))), reason: "r")
        #expect(halted.warning?.contains("could not be checked") == true)
    }

    @Test func whatAReadBackFoundIsMaskedByTheToolThatReadIt() async throws {
        let project = try ViewsProject()
        await project.call("put", [:])
        let run = try #require(
            try project.viewer().runs(state: .needsAttention, limit: 1).first)
        let call = try #require(run.calls.first)
        #expect(call.found?["id"] == "M-1")
        #expect(call.document["result"]?["id"] == "M-1")
        #expect(call.document["found"]?["id"] == "M-1")
        let records = try project.viewer().records(from: 0, limit: 100)
        let texts = [
            run.callText(.plain), run.document.prettyText, AuditText.details(records, .plain),
            JSONValue.array(records.map(\.document)).prettyText,
        ]
        for text in texts { #expect(!text.contains("wxyz-token"), "\(text)") }
        #expect(run.callText(.plain).contains("found when read back"))
        #expect(run.nextStep?.hasPrefix("put reads back differently") == true)
        #expect(CommandStatus(call.call.phase) == .unsettled)
    }

    @Test func whatHoldsACallBackSaysWhoAndWhatEndsIt() throws {
        let words = Hold.halt(try ViewsProject().standingHalt()).words
        #expect(words.contains("the tool send, by ada since 2026-07-28T09:30:00.000Z"))
        #expect(words.contains("\"a\\u001bb\""))
        #expect(words.contains("holdfast resume --tool send --reason …"))
        let breaker = Hold.breaker(until: ViewsProject.now)
        #expect(breaker.words.contains("until 2026-07-28T09:30:00.000Z"))
        #expect(breaker.document["until"] == "2026-07-28T09:30:00.000Z")
    }

    @Test func aVersionThatHasChangedIsTold() {
        let old = ManifestDigest(Digest.sha256([1]))
        let new = ManifestDigest(Digest.sha256([2]))
        let tool = ToolName("send")
        #expect(Pin(manifest: old, current: old).words(tool) == nil)
        let changed = Pin(manifest: old, current: new).words(tool)
        #expect(changed?.contains(String(new.description.prefix(12))) == true)
        #expect(changed?.contains("uses the version it was begun with") == true)
        #expect(Pin(manifest: old, current: nil).words(tool)?.contains("is gone") == true)
        #expect(Pin(manifest: old, current: nil).document["current"] == .null)
    }

    @Test func anOperatorCompletesAndAborts() async throws {
        let project = try ViewsProject()
        await project.call("run_begin", ["purpose": "p"])
        let run = try #require(try project.viewer().runs(state: nil, limit: 1).first).run.id
        await project.call("send", ["to": "ana"], run: run.text)
        #expect(
            try project.decisions.complete(run.text, summary: "done").stateDocument
                == ["run_id": .string(run.text), "state": "completed"])
        let ended = #expect(throws: Ending.self) {
            try project.decisions.abort(
                run, AbortOrder(cause: .requested, by: "ada", reason: "r", isForced: false))
        }
        #expect(ended?.status == .failed)
        await project.call("run_begin", ["purpose": "q"])
        let other = try #require(try project.viewer().runs(state: .open, limit: 1).first).run.id
        await project.call("send", ["to": "bob"], run: other.text)
        let aborted = try project.decisions.abort(
            other, AbortOrder(cause: .requested, by: "ada", reason: "why", isForced: false))
        #expect(CommandStatus(aborted: aborted) == .done)
        let text = try project.viewer().run(other.text).text(.plain)
        #expect(text.contains("aborted by ada at 2026-07-28T09:30:00.000Z: \"why\""))
        #expect(text.contains("STILL STANDS (1)"))
        #expect(text.contains("not undone, for its manifest names nothing that undoes it"))
    }
}

extension ViewsProject {
    func halting() throws -> Halting {
        try Halting.open(
            store: nil, explicit: nil, kinds: [OutcomeKind()], in: folder.surroundings(),
            clock: clock)
    }
}

extension ViewsProject {
    /// A halt of one tool with a reason that a terminal would obey.
    fileprivate func standingHalt() throws -> StandingHalt {
        _ = try halting().halt(.scope(.tool(ToolName("send"))), reason: "a\u{1B}b")
        return try #require(try viewer().halts().first)
    }
}
