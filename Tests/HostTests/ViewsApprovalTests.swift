// What an approver reads: who is still needed, what is different from before, what the run has
// touched, and what has become of the request meanwhile.

import Foundation
import JSON
import Proofs
import Synchronization
import Testing

@testable import Engine
@testable import Host

@Suite struct ViewsApprovalTests {
    static let leads = """
        approvers:
          - { name: lena, user: l, roles: [lead] }
          - { name: tom, user: t, roles: [lead] }
          - { name: ada-b, user: b, aliases: [ada], roles: [lead] }
        rules:
          - name: letters need two
            when: { required: [tool], properties: { tool: { const: send } } }
            then:
              approve: { by: [lead], count: 2, decide_within: 2h, on_silence: approve }

        """

    private func approve(_ project: ViewsProject, _ id: ApprovalID, as account: String) throws {
        let surroundings = Surroundings(
            home: "/", workingFolder: project.folder.path, variables: [:], account: account)
        let other = try Project.open(explicit: nil, kinds: [OutcomeKind()], in: surroundings)
        _ = try Decisions(other, clock: project.clock).decide(id.text, .approve())
    }

    @Test func itSaysWhoIsNeededAndNeverWhoMayNot() async throws {
        let project = try ViewsProject(Self.leads)
        await project.call("send", ["to": "ana@x.org", "text": "hello"])
        let asked = try #require(try project.viewer().approvals(all: false).first)
        let text = asked.text(.plain)
        #expect(text.contains("needs    2 of lead: lena, tom\n"), "\(text)")
        #expect(text.contains("A YES, for its rule says so"), "\(text)")
        #expect(text.contains("it runs once everybody below has said yes, and can"), "\(text)")
        try approve(project, asked.approval.id, as: "l")
        let entry = try project.viewer().run(asked.call.text)
        let after = try #require(entry.calls.first?.approval)
        #expect(after.needed.map(\.words) == ["1 of lead: tom"])
        #expect(after.headline.contains("it runs once you say yes"))
        #expect(after.text(.plain).contains("said     lena: yes, account l, now\n"))
        #expect(entry.callText(.plain).contains("yes, by lena, account l"))
        for account in ["l", "b", "ada"] {
            #expect(throws: Ending.self) {
                try approve(project, asked.approval.id, as: account)
            }
        }
    }

    @Test func whoAndHowManyAreAskedIsSaidWhereverACallWaits() async throws {
        let project = try ViewsProject(Self.leads)
        let told = try await project.told("send", ["to": "ana@x.org"])
        #expect(told.words.contains("it needs a yes (2 of lead), until 2026"), "\(told.words)")
        #expect(told.words.contains("no answer by then: A YES"))
        let caller = Caller(profile: "desk", person: "ana", account: "root")
        func words(_ demands: [ApprovalRule], escalated: Bool = false) -> String {
            demands.askedWords(caller, isEscalated: escalated)
        }
        func rule(_ stages: [Stage]) -> ApprovalRule {
            ApprovalRule(name: "r", stages: stages, escalateTo: ["boss"])
        }
        let one = rule([Stage(by: .named(["finance"]), count: 1)])
        let two = rule([Stage(by: .named(["finance"]), count: 2)])
        let own = ApprovalRule.confirmation(name: "manifest")
        #expect(words([one, own, two]) == "a confirmation by ana or root, and 2 of finance")
        #expect(words([one], escalated: true) == "1 of finance or boss")
        #expect(words([rule(two.stages + one.stages)]) == "2 of finance, then 1 of finance")
    }

    @Test func whoseTurnComesLaterIsSaid() async throws {
        let project = try ViewsProject(
            Self.leads.replacing(
                "by: [lead], count: 2", with: "stages: [{ by: [lead] }, { by: [ada-b, tom] }]"))
        await project.call("send", ["to": "ana@x.org"])
        let asked = try #require(try project.viewer().approvals(all: false).first)
        let text = asked.text(.plain)
        #expect(text.contains("once everybody below has said yes"), "\(text)")
        #expect(text.contains("1 of lead: lena, tom\n         then 1 of ada-b or tom\n"), "\(text)")
    }

    @Test func theRulesAreNotAskedWhereEvidenceIsMissing() throws {
        let project = try ViewsProject()
        let shown = ViewsProject.send.replacing("audit: {", with: "evidence: [/text]\naudit: {")
        try project.folder.write("tools/send.yaml", shown)
        let court = PolicyCourt(project.project)
        func said(_ arguments: String) throws -> PolicyAnswer {
            try court.explain(
                "send", arguments: arguments, profile: nil, run: nil,
                in: { () throws(Ending) in throw Ending(.usage, "no run is named") })
        }
        let blank = try said(#"{"to": "ana", "text": " "}"#)
        #expect(blank.refusals == ["its evidence is not there or blank: /text"])
        #expect(blank.text(.plain).contains(": is refused before any rule is asked\n"))
        #expect(try said(#"{"to": "ana", "text": "x"}"#).text(.plain).contains(": is allowed\n"))
    }

    @Test func whatIsMaskedIsSaidToDifferAndNotShown() async throws {
        let project = try ViewsProject()
        await project.call("send", ["to": "ana@x.org", "text": "hello"])
        let rules = ViewsProject.send.replacing(
            "audit: {", with: "approval: { by: [requester] }\naudit: {")
        try project.folder.write("tools/send.yaml", rules)
        let host = try ToolHost(
            project.project.configuration, profile: nil, kinds: [OutcomeKind()],
            in: project.folder.surroundings(),
            clock: HostClock(
                now: { ViewsProject.now + 5 }, steadyMs: HostClock.system.steadyMs))
        _ = await host.answer(
            HostCall(tool: "send", arguments: ["to": "bob@x.org", "text": "hello"], runID: nil),
            CallControl())
        let asked = try #require(
            try project.viewer(laterByMs: 10).approvals(all: false).first)
        let similar = try #require(asked.context?.similar)
        #expect(!similar.isOfRun && similar.differences.map(\.place) == ["/to"])
        let text = asked.text(.plain)
        #expect(text.contains("compare  the last one of this profile"), "\(text)")
        #expect(!text.contains("bob@x.org") && !text.contains("ana@x.org"))
    }

    @Test func whatWouldBeSentIsUnfoldedAndLineForLine() {
        func sent(_ preview: JSONValue) -> [String] {
            ApprovalContext(
                soFar: DoneSoFar(sentences: [], earlierCount: 0), taint: [], preview: preview,
                evidence: [], charge: [], similar: nil
            ).sent
        }
        let preview: JSONValue = [
            "database": "desk", "argv": ["pay", "--to"],
            "statements": [
                [
                    "statement": "UPDATE a\nneeds \u{1B}[2J\u{202E}x",
                    "parameters": ["x": 2, "y": "z"],
                ]
            ],
        ]
        #expect(
            sent(preview) == [
                #"database: "desk""#, #"argv: ["pay","--to"]"#, "statements:",
                "  - statement:", "      | UPDATE a", #"      | needs \u001b[2J\u202ex"#,
                "    parameters:", "      x: 2", #"      y: "z""#,
            ])
        let long = sent(.string(String(repeating: "a\n", count: 40)))
        #expect(long.count == ApprovalContext.sentLines + 1)
        #expect(long.last == "… 16 more lines: holdfast approvals --json")
        #expect(sent(.string(String(repeating: "a", count: 700)))[0].count == 602)
    }

    @Test func whatTheRunHasTouchedIsSaidInWords() {
        func warning(_ taint: [Label]) -> String? {
            ApprovalContext(
                soFar: DoneSoFar(sentences: [], earlierCount: 0), taint: taint, preview: nil,
                evidence: [], charge: [], similar: nil
            ).warning
        }
        #expect(warning([]) == nil)
        #expect(warning([.untrusted])?.contains("strangers wrote") == true)
        let all = warning([.external, .private, .untrusted])
        #expect(
            all == "this run has changed something outside, has read what is not for everybody, "
                + "and has read what strangers wrote, so that its words may be theirs")
    }

    @Test func whatHasBecomeOfTheRequestIsSaid() async throws {
        let project = try ViewsProject(Self.leads)
        await project.call("send", ["to": "ana@x.org"])
        let asked = try #require(try project.viewer().approvals(all: false).first)
        let rule = ApprovalRule(
            name: "letters", stages: [Stage(by: .named(["lead"]), count: 1)],
            escalateTo: ["boss"], onSilence: .escalate, abortsWhenDenied: true)
        var approval = Approval(
            id: asked.approval.id, demands: [rule], action: asked.approval.action,
            askedAt: ViewsProject.now, decideBy: ViewsProject.now + 60_000,
            executeWithinMs: 1_000, because: .approvers, policy: nil, state: .pending)
        approval.reminders = 2
        approval.isEscalated = true
        let entry = ApprovalEntry(
            approval: approval, call: asked.call, run: asked.run, tool: asked.tool,
            caller: asked.caller, arguments: nil, purpose: nil, decisions: [], needed: [],
            manifest: nil, context: nil, now: ViewsProject.now)
        let text = entry.text(.plain)
        for part in [
            "asked again: somebody who had said yes may not any more", "boss asked too",
            "reminded 2 times", "and the run is aborted", "others are asked for as long again",
        ] {
            #expect(text.contains(part), "\(part) in \(text)")
        }
    }

    @Test func watchingTellsEachChangeOnce() async throws {
        let project = try ViewsProject(Self.leads)
        var watch = ApprovalWatch(project.project, all: false, clock: project.clock)
        #expect(try watch.look().isEmpty)
        await project.call("send", ["to": "ana@x.org"])
        let first = watch.news(try watch.look(), asJSON: false)
        #expect(first.count == 1 && first[0].hasPrefix("2026-07-28T09:30:00.000Z\tpending\t"))
        #expect(watch.news(try watch.look(), asJSON: false) == [])
        let id = try #require(try project.viewer().approvals(all: false).first).approval.id
        try approve(project, id, as: "t")
        let second = watch.news(try watch.look(), asJSON: true)
        #expect(second.count == 1 && second[0].contains("\"by\":\"tom\""))
        // What was over before anybody looked is no news.
        try approve(project, id, as: "l")
        var late = ApprovalWatch(project.project, all: false, clock: project.clock)
        #expect(late.news(try late.look(), asJSON: false) == [])
        var whole = ApprovalWatch(project.project, all: true, clock: project.clock)
        #expect(whole.news(try whole.look(), asJSON: false).count == 1)
    }

    @Test func theScreenIsDrawnAgainOnlyWhereItHasChanged() async throws {
        let project = try ViewsProject(Self.leads)
        let style = TextStyle(isTerminal: true, hasColor: false)
        var watch = ApprovalWatch(project.project, all: false, clock: project.clock)
        let empty = try #require(watch.redrawn(try watch.look(), style))
        #expect(empty.hasPrefix("\u{1B}[H\u{1B}[2J") && empty.contains("Nothing waits"))
        #expect(watch.redrawn(try watch.look(), style) == nil)
        await project.call("send", ["to": "ana@x.org"])
        #expect(watch.redrawn(try watch.look(), style)?.contains("2 of lead") == true)
    }

    @Test func differencesAreTheDeepestPlaces() {
        let found = JSONValue.differences(
            from: ["a": 1, "b": ["c": 1, "d": [1]], "e": 1],
            to: ["a": 1, "b": ["c": 2, "d": [1, 2]], "f": nil])
        #expect(found.map(\.place.description) == ["/b/c", "/b/d", "/e", "/f"])
        #expect(found.map(\.was) == [1, [1], 1, nil])
        #expect(found.map(\.now) == [2, [1, 2], nil, .null])
        #expect(JSONValue.differences(from: ["a": 1], to: ["a": 1]).isEmpty)
    }

    @Test func progressIsToldAfterTwoSecondsAndThenNowAndThen() {
        let steady = Mutex<Int64>(0)
        let clock = HostClock(
            now: { ViewsProject.now }, steadyMs: { steady.withLock { $0 } })
        var told: [String] = []
        var progress = Progress("It", isWatched: true, clock: clock) { told.append($0) }
        for at: Int64 in [1_999, 2_000, 3_000, 6_999, 7_000] {
            steady.withLock { $0 = at }
            progress.pass("at \(at)")
        }
        #expect(
            told == [
                "It has been under way for 2 s: at 2000 …",
                "It has been under way for 7 s: at 7000 …",
            ])
        steady.withLock { $0 = 0 }
        var unwatched = Progress("It", isWatched: false, clock: clock) { told.append($0) }
        steady.withLock { $0 = 9_000 }
        unwatched.pass("x")
        #expect(told.count == 2)
    }
}
